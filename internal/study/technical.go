package study

import (
	"context"
	"math"
	"time"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/classification"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
)

// Technical is what the technical report of the bank in service tells. What was never done is nil.
type Technical struct {
	Published *item.Published
	Since     time.Time // when the release was published first

	Calibration *Study // the latest that is done
	Analysis    *Study // the latest that is done
	Simulation  *Study // the latest of the whole exam that is done

	Curve     []BankPoint
	Pools     []measure.PoolReport   // all items and the accessible ones, each whole and with a quarter held back
	Decisions classification.Summary // at the cuts of the levels, for the population of the prior
}

// BankPoint is what the bank and its best exam tell of people of one ability, the same in all competencies.
type BankPoint struct {
	Theta float64
	Bank  float64 // Fisher information of all items
	Exam  float64 // of the most informative exam; 0 when no exam can be made
	SE    float64 // of that exam: 1/√Exam
}

// Names of the pools that the technical report checks.
const (
	WholePool      = "whole"
	AccessiblePool = "accessible"
)

// recentSimulations is how many simulations are searched for one of the whole exam.
const recentSimulations = 20

// Technical gathers the report of the bank in service.
func (s *Service) Technical(ctx context.Context, a identity.Actor) (Technical, error) {
	if err := s.Require(ctx, a); err != nil {
		return Technical{}, err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return Technical{}, err
	}
	t := Technical{Published: p}
	if t.Since, err = s.items.Since(ctx, p.SHA256); err != nil {
		return Technical{}, err
	}
	if err := s.latest(ctx, &t); err != nil {
		return Technical{}, errs.Wrap(err, "technical report")
	}
	exam, err := s.assess.Exam(ctx, p.SHA256, "", false)
	if err != nil {
		return Technical{}, err
	}
	if err := t.check(exam.Bank); err != nil {
		return Technical{}, errs.Wrap(err, "technical report")
	}
	return t, errs.Wrap(t.decide(), "technical report")
}

// latest finds the studies that the report rests on.
func (s *Service) latest(ctx context.Context, t *Technical) error {
	bank := t.Published.Bank.Name
	return s.db.Read(ctx, func(tx *db.Tx) error {
		for kind, into := range map[Kind]**Study{Calibration: &t.Calibration, Analysis: &t.Analysis} {
			all, err := ended(ctx, tx, bank, kind, 1)
			if err != nil {
				return err
			}
			if len(all) > 0 {
				*into = &all[0]
			}
		}
		all, err := ended(ctx, tx, bank, Simulation, recentSimulations)
		for i := range all {
			if trial := all[i].Trial; trial.Scope == "" && !trial.Accessible {
				t.Simulation = &all[i]
				break
			}
		}
		return err
	})
}

// check computes what the bank can do: its information, and the exams that its pools give.
func (t *Technical) check(bank *measure.Bank) error {
	accessible := map[string]bool{}
	for _, e := range t.Published.Manifest.Items {
		accessible[e.ID] = e.Accessible
	}
	pools := []measure.Pool{{Name: WholePool}, {Name: AccessiblePool, Admits: func(i int) bool { return accessible[bank.Item(i).ID] }}}
	var abilities []float64
	for theta := -3.0; theta <= 3; theta += 0.5 {
		abilities = append(abilities, theta)
	}
	var err error
	if t.Pools, err = bank.CheckPools(pools, []float64{0, 0.25}, abilities); err != nil {
		return err
	}
	best := t.Pools[0]
	for n, theta := range abilities {
		point := BankPoint{Theta: theta, SE: math.Inf(1)}
		for i := range bank.Len() {
			point.Bank += bank.Item(i).Information(theta)
		}
		if best.Feasible() {
			point.Exam, point.SE = best.Points[n].Information, best.Points[n].SE
		}
		t.Curve = append(t.Curve, point)
	}
	return nil
}

// decide computes how well the best exam decides levels for people drawn from the prior (Rudner 2005). Between the points of
// the curve the precision is that of the nearest.
func (t *Technical) decide() error {
	if !t.Pools[0].Feasible() || len(t.Published.Framework.Scale.Cuts) == 0 {
		return nil
	}
	variance := WholeVariance(t.Published.Framework)
	var points []classification.Point
	for _, p := range t.Curve {
		for _, shift := range []float64{-0.2, -0.1, 0, 0.1, 0.2} {
			theta := p.Theta + shift
			points = append(points, classification.Point{Estimate: measure.Estimate{Mean: theta, SE: p.SE}, Weight: math.Exp(-theta * theta / (2 * variance))})
		}
	}
	var err error
	t.Decisions, err = classification.Rudner(points, t.Published.Framework.Scale.Cuts)
	return err
}

// WholeVariance is the variance of the whole score under the framework's prior.
func WholeVariance(fw *framework.Framework) float64 {
	domain, prior, weights := fw.DomainOfDims(), fw.Prior, fw.Weights()
	total := 0.0
	for k, w := range weights {
		for l, u := range weights {
			c := prior.General
			if domain[k] == domain[l] {
				c += prior.Domain
			}
			if k == l {
				c += prior.Competency
			}
			total += w * u * c
		}
	}
	return total
}

// Now is the time at which a report is made.
func (s *Service) Now() time.Time { return s.clock.Now() }
