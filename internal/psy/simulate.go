package psy

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"galien/internal/measure"
	"galien/internal/measure/simulation"
	"galien/internal/psy/strictjson"
)

// Watch is told how far a simulation is. Nothing of it is in the answer, which depends on the request alone.
type Watch struct {
	// Progress is called now and then with the number of candidates done; nil for nobody.
	Progress func(done, of int)
	// End is called after the last candidate with the numbers of candidates and of items selected; nil for nobody.
	End func(candidates, selections int)
}

// What a simulation may ask for at most.
const (
	maxCandidates = 10_000_000
	maxWorkers    = 256
)

// simulateRequest is that of Simulate.
type simulateRequest struct {
	items      itemSet
	blueprint  blueprint
	population gaussian
	n          int
	prior      gaussian
	scores     scoreSet
	importance map[string]float64
	setup      simulation.Setup
	exposure   measure.ExposureRule
}

// Simulate answers with how well an adaptive exam measures a population, how it uses the bank and how it decides. The
// same request gives the same bytes, whatever the number of workers.
func Simulate(ctx context.Context, in io.Reader, out io.Writer, watch Watch) error {
	r := simulateRequest{importance: map[string]float64{}, n: 1000}
	r.setup.Workers = runtime.GOMAXPROCS(0)
	r.population.open, r.prior.open = true, true
	if err := r.read(in); err != nil {
		return err
	}
	if err := r.complete(); err != nil {
		return err
	}
	if watch.Progress != nil {
		r.setup.Progress = func(done int) { watch.Progress(done, r.n) }
	}
	report, err := simulation.Run(ctx, r.setup)
	switch {
	case ctx.Err() != nil:
		return &InterruptedError{}
	case err != nil:
		return fieldError("input", "%s", plainly(err))
	}
	if watch.End != nil {
		watch.End(report.Candidates, report.Selections)
	}
	for i := range report.Infeasible {
		report.Infeasible[i].Binding = binding(report.Infeasible[i].Binding)
	}
	report.State = nil
	return respond(out, report)
}

func (r *simulateRequest) read(in io.Reader) error {
	err := fields{
		"items":      r.items.read,
		"blueprint":  r.blueprint.read,
		"population": r.readPopulation,
		"prior":      r.prior.read,
		"scores":     r.scores.read,
		"importance": func(d *strictjson.Decoder) {
			d.Object(func(name string) bool { r.importance[name] = real(d); return true })
		},
		"exposureMax": func(d *strictjson.Decoder) { r.exposure.Max = share(d) },
		"exposureMin": func(d *strictjson.Decoder) { r.exposure.Min = share(d) },
		"seed":        func(d *strictjson.Decoder) { r.setup.Seed = uint64(natural(d, 1<<53)) },
		"workers":     func(d *strictjson.Decoder) { r.setup.Workers = max(1, natural(d, maxWorkers)) },
		"block":       func(d *strictjson.Decoder) { r.setup.Block = natural(d, maxCandidates) },
		"cuts":        func(d *strictjson.Decoder) { r.setup.Cuts = ascending(d) },
		"bands":       func(d *strictjson.Decoder) { r.setup.Bands = ascending(d) },
		"after": func(d *strictjson.Decoder) {
			d.Array(func(int) { r.setup.After = append(r.setup.After, natural(d, maxItems)) })
		},
		"stop": r.readStop,
	}.read(in)
	switch {
	case err != nil:
		return err
	case r.blueprint.length == 0:
		return fieldError("blueprint", "missing")
	case r.population.dims == nil:
		return fieldError("population", "missing")
	case r.exposure.Min > 0 && r.exposure.Min >= r.exposure.Max:
		return fieldError("exposureMin", "%v is not under exposureMax", r.exposure.Min)
	}
	return r.items.required("items")
}

// readPopulation reads {"n":…,"mean":[…],"cov":[[…]]}, with dims when the order of the items' is not meant.
func (r *simulateRequest) readPopulation(d *strictjson.Decoder) {
	r.population.readMore(d, fields{"n": func(d *strictjson.Decoder) {
		if r.n = natural(d, maxCandidates); r.n == 0 {
			d.Fail("a population has at least one candidate")
		}
	}})
}

func (r *simulateRequest) readStop(d *strictjson.Decoder) {
	s := &r.setup.Stop
	fields{
		"score":    func(d *strictjson.Decoder) { s.Score = d.Name() },
		"minItems": func(d *strictjson.Decoder) { s.MinItems = natural(d, maxItems) },
		"maxItems": func(d *strictjson.Decoder) { s.MaxItems = natural(d, maxItems) },
		"se": func(d *strictjson.Decoder) {
			if s.SE = real(d); s.SE < 0 {
				d.Fail("%v is negative", s.SE)
			}
		},
	}.object(d)
}

// natural reads a whole number from 0.
func natural(d *strictjson.Decoder, most int) int {
	n := d.Int()
	if n < 0 || n > most {
		d.Fail("%d is outside [0, %d]", n, most)
		return 0
	}
	return n
}

// share reads a number in (0, 1]; null is 0, for none.
func share(d *strictjson.Decoder) float64 {
	v := optional(d, d.Float)
	if v != nil && !(*v > 0 && *v <= 1) {
		d.Fail("%v is outside (0, 1]", *v)
	}
	return orZero(v)
}

