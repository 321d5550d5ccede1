package study

import (
	"context"
	"runtime"
	"time"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/simulation"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Trial says which exam a simulation gives, and to whom.
type Trial struct {
	Scope      string `json:"scope"`      // a domain's code; "": the whole framework
	Accessible bool   `json:"accessible"` // only the items that everyone can use
	People     int    `json:"people"`
	Mean       int    `json:"mean"`    // of their abilities, hundredths of a logit
	Ceiling    int    `json:"ceiling"` // exposure, in hundredths of the people; 100: none
	Fixed      bool   `json:"fixed"`   // everyone gets the whole length: no stop at a standard error
	Seed       int64  `json:"seed"`
}

// Bounds of a trial.
const (
	LeastPeople, MostPeople   = 100, 250_000
	LeastCeiling, MostCeiling = 5, 100
	FarthestMean              = 200
)

// DefaultTrial is a trial of the whole exam on a thousand people like those of the prior.
func DefaultTrial() Trial { return Trial{People: 1000, Ceiling: 100, Seed: 1} }

func (t Trial) check(fw *framework.Framework) error {
	var faults errs.Collect
	if _, known := fw.DomainWeights(t.Scope); t.Scope != "" && !known {
		faults.Add("scope", "study.choose")
	}
	if t.People < LeastPeople || t.People > MostPeople {
		faults.Add("people", "study.people_range", "least", LeastPeople, "most", MostPeople)
	}
	if t.Ceiling < LeastCeiling || t.Ceiling > MostCeiling {
		faults.Add("ceiling", "study.ceiling_range", "least", LeastCeiling, "most", MostCeiling)
	}
	if t.Mean < -FarthestMean || t.Mean > FarthestMean {
		faults.Add("mean", "study.mean_range", "most", FarthestMean/100)
	}
	return faults.Err()
}

// Simulate asks for a simulation of the bank in service. It runs in the background.
func (s *Service) Simulate(ctx context.Context, a identity.Actor, t Trial) (id.ID, error) {
	if err := s.Require(ctx, a); err != nil {
		return id.Nil, err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return id.Nil, err
	}
	if err := t.check(p.Framework); err != nil {
		return id.Nil, err
	}
	if _, err := s.assess.Exam(ctx, p.SHA256, t.Scope, t.Accessible); errs.HasCode(err, "assess.bank_short") {
		var faults errs.Collect
		faults.Add("scope", "study.no_exam")
		return id.Nil, faults.Err()
	} else if err != nil {
		return id.Nil, err
	}
	return s.create(ctx, a, Simulation, p, t)
}

// simulate gives the exam to the people of the trial. It begins again after a stop: nothing of it is kept half done.
func (w *work) simulate(ctx context.Context, t Trial, p *item.Published) (*simulation.Report, error) {
	setup, err := w.service.setup(ctx, t, p)
	if err != nil {
		return nil, err
	}
	began := w.service.clock.Now()
	setup.Progress = func(done int) {
		spent := w.service.clock.Now().Sub(began)
		w.iteration, w.left = done, time.Duration(float64(spent)*float64(t.People-done)/float64(done))
		if err := w.alive(ctx); err != nil {
			w.cancel(err)
		}
	}
	r, err := simulation.Run(ctx, setup)
	if err != nil {
		return nil, err
	}
	r.State = nil // of use to go on from, which no study does
	return r, nil
}

// setup is the simulation of a trial: the engine and the parameters in force, people drawn from its prior around the mean.
func (s *Service) setup(ctx context.Context, t Trial, p *item.Published) (simulation.Setup, error) {
	exam, err := s.assess.Exam(ctx, p.SHA256, t.Scope, t.Accessible)
	if err != nil {
		return simulation.Setup{}, err
	}
	mean := make([]float64, len(exam.Prior.Mean))
	for k := range mean {
		mean[k] = exam.Prior.Mean[k] + float64(t.Mean)/100
	}
	setup := simulation.Setup{
		Bank: exam.Bank, Prior: exam.Prior, Scores: exam.Scores, Stop: exam.Stop, Cuts: p.Framework.Scale.Cuts,
		Population: simulation.Population{N: t.People, Mean: mean, Cov: exam.Prior.Cov},
		Seed:       uint64(t.Seed), Workers: max(1, runtime.GOMAXPROCS(0)-1), // learners' answers come first
	}
	for n := 5; n <= exam.Bank.Length(); n += 5 {
		setup.After = append(setup.After, n)
	}
	if t.Fixed {
		setup.Stop = measure.StopRule{}
	}
	if t.Ceiling < MostCeiling {
		setup.Exposure = &measure.ExposureRule{Max: float64(t.Ceiling) / 100}
	}
	return setup, nil
}
