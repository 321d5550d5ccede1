package psy

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// gaussian is a multivariate normal of named abilities: a prior, a posterior or a population.
type gaussian struct {
	field string
	dims  []string
	index map[string]int
	mean  []float64
	cov   []float64 // row-major
	rows  int

	open    bool // names may be left out
	unnamed bool // several abilities without names: they are in the order of the items'
}

// read reads {"dims":[…],"mean":[…],"cov":[[…]]}. A single ability needs no dims, and may be {"mean":…,"sd":…}.
func (g *gaussian) read(d *strictjson.Decoder) { g.readMore(d, fields{}) }

// readMore reads an object that has more fields.
func (g *gaussian) readMore(d *strictjson.Decoder, more fields) {
	g.field = d.Path()
	f := fields{
		"dims": func(d *strictjson.Decoder) { g.dims = names(d) },
		"mean": func(d *strictjson.Decoder) { g.mean = reals(d, maxDims) },
		"cov":  g.readCov,
		"sd": func(d *strictjson.Decoder) {
			sd := checkSD(d, real(d))
			g.cov, g.rows = []float64{sd * sd}, 1
		},
	}
	maps.Copy(f, more)
	f.object(d)
	if !d.Failed() {
		g.complete(d)
	}
}

func (g *gaussian) readCov(d *strictjson.Decoder) {
	g.cov, g.rows = matrix(d)
	for k := 0; k < g.rows && !d.Failed(); k++ {
		checkSD(d, math.Sqrt(g.cov[k*g.rows+k]))
	}
}

func (g *gaussian) complete(d *strictjson.Decoder) {
	if g.dims == nil && g.rows == 1 {
		g.dims = []string{""}
	}
	if g.dims == nil && g.open {
		g.unnamed = true
		for k := range g.rows {
			g.dims = append(g.dims, fmt.Sprint(k))
		}
	}
	if g.mean == nil {
		g.mean = make([]float64, len(g.dims))
	}
	g.index = make(map[string]int, len(g.dims))
	for k, name := range g.dims {
		if _, seen := g.index[name]; seen {
			d.FailAt("dims", "%q is repeated", name)
		}
		g.index[name] = k
	}
	switch {
	case len(g.dims) == 0:
		d.FailAt("dims", "missing")
	case len(g.dims) > maxDims:
		d.FailAt("dims", "more than %d", maxDims)
	case g.cov == nil:
		d.FailAt("cov", "missing")
	case g.rows != len(g.dims):
		d.FailAt("cov", "%d rows for %d dims", g.rows, len(g.dims))
	case len(g.mean) != len(g.dims):
		d.FailAt("mean", "%d numbers for %d dims", len(g.mean), len(g.dims))
	}
	if d.Failed() {
		return
	}
	g.symmetrise()
	if _, err := measure.NewPosterior(g.prior()); err != nil {
		d.FailAt("cov", "%s", strings.TrimPrefix(err.Error(), "measure: prior: "))
	}
}

// symmetrise takes away the rounding of other programs; a matrix that is not symmetric stays so.
func (g *gaussian) symmetrise() {
	for i := range g.rows {
		for j := range i {
			x, y := g.cov[i*g.rows+j], g.cov[j*g.rows+i]
			if difference := x - y; difference*difference <= 1e-20*max(x*x, y*y) {
				g.cov[i*g.rows+j] = y
			}
		}
	}
}

func (g *gaussian) prior() measure.Prior { return measure.Prior{Mean: g.mean, Cov: g.cov} }

// named returns the names of the abilities; nil when there is one without a name, on which all items are.
func (g *gaussian) named() []string {
	if g.unnamed || len(g.dims) == 1 && g.dims[0] == "" {
		return nil
	}
	return g.dims
}

// dimOf is the dimension of an item.
func (g *gaussian) dimOf(items *itemSet, i int) (int, error) {
	it := &items.items[i]
	k, known := g.index[it.dim]
	switch {
	case g.named() == nil || it.dim == "" && len(g.dims) == 1:
		return 0, nil
	case it.dim == "":
		return 0, fieldError(items.path(i, "dim"), "missing (item %q)", it.ID)
	case !known:
		return 0, fieldError(items.path(i, "dim"), "%q is not in %s.dims (item %q)", it.dim, g.field, it.ID)
	}
	return k, nil
}

// place gives each item its dimension.
func (g *gaussian) place(items *itemSet) (err error) {
	for i := range items.items {
		if items.items[i].Dim, err = g.dimOf(items, i); err != nil {
			return err
		}
	}
	return nil
}

// over spreads one ability without a name over the dimensions of a bank, which are then one and the same.
func (g *gaussian) over(dims []string) measure.Prior {
	if g.named() != nil {
		return g.prior()
	}
	n := len(dims)
	return measure.Prior{Mean: slices.Repeat(g.mean, n), Cov: slices.Repeat(g.cov, n*n)}
}

// scoreSet is a field of named scores: {"1":{"1.1":0.5,"1.2":0.5}}, each a weighted sum of abilities.
type scoreSet struct {
	field string
	names []string
	terms [][]term
}

type term struct {
	dim    string
	weight float64
}

func (s *scoreSet) read(d *strictjson.Decoder) {
	s.field = d.Path()
	d.Object(func(name string) bool {
		var terms []term
		d.Object(func(dim string) bool {
			terms = append(terms, term{dim, real(d)})
			return true
		})
		switch {
		case name == "":
			d.Fail("a score has no name")
		case len(terms) == 0:
			d.Fail("no weight")
		}
		s.names = append(s.names, name)
		s.terms = append(s.terms, terms)
		return true
	})
}

// weights returns the scores as the engine knows them, each of the given importance.
func (s *scoreSet) weights(g *gaussian) (measure.Objective, error) {
	var scores measure.Objective
	for n, name := range s.names {
		score := measure.Score{Name: name, Weights: make([]float64, len(g.dims)), Importance: 1}
		for _, t := range s.terms[n] {
			k, known := g.index[t.dim]
			if !known {
				return nil, fieldError(s.field+"."+name+"."+t.dim, "not in %s.dims", g.field)
			}
			score.Weights[k] = t.weight
		}
		scores = append(scores, score)
	}
	return scores, nil
}