// ascending reads cut scores.
func ascending(d *strictjson.Decoder) []float64 {
	cuts := append([]float64{}, reals(d, maxDims)...)
	if err := measure.CheckCuts(cuts); err != nil {
		d.Fail("%s", plainly(err))
	}
	return cuts
}

// complete makes the bank, the prior and the scores.
func (r *simulateRequest) complete() error {
	p, err := newPlan(&r.items, &r.blueprint, r.dims())
	if err != nil {
		return err
	}
	population, err := r.population.onto(p.dims)
	if err != nil {
		return err
	}
	prior := population
	if r.prior.dims != nil {
		if prior, err = r.prior.onto(p.dims); err != nil {
			return err
		}
	}
	r.setup.Bank, r.setup.Prior = p.bank, prior
	r.setup.Population = simulation.Population{N: r.n, Mean: population.Mean, Cov: population.Cov}
	if r.setup.Scores, err = r.reported(p); err != nil {
		return err
	}
	if r.setup.Stop.Score == "" && r.setup.Stop != (measure.StopRule{}) {
		r.setup.Stop.Score = r.setup.Scores[0].Name
	}
	if r.exposure.Max > 0 {
		r.setup.Exposure = &r.exposure
	}
	return r.check(p.bank)
}

// check refuses what does not fit the bank and its blueprint.
func (r *simulateRequest) check(bank *measure.Bank) error {
	for n, after := range r.setup.After {
		if after < 1 || after > bank.Length() {
			return fieldError(fmt.Sprintf("after[%d]", n), "%d is outside [1, %d], the length of the exam", after, bank.Length())
		}
	}
	of := r.setup.Stop.Score
	if of != "" && !slices.ContainsFunc(r.setup.Scores, func(s measure.Score) bool { return s.Name == of }) {
		return fieldError("stop.score", "%q is not a score", of)
	}
	if r.exposure.Min == 0 {
		return nil
	}
	if _, err := measure.NewExposure(bank, r.exposure); err != nil { // the ceiling is right: the floor is not
		return fieldError("exposureMin", "%s", strings.TrimPrefix(err.Error(), "measure: exposure: "))
	}
	return nil
}

// dims are the names that the population or the prior gives to the abilities; nil for the items', in their order.
func (r *simulateRequest) dims() []string {
	if dims := r.population.named(); dims != nil {
		return dims
	}
	return r.prior.named()
}

// reported are the scores of the request, or the whole and the groups of several dimensions; then every dimension.
func (r *simulateRequest) reported(p *plan) (measure.Objective, error) {
	all := gaussian{field: "population", dims: p.dims, index: p.index}
	scores, err := r.scores.weights(&all)
	if err != nil {
		return nil, err
	}
	if len(scores) == 0 {
		scores = r.usual(p)
	}
	for n := range scores {
		if importance, named := r.importance[scores[n].Name]; named {
			scores[n].Importance = importance
			delete(r.importance, scores[n].Name)
		}
	}
	for name := range r.importance {
		return nil, fieldError("importance."+name, "unknown score")
	}
	for k, name := range p.dims {
		named := slices.ContainsFunc(scores, func(s measure.Score) bool { return s.Name == name })
		if !named && len(r.population.dims) > 1 {
			scores = append(scores, mean(name, []int{k}, len(p.dims), 0))
		}
	}
	if err := scores.Validate(len(p.dims)); err != nil {
		return nil, fieldError("scores", "%s", plainly(err))
	}
	return scores, nil
}

// groupImportance is that of the groups, next to 1 for the whole.
const groupImportance = 0.2

func (r *simulateRequest) usual(p *plan) measure.Objective {
	every := make([]int, len(p.dims))
	for k := range every {
		every[k] = k
	}
	scores := measure.Objective{mean("whole", every, len(p.dims), 1)}
	for n := range r.blueprint.groups {
		g, err := p.group(&r.blueprint, n, true)
		if err == nil && len(g.Dims) > 1 && len(g.Dims) < len(p.dims) && g.Name != "whole" {
			scores = append(scores, mean(g.Name, g.Dims, len(p.dims), groupImportance))
		}
	}
	return scores
}

// mean is the score that is the mean of some abilities.
func mean(name string, dims []int, of int, importance float64) measure.Score {
	s := measure.Score{Name: name, Weights: make([]float64, of), Importance: importance}
	for _, k := range dims {
		s.Weights[k] = 1 / float64(len(dims))
	}
	return s
}

// onto puts a normal on the dimensions of a plan, by names, or in their order when it has none.
func (g *gaussian) onto(dims []string) (measure.Prior, error) {
	if g.named() == nil && g.rows == 1 {
		return g.over(dims), nil
	}
	if len(g.dims) != len(dims) {
		return measure.Prior{}, fieldError(g.field+".mean", "%d abilities, and the items and groups have %d dims: %s", len(g.dims), len(dims), fmt.Sprint(dims))
	}
	if g.unnamed {
		return g.prior(), nil
	}
	p := measure.Prior{Mean: make([]float64, len(dims)), Cov: make([]float64, len(dims)*len(dims))}
	for i, name := range dims {
		at, known := g.index[name]
		if !known {
			return measure.Prior{}, fieldError(g.field+".dims", "%q is missing", name)
		}
		p.Mean[i] = g.mean[at]
		for j, other := range dims {
			p.Cov[i*len(dims)+j] = g.cov[at*len(dims)+g.index[other]]
		}
	}
	return p, nil
}
