package study

import (
	"cmp"
	"context"
	"math"
	"slices"

	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/calibration"
	"galien/internal/platform/errs"
)

// algorithm names the versions of what decides the estimates: the estimation, and the change of scale.
const algorithm = "calibration/1 scale/1"

// task is an item to be calibrated: what is known of it before.
type task struct {
	ref        item.Ref
	competency string
	dim        int
	current    bool // the bank serves this version
	inForce    item.Parameters
	count      int64
	seconds    int // planned
}

// calibrator estimates the items that a choice takes.
type calibrator struct {
	choice    Choice
	framework *framework.Framework
	places    []placement
	tasks     []task // those of the bank in its order, then the others
	answers   *answers
}

// newCalibrator lists the items: all those of the bank in service, and those in other versions that people answered, which
// measure these people too.
func (s *Service) newCalibrator(ctx context.Context, c Choice, p *item.Published, a *answers) (*calibrator, error) {
	k := &calibrator{choice: c, framework: p.Framework, places: placements(p.Framework, c.Extent), answers: a}
	listed := map[item.Ref]bool{}
	for _, e := range p.Manifest.Items {
		ref := item.Ref{ID: e.ID, Version: e.Version}
		listed[ref] = true
		k.add(ref, e, true)
	}
	var others []task
	for i, ref := range a.refs {
		if listed[ref] {
			continue
		}
		old, err := s.items.Release(ctx, a.release[i])
		if err != nil {
			return nil, err
		}
		for _, e := range old.Manifest.Items {
			if e.ID == ref.ID && old.Framework.SHA256 == p.Framework.SHA256 {
				before := len(k.tasks)
				k.add(ref, e, false)
				others = append(others, k.tasks[before:]...)
				k.tasks = k.tasks[:before]
			}
		}
	}
	slices.SortFunc(others, func(x, y task) int {
		return cmp.Or(cmp.Compare(x.ref.ID, y.ref.ID), cmp.Compare(x.ref.Version, y.ref.Version))
	})
	k.tasks = append(k.tasks, others...)
	return k, nil
}

func (k *calibrator) add(ref item.Ref, e item.Entry, current bool) {
	dim, ok := k.framework.Dim(e.Competency)
	if !ok {
		return
	}
	t := task{ref: ref, competency: e.Competency, dim: dim, current: current, inForce: e.Parameters, seconds: e.Seconds}
	if i, answered := k.answers.index[ref]; answered {
		t.count = k.answers.counts[i]
	}
	k.tasks = append(k.tasks, t)
}

// anchored reports whether the item is held at its parameters in force.
func (k *calibrator) anchored(t task) bool {
	return k.choice.Anchored && t.inForce.Provenance == item.Calibrated
}

// items are those that the engine is given: the ones that enough people answered.
func (k *calibrator) items() (items []calibration.Item, anchors int, err error) {
	free := 0
	for _, t := range k.tasks {
		if t.count < MinPersons {
			continue
		}
		known, err := t.inForce.Curve(t.ref.String())
		if err != nil {
			return nil, 0, err
		}
		it := calibration.Item{ID: t.ref.String(), Model: known.Model, Categories: known.Categories()}
		switch {
		case k.anchored(t):
			fixed := k.places[t.dim].oneDimension(known)
			it.Fixed = &fixed
			anchors++
		default:
			free++
			if k.choice.Models == ModelsTwoPL && known.Model <= measure.FourPL {
				it.Model = measure.TwoPL
			}
		}
		items = append(items, it)
	}
	switch {
	case k.answers.persons < MinPersons:
		return nil, 0, errs.New(errs.Invalid, "study.too_few_persons", "least", MinPersons)
	case free == 0:
		return nil, 0, errs.New(errs.Invalid, "study.nothing_to_estimate", "least", MinPersons)
	case k.choice.Anchored && anchors == 0:
		return nil, 0, errs.New(errs.Invalid, "study.no_anchor")
	}
	return items, anchors, nil
}

// options are the engine's for the choice.
func (k *calibrator) options() calibration.Options {
	o := calibration.Options{Quadrature: calibration.Quadrature{Min: -nodesRange, Max: nodesRange, Nodes: nodes}}
	if k.choice.Priors == NoPriors {
		none := calibration.NoPriors()
		o.Priors = &none
	}
	return o
}

// The nodes of the quadrature: 0.2 apart, under two posterior standard deviations of any test that a person can take at once.
const (
	nodes      = 61
	nodesRange = 6
)

// result brings what the engine found back to the scales of the competencies.
func (k *calibrator) result(r *calibration.Result, anchors int) *Result {
	out := &Result{
		Data:   k.answers.data(),
		Method: Method{Algorithm: algorithm, Nodes: nodes, Range: nodesRange, Errors: r.Errors.String(), Anchors: anchors},
		Fit: Fit{LogLikelihood: r.LogLikelihood, Parameters: r.Parameters, Iterations: r.Iterations, Change: r.Change, Converged: r.Converged,
			Reason: reasonCode(r.Reason), Warnings: append([]string{}, r.Warnings...)},
	}
	if len(r.Groups) > 0 {
		g := r.Groups[0]
		out.Population = Population{Estimated: g.Estimated, Mean: g.Mean, SD: g.SD}
	}
	found := make(map[string]calibration.Estimate, len(r.Items))
	for _, e := range r.Items {
		found[e.ID] = e
	}
	for _, t := range k.tasks {
		out.Items = append(out.Items, k.estimate(t, found[t.ref.String()]))
	}
	return out
}

func reasonCode(r calibration.Reason) string {
	switch r {
	case calibration.SmallChange:
		return "small_change"
	case calibration.FlatLikelihood:
		return "flat"
	}
	return "limit"
}

func (k *calibrator) estimate(t task, found calibration.Estimate) Estimate {
	e := Estimate{Ref: t.ref, Competency: t.competency, N: t.count, InForce: t.inForce, Flags: []Flag{}}
	switch {
	case t.count == 0:
		e.Status = NotAnswered
		return e
	case t.count < MinPersons:
		e.Status, e.N = Hidden, 0
		return e
	case found.Status == calibration.Fixed:
		e.Status = Anchored
		return e
	case found.Status != calibration.Calibrated || found.Item == nil:
		e.Status = NoEstimate
		return e
	}
	estimated, ok := k.places[t.dim].competency(found)
	if !ok {
		e.Status = OffScale
		return e
	}
	e.Status, e.Estimated = Calibrated, &estimated
	if !t.current {
		e.Status = NotInService
	}
	e.Flags = k.flags(e, found)
	return e
}

func (k *calibrator) flags(e Estimate, found calibration.Estimate) []Flag {
	flags := []Flag{}
	if e.N < int64(k.choice.Minimum) {
		flags = append(flags, Few)
	}
	if math.Abs(e.Estimated.Location()-e.InForce.Location()) >= MovedBy {
		flags = append(flags, Moved)
	}
	if len(found.AtBound) > 0 {
		flags = append(flags, Bound)
	}
	if found.SE == nil {
		flags = append(flags, Vague)
	}
	return flags
}
