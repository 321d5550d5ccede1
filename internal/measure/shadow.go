package measure

import (
	"fmt"
	"math"
)

// Shadow returns the shadow test (van der Linden & Reese 1998): the best whole
// exam that contains the given items. An item of information I on dimension k has
// the value I·(ΣWΣ)kk / (1 + I·Σkk), the drop of the weighted posterior variance
// if the answer were a normal observation of precision I. I is averaged over the
// posterior of the ability: information at the mean alone overrates items that
// are sharp at a place where the ability may well not be. The given items are in
// the posterior already, and have no value left.
func (b *Bank) Shadow(post *Posterior, objective Objective, given []int, excluded func(item int) bool) (Form, error) {
	return b.ShadowEligible(post, objective, given, excluded, nil)
}

// ShadowEligible is Shadow under an exposure rule (van der Linden & Veldkamp
// 2004): only eligible items are chosen freely, unless no form exists with them;
// then the rule is left out, and the form says so. A nil rule lets all items in.
func (b *Bank) ShadowEligible(post *Posterior, objective Objective, given []int,
	excluded, eligible func(item int) bool) (Form, error) {
	if err := objective.Validate(post.Dims()); err != nil {
		return Form{}, err
	}
	if err := b.checkGiven(given); err != nil {
		return Form{}, err
	}
	values, err := b.values(post, objective, given, excluded)
	if err != nil {
		return Form{}, err
	}
	if eligible != nil {
		form, err := b.assemble(values, given, func(i int) bool {
			return excluded != nil && excluded(i) || !eligible(i)
		})
		if err == nil {
			return form, nil
		}
	}
	form, err := b.assemble(values, given, excluded)
	form.Relaxed = eligible != nil && err == nil
	return form, err
}

// values returns the value of each item, 0 where it is given or excluded.
func (b *Bank) values(post *Posterior, objective Objective, given []int, excluded func(item int) bool) ([]float64, error) {
	if b.plan.Pools() > post.Dims() {
		return nil, fmt.Errorf("measure: bank of %d dimensions, posterior of %d", b.plan.Pools(), post.Dims())
	}
	d := post.Dims()
	gains := objective.gains(post)
	values := make([]float64, len(b.items))
	for dim := range b.plan.Pools() {
		variance := post.cov[dim*d+dim]
		for _, i := range b.plan.Pool(dim) {
			if excluded != nil && excluded(i) {
				continue
			}
			info := b.expectedInformation(i, post.mean[dim], math.Sqrt(variance))
			values[i] = info * gains[dim] / (1 + info*variance)
		}
	}
	for _, i := range given {
		values[i] = 0
	}
	return values, nil
}
