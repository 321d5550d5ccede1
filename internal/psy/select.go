package psy

import (
	"fmt"
	"io"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// selection is the next item to give, and the form that it belongs to.
type selection struct {
	Item   *string `json:"item"`
	Reason string  `json:"reason,omitempty"`
	form
	Theta numbers   `json:"theta,omitempty"` // of the posterior after the answers
	Cov   []numbers `json:"cov,omitempty"`
}

// Select answers with the next item of an adaptive test: the best free one of the shadow test. The ability is theta, a
// posterior, or a prior with the answers so far. Without a blueprint it is the best item of all.
func Select(in io.Reader, out io.Writer) error {
	var r formRequest
	var prior gaussian
	var answered []given
	f := r.fields()
	f["prior"] = prior.read
	f["answers"] = func(d *strictjson.Decoder) { answered = answers(d) }
	if err := f.read(in); err != nil {
		return err
	}
	if r.given == nil {
		for _, a := range answered {
			r.given = append(r.given, a.item)
		}
	}
	if r.blueprint.length == 0 {
		r.blueprint = blueprint{field: "blueprint", length: len(r.given) + 1}
	}
	var answer selection
	if r.theta == nil && r.posterior.dims == nil {
		post, err := r.observe(&prior, answered)
		if err != nil {
			return err
		}
		answer.Theta, answer.Cov = post.Mean(), square(post.Cov(), post.Dims())
	}
	f2, free, err := r.assemble()
	if err != nil {
		return err
	}
	answer.form = f2
	if i, ok := free.Next(); ok && f2.Feasible {
		answer.Item = &r.items.items[i].ID
	} else if f2.Feasible {
		answer.Reason = "the form is complete"
	} else {
		answer.Reason = "no form respects the blueprint"
	}
	return respond(out, answer)
}

// observe makes the posterior from a prior, N(0, 1) by default, and answers.
func (r *formRequest) observe(prior *gaussian, answered []given) (*measure.Posterior, error) {
	if prior.dims == nil {
		*prior = gaussian{field: "prior", dims: []string{""}, index: map[string]int{"": 0}, mean: []float64{0}, cov: []float64{1}, rows: 1}
	}
	post, err := measure.NewPosterior(prior.prior())
	if err != nil {
		return nil, err
	}
	for _, a := range answered {
		path := "answers." + a.item
		i, err := r.items.find(a.item, path)
		if err != nil {
			return nil, err
		}
		it := r.items.items[i].Item
		if it.Dim, err = prior.dimOf(&r.items, i); err != nil {
			return nil, err
		}
		if a.category < 0 || a.category >= it.Categories() {
			return nil, fieldError(path, "category %d is outside [0, %d]", a.category, it.Categories()-1)
		}
		if err := post.Observe(&it, a.category); err != nil {
			return nil, fmt.Errorf("psy: %w", err)
		}
	}
	r.posterior = *prior
	r.posterior.mean, r.posterior.cov = post.Mean(), post.Cov()
	return post, nil
}
