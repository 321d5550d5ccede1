package assembly

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Any multipliers give a bound, the simplex's own a good one, whichever way it
// pivots.
func TestEveryMultiplierGivesABound(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	checked := 0
	for range 2000 {
		in := randomInstance(r)
		optimum, feasible := in.brute()
		p, err := New(in.spec)
		if err != nil {
			t.Fatal(err)
		}
		if !feasible || !p.Crossing() {
			continue
		}
		checked++
		x := p.newExact()
		scale, ok := x.gather(in.values, in.given, in.excluded)
		if !ok {
			t.Fatalf("a feasible assembly is refused\n%v", in)
		}
		optimum = (optimum - total(in.values, in.given)) / scale
		mo, d := &x.whole, &x.root
		d.reset(mo)
		x.search.prepare(mo, -1e9)
		y := make([]float64, len(mo.rows))
		for k := range y {
			y[k] = r.NormFloat64()
		}
		x.search.simplex.y = y
		x.search.simplex.finite(d)
		if bound := mo.bound(d, y, x.search.reduced); bound < optimum-1e-9 {
			t.Fatalf("multipliers %v: bound %v under the optimum %v\n%v", y, bound, optimum, in)
		}
		bound, ok := x.search.relax(d)
		if !ok || bound < optimum-1e-9 || math.Abs(bound-mo.fixed-d.objective()) > 1e-9 {
			t.Fatalf("relaxation %v of objective %v, optimum %v\n%v", bound, d.objective(), optimum, in)
		}
		checkCareful(t, mo, d)
	}
	if checked < 300 {
		t.Errorf("only %d feasible instances", checked)
	}
}

// checkCareful solves again from the start with all the rows, by Bland's rule alone.
func checkCareful(t *testing.T, mo *model, solved *dictionary) {
	t.Helper()
	var d dictionary
	d.low, d.high = solved.low, solved.high
	d.restart(mo)
	for k := range mo.rows {
		d.addRow(mo, k)
	}
	s := simplex{patience: -1, limit: 1000}
	if end := s.solve(&d, -1e9); end != optimal {
		t.Fatalf("careful pivots end with %v", end)
	}
	if got, want := d.objective(), solved.objective(); math.Abs(got-want) > 1e-9 {
		t.Fatalf("careful pivots end at %v, the others at %v", got, want)
	}
}

// When no relaxation is solved at all, the bounds and the integer rows are enough
// for the optimum.
func TestTheOptimumDoesNotNeedThePivots(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	solved := 0
	for range 300 {
		in := randomInstance(r)
		want, feasible := in.brute()
		p, err := New(in.spec)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Crossing() {
			continue
		}
		w := p.NewWorkspace()
		w.exact = p.newExact()
		w.exact.search.simplex.limit = -1
		s, ok := w.search(0, in.values, in.given, in.excluded)
		if ok != feasible {
			t.Fatalf("found %v, feasible by enumeration: %v\n%v", ok, feasible, in)
		}
		if ok {
			solved++
			checkForm(t, in, s.Free, want)
		}
	}
	if solved < 50 {
		t.Errorf("only %d solved", solved)
	}
}
