package simulation

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"galien/internal/measure"
)

// run is one simulation.
type run struct {
	setup       Setup
	start       *measure.Posterior
	sampler     *sampler
	exposure    *measure.Exposure
	stopWeights []float64 // of the score of the stop rule; nil without one
	block       []outcome
	tally       *tally
}

// Run simulates the population. It returns an error when the setup makes no
// sense or when the context is cancelled. A blueprint that the bank cannot meet is
// no error: the report names the constraints that bind and for how many candidates.
func Run(ctx context.Context, setup Setup) (*Report, error) {
	r, err := newRun(setup)
	if err != nil {
		return nil, err
	}
	workers := make([]*worker, r.setup.Workers)
	for i := range workers {
		if workers[i], err = r.newWorker(); err != nil {
			return nil, err
		}
	}
	n := r.setup.Population.N
	for first := 0; first < n; first += len(r.block) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("simulation: after %d candidates: %w", first, err)
		}
		size := min(len(r.block), n-first)
		r.examine(workers, first, size)
		for i := range r.block[:size] {
			if err := r.add(first+i, &r.block[i]); err != nil {
				return nil, err
			}
		}
		if r.exposure != nil {
			r.exposure.Advance()
		}
		if r.setup.Progress != nil {
			r.setup.Progress(first + size)
		}
	}
	return r.report(), nil
}

func newRun(setup Setup) (*run, error) {
	if err := setup.complete(); err != nil {
		return nil, err
	}
	r := &run{setup: setup}
	r.setup.After = slices.Sorted(slices.Values(setup.After))
	var err error
	if r.start, err = measure.NewPosterior(setup.Prior); err != nil {
		return nil, fmt.Errorf("simulation: %w", err)
	}
	if r.sampler, err = setup.Population.sampler(r.start.Dims()); err != nil {
		return nil, err
	}
	for _, score := range setup.Scores {
		if len(score.Weights) != r.start.Dims() {
			return nil, fmt.Errorf("simulation: score %q: %d weights for %d dimensions", score.Name, len(score.Weights), r.start.Dims())
		}
		if setup.Stop != (measure.StopRule{}) && score.Name == setup.Stop.Score {
			r.stopWeights = score.Weights
		}
	}
	if err := r.startExposure(); err != nil {
		return nil, err
	}
	r.block = newBlock(min(setup.Block, setup.Population.N), setup.Bank.Length(), len(setup.Scores), len(setup.After))
	r.tally = newTally(&r.setup)
	return r, nil
}

func (r *run) startExposure() error {
	if r.setup.Exposure == nil {
		return nil
	}
	var err error
	if r.exposure, err = measure.NewExposure(r.setup.Bank, *r.setup.Exposure); err != nil {
		return fmt.Errorf("simulation: %w", err)
	}
	if r.setup.Start == nil {
		return nil
	}
	if err := r.exposure.Restore(*r.setup.Start); err != nil {
		return fmt.Errorf("simulation: %w", err)
	}
	return nil
}

// examine gives their exams to the candidates of a block.
func (r *run) examine(workers []*worker, first, size int) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for _, w := range workers[:min(len(workers), size)] {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < size; i = int(next.Add(1)) - 1 {
				w.examine(first+i, &r.block[i])
			}
		})
	}
	wait.Wait()
}

// add counts a candidate.
func (r *run) add(candidate int, o *outcome) error {
	if o.err != nil {
		return fmt.Errorf("simulation: candidate %d: %w", candidate, o.err)
	}
	if r.exposure != nil {
		r.exposure.Count(o.exposureBand, o.items)
	}
	r.tally.add(o)
	if r.setup.Record != nil {
		r.setup.Record(candidate, o.items, o.answers)
	}
	return nil
}
