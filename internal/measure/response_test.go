package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

func load[T any](t *testing.T, name string) T {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// near fails the test when got and want differ by more than tolerance, absolutely
// below 1 and relatively above.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s = %.15g, want %.15g (tolerance %g)", what, got, want, tolerance)
	}
}

// referenceItem is the item [a, b, c, d] of the reference bank under the smallest
// model that holds it.
func referenceItem(i int, p []float64) Item {
	it := Item{ID: fmt.Sprintf("r%d", i), A: p[0], B: p[1:2], C: p[2]}
	switch {
	case p[3] < 1:
		it.Model, it.U = FourPL, p[3]
	case p[2] > 0:
		it.Model = ThreePL
	case p[0] == 1:
		it.Model = OnePL
	default:
		it.Model = TwoPL
	}
	return it
}

func TestDichotomousItemsAgreeWithCatR(t *testing.T) {
	ref := load[struct {
		Dich struct {
			Items, P, DP, D2P, Info, J [][]float64
			Theta                      []float64
		}
	}](t, "irf_info.json").Dich
	const tolerance = 1e-9
	for i, p := range ref.Items {
		it := referenceItem(i, p)
		if err := it.Validate(); err != nil {
			t.Fatal(err)
		}
		for q, theta := range ref.Theta {
			at := fmt.Sprintf("item %d at %v: ", i, theta)
			prob := it.Probabilities(theta, nil)
			near(t, at+"P1", prob[1], ref.P[q][i], tolerance)
			near(t, at+"P0", prob[0], 1-ref.P[q][i], tolerance)
			log, d1, d2 := it.LogProbability(theta, 1)
			near(t, at+"exp(log P)", math.Exp(log), ref.P[q][i], tolerance)
			near(t, at+"P'", prob[1]*d1, ref.DP[q][i], tolerance)
			near(t, at+"P''", prob[1]*(d2+d1*d1), ref.D2P[q][i], tolerance)
			near(t, at+"information", it.Information(theta), ref.Info[q][i], tolerance)
			_, j := it.warm(theta)
			near(t, at+"J", j, ref.J[q][i], tolerance)
		}
	}
}

// The metric with the constant 1.702 is the logistic one with slopes as many times as steep.
func TestScaledSlopesAgreeWithCatR(t *testing.T) {
	ref := load[struct {
		Dich   struct{ Items [][]float64 }
		Scaled struct {
			D          float64
			Theta      []float64
			P, Info, J [][]float64
		}
	}](t, "irf_info.json")
	const tolerance = 1e-9
	for i, p := range ref.Dich.Items {
		it := referenceItem(i, p)
		it.A *= ref.Scaled.D
		for q, theta := range ref.Scaled.Theta {
			at := fmt.Sprintf("item %d at %v: ", i, theta)
			near(t, at+"P", it.Probabilities(theta, nil)[1], ref.Scaled.P[q][i], tolerance)
			near(t, at+"information", it.Information(theta), ref.Scaled.Info[q][i], tolerance)
			_, j := it.warm(theta)
			near(t, at+"J", j, ref.Scaled.J[q][i], tolerance)
		}
	}
}

func TestPolytomousItemsAgreeWithCatR(t *testing.T) {
	type table struct {
		Bank    [][]*float64
		Theta   []float64
		P       [][][]*float64
		Info, J [][]float64
	}
	ref := load[struct{ Poly map[string]table }](t, "irf_info.json").Poly
	const tolerance = 1e-9
	for name, tab := range ref {
		for i, row := range tab.Bank {
			it := Item{ID: name, Model: GPCM, A: 1}
			if name == "GRM" {
				it.Model = GRM
			}
			for k, v := range row {
				switch {
				case v == nil:
				case k == 0 && name != "PCM":
					it.A = *v
				default:
					it.B = append(it.B, *v)
				}
			}
			if err := it.Validate(); err != nil {
				t.Fatal(err)
			}
			for q, theta := range tab.Theta {
				at := fmt.Sprintf("%s %d at %v: ", name, i, theta)
				for k, p := range it.Probabilities(theta, nil) {
					near(t, fmt.Sprintf("%sP%d", at, k), p, *tab.P[q][i][k], tolerance)
				}
				near(t, at+"information", it.Information(theta), tab.Info[q][i], tolerance)
				_, j := it.warm(theta)
				near(t, at+"J", j, tab.J[q][i], tolerance)
			}
		}
	}
}

func TestDerivativesAgreeWithFiniteDifferences(t *testing.T) {
	const h, tolerance = 1e-4, 1e-6
	for _, it := range everyModel() {
		for k := range it.Categories() {
			for theta := -6.0; theta <= 6; theta += 0.7 {
				_, first, second := it.LogProbability(theta, k)
				low, lowFirst, _ := it.LogProbability(theta-h, k)
				high, highFirst, _ := it.LogProbability(theta+h, k)
				at := fmt.Sprintf("%v, category %d at %v: ", it.Model, k, theta)
				near(t, at+"first derivative", first, (high-low)/(2*h), tolerance)
				near(t, at+"second derivative", second, (highFirst-lowFirst)/(2*h), tolerance)
			}
		}
	}
}

func TestCurvesAreStableFarInTheTails(t *testing.T) {
	for _, it := range everyModel() {
		for theta := -30.0; theta <= 30; theta += 0.5 {
			sum, info := 0.0, 0.0
			for k, p := range it.Probabilities(theta, nil) {
				if !(p > 0 && p <= 1) {
					t.Errorf("%v: P%d(%v) = %v", it.Model, k, theta, p)
				}
				log, _, second := it.LogProbability(theta, k)
				if math.IsNaN(second) || math.Abs(math.Exp(log)-p) > 1e-14*p+1e-300 {
					t.Errorf("%v, category %d at %v: log P %v, P %v, second derivative %v", it.Model, k, theta, log, p, second)
				}
				sum += p
				info -= p * second
			}
			near(t, fmt.Sprintf("%v: ΣP(%v)", it.Model, theta), sum, 1, 1e-14)
			// I = Σ P'²/P = -Σ P·(log P)'', because ΣP'' = 0.
			got := it.Information(theta)
			if !(got > 0) || math.Abs(got-info) > 1e-9*got+1e-16 {
				t.Errorf("%v: information %v at %v, want %v", it.Model, got, theta, info)
			}
		}
	}
}
