package calibration

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"galien/internal/measure"
)

// classicFit is a calibration by mirt.
type classicFit struct {
	LogLik   float64 `json:"loglik"`
	LogPrior float64
	Items    [][]float64 // slope and intercepts
	IRTItems struct {
		Values [][]float64 // slope and difficulties
	} `json:"irt_items"`
	SE map[string][]*float64
}

// classic reads one fit of classic.json.
func classic(t *testing.T, set, fit string) classicFit {
	t.Helper()
	data, err := os.ReadFile("testdata/classic.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Sets map[string]map[string]json.RawMessage
	}
	var f classicFit
	if err := json.Unmarshal(data, &ref); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(ref.Sets[set][fit], &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// table reads a wide CSV file, lowest score 0.
func table(t testing.TB, name string) (items []string, scores [][]int) {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lowest := math.MaxInt
	for _, row := range rows[1:] {
		var v []int
		for _, s := range row {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			v = append(v, n)
			lowest = min(lowest, n)
		}
		scores = append(scores, v)
	}
	for _, row := range scores {
		for i := range row {
			row[i] -= lowest
		}
	}
	return rows[0], scores
}

// wide builds data from a table under one model.
func wide(t testing.TB, items []string, scores [][]int, m measure.Model) *Data {
	t.Helper()
	b, err := NewBuilder(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range scores {
		for j, score := range row {
			if err := b.Add(fmt.Sprint(i), items[j], score); err != nil {
				t.Fatal(err)
			}
		}
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tight are options for comparisons: maximum likelihood to well under the tolerances.
func tight() Options {
	none := NoPriors()
	return Options{Priors: &none, ParameterTolerance: 1e-7, GainTolerance: 1e-12}
}

func calibrate(t testing.TB, d *Data, o Options) *Result {
	t.Helper()
	r, err := Calibrate(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func within(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.10g, want %.10g (tolerance %g)", what, got, want, tolerance)
	}
}

// The log-likelihood is compared at 1e-3. mirt stops when no parameter moves by more
// than 1e-8, but EM without acceleration then still has some way to go: parameters are
// compared at 5e-4, wider where the likelihood is flat and mirt's own log-likelihood is
// lower than ours.
func TestClassicDataAgreeWithMirt(t *testing.T) {
	for _, c := range []struct {
		set, fit  string
		model     measure.Model
		tolerance float64
	}{
		{"lsat7", "mirt_1PL", measure.OnePL, 5e-4},
		{"lsat7", "mirt_2PL", measure.TwoPL, 5e-4},
		{"science", "mirt_graded", measure.GRM, 5e-4},
		{"science", "mirt_gpcm", measure.GPCM, 5e-4},
		{"verbagg", "mirt_1PL", measure.OnePL, 5e-4},
		{"verbagg", "mirt_2PL", measure.TwoPL, 5e-4},
	} {
		t.Run(c.set+"/"+c.fit, func(t *testing.T) {
			ref := classic(t, c.set, c.fit)
			names, scores := table(t, c.set)
			o := tight()
			o.Errors = ObservedInformation
			r := calibrate(t, wide(t, names, scores, c.model), o)
			t.Logf("%d iterations, %v, log-likelihood %.8f (mirt %.8f)", r.Iterations, r.Reason, r.LogLikelihood, ref.LogLik)
			if !r.Converged || len(r.Warnings) > 0 {
				t.Errorf("not a clean convergence: %v %v", r.Reason, r.Warnings)
			}
			within(t, "log-likelihood", r.LogLikelihood, ref.LogLik, 1e-3)
			worst := 0.0
			for j, it := range r.Items {
				values := append([]float64{it.Item.A}, it.Item.B...)
				for k, v := range values {
					worst = math.Max(worst, math.Abs(v-ref.IRTItems.Values[j][k]))
					within(t, fmt.Sprintf("%s parameter %d", it.ID, k), v, ref.IRTItems.Values[j][k], c.tolerance)
				}
			}
			t.Logf("largest difference of a parameter %.2g", worst)
			compareErrors(t, ref, r)
		})
	}
}

// Both are the observed information, mirt's by Oakes' identity with numerical
// derivatives: 1 % is what those and the two maxima leave.
func compareErrors(t *testing.T, ref classicFit, r *Result) {
	t.Helper()
	for _, it := range r.Items {
		se := ref.SE[it.ID]
		within(t, it.ID+" SE of a, relative", it.SE.A / *se[0], 1, 0.01)
		intercept := 1
		for se[intercept] == nil {
			intercept++
		}
		within(t, it.ID+" SE of d, relative", it.SE.Intercepts[0] / *se[intercept], 1, 0.01)
	}
}

// Three LSAT7 asymptotes have their maximum at 0, where ltm and mirt stop at different
// places; ours is at least as high. With mirt's prior the maximum is interior.
func TestGuessingAgreesWithMirtAndLtm(t *testing.T) {
	names, scores := table(t, "lsat7")
	d := wide(t, names, scores, measure.ThreePL)
	r := calibrate(t, d, tight())
	t.Logf("%d iterations, %v, log-likelihood %.8f", r.Iterations, r.Reason, r.LogLikelihood)
	if best := -2658.05452908609; r.LogLikelihood < best-1e-4 {
		t.Errorf("log-likelihood %.6f, ltm reaches %.6f", r.LogLikelihood, best)
	}
	ref := classic(t, "lsat7", "mirt_3PL_prior_g_logitnorm_m1.1_sd2")
	o := tight()
	o.Priors.LogitGuessMean, o.Priors.LogitGuessSD = -1.1, 2
	r = calibrate(t, d, o)
	t.Logf("with a prior: %d iterations, %v, %.8f, penalised %.8f", r.Iterations, r.Reason, r.LogLikelihood, r.Penalised)
	constant := -5 * math.Log(2*math.Sqrt(2*math.Pi))
	if want := ref.LogLik + ref.LogPrior; r.Penalised+constant < want-1e-4 {
		t.Errorf("penalised log-likelihood %.6f, mirt reaches %.6f", r.Penalised+constant, want)
	}
	within(t, "log-likelihood", r.LogLikelihood, ref.LogLik, 1e-3)
	for j, it := range r.Items {
		want := ref.IRTItems.Values[j]
		t.Logf("%s: a %.5f b %.5f c %.5f; mirt %.5f", it.ID, it.Item.A, it.Item.B[0], it.Item.C, want)
	}
}
