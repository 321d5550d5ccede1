package psy

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// estimateRequest is that of Estimate.
type estimateRequest struct {
	items     itemSet
	responses personSet
	method    string
	prior     measure.Normal
	grid      measure.Grid
}

type estimates struct {
	Persons []estimate `json:"persons"`
}

// estimate of a person. Theta and SE are null when there is none, and then Reason says why.
type estimate struct {
	ID     string  `json:"id"`
	Theta  *number `json:"theta"`
	SE     *number `json:"se"`
	Reason string  `json:"reason,omitempty"`
}

// Reasons for which a person has no estimate.
const (
	noResponse      = "no response"
	noFiniteMaximum = "the likelihood has no finite maximum"
	noInformation   = "the answers carry no information at the estimate"
)

// Estimate answers with the ability of each person on one dimension.
func Estimate(in io.Reader, out io.Writer, log *slog.Logger) error {
	r := estimateRequest{
		method: "EAP",
		prior:  measure.Normal{Mean: 0, SD: 1},
		grid:   measure.Grid{Min: -6, Max: 6, Points: 121},
	}
	if err := r.read(in); err != nil {
		return err
	}
	answer := estimates{Persons: make([]estimate, len(r.responses.persons))}
	err := each(len(answer.Persons), func(i int) (err error) {
		answer.Persons[i], err = r.estimate(i)
		return err
	})
	if err != nil {
		return err
	}
	if n := r.coarse(answer); n > 0 {
		log.Warn("the grid is too coarse: its nodes are over two standard errors apart", "persons", n)
	}
	return respond(out, answer)
}

func (r *estimateRequest) read(in io.Reader) error { return r.readWith(in, fields{}) }

// readWith reads a request that has more fields.
func (r *estimateRequest) readWith(in io.Reader, more fields) error {
	rule := ""
	f := fields{
		"items":     r.items.read,
		"responses": r.responses.read,
		"method":    func(d *strictjson.Decoder) { r.method = d.String() },
		"prior":     func(d *strictjson.Decoder) { r.prior = normal(d) },
		"grid":      func(d *strictjson.Decoder) { rule = readGrid(d, &r.grid) },
	}
	maps.Copy(f, more)
	err := f.read(in)
	if err != nil {
		return err
	}
	switch r.method {
	case "EAP", "MAP", "ML", "WLE":
	default:
		return fieldError("method", "%q is none of EAP, MAP, ML, WLE", r.method)
	}
	if r.grid.Rule, err = ruleOf(rule, r.grid, r.prior); err != nil {
		return err
	}
	if r.responses.persons == nil {
		return fieldError("responses", "missing: at least one person is needed")
	}
	return r.items.required("items")
}

// normal reads {"mean":…,"sd":…}, by default 0 and 1; or {"mean":[…],"cov":[[…]]} of one ability.
func normal(d *strictjson.Decoder) measure.Normal {
	n := measure.Normal{Mean: 0, SD: 1}
	fields{
		"mean": func(d *strictjson.Decoder) {
			if mean := reals(d, 1); len(mean) == 1 {
				n.Mean = mean[0]
			}
			if math.Abs(n.Mean) > maxMean {
				d.Fail("%v is outside ±%v", n.Mean, maxMean)
			}
		},
		"cov": func(d *strictjson.Decoder) {
			if cov, rows := matrix(d); rows == 1 && cov[0] > 0 {
				n.SD = checkSD(d, math.Sqrt(cov[0]))
			} else {
				d.Fail("the variance of one ability is expected")
			}
		},
		"sd": func(d *strictjson.Decoder) { n.SD = checkSD(d, real(d)) },
	}.object(d)
	return n
}

// checkSD refuses a standard deviation that no prior has.
func checkSD(d *strictjson.Decoder, sd float64) float64 {
	if !(sd >= minSD && sd <= maxSD) {
		d.Fail("standard deviation %v is outside [%v, %v]", sd, minSD, maxSD)
	}
	return sd
}

// readGrid reads {"min":…,"max":…,"points":…} and an optional rule, which it returns.
func readGrid(d *strictjson.Decoder, g *measure.Grid) (rule string) {
	fields{
		"min":    func(d *strictjson.Decoder) { g.Min = real(d) },
		"max":    func(d *strictjson.Decoder) { g.Max = real(d) },
		"points": func(d *strictjson.Decoder) { g.Points = d.Int() },
		"rule":   func(d *strictjson.Decoder) { rule = d.String() },
	}.object(d)
	switch {
	case !(g.Max > g.Min):
		d.FailAt("max", "%v is not above the minimum %v", g.Max, g.Min)
	case g.Points < 2 || g.Points > maxPoints:
		d.FailAt("points", "%d is outside [2, %d]", g.Points, maxPoints)
	}
	return rule
}

// shortGrid is the number of prior standard deviations within which an end of the grid cuts the posterior.
const shortGrid = 5

// ruleOf follows, by default, the program that is known for such a grid: catR's ends at ±4 standard deviations count
// half, mirt's at ±6 and beyond count the same as the other nodes.
func ruleOf(rule string, g measure.Grid, prior measure.Normal) (measure.Rule, error) {
	switch rule {
	case "trapezoid":
		return measure.Trapezoid, nil
	case "rectangular":
		return measure.Rectangular, nil
	case "":
	default:
		return 0, fieldError("grid.rule", "%q is neither trapezoid nor rectangular", rule)
	}
	if min(prior.Mean-g.Min, g.Max-prior.Mean) < shortGrid*prior.SD {
		return measure.Trapezoid, nil
	}
	return measure.Rectangular, nil
}

// estimate of one person. Without any answer, EAP and MAP are the prior.
func (r *estimateRequest) estimate(i int) (estimate, error) {
	id := r.responses.persons[i].id
	responses, err := r.responses.resolve(i, &r.items)
	if err != nil {
		return estimate{}, err
	}
	var e measure.Estimate
	switch bayes := r.method == "EAP" || r.method == "MAP"; {
	case len(responses) == 0 && bayes:
		e = measure.Estimate{Mean: r.prior.Mean, SE: r.prior.SD}
	case len(responses) == 0:
		return estimate{ID: id, Reason: noResponse}, nil
	case r.method == "EAP":
		if e, err = measure.EAP(responses, r.prior, r.grid); err != nil {
			return estimate{}, fieldError("grid", "%s (person %q)", plainly(err), id)
		}
	case r.method == "MAP":
		e, err = measure.MAP(responses, r.prior)
	case r.method == "ML":
		e, err = measure.ML(responses)
	case r.method == "WLE":
		e, err = measure.WLE(responses)
	}
	return newEstimate(id, e, err)
}

func newEstimate(id string, e measure.Estimate, err error) (estimate, error) {
	switch {
	case errors.Is(err, measure.ErrNoFiniteMaximum):
		return estimate{ID: id, Reason: noFiniteMaximum}, nil
	case err != nil:
		return estimate{}, fmt.Errorf("psy: person %q: %w", id, err)
	case !finite(e.Mean):
		return estimate{ID: id, Reason: noInformation}, nil
	case !finite(e.SE):
		return estimate{ID: id, Theta: (*number)(&e.Mean), Reason: noInformation}, nil
	}
	return estimate{ID: id, Theta: (*number)(&e.Mean), SE: (*number)(&e.SE)}, nil
}

// coarse counts the persons for whom the grid is not to be trusted.
func (r *estimateRequest) coarse(answer estimates) (n int) {
	for _, p := range answer.Persons {
		if r.method == "EAP" && p.SE != nil && r.grid.Coarse(measure.Estimate{SE: float64(*p.SE)}) {
			n++
		}
	}
	return n
}
