package psy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// formRequest is what Assemble and Select have in common.
type formRequest struct {
	items      itemSet
	blueprint  blueprint
	theta      *float64
	posterior  gaussian
	scores     scoreSet
	importance map[string]float64
	given      []string
	excluded   []string
	accessible bool
	lang       string
}

func (r *formRequest) fields() fields {
	r.importance = map[string]float64{}
	return fields{
		"items":     r.items.read,
		"blueprint": r.blueprint.read,
		"theta":     func(d *strictjson.Decoder) { r.theta = optional(d, func() float64 { return real(d) }) },
		"posterior": r.posterior.read,
		"scores":    r.scores.read,
		"importance": func(d *strictjson.Decoder) {
			d.Object(func(name string) bool { r.importance[name] = real(d); return true })
		},
		"given":      func(d *strictjson.Decoder) { r.given = names(d) },
		"excluded":   func(d *strictjson.Decoder) { r.excluded = names(d) },
		"accessible": func(d *strictjson.Decoder) { r.accessible = d.Bool() },
		"lang":       func(d *strictjson.Decoder) { r.lang = d.Name() },
	}
}

// form is a whole exam, or what makes one impossible.
type form struct {
	Feasible bool     `json:"feasible"`
	Items    []string `json:"items,omitempty"` // those given, then the others, best first
	Value    *number  `json:"value,omitempty"`
	Binding  []string `json:"binding,omitempty"`
}

// Assemble answers with the best exam under a blueprint.
func Assemble(in io.Reader, out io.Writer) error {
	var r formRequest
	if err := r.fields().read(in); err != nil {
		return err
	}
	if r.blueprint.length == 0 {
		return fieldError("blueprint", "missing")
	}
	answer, _, err := r.assemble()
	if err != nil {
		return err
	}
	return respond(out, answer)
}

// assemble returns the form by names, and by index.
func (r *formRequest) assemble() (form, measure.Form, error) {
	f, err := r.solve()
	if conflict, ok := errors.AsType[*measure.InfeasibleError](err); ok {
		return form{Binding: binding(conflict.Binding)}, f, nil
	}
	if err != nil {
		return form{}, f, err
	}
	answer := form{Feasible: true, Items: make([]string, len(f.Items)), Value: finiteOrNil(f.Value)}
	for n, i := range f.Items {
		answer.Items[n] = r.items.items[i].ID
	}
	return answer, f, nil
}

// binding names the constraints as the request does: those of generated tags, as the groups and families that they
// stand for.
func binding(names []string) []string {
	list := slices.Clone(names)
	asAsked := strings.NewReplacer("tag "+groupMark, "", familyMark, "family ")
	for i, name := range list {
		if list[i] = asAsked.Replace(name); name == "seconds" {
			list[i] = "maxSeconds"
		}
	}
	return list
}

func (r *formRequest) solve() (measure.Form, error) {
	if err := r.items.required("items"); err != nil {
		return measure.Form{}, err
	}
	switch {
	case r.theta != nil && r.posterior.dims != nil:
		return measure.Form{}, fieldError("theta", "give theta or posterior, not both")
	case r.theta == nil && r.posterior.dims == nil:
		return measure.Form{}, fieldError("theta", "missing: give theta or posterior")
	}
	given, err := r.indices("given", r.given)
	if err != nil {
		return measure.Form{}, err
	}
	out, err := r.indices("excluded", r.excluded)
	if err != nil {
		return measure.Form{}, err
	}
	excluded := make([]bool, len(r.items.items))
	for _, i := range out {
		excluded[i] = true
	}
	for i := range r.items.items {
		it := &r.items.items[i]
		excluded[i] = excluded[i] || r.accessible && !it.accessible || r.lang != "" && it.lang != r.lang
	}
	rule := func(i int) bool { return excluded[i] }
	if r.theta != nil {
		return r.solveAt(*r.theta, given, rule)
	}
	return r.solveUnder(given, rule)
}

// solveAt maximises the sum of Fisher information at an ability.
func (r *formRequest) solveAt(theta float64, given []int, excluded func(int) bool) (measure.Form, error) {
	p, err := newPlan(&r.items, &r.blueprint, nil)
	if err != nil {
		return measure.Form{}, err
	}
	values := make([]float64, len(r.items.items))
	for i := range values {
		values[i] = r.items.items[i].Information(theta)
	}
	return p.bank.Assemble(values, given, excluded)
}

// solveUnder maximises the reduction of the weighted variance of the scores under a posterior.
func (r *formRequest) solveUnder(given []int, excluded func(int) bool) (measure.Form, error) {
	p, err := newPlan(&r.items, &r.blueprint, r.posterior.named())
	if err != nil {
		return measure.Form{}, err
	}
	objective, err := r.objective(p)
	if err != nil {
		return measure.Form{}, err
	}
	post, err := measure.NewPosterior(r.posterior.over(p.dims))
	if err != nil {
		return measure.Form{}, err
	}
	return p.bank.Shadow(post, objective, given, excluded)
}

// objective is made of the scores, of importance 1 unless it is said; of each ability, without scores.
func (r *formRequest) objective(p *plan) (measure.Objective, error) {
	objective, err := r.scores.weights(&r.posterior)
	if err != nil {
		return nil, err
	}
	for n := range objective {
		if importance, named := r.importance[objective[n].Name]; named {
			objective[n].Importance = importance
			delete(r.importance, objective[n].Name)
		}
		if objective[n].Importance < 0 {
			return nil, fieldError("importance."+objective[n].Name, "%v is negative", objective[n].Importance)
		}
	}
	for name := range r.importance {
		return nil, fieldError("importance."+name, "unknown score")
	}
	if len(objective) == 0 {
		for k, name := range r.posterior.dims {
			s := measure.Score{Name: name, Weights: make([]float64, len(r.posterior.dims)), Importance: 1}
			s.Weights[k] = 1
			objective = append(objective, s)
		}
	}
	for n := range objective { // one ability stands for all the dimensions
		objective[n].Weights = append(objective[n].Weights, make([]float64, len(p.dims)-len(objective[n].Weights))...)
	}
	if err := objective.Validate(len(p.dims)); err != nil {
		return nil, fieldError("scores", "%s", plainly(err))
	}
	return objective, nil
}

// indices finds items by their names, which are given once each.
func (r *formRequest) indices(field string, ids []string) ([]int, error) {
	list := make([]int, len(ids))
	seen := map[string]bool{}
	for n, id := range ids {
		path := fmt.Sprintf("%s[%d]", field, n)
		if seen[id] {
			return nil, fieldError(path, "item %q is repeated", id)
		}
		seen[id] = true
		i, err := r.items.find(id, path)
		if err != nil {
			return nil, err
		}
		list[n] = i
	}
	return list, nil
}
