package measure

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// instance is a small assembly problem, solved by enumeration in the tests.
type instance struct {
	items    []Item
	bp       Blueprint
	anySize  bool // the length is lifted
	values   []float64
	given    []int
	excluded []bool
}

func (in instance) String() string {
	return fmt.Sprintf("items %v\nblueprint %+v\nvalues %v\ngiven %v\nexcluded %v", in.items, in.bp, in.values, in.given, in.excluded)
}

// randomInstance draws up to 20 items on 4 competencies in 2 domains, with random
// bounds, about half of them infeasible. Values are small integers in one case of
// two, so that ties are common, and sums are exact.
func randomInstance(r *rand.Rand) instance {
	n := 1 + r.IntN(16)
	if r.IntN(20) == 0 {
		n = 20
	}
	in := instance{values: make([]float64, n), excluded: make([]bool, n)}
	for i := range n {
		it := Item{ID: fmt.Sprintf("q%d", i), Model: TwoPL, A: 1, B: []float64{0}, Dim: r.IntN(4)}
		if r.IntN(2) == 0 {
			it.Family = fmt.Sprintf("f%d-%d", it.Dim, r.IntN(2))
		}
		in.items = append(in.items, it)
		in.values[i] = float64(r.IntN(1 << (3 + 17*r.IntN(2))))
		in.excluded[i] = r.IntN(8) == 0
	}
	in.given = r.Perm(n)[:r.IntN(1+n/4)]
	in.bp = Blueprint{Length: 1 + r.IntN(n), FamilyMax: r.IntN(3)}
	for _, dims := range [][]int{{0, 1}, {0}, {3, 2}, {1}, {2}, {1, 0}} {
		if r.IntN(3) > 0 {
			low := r.IntN(2 + len(dims))
			g := Group{Name: fmt.Sprintf("g%d", len(in.bp.Groups)), Dims: dims, Min: max(0, low-1), Max: low + r.IntN(5)}
			in.bp.Groups = append(in.bp.Groups, g)
		}
	}
	return in
}

// byDecreasing orders items by value, the lower index first between equals.
func (in instance) byDecreasing(i, j int) int {
	return cmp.Or(cmp.Compare(in.values[j], in.values[i]), i-j)
}

func (in instance) isExcluded(i int) bool { return in.excluded[i] }

// brute enumerates every set of items and returns the largest value.
func (in instance) brute() (best float64, feasible bool) {
	n := len(in.items)
	var given, pool uint32
	for _, i := range in.given {
		given |= 1 << i
	}
	masks := make([]uint32, len(in.bp.Groups))
	families := map[string]uint32{}
	for i, it := range in.items {
		if !in.excluded[i] || given&(1<<i) != 0 {
			pool |= 1 << i
		}
		if it.Family != "" && in.bp.FamilyMax > 0 {
			families[it.Family] |= 1 << i
		}
		for g, group := range in.bp.Groups {
			if slices.Contains(group.Dims, it.Dim) {
				masks[g] |= 1 << i
			}
		}
	}
	respects := func(set uint32) bool {
		if set&given != given || set&^pool != 0 || !in.anySize && bits.OnesCount32(set) != in.bp.Length {
			return false
		}
		for g, mask := range masks {
			if k := bits.OnesCount32(set & mask); k < in.bp.Groups[g].Min || k > in.bp.Groups[g].Max {
				return false
			}
		}
		for _, mask := range families {
			if bits.OnesCount32(set&mask) > in.bp.FamilyMax {
				return false
			}
		}
		return true
	}
	best = math.Inf(-1)
	for set := range uint32(1) << n {
		if !respects(set) {
			continue
		}
		value := 0.0
		for rest := set; rest != 0; rest &= rest - 1 {
			value += in.values[bits.TrailingZeros32(rest)]
		}
		best = math.Max(best, value)
	}
	return best, !math.IsInf(best, -1)
}

// lift removes a constraint by the name that InfeasibleError gives it.
func (in instance) lift(name string) instance {
	in.bp.Groups = slices.Clone(in.bp.Groups)
	kind, group, _ := strings.Cut(name, " ")
	for g := range in.bp.Groups {
		if in.bp.Groups[g].Name == group && kind == "min" {
			in.bp.Groups[g].Min = 0
		}
		if in.bp.Groups[g].Name == group && kind == "max" {
			in.bp.Groups[g].Max = len(in.items)
		}
	}
	in.anySize = in.anySize || name == "length"
	if name == "familyMax" {
		in.bp.FamilyMax = 0
	}
	return in
}

