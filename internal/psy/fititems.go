package psy

import (
	"cmp"
	"slices"

	"galien/internal/measure/fit"
)

func (r *fitRequest) itemFits(data *fit.Data, thetas []float64) ([]itemFit, error) {
	scores, err := fit.ScoreFits(data, r.options)
	if err != nil {
		return nil, err
	}
	predictions, err := fit.PredictiveFits(data, fit.OnPast, r.options)
	if err != nil {
		return nil, err
	}
	squares, err := fit.ItemSquares(data, thetas)
	if err != nil {
		return nil, err
	}
	list := make([]itemFit, data.Items())
	for j := range list {
		s, p, q := scores[j], predictions[j], squares[j]
		list[j] = itemFit{
			ID: s.Item, N: p.Persons,
			SX2:        scoreFit{X2: finiteOrNil(s.X2), DF: s.DF, P: finiteOrNil(s.P), RMSEA: finiteOrNil(s.RMSEA), N: s.Persons, Reason: reasonOf(s.Status)},
			Predictive: scoreFit{X2: finiteOrNil(p.X2), DF: p.DF, P: finiteOrNil(p.P), RMSEA: finiteOrNil(p.RMSEA), Z: finiteOrNil(p.Z), N: p.Persons, Reason: reasonOf(p.Status)},
			Outfit:     finiteOrNil(q.Outfit), Infit: finiteOrNil(q.Infit), ZOutfit: finiteOrNil(q.ZOutfit), ZInfit: finiteOrNil(q.ZInfit),
		}
	}
	return list, nil
}

// dependence writes Q3 of the pairs, the most dependent first.
func (r *fitRequest) dependence(data *fit.Data, thetas []float64) (dependence, error) {
	report, err := fit.Q3(data, thetas, r.options)
	if err != nil {
		return dependence{}, err
	}
	d := dependence{Mean: finiteOrNil(report.Mean), Star: finiteOrNil(report.Star), Unmet: report.Unmet, Pairs: []pairItem{}}
	pairs := report.Pairs
	switch {
	case r.pairs != nil:
		pairs = report.Above(*r.pairs)
	case data.Items() > allPairs:
		pairs = report.Above(dependencePairs)
	}
	for _, p := range pairs {
		d.Pairs = append(d.Pairs, pairItem{
			First: r.items.items[p.First].ID, Second: r.items.items[p.Second].ID, N: p.Persons,
			Q3: finiteOrNil(p.Q3), Adjusted: finiteOrNil(p.Adjusted), Reason: reasonOf(p.Status),
		})
	}
	slices.SortStableFunc(d.Pairs, func(a, b pairItem) int { return cmp.Compare(b.q3(), a.q3()) })
	return d, nil
}

// q3 orders the pairs without a value last.
func (p *pairItem) q3() number {
	if p.Q3 == nil {
		return -2
	}
	return *p.Q3
}
