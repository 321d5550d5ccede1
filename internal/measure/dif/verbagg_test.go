package dif

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
)

// reference is a method's part of dif_verbagg.json, one value for each item.
type reference struct {
	MH, AlphaMH, VarLambda, DeltaMH, PDIF, Logistik, DeltaR2 []float64

	P        []float64 `json:"p.value"`
	DIFItems []int     // counted from 0
	NrPur    int
	Table    [][]float64
	LordChi  []float64
	Init     [][]float64 `json:"itemParInit"`
}

func verbagg(t *testing.T, method string) (*Data, reference) {
	t.Helper()
	text, err := os.ReadFile("testdata/dif_verbagg.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Verbagg map[string]json.RawMessage `json:"verbagg_gender"`
	}
	var ref reference
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file.Verbagg[method], &ref); err != nil {
		t.Fatal(err)
	}
	answers, persons := table(t, "verbagg"), table(t, "verbagg_persons")
	d := &Data{}
	for _, p := range persons[1:] {
		d.Focal = append(d.Focal, p[0] == "M")
	}
	for j, name := range answers[0] {
		it := Item{ID: name, Top: 1}
		for _, row := range answers[1:] {
			score, err := strconv.Atoi(row[j])
			if err != nil {
				t.Fatal(err)
			}
			it.Scores = append(it.Scores, int8(score))
		}
		d.Items = append(d.Items, it)
	}
	return d, ref
}

func table(t *testing.T, name string) [][]string {
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
	return rows
}

// near fails unless got is want to a relative tolerance, absolute under 1.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: %v, reference %v", what, got, want)
	}
}

// The sums are the same: only rounding differs, so 1e-10.
func TestMantelHaenszelAgainstDifR(t *testing.T) {
	for _, purify := range []bool{false, true} {
		method := map[bool]string{false: "MH", true: "MH_purified"}[purify]
		d, ref := verbagg(t, method)
		_, plain := verbagg(t, "MH_nocorrect")
		got, p, err := MantelHaenszel(d, Options{MinGroup: 50, Purify: purify})
		if err != nil {
			t.Fatal(err)
		}
		var flagged []int
		for j, r := range got {
			want := Tested
			if r.Item == "S3DoShout" && !purify {
				want = Sparse // 4.9 by Mantel & Fleiss's rule, which difR does not apply
			}
			if r.Status != want || r.Focal != 73 || r.Reference != 243 {
				t.Fatalf("%+v", r)
			}
			near(t, method+" "+r.Item+" chi-square", r.ChiSquare, ref.MH[j], 1e-10)
			near(t, method+" "+r.Item+" alpha", r.Alpha, ref.AlphaMH[j], 1e-10)
			near(t, method+" "+r.Item+" SE", r.SE, 2.35*math.Sqrt(ref.VarLambda[j]), 1e-10)
			if r.P < 0.05 {
				flagged = append(flagged, j)
			}
			if purify {
				continue
			}
			near(t, r.Item+" p", r.P, ref.P[j], 1e-10)
			near(t, r.Item+" delta", r.Delta, ref.DeltaMH[j], 1e-10)
			near(t, r.Item+" uncorrected", r.Uncorrected, plain.MH[j], 1e-10)
		}
		if !slices.Equal(flagged, ref.DIFItems) {
			t.Errorf("%s flags %v, reference %v", method, flagged, ref.DIFItems)
		}
		excluded := map[bool]int{false: 0, true: len(flagged)}[purify]
		if p.Rounds != ref.NrPur || !p.Converged || len(p.Excluded) != excluded {
			t.Errorf("%s: %+v, reference %d rounds", method, p, ref.NrPur)
		}
	}
}

func TestStandardisedDifferenceAgainstDifR(t *testing.T) {
	d, ref := verbagg(t, "Std")
	got, _, err := MantelHaenszel(d, Options{MinGroup: 50})
	if err != nil {
		t.Fatal(err)
	}
	for j, r := range got {
		near(t, r.Item, r.Difference, ref.PDIF[j], 1e-12)
	}
}

// The reference is rounded to four decimals.
func TestBreslowDayAgainstDifR(t *testing.T) {
	d, ref := verbagg(t, "BreslowDay")
	got, _, err := MantelHaenszel(d, Options{MinGroup: 50})
	if err != nil {
		t.Fatal(err)
	}
	for j, r := range got {
		h, want := r.Homogeneity, ref.Table[j]
		if math.Abs(h.ChiSquare-want[0]) > 5.1e-5 || h.DF != int(want[1]) || math.Abs(h.P-want[2]) > 5.1e-5 {
			t.Errorf("%s: %+v, reference %v", r.Item, h, want)
		}
	}
}

// R stops when the deviance moves by less than 1e-8 of itself, 4e-6 here, and its last
// Newton step leaves far less: 1e-6 of the chi-square, and 1e-8 of R².
func TestLogisticAgainstDifR(t *testing.T) {
	for _, c := range []struct {
		method string
		effect Effect
		purify bool
	}{{"Logistic_both", AnyDIF, false}, {"Logistic_udif", Uniform, false}, {"Logistic_nudif", NonUniform, false}, {"Logistic_both_purified", AnyDIF, true}} {
		d, ref := verbagg(t, c.method)
		got, p, err := Logistic(d, Options{MinGroup: 50, Purify: c.purify}, c.effect)
		if err != nil {
			t.Fatal(err)
		}
		flagged := []int{}
		for j, r := range got {
			contrast := r.of(c.effect)
			near(t, c.method+" "+r.Item+" chi-square", contrast.ChiSquare, ref.Logistik[j], 1e-6)
			near(t, c.method+" "+r.Item+" R²", contrast.DeltaR2, ref.DeltaR2[j], 1e-8)
			if ref.P != nil {
				near(t, c.method+" "+r.Item+" p", contrast.P, ref.P[j], 1e-6)
			}
			if contrast.P < 0.05 {
				flagged = append(flagged, j)
			}
		}
		if !slices.Equal(flagged, ref.DIFItems) || p.Rounds != ref.NrPur || !p.Converged {
			t.Errorf("%s flags %v in %d rounds, reference %v in %d", c.method, flagged, p.Rounds, ref.DIFItems, ref.NrPur)
		}
	}
}

// The parameters are given to fifteen digits: 1e-9.
func TestLordAgainstDifR(t *testing.T) {
	d, ref := verbagg(t, "Lord_2PL")
	var groups [2][]Calibrated
	for i, row := range ref.Init {
		groups[i/24] = append(groups[i/24], Calibrated{Item: d.Items[i%24].ID, A: row[0], B: row[1],
			VarA: row[2] * row[2], VarB: row[3] * row[3], CovAB: row[4]})
	}
	got, err := Lord(groups[0], groups[1])
	if err != nil {
		t.Fatal(err)
	}
	for j, r := range got {
		near(t, r.Item, r.ChiSquare, ref.LordChi[j], 1e-9)
		near(t, r.Item+" p", r.P, ref.P[j], 1e-9)
	}
}
