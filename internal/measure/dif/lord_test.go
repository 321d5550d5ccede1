package dif

import (
	"math"
	"testing"
)

func TestLordErrors(t *testing.T) {
	good := func() []Calibrated {
		return []Calibrated{{Item: "a", A: 1, B: 0, VarA: 0.1, VarB: 0.1}, {Item: "b", A: 1, B: 1, VarA: 0.1, VarB: 0.1}}
	}
	if _, err := Lord(good(), good()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c []Calibrated){
		"another item":        func(c []Calibrated) { c[1].Item = "c" },
		"slope":               func(c []Calibrated) { c[1].A = 0 },
		"variance":            func(c []Calibrated) { c[1].VarB = 0 },
		"covariance":          func(c []Calibrated) { c[1].CovAB = 0.2 },
		"NaN":                 func(c []Calibrated) { c[1].B = math.NaN() },
		"identical positions": func(c []Calibrated) { c[1].B = 0 },
	} {
		c := good()
		change(c)
		if _, err := Lord(good(), c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Lord(good()[:1], good()[:1]); err == nil {
		t.Error("one item: no error")
	}
}