func (in instance) constraints() []string {
	names := []string{"length", "familyMax"}
	for _, g := range in.bp.Groups {
		names = append(names, "min "+g.Name, "max "+g.Name)
	}
	return names
}

func TestAssembleFindsTheOptimumOrAnIrreducibleConflict(t *testing.T) {
	r := random(6)
	solved, infeasible := 0, 0
	for range 4000 {
		in := randomInstance(r)
		bank, err := NewBank(in.items, in.bp)
		if err != nil {
			t.Fatalf("%v\n%v", err, in)
		}
		want, feasible := in.brute()
		form, err := bank.Assemble(in.values, in.given, in.isExcluded)
		if (err == nil) != feasible {
			t.Fatalf("error %v, feasible by enumeration: %v\n%v", err, feasible, in)
		}
		if feasible {
			solved++
			checkForm(t, in, form, want)
			continue
		}
		infeasible++
		var conflict *InfeasibleError
		if !errors.As(err, &conflict) {
			t.Fatalf("%v is not an InfeasibleError", err)
		}
		checkIrreducible(t, in, conflict.Binding)
	}
	t.Logf("%d solved, %d infeasible", solved, infeasible)
	if solved < 1000 || infeasible < 1000 {
		t.Errorf("%d solved, %d infeasible: the draw is lopsided", solved, infeasible)
	}
}

func checkForm(t *testing.T, in instance, form Form, want float64) {
	t.Helper()
	if form.Value != want || len(form.Items) != in.bp.Length {
		t.Fatalf("%d items of value %v, want %d of %v\n%v", len(form.Items), form.Value, in.bp.Length, want, in)
	}
	// The form must itself be a solution: the only one of its own pool.
	only := in
	only.excluded = make([]bool, len(in.items))
	for i := range only.excluded {
		only.excluded[i] = in.excluded[i] || !slices.Contains(form.Items, i)
	}
	if got, ok := only.brute(); !ok || got != want {
		t.Fatalf("form %v breaks a constraint\n%v", form.Items, in)
	}
	free := form.Items[form.Given:]
	if !slices.Equal(form.Items[:form.Given], in.given) || !slices.IsSortedFunc(free, in.byDecreasing) {
		t.Fatalf("form %v is not in order\n%v", form.Items, in)
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

func TestConflictNamesTheShortGroup(t *testing.T) {
	items := []Item{
		{ID: "a", Model: OnePL, B: []float64{0}, Dim: 0, Family: "twins"},
		{ID: "b", Model: OnePL, B: []float64{0}, Dim: 0, Family: "twins"},
		{ID: "c", Model: OnePL, B: []float64{0}, Dim: 1},
	}
	bank, err := NewBank(items, Blueprint{Length: 2, FamilyMax: 1, Groups: []Group{
		{Name: "domain", Dims: []int{0, 1}, Min: 0, Max: 3},
		{Name: "1.1", Dims: []int{0}, Min: 2, Max: 2},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var conflict *InfeasibleError
	if err := bank.Feasible(nil, nil); !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"familyMax", "min 1.1"}) {
		t.Errorf("error %v, want familyMax against min 1.1", err)
	}
}

func TestEqualValuesGoToTheLowerIndex(t *testing.T) {
	var items []Item
	for i := range 6 {
		items = append(items, Item{ID: fmt.Sprint(i), Model: OnePL, B: []float64{0}, Dim: i % 2})
	}
	bank, err := NewBank(items, Blueprint{Length: 3})
	if err != nil {
		t.Fatal(err)
	}
	form, err := bank.Assemble(make([]float64, 6), []int{4}, nil)
	if err != nil || !slices.Equal(form.Items, []int{4, 0, 1}) {
		t.Errorf("items %v, %v", form.Items, err)
	}
}

func TestAssembleRefusesBadInput(t *testing.T) {
	items := []Item{{ID: "a", Model: OnePL, B: []float64{0}}, {ID: "b", Model: OnePL, B: []float64{0}}}
	bank, err := NewBank(items, Blueprint{Length: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"short values": second(bank.Assemble([]float64{1}, nil, nil)),
		"NaN":          second(bank.Assemble([]float64{1, math.NaN()}, nil, nil)),
		"outside":      second(bank.Assemble([]float64{1, 1}, []int{2}, nil)),
		"repeated":     second(bank.Assemble([]float64{1, 1}, []int{0, 0}, nil)),
	} {
		var conflict *InfeasibleError
		if err == nil || errors.As(err, &conflict) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
