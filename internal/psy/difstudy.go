package psy

import (
	"math"

	"galien/internal/measure/dif"
)

// tally gathers answers by item, in the order of the items' parameters when they are known.
type tally struct {
	items *itemSet
	index map[string]int
	list  []dif.Item
}

func newTally(items *itemSet) *tally {
	t := &tally{items: items, index: map[string]int{}}
	for i := range items.items {
		it := &items.items[i]
		t.index[it.ID] = i
		t.list = append(t.list, dif.Item{ID: it.ID, Top: it.Categories() - 1})
	}
	return t
}

// add takes the answers of a person of the request, who is number n of those compared.
func (t *tally) add(s *personSet, person, n int) error {
	if len(t.items.items) > 0 {
		if _, err := s.resolve(person, t.items); err != nil {
			return err
		}
	}
	for _, a := range s.persons[person].answers {
		if a.category < 0 || a.category >= maxCategories {
			return fieldError(s.path(person, a.item), "category %d is outside [0, %d] (person %q)", a.category, maxCategories-1, s.persons[person].id)
		}
		j, known := t.index[a.item]
		if !known {
			j = len(t.list)
			t.index[a.item] = j
			t.list = append(t.list, dif.Item{ID: a.item, Top: 1})
		}
		it := &t.list[j]
		it.Top = max(it.Top, a.category)
		it.Persons = append(it.Persons, int32(n))
		it.Scores = append(it.Scores, int8(a.category))
	}
	return nil
}

// answered returns the items that somebody answered, and whether everyone answered each of them.
func (t *tally) answered(persons int) (list []dif.Item, complete bool) {
	complete = true
	for _, it := range t.list {
		if len(it.Scores) > 0 {
			list = append(list, it)
			complete = complete && len(it.Scores) == persons
		}
	}
	if complete {
		for i := range list {
			list[i].Persons = nil
		}
	}
	return list, complete
}

// study runs each method on the items that it applies to.
func (r *difRequest) study(d *dif.Data, a *difAnswer) error {
	odds, cleanOdds, err := dif.MantelHaenszel(d, r.options)
	if err != nil {
		return err
	}
	means, cleanMeans, err := dif.Mantel(d, r.options)
	if err != nil {
		return err
	}
	regressions, cleanRegressions, err := dif.Logistic(d, r.options, dif.AnyDIF)
	if err != nil {
		return err
	}
	for i := range d.Items {
		it := difItem{ID: d.Items[i].ID}
		if d.Items[i].Top == 1 {
			it.MantelHaenszel, it.Logistic = newMantelHaenszel(odds[i]), newLogistic(regressions[i])
		} else {
			it.Mantel = newMantel(means[i])
		}
		a.Items = append(a.Items, it)
	}
	if r.options.Purify {
		for _, p := range []struct {
			method string
			dif.Purification
		}{{"mantelHaenszel", cleanOdds}, {"mantel", cleanMeans}, {"logistic", cleanRegressions}} {
			a.Purification = append(a.Purification, purification{p.method, p.Rounds, p.Converged, append([]string{}, p.Excluded...)})
		}
	}
	return nil
}

func newTested(s dif.Status, g dif.Groups) tested { return tested{s.String(), g.Reference, g.Focal} }

// hasFigures tells whether the figures of a status have a value.
func hasFigures(s dif.Status) bool { return s == dif.Tested || s == dif.Sparse }

func classOf(c dif.Class) *string {
	text := c.String()
	if text == "" {
		return nil
	}
	return &text
}

func newMantelHaenszel(c dif.CommonOdds) *mantelHaenszel {
	m := &mantelHaenszel{tested: newTested(c.Status, c.Groups)}
	if !hasFigures(c.Status) {
		return m
	}
	if c.Alpha > 0 { // a table with an empty diagonal has no odds ratio
		m.Alpha, m.Delta, m.SE = finiteOrNil(c.Alpha), finiteOrNil(c.Delta), finiteOrNil(c.SE)
		m.SizeClass = sizeClass(c.Delta)
	}
	m.ChiSquare, m.P = finiteOrNil(c.ChiSquare), finiteOrNil(c.P)
	m.Uncorrected, m.UncorrectedP = finiteOrNil(c.Uncorrected), finiteOrNil(c.UncorrectedP)
	m.Class, m.Difference = classOf(c.Class), finiteOrNil(c.Difference)
	if h := c.Homogeneity; h.DF > 0 {
		m.Homogeneity = &breslow{number(h.ChiSquare), h.DF, number(h.P)}
	}
	return m
}

// sizeClass is the ETS class without the tests of significance, as difR gives it.
func sizeClass(delta float64) string {
	switch size := math.Abs(delta); {
	case size < 1:
		return dif.A.String()
	case size < 1.5:
		return dif.B.String()
	}
	return dif.C.String()
}

func newMantel(c dif.MeanDifference) *mantel {
	m := &mantel{tested: newTested(c.Status, c.Groups)}
	if hasFigures(c.Status) {
		m.ChiSquare, m.P = finiteOrNil(c.ChiSquare), finiteOrNil(c.P)
		m.Difference, m.Effect, m.Class = finiteOrNil(c.Difference), finiteOrNil(c.Effect), classOf(c.Class)
	}
	return m
}

func newLogistic(r dif.Regression) *logistic {
	l := &logistic{tested: newTested(r.Status, r.Groups)}
	if hasFigures(r.Status) {
		l.Any, l.Uniform, l.NonUniform = newContrast(r.Any), newContrast(r.Uniform), newContrast(r.NonUniform)
		l.Favour = finiteOrNil(r.Favour)
	}
	return l
}

func newContrast(c dif.Contrast) *contrast {
	return &contrast{number(c.ChiSquare), c.DF, number(c.P), number(c.DeltaR2), classOf(c.Class)}
}
