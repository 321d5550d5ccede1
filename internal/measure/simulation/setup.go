package simulation

import (
	"errors"
	"fmt"
	"math"

	"galien/internal/measure"
)

// Setup describes a simulation.
type Setup struct {
	Bank  *measure.Bank
	Prior measure.Prior // of the engine
	// Scores are estimated and reported, and make the objective by their
	// importance. The first is the main score, which levels and the stop rule are about.
	Scores []measure.Score

	Population Population
	// Answer, when set, gives the score of a candidate on an item instead of a draw
	// from the candidate's abilities. It is called from several goroutines.
	Answer func(candidate, item int) int

	// Stop ends an exam before its whole length; its score is one of Scores. The zero value never does.
	Stop measure.StopRule
	// Exposure is the exposure rule; nil: none.
	Exposure *measure.ExposureRule
	// Start is the state that exposure goes on from; nil: none.
	Start *measure.ExposureState
	// Excluded items are not given; nil: none are. It is called from several goroutines.
	Excluded func(item int) bool

	Cuts  []float64 // of the levels, on the main score, ascending
	Bands []float64 // cuts of the bands for the conditional figures, ascending; nil: -2, -1, 0, 1, 2
	After []int     // numbers of items after which the main score is also reported

	Seed    uint64
	Workers int // from 1; 0 stands for 1
	// Block is the number of candidates between two advances of exposure, at least 1; 0 stands for 100.
	Block int

	// Progress, when set, is called after each block with the number of candidates done.
	Progress func(done int)
	// Record, when set, is called for each candidate, in order; its slices are valid during the call.
	Record func(candidate int, items, answers []int)
}

// complete fills in the values that 0 stands for, and refuses what makes no sense.
func (s *Setup) complete() error {
	if s.Bank == nil {
		return errors.New("simulation: no bank")
	}
	if len(s.Scores) == 0 {
		return errors.New("simulation: no score")
	}
	if s.Bands == nil {
		s.Bands = []float64{-2, -1, 0, 1, 2}
	}
	if s.Workers == 0 {
		s.Workers = 1
	}
	if s.Block == 0 {
		s.Block = 100
	}
	if s.Workers < 0 || s.Block < 0 {
		return fmt.Errorf("simulation: %d workers, blocks of %d", s.Workers, s.Block)
	}
	if err := errors.Join(measure.CheckCuts(s.Cuts), measure.CheckCuts(s.Bands)); err != nil {
		return fmt.Errorf("simulation: %w", err)
	}
	for _, n := range s.After {
		if n < 1 || n > s.Bank.Length() {
			return fmt.Errorf("simulation: report after %d items of %d", n, s.Bank.Length())
		}
	}
	return s.validateNames()
}

func (s *Setup) validateNames() error {
	names := map[string]bool{}
	for _, score := range s.Scores {
		if score.Name == "" || names[score.Name] {
			return fmt.Errorf("simulation: score name %q is missing or taken", score.Name)
		}
		names[score.Name] = true
	}
	if s.Stop != (measure.StopRule{}) && !names[s.Stop.Score] {
		return fmt.Errorf("simulation: the stop rule is about %q, which is not a score", s.Stop.Score)
	}
	if s.Stop.MinItems < 0 || s.Stop.MaxItems < 0 || !(s.Stop.SE >= 0) || math.IsInf(s.Stop.SE, 0) {
		return fmt.Errorf("simulation: stop rule: %d to %d items, standard error %v", s.Stop.MinItems, s.Stop.MaxItems, s.Stop.SE)
	}
	return nil
}
