package psy

import (
	"fmt"
	"io"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// multidimensionalRequest is that of EstimateMultidimensional.
type multidimensionalRequest struct {
	items     itemSet
	responses personSet
	prior     gaussian
	scores    scoreSet
	weights   measure.Objective
	start     *measure.Posterior
}

type vectorEstimates struct {
	Dims    []string         `json:"dims"`
	Persons []vectorEstimate `json:"persons"`
}

// vectorEstimate is the posterior of a person: its mean and its covariance, in the order of dims, and the scores.
type vectorEstimate struct {
	ID     string            `json:"id"`
	Theta  numbers           `json:"theta"`
	Cov    []numbers         `json:"cov"`
	Scores map[string]scored `json:"scores"`
	Reason string            `json:"reason,omitempty"`
}

type scored struct {
	Value number `json:"value"`
	SE    number `json:"se"`
}

// notConverged warns of a posterior that is approximate beyond what the method promises.
const notConverged = "expectation propagation has not reached its fixed point"

// EstimateMultidimensional answers with the abilities of each person, and with the scores that are made of them.
func EstimateMultidimensional(in io.Reader, out io.Writer) error {
	var r multidimensionalRequest
	if err := r.read(in); err != nil {
		return err
	}
	answer := vectorEstimates{Dims: r.prior.dims, Persons: make([]vectorEstimate, len(r.responses.persons))}
	err := each(len(answer.Persons), func(i int) (err error) {
		answer.Persons[i], err = r.estimate(i)
		return err
	})
	if err != nil {
		return err
	}
	return respond(out, answer)
}

func (r *multidimensionalRequest) read(in io.Reader) error {
	method := "EAP"
	err := fields{
		"items":     r.items.read,
		"responses": r.responses.read,
		"method":    func(d *strictjson.Decoder) { method = d.String() },
		"prior":     r.prior.read,
		"scores":    r.scores.read,
	}.read(in)
	switch {
	case err != nil:
		return err
	case method != "EAP":
		return fieldError("method", "%q: on several dimensions only EAP is computed", method)
	case r.prior.dims == nil:
		return fieldError("prior", "missing")
	case r.responses.persons == nil:
		return fieldError("responses", "missing: at least one person is needed")
	}
	if err := r.items.required("items"); err != nil {
		return err
	}
	if err := r.prior.place(&r.items); err != nil {
		return err
	}
	if r.weights, err = r.scores.weights(&r.prior); err != nil {
		return err
	}
	r.start, err = measure.NewPosterior(r.prior.prior())
	return err
}

func (r *multidimensionalRequest) estimate(i int) (vectorEstimate, error) {
	id := r.responses.persons[i].id
	responses, err := r.responses.resolve(i, &r.items)
	if err != nil {
		return vectorEstimate{}, err
	}
	post := r.start.Clone()
	for _, a := range responses {
		if err := post.Observe(a.Item, a.Category); err != nil {
			return vectorEstimate{}, fmt.Errorf("psy: person %q: %w", id, err)
		}
	}
	e := vectorEstimate{ID: id, Theta: post.Mean(), Cov: square(post.Cov(), post.Dims()), Scores: map[string]scored{}}
	for _, s := range r.weights {
		score := post.Score(s.Weights)
		e.Scores[s.Name] = scored{number(score.Mean), number(score.SE)}
	}
	if !post.Converged() {
		e.Reason = notConverged
	}
	return e, nil
}
