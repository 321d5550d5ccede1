package psy

import (
	"io"
	"math"

	"galien/internal/measure"
	"galien/internal/measure/classification"
	"galien/internal/psy/strictjson"
)

// accuracyRequest is that of Accuracy.
type accuracyRequest struct {
	items      itemSet
	cuts       []float64
	method     string
	population measure.Normal
	grid       *measure.Grid
	points     []classification.Point // of persons, instead of a population
	persons    bool
}

type accuracies struct {
	Method      string        `json:"method"`
	Accuracy    number        `json:"accuracy"`
	Consistency number        `json:"consistency"`
	Kappa       number        `json:"kappa"`
	Cuts        []cutAccuracy `json:"cuts"`
	Points      []point       `json:"points"`
}

type cutAccuracy struct {
	Cut         number `json:"cut"`
	Accuracy    number `json:"accuracy"`
	Consistency number `json:"consistency"`
}

// point holds the indices at one ability; SE has no meaning for a total score.
type point struct {
	Theta       number  `json:"theta"`
	Weight      number  `json:"weight"`
	SE          *number `json:"se,omitempty"`
	Accuracy    number  `json:"accuracy"`
	Consistency number  `json:"consistency"`
}

// Accuracy answers with the share of persons whom a test puts in their true level, and with that of those whom two
// tests would put in the same level.
func Accuracy(in io.Reader, out io.Writer) error {
	r := accuracyRequest{method: "Rudner", population: measure.Normal{Mean: 0, SD: 1}}
	if err := r.read(in); err != nil {
		return err
	}
	nodes, weights := r.nodes()
	var summary classification.Summary
	var err error
	if r.method == "Lee" {
		for q := range nodes {
			r.points = append(r.points, classification.Point{Estimate: measure.Estimate{Mean: nodes[q]}, Weight: weights[q]})
		}
		summary, err = classification.Lee(r.items.plain(), nodes, weights, r.cuts)
	} else {
		if !r.persons {
			if r.points, err = classification.Points(r.items.plain(), nodes, weights); err != nil {
				return fieldError("items", "%s", plainly(err))
			}
		}
		summary, err = classification.Rudner(r.points, r.cuts)
	}
	if err != nil {
		return fieldError("cuts", "%s", plainly(err))
	}
	return respond(out, r.answer(summary))
}

func (r *accuracyRequest) read(in io.Reader) error {
	err := fields{
		"items":      r.items.read,
		"cuts":       func(d *strictjson.Decoder) { r.cuts = reals(d, maxDims) },
		"population": func(d *strictjson.Decoder) { r.population = normal(d) },
		"persons":    func(d *strictjson.Decoder) { r.points, r.persons = estimated(d), true },
		"method":     func(d *strictjson.Decoder) { r.method = d.String() },
		"grid": func(d *strictjson.Decoder) {
			r.grid = &measure.Grid{Min: -4, Max: 4, Points: 41}
			readGrid(d, r.grid)
		},
	}.read(in)
	switch {
	case err != nil:
		return err
	case len(r.cuts) == 0:
		return fieldError("cuts", "missing: at least one cut score is needed")
	case r.method != "Rudner" && r.method != "Lee":
		return fieldError("method", "%q is neither Rudner nor Lee", r.method)
	case r.persons && r.method == "Lee":
		return fieldError("persons", "Lee's method takes items and a population")
	case r.persons && len(r.points) == 0:
		return fieldError("persons", "at least one person with an estimate is needed")
	case r.persons:
		return nil
	}
	return r.items.required("items")
}

// estimated reads persons as psy estimate writes them; those without an estimate are left out.
func estimated(d *strictjson.Decoder) []classification.Point {
	var points []classification.Point
	d.Array(func(int) {
		var theta, se *float64
		skip := func(d *strictjson.Decoder) { d.Skip() }
		fields{
			"id":     skip,
			"theta":  func(d *strictjson.Decoder) { theta = optional(d, func() float64 { return real(d) }) },
			"se":     func(d *strictjson.Decoder) { se = optional(d, func() float64 { return real(d) }) },
			"reason": skip,
		}.object(d)
		if theta == nil || se == nil {
			return
		}
		if *se < 0 {
			d.FailAt("se", "%v is negative", *se)
		}
		points = append(points, classification.Point{Estimate: measure.Estimate{Mean: *theta, SE: *se}, Weight: 1})
	})
	return points
}

// nodes of the population: by default 41 over four standard deviations on either side of the mean, as cacIRT takes.
func (r *accuracyRequest) nodes() (nodes, weights []float64) {
	p, g := r.population, r.grid
	if g == nil {
		g = &measure.Grid{Min: p.Mean - 4*p.SD, Max: p.Mean + 4*p.SD, Points: 41}
	}
	sum, step := 0.0, (g.Max-g.Min)/float64(g.Points-1)
	for q := range g.Points {
		theta := g.Min + float64(q)*step
		z := (theta - p.Mean) / p.SD
		nodes, weights = append(nodes, theta), append(weights, math.Exp(-z*z/2))
		sum += weights[q]
	}
	for q := range weights {
		weights[q] /= sum
	}
	return nodes, weights
}

func (r *accuracyRequest) answer(s classification.Summary) accuracies {
	a := accuracies{
		Method: r.method, Accuracy: number(s.Levels.Accuracy), Consistency: number(s.Levels.Consistency), Kappa: number(s.Kappa),
	}
	for k, cut := range r.cuts {
		a.Cuts = append(a.Cuts, cutAccuracy{number(cut), number(s.Cuts[k].Accuracy), number(s.Cuts[k].Consistency)})
	}
	for q, c := range s.Conditional {
		p := point{
			Theta: number(r.points[q].Mean), Weight: number(r.points[q].Weight),
			Accuracy: number(c.Levels.Accuracy), Consistency: number(c.Levels.Consistency),
		}
		if r.method == "Rudner" {
			p.SE = finiteOrNil(r.points[q].SE)
		}
		a.Points = append(a.Points, p)
	}
	return a
}
