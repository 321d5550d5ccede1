package calibration

import (
	"context"
	"fmt"
	"slices"
)

// result reads the last point kept.
func (c *calibration) result(ctx context.Context) *Result {
	r := &Result{
		LogLikelihood: c.loglik, Penalised: c.penalised, Parameters: c.layout.size,
		Converged: c.reason == SmallChange || c.reason == FlatLikelihood,
		Reason:    c.reason, Iterations: c.state.Iteration, Refused: c.state.Refused, Change: c.change,
		State: c.state.clone(), Errors: NoErrors,
	}
	c.x = c.state.Kept
	if c.x == nil { // cancelled before the first point
		c.x = c.state.X
	}
	c.at(c.x)
	for j := range c.data.items {
		r.Items = append(r.Items, c.estimate(j))
	}
	for g := range c.data.groups {
		r.Groups = append(r.Groups, c.group(g))
	}
	r.Warnings = c.warnings(r)
	if c.reason != Cancelled {
		c.standardErrors(ctx, r)
	}
	return r
}

func (c *calibration) estimate(j int) Estimate {
	it, p := &c.data.items[j], &c.layout.items[j]
	est := Estimate{ID: it.ID, Status: p.status, Counts: c.data.Counts(j)}
	for _, n := range est.Counts {
		est.N += n
	}
	switch {
	case p.status == Fixed:
		fixed := *it.Fixed
		v := curveOf(&fixed)
		est.Item, est.Intercepts = &fixed, v.d
	case p.free():
		v := &c.curves[j]
		item := v.item(it.ID)
		est.Item, est.Intercepts = &item, append([]float64(nil), v.d...)
		est.AtBound = c.atBound(p)
	}
	return est
}

// atBound names the parameters of an item that a bound holds.
func (c *calibration) atBound(p *place) (names []string) {
	held := func(k kind, at int) bool {
		low, high := k.bounds()
		return c.x[at] <= low || c.x[at] >= high
	}
	if held(slopeKind, p.slope) {
		names = append(names, "a")
	}
	for k := range p.steps {
		if held(interceptKind, p.first+k) {
			names = append(names, "d")
			break
		}
	}
	if p.guess >= 0 && held(guessKind, p.guess) {
		names = append(names, "c")
	}
	return names
}

func (c *calibration) group(g int) Population {
	mean, sd := c.layout.population(g, c.x)
	p := Population{Name: c.data.groups[g], Estimated: c.layout.mean[g] >= 0, Mean: mean, SD: sd}
	for row := range uint32(c.data.rows) {
		if c.data.group(row) == g {
			p.Persons += int(c.data.weight(row))
		}
	}
	return p
}

func (c *calibration) warnings(r *Result) (w []string) {
	if n := c.total.coarse.persons; n > 0 {
		w = append(w, fmt.Sprintf("the nodes are %.3g apart, over two posterior standard deviations for %.0f of %d persons "+
			"(the smallest is %.3g): slopes are biased, take more nodes", c.grid.step, n, c.data.persons, c.total.coarse.smallestSD))
	}
	for _, it := range r.Items {
		switch {
		case it.Status > Fixed:
			w = append(w, fmt.Sprintf("item %q is not calibrated: %v", it.ID, it.Status))
		case len(it.AtBound) > 0:
			w = append(w, fmt.Sprintf("item %q: %v at a bound of the search", it.ID, it.AtBound))
		}
	}
	if r.Reason == FlatLikelihood {
		w = append(w, fmt.Sprintf("the log-likelihood no longer rises, though %s still moves by %.3g an iteration", c.owner(c.mover), r.Change))
	}
	if !r.Converged {
		w = append(w, fmt.Sprintf("not converged (%v): the last iteration moved a parameter by %.3g", r.Reason, r.Change))
	}
	return w
}

// owner names what a parameter belongs to.
func (c *calibration) owner(at int) string {
	for j := range c.layout.items {
		if p := &c.layout.items[j]; p.free() && slices.Contains(p.indices(nil), at) && at != c.layout.common {
			return fmt.Sprintf("item %q", c.data.items[j].ID)
		}
	}
	if at == c.layout.common {
		return "the common slope"
	}
	return "a population"
}
