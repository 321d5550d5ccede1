package linking

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"

	"galien/internal/measure"
)

// published is one part of linking.json.
type published struct {
	From, To       [][]float64
	OneDirection   map[string][2]float64 `json:"one_direction"`
	BothDirections map[string][2]float64 `json:"both_directions"`
}

func (p published) items(rows [][]float64) []measure.Item {
	var items []measure.Item
	for i, r := range rows {
		it := measure.Item{ID: fmt.Sprint("q", i), Model: measure.TwoPL, A: r[0], B: []float64{r[1]}}
		if len(r) == 3 {
			it.Model, it.C = measure.ThreePL, r[2]
		}
		items = append(items, it)
	}
	return items
}

func (p published) check(t *testing.T, want map[string][2]float64, o Options, tolerance float64) {
	t.Helper()
	for name, constants := range want {
		m, err := ParseMethod(name)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Between(p.items(p.From), p.items(p.To), m, o)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(l.A-constants[0]) > tolerance || math.Abs(l.B-constants[1]) > tolerance {
			t.Errorf("%v: %v, %v; published %v", m, l.A, l.B, constants)
		}
	}
}

// The constants are printed to six decimals by plink and five by equateIRT: compared to
// the last digit of the first and half the last of the second.
func TestPublishedConstants(t *testing.T) {
	text, err := os.ReadFile("testdata/linking.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		KolenBrennan published `json:"kolen_brennan"`
		EquateIRT    published `json:"equateIRT"`
	}
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	equal := NormalNodes(-4, 4, 40)
	for q := range equal {
		equal[q].Weight = 1
	}
	ref.KolenBrennan.check(t, ref.KolenBrennan.OneDirection, Options{To: equal}, 1e-6)
	ref.KolenBrennan.check(t, ref.KolenBrennan.BothDirections, Options{To: NormalNodes(-4, 4, 30), Both: true}, 1e-6)
	ref.EquateIRT.check(t, ref.EquateIRT.OneDirection, Options{To: gaussHermite(30)}, 5.1e-6)
}

// gaussHermite are nodes and weights of the standard normal distribution.
func gaussHermite(points int) []Node {
	x, w := make([]float64, points), make([]float64, points)
	quad.Hermite{}.FixedLocations(x, w, math.Inf(-1), math.Inf(1))
	nodes := make([]Node, points)
	for q := range nodes {
		nodes[q] = Node{x[q] * math.Sqrt2, w[q] / math.Sqrt(math.Pi)}
	}
	return nodes
}
