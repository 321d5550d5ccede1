package linking

import (
	"math"
	"slices"
	"testing"

	"galien/internal/measure"
)

// Worked by hand: differences 0, 0.1, 0.2, 0.3, 2 have the median 0.2 and the quartiles
// 0.1 and 0.3, so that the last one's z is 1.8/(0.74·0.2).
func TestRobustZ(t *testing.T) {
	z := robust([]float64{0.2, 2, 0, 0.3, 0.1})
	if math.Abs(z(2)-1.8/0.148) > 1e-12 || math.Abs(z(0.2)) > 1e-12 {
		t.Error(z(2), z(0.2))
	}
}

// Of forty items with errors of 0.05, on another scale, two became harder and one lost
// slope: they are flagged, few others are, and the link is that of the others.
func TestDriftIsFound(t *testing.T) {
	old := bank(40, 20)
	young := noisy(old, 0.05, 21)
	young[5].B[0] += 0.8
	for k := range young[18].B {
		young[18].B[k] += 0.7
	}
	young[30].A *= 0.4
	for m := MeanMean; m <= StockingLord; m++ {
		d, err := Drift(old, moved(young, 1/1.2, 0.5), DriftOptions{Method: m})
		if err != nil {
			t.Fatal(m, err)
		}
		flagged := map[string]bool{}
		for _, it := range d.Items {
			if it.Drifted {
				flagged[it.Item] = true
			}
			if it.Drifted == slices.Contains(d.Link.Common, it.Item) {
				t.Errorf("%v: %s is both an anchor and drifted, or neither", m, it.Item)
			}
		}
		if !flagged["q5"] || !flagged["q18"] || !flagged["q30"] || len(flagged) > 6 || !d.Converged {
			t.Errorf("%v: flagged %v in %d rounds", m, flagged, d.Rounds)
		}
		if math.Abs(d.Link.A-1.2) > 0.05 || math.Abs(d.Link.B+0.6) > 0.05 {
			t.Errorf("%v: %v, %v", m, d.Link.A, d.Link.B)
		}
	}
}

// Two calibrations that only differ by the scale: no drift, whatever the rounding.
func TestNoDrift(t *testing.T) {
	old := bank(12, 22)
	d, err := Drift(old, moved(old, 0.8, -0.3), DriftOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range d.Items {
		if it.Drifted {
			t.Errorf("%+v", it)
		}
	}
	if d.Rounds != 1 || !d.Converged || len(d.Link.Common) != 12 {
		t.Errorf("%+v", d)
	}
}

func TestDriftErrors(t *testing.T) {
	old := bank(6, 23)
	broken := moved(old, 1, 0)
	broken[2].A = math.NaN()
	for name, call := range map[string]func() (Movements, error){
		"two items":   func() (Movements, error) { return Drift(old[:2], old[:2], DriftOptions{}) },
		"NaN":         func() (Movements, error) { return Drift(old, broken, DriftOptions{}) },
		"critical z":  func() (Movements, error) { return Drift(old, old, DriftOptions{Critical: -1}) },
		"no method":   func() (Movements, error) { return Drift(old, old, DriftOptions{Method: 9}) },
		"no item":     func() (Movements, error) { return Drift(nil, nil, DriftOptions{}) },
		"one changed": func() (Movements, error) { return Drift(old, []measure.Item{{}}, DriftOptions{}) },
	} {
		if _, err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
