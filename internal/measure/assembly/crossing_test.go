package assembly

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSearchFindsTheOptimumOrAnIrreducibleConflict(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	solved, infeasible, crossing := 0, 0, 0
	for range 5000 {
		in := randomInstance(r)
		p, err := New(in.spec)
		if err != nil {
			t.Fatalf("%v\n%v", err, in)
		}
		if p.Crossing() {
			crossing++
		}
		want, feasible := in.brute()
		free, err := p.NewWorkspace().Assemble(in.values, in.given, in.excluded)
		if (err == nil) != feasible || (p.Feasible(in.given, in.excluded) == nil) != feasible {
			t.Fatalf("error %v, feasible by enumeration: %v\n%v", err, feasible, in)
		}
		if feasible {
			solved++
			checkForm(t, in, free, want)
			continue
		}
		infeasible++
		var conflict *InfeasibleError
		if !errors.As(err, &conflict) {
			t.Fatalf("%v is not an InfeasibleError", err)
		}
		checkIrreducible(t, in, conflict.Binding)
	}
	t.Logf("%d solved, %d infeasible, %d with crossing constraints", solved, infeasible, crossing)
	if solved < 1000 || infeasible < 1000 || crossing < 4000 {
		t.Errorf("%d solved, %d infeasible, %d crossing: the draw is lopsided", solved, infeasible, crossing)
	}
}

// checkForm solves the form's own pool: its only solution is the form.
func checkForm(t *testing.T, in instance, free []int, want float64) {
	t.Helper()
	only := in
	only.excluded = make([]bool, len(in.values))
	for i := range only.excluded {
		only.excluded[i] = in.excluded[i] || !slices.Contains(free, i) && !slices.Contains(in.given, i)
	}
	if got, ok := only.brute(); !ok || got != want {
		t.Fatalf("form %v with %v is worth %v (%v), want %v\n%v", free, in.given, got, ok, want, in)
	}
	if length := in.spec.Groups[len(in.spec.Groups)-1].Max; len(free)+len(in.given) != length {
		t.Fatalf("%d items, want %d\n%v", len(free)+len(in.given), length, in)
	}
	if !slices.IsSortedFunc(free, func(i, j int) int {
		return Candidate{in.values[i], int32(i)}.Compare(Candidate{in.values[j], int32(j)})
	}) {
		t.Fatalf("form %v is not in order\n%v", free, in)
	}
}

func checkIrreducible(t *testing.T, in instance, binding []string) {
	t.Helper()
	alone := in
	for _, name := range in.constraints() {
		if !slices.Contains(binding, name) {
			alone = alone.lift(name)
		}
	}
	if _, ok := alone.brute(); ok {
		t.Fatalf("%v can be met together\n%v", binding, in)
	}
	for _, name := range binding {
		if _, ok := alone.lift(name).brute(); !ok {
			t.Fatalf("%v stays infeasible without %q\n%v", binding, name, in)
		}
	}
}

// A hundred and fifty items of a minute each cannot fill twelve places of an exam of 700 seconds. Which constraints conflict must
// be found at once: with one of them lifted any form will do, and the best one among equals is long to prove.
func TestTheConflictOfLikeItemsIsNamedAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	spec := Spec{Groups: []Group{{Name: "", Parent: -1, Min: 12, Max: 12}}, Pools: []int{0}, MaxSeconds: 700}
	values := make([]float64, 150)
	for i := range values {
		spec.Items = append(spec.Items, Item{Seconds: 60, Family: -1})
		values[i] = r.Float64()
	}
	p, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.NewWorkspace().Assemble(values, nil, nil)
	var conflict *InfeasibleError
	if !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"length", "seconds"}) {
		t.Errorf("got %v, want length and seconds", err)
	}
}
