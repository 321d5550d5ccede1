package assembly

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// generated draws an assembly of the kind of the reference file: a bank of 3PL
// items as its generator draws them, the same constraints, an ability, and up to
// eleven items already given. Every second one has many more enemies; every third
// one tight seconds and keys and one item a family.
func generated(t testing.TB, seed uint64, items int) (p *Plan, values []float64, given []int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 500))
	clip := func(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }
	ref := reference{Lo: []int{5, 5, 4, 4, 3}, Hi: []int{9, 9, 8, 8, 7}}
	for range items {
		ref.Items = append(ref.Items, [3]float64{
			clip(math.Exp(0.1+0.3*r.NormFloat64()), 0.4, 2.5), clip(r.NormFloat64(), -3.5, 3.5), 0.05 + 0.2*r.Float64(),
		})
		ref.Area = append(ref.Area, r.IntN(5))
		ref.Time = append(ref.Time, 30+r.IntN(60))
		ref.Key = append(ref.Key, r.IntN(4))
		ref.Vignette = append(ref.Vignette, max(0, r.IntN(3)-1))
	}
	pairs := 40
	if seed%2 == 1 {
		pairs = items
	}
	for range pairs {
		i := r.IntN(items)
		ref.Enemies = append(ref.Enemies, []int{i, (i + 1 + r.IntN(items-1)) % items})
	}
	spec := ref.spec()
	if seed%3 == 2 {
		spec.MaxSeconds, spec.FamilyMax = 1350, 1
		for k := range 4 {
			spec.Tags[k].Min, spec.Tags[k].Max = 7, 8
		}
		for i := range spec.Items {
			spec.Items[i].Family = 40*spec.Items[i].Pool + r.IntN(40)
		}
	}
	p, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	theta := 5*r.Float64() - 2.5
	before, err := p.NewWorkspace().Search(0, ref.information(theta+0.5*r.NormFloat64()), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, ref.information(theta), before.Free[:r.IntN(12)]
}

// The values are those of the forms that CBC 2.10.8 found with no gap left.
func TestSearchAgreesWithCBCOnGeneratedAssemblies(t *testing.T) {
	for seed, want := range []float64{
		18.627757183302, 16.748768123579, 13.255227362626, 9.845184822718, 12.858583848772, 10.506358307464,
		18.528653682820, 6.154817978602, 10.185377570025, 14.251557631405, 9.951924919310, 11.013685446312,
		15.283239761416, 16.949018624096, 6.715409031870, 16.780184663235, 10.239704917387, 13.662393028039,
		12.395749334950, 14.978127568967, 16.283512322109, 14.188472511095, 15.515084122431, 13.821742695205,
	} {
		p, values, given := generated(t, uint64(seed), 500)
		s, err := p.NewWorkspace().Search(0, values, given, nil)
		if err != nil || !s.Proven {
			t.Fatalf("seed %d: %v, proven %v", seed, err, s.Proven)
		}
		if got := total(values, given, s.Free); math.Abs(got-want) > 1e-9 {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
	}
}

func total(values []float64, lists ...[]int) (sum float64) {
	for _, i := range slices.Concat(lists...) {
		sum += values[i]
	}
	return sum
}

// A search under a limit has a form within the bound it states, and says when it
// is proven.
func TestLimitedSearchStatesItsGap(t *testing.T) {
	stopped := 0
	for seed := range uint64(40) {
		p, values, given := generated(t, seed, 200)
		w := p.NewWorkspace()
		best, err := w.Search(0, values, given, nil)
		if err != nil {
			t.Fatal(err)
		}
		optimum := total(values, best.Free)
		s, err := w.Search(1, values, given, nil)
		if err != nil {
			t.Fatal(err)
		}
		value := total(values, s.Free)
		var chosen []Candidate
		for _, i := range s.Free {
			chosen = append(chosen, Candidate{values[i], int32(i)})
		}
		if value > optimum+1e-9 || s.Bound < optimum-1e-9 || !w.Respects(chosen, given) {
			t.Errorf("seed %d: value %v, bound %v, optimum %v", seed, value, s.Bound, optimum)
		}
		if !s.Proven {
			stopped++
		} else if math.Abs(value-optimum) > 1e-9 {
			t.Errorf("seed %d: %v is said to be the optimum, which is %v", seed, value, optimum)
		}
	}
	if stopped == 0 {
		t.Error("the limit stopped no search")
	}
}

// BenchmarkGenerated goes through 200 assemblies, and reports the median, the
// ninth decile and the worst besides the mean.
func BenchmarkGenerated(b *testing.B) {
	var plans []*Workspace
	var values [][]float64
	var givens [][]int
	for seed := range uint64(200) {
		p, v, given := generated(b, seed, 500)
		plans, values, givens = append(plans, p.NewWorkspace()), append(values, v), append(givens, given)
	}
	fastest := slices.Repeat([]time.Duration{math.MaxInt64}, len(plans))
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		k := n % len(plans)
		start := b.Elapsed()
		if _, err := plans[k].Search(0, values[k], givens[k], nil); err != nil {
			b.Fatal(err)
		}
		fastest[k] = min(fastest[k], b.Elapsed()-start)
		n++
	}
	if n < len(plans) {
		return
	}
	slices.Sort(fastest)
	for name, rank := range map[string]int{"median-ns": 100, "p90-ns": 180, "worst-ns": 199} {
		b.ReportMetric(float64(fastest[rank]), name)
	}
}
