package study

import (
	"math"

	"galien/internal/measure/fit"
)

// dependences keeps the pairs that share more than the ability.
func (a *analyser) dependences(q *Quality, r *fit.Q3Report, limits fit.Limits) {
	q.MeanQ3 = finite(r.Mean)
	for _, p := range r.Pairs {
		if p.Status == fit.Computed {
			q.Pairs++
		}
	}
	for _, p := range r.Above(limits.Dependence) {
		q.Dependent = append(q.Dependent, Dependence{First: a.shown[p.First].ref, Second: a.shown[p.Second].ref, Persons: p.Persons, Excess: p.Adjusted})
	}
}

// quality gathers what is known of a task.
func (a *analyser) quality(t task, e *fit.Evidence, summaries []fit.Summary) ItemQuality {
	q := ItemQuality{Ref: t.ref, Competency: t.competency, Flags: []Sign{}}
	i, shown := a.index[t.ref.String()]
	if !shown {
		q.Hidden = t.count > 0
		return q
	}
	q.N = t.count
	q.Ease = finite(e.Classical.Items[i].Ease)
	q.Outfit, q.Infit = finite(e.Squares[i].Outfit), finite(e.Squares[i].Infit)
	q.Misfit = misfit(e.Predictions[i])
	q.Time = timing(e.Times[i])
	if r := e.Distractors[i]; r != nil {
		q.Options, q.Skipped = uses(r), finite(r.Omitted)
	}
	for _, f := range summaries[i].Flags {
		q.Flags = append(q.Flags, Sign{Code: f.Code, Of: f.Of, Value: finite(f.Value), Limit: finite(f.Limit)})
	}
	return q
}

func misfit(p fit.PredictiveFit) *Misfit {
	if p.Status != fit.Computed {
		return nil
	}
	m := &Misfit{X2: p.X2, DF: p.DF, P: p.P, RMSEA: p.RMSEA, Z: p.Z, Groups: []Group{}}
	for _, g := range p.Groups {
		m.Groups = append(m.Groups, Group{At: g.At, Persons: g.Persons, Observed: g.Observed, Expected: g.Expected})
	}
	return m
}

func timing(r *fit.TimeReport) *Time {
	if r == nil {
		return nil
	}
	return &Time{Median: r.Median, Lower: math.Exp(r.LogQuartiles[0]), Upper: math.Exp(r.LogQuartiles[2]), Rapid: r.Rapid, Threshold: r.Threshold,
		Correlation: finite(r.Correlation)}
}

func uses(r *fit.DistractorReport) []Use {
	out := make([]Use, len(r.Options))
	for i, o := range r.Options {
		out[i] = Use{ID: o.ID, Key: o.Key, Share: o.Share, Ability: finite(o.MeanAbility), Link: finite(o.PointBiserial)}
		if !math.IsNaN(o.Thirds[0]) {
			thirds := o.Thirds
			out[i].Thirds = &thirds
		}
	}
	return out
}

// finite is a number of a result: nil where it is not defined.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
