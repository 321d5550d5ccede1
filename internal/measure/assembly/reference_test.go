package assembly

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

// reference is the file of assemblies solved by integer-programming solvers.
type reference struct {
	Items    [][3]float64
	Area     []int
	Lo       []int `json:"area_lo"`
	Hi       []int `json:"area_hi"`
	Time     []int
	Key      []int
	Vignette []int
	Enemies  [][]int
	Cases    []struct {
		Theta        float64
		Administered []int
		Objective    float64
	}
}

func readReference(t testing.TB) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/shadow_mip.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	return ref
}

// plan has the constraints that the file states: 30 items, areas, 1,650 seconds,
// 10 answers of the same key, 8 to 12 vignettes, enemies.
func (ref reference) plan(t testing.TB) *Plan {
	t.Helper()
	p, err := New(ref.spec())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (ref reference) spec() Spec {
	spec := Spec{MaxSeconds: 1650, Enemies: ref.Enemies}
	for k := range 4 {
		spec.Tags = append(spec.Tags, Tag{Name: fmt.Sprint("key:", k), Max: 10})
	}
	spec.Tags = append(spec.Tags, Tag{Name: "vignette", Min: 8, Max: 12})
	for a := range ref.Lo {
		spec.Groups = append(spec.Groups, Group{Name: fmt.Sprint("area ", a), Parent: len(ref.Lo), Min: ref.Lo[a], Max: ref.Hi[a]})
		spec.Pools = append(spec.Pools, a)
	}
	spec.Groups = append(spec.Groups, Group{Parent: -1, Min: 30, Max: 30})
	for i := range ref.Items {
		it := Item{ID: fmt.Sprint("q", i), Pool: ref.Area[i], Family: -1, Seconds: ref.Time[i], Tags: []int{ref.Key[i]}}
		if ref.Vignette[i] == 1 {
			it.Tags = append(it.Tags, 4)
		}
		spec.Items = append(spec.Items, it)
	}
	return spec
}

// information is that of the three-parameter model, on the logistic metric.
func (ref reference) information(theta float64) []float64 {
	values := make([]float64, len(ref.Items))
	for i, it := range ref.Items {
		l := 1 / (1 + math.Exp(-it[0]*(theta-it[1])))
		p := it[2] + (1-it[2])*l
		d := it[0] * (1 - it[2]) * l * (1 - l)
		values[i] = d * d / (p * (1 - p))
	}
	return values
}

// The reference objectives are printed with the solvers' own tolerance.
func TestSearchAgreesWithIntegerProgramming(t *testing.T) {
	ref := readReference(t)
	w := ref.plan(t).NewWorkspace()
	for _, c := range ref.Cases {
		values := ref.information(c.Theta)
		s, err := w.Search(0, values, c.Administered, nil)
		if err != nil || !s.Proven {
			t.Fatalf("theta %v: %v, proven %v", c.Theta, err, s.Proven)
		}
		if got := total(values, c.Administered, s.Free); math.Abs(got-c.Objective) > 1e-9 {
			t.Errorf("theta %v: %v, want %v", c.Theta, got, c.Objective)
		}
		t.Logf("theta %v: %d nodes", c.Theta, s.Nodes)
	}
}

func BenchmarkShadowMIP(b *testing.B) {
	ref := readReference(b)
	w := ref.plan(b).NewWorkspace()
	for _, c := range ref.Cases {
		values := ref.information(c.Theta)
		b.Run(fmt.Sprintf("theta=%v", c.Theta), func(b *testing.B) {
			b.ReportAllocs()
			nodes := 0
			for b.Loop() {
				s, err := w.Search(0, values, c.Administered, nil)
				if err != nil {
					b.Fatal(err)
				}
				nodes = s.Nodes
			}
			b.ReportMetric(float64(nodes), "nodes")
		})
	}
}
