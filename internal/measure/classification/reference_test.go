package classification

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"galien/internal/measure"
)

type reference struct {
	Items  [][3]float64
	Rudner struct {
		Nodes, Weights, SEM []float64
		SingleCut           struct {
			Cut      float64
			Marginal [2]float64
			CondAcc  []float64 `json:"cond_acc"`
			CondCon  []float64 `json:"cond_con"`
		} `json:"single_cut"`
		TwoCuts struct {
			Cuts     []float64
			Marginal [][2]float64
		} `json:"two_cuts"`
		Persons struct {
			Theta, SE []float64
			Single    [2]float64
			Two       [][2]float64
		}
	}
}

func load(t testing.TB) (reference, []measure.Item) {
	t.Helper()
	text, err := os.ReadFile("testdata/classification.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	var items []measure.Item
	for i, p := range ref.Items {
		items = append(items, measure.Item{ID: fmt.Sprint("q", i), Model: measure.ThreePL, A: p[0], B: []float64{p[1]}, C: p[2]})
	}
	return ref, items
}

// The same formula, from values printed to fifteen digits: 1e-12.
const exact = 1e-12

func near(t *testing.T, what string, got Indices, accuracy, consistency float64) {
	t.Helper()
	if math.Abs(got.Accuracy-accuracy) > exact || math.Abs(got.Consistency-consistency) > exact {
		t.Errorf("%s: %+v, reference %v %v", what, got, accuracy, consistency)
	}
}

func TestRudnerOverNodes(t *testing.T) {
	ref, items := load(t)
	r := ref.Rudner
	points, err := Points(items, r.Nodes, r.Weights)
	if err != nil {
		t.Fatal(err)
	}
	for q, p := range points {
		if math.Abs(p.SE-r.SEM[q]) > exact*10 {
			t.Errorf("at %v: standard error %v, reference %v", p.Mean, p.SE, r.SEM[q])
		}
	}
	one, err := Rudner(points, []float64{r.SingleCut.Cut})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "one cut", one.Levels, r.SingleCut.Marginal[0], r.SingleCut.Marginal[1])
	near(t, "its cut", one.Cuts[0], r.SingleCut.Marginal[0], r.SingleCut.Marginal[1])
	for q, c := range one.Conditional {
		near(t, fmt.Sprint("at ", r.Nodes[q]), c.Levels, r.SingleCut.CondAcc[q], r.SingleCut.CondCon[q])
	}
	two, err := Rudner(points, r.TwoCuts.Cuts)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range r.TwoCuts.Marginal[:2] {
		near(t, fmt.Sprint("cut ", r.TwoCuts.Cuts[j]), two.Cuts[j], want[0], want[1])
	}
	near(t, "both cuts", two.Levels, r.TwoCuts.Marginal[2][0], r.TwoCuts.Marginal[2][1])
}

func TestRudnerOverPersons(t *testing.T) {
	ref, _ := load(t)
	r := ref.Rudner.Persons
	var estimates []measure.Estimate
	for i := range r.Theta {
		estimates = append(estimates, measure.Estimate{Mean: r.Theta[i], SE: r.SE[i]})
	}
	one, err := Rudner(Persons(estimates), []float64{ref.Rudner.SingleCut.Cut})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "one cut", one.Levels, r.Single[0], r.Single[1])
	two, err := Rudner(Persons(estimates), ref.Rudner.TwoCuts.Cuts)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "first cut", two.Cuts[0], r.Two[0][0], r.Two[0][1])
	near(t, "second cut", two.Cuts[1], r.Two[1][0], r.Two[1][1])
	near(t, "both cuts", two.Levels, r.Two[2][0], r.Two[2][1])
}
