package fit

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"galien/internal/measure"
)

func TestWrongDataAreRefusedByName(t *testing.T) {
	items := bank(seeded(14), 2, measure.TwoPL)
	for name, c := range map[string]struct {
		rows [][3]any
		want string
	}{
		"unknown item":   {[][3]any{{"p", "x", 0}}, `person "p", item "x": this item is not among the items`},
		"category":       {[][3]any{{"p", "q1", 2}}, `person "p", item "q1": category 2 is outside [0, 1]`},
		"negative":       {[][3]any{{"p", "q1", -1}}, `category -1 is outside [0, 1]`},
		"twice":          {[][3]any{{"p", "q1", 1}, {"r", "q1", 1}, {"p", "q1", 0}}, `person "p", item "q1": this pair is there twice`},
		"nothing at all": {nil, "no answer"},
	} {
		b, err := NewBuilder(items)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range c.rows {
			err = errors.Join(err, b.Add(r[0].(string), r[1].(string), r[2].(int)))
		}
		if err == nil {
			_, err = b.Build()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := NewBuilder([]measure.Item{items[0], items[0]}); err == nil {
		t.Error("an item twice: no error")
	}
	if _, err := NewBuilder([]measure.Item{{ID: "q", Model: measure.TwoPL}}); err == nil {
		t.Error("an item without a slope: no error")
	}
	for name, table := range map[string][][]int{"empty": nil, "short": {{1}}, "nobody": {{1, 0}, {-1, -1}}, "category": {{1, 2}}} {
		if _, err := Matrix(items, table); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	d := matrix(t, bank(seeded(15), 2, measure.TwoPL), [][]int{{1, 0}})
	for name, o := range map[string]Options{
		"mean":       {Population: measure.Normal{Mean: math.NaN(), SD: 1}},
		"SD":         {Population: measure.Normal{Mean: 1}},
		"nodes":      {Nodes: 2},
		"minimum":    {MinimumPersons: 1},
		"parameters": {Parameters: []int{1}},
		"negative":   {Parameters: []int{1, -1}},
	} {
		_, err1 := EAP(d, o)
		_, err2 := ScoreFits(d, o)
		_, err3 := PredictiveFits(d, OnPast, o)
		_, err4 := Q3(d, []float64{0}, o)
		_, err5 := NewRest(d, o)
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if err == nil {
				t.Errorf("%s: function %d gives no error", name, i+1)
			}
		}
	}
	_, err1 := ItemSquares(d, nil)
	_, err2 := PersonFits(d, nil)
	_, err3 := Q3(d, nil, Options{})
	_, err4 := restEAP(d, 2, Options{})
	_, err5 := PredictiveFits(d, 7, Options{})
	_, err6 := PersonFits(d, []Ability{{Method: MAP}})
	_, err7 := PersonFits(d, []Ability{{Method: 9}})
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if err == nil {
			t.Errorf("call %d: no error", i+1)
		}
	}
}

func TestAPersonAloneIsChecked(t *testing.T) {
	it := &bank(seeded(16), 1, measure.TwoPL)[0]
	right := measure.Response{Item: it, Category: 1}
	for name, c := range map[string]struct {
		responses []measure.Response
		a         Ability
	}{
		"nothing":  {nil, Ability{Method: ML}},
		"NaN":      {[]measure.Response{right}, Ability{Theta: math.NaN(), Method: ML}},
		"infinite": {[]measure.Response{right}, Ability{Theta: math.Inf(1), Method: ML}},
		"category": {[]measure.Response{{Item: it, Category: 2}}, Ability{Method: ML}},
		"item":     {[]measure.Response{{Item: &measure.Item{ID: "q"}}}, Ability{Method: ML}},
		"method":   {[]measure.Response{right}, Ability{}},
		"prior":    {[]measure.Response{right}, Ability{Method: MAP}},
	} {
		if _, err := Person(c.responses, c.a); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	f, err := Person([]measure.Response{right, right, right}, Ability{Method: ML})
	if err != nil || !math.IsNaN(f.LZStar) || math.IsNaN(f.LZ) {
		t.Errorf("three times the same item, the score tells all: %+v, %v", f, err)
	}
}

// Nothing to compare: everyone alike, one person, one item. A status says so, and no number.
func TestDegenerateData(t *testing.T) {
	items := bank(seeded(18), 3, measure.TwoPL)
	same := make([][]int, 200)
	for p := range same {
		same[p] = []int{1, 1, 1}
	}
	for name, d := range map[string]*Data{
		"all right":  matrix(t, items, same),
		"one person": matrix(t, items, [][]int{{1, 0, 1}}),
		"one item":   matrix(t, items[:1], [][]int{{1}, {0}, {1}}),
	} {
		abilities, err := EAP(d, Options{})
		if err != nil {
			t.Fatal(err)
		}
		scores, err := ScoreFits(d, Options{MinimumPersons: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scores {
			if s.Status == Computed || !math.IsNaN(s.P) || strings.HasPrefix(s.Status.String(), "Status") {
				t.Errorf("%s: S-X² %+v", name, s)
			}
		}
		r, err := Q3(d, abilities, Options{MinimumPersons: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range r.Pairs {
			if pair.Status == Computed || !math.IsNaN(pair.Q3) || !math.IsNaN(r.Star) {
				t.Errorf("%s: Q3 %+v", name, pair)
			}
		}
		if c := Classical(d); !math.IsNaN(c.Items[0].Rest) || !math.IsNaN(c.Alpha) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// Whatever the answers, the items and the abilities, there is no panic, and what is computed is a
// number.
func FuzzFit(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 2, 0, 0, 2, 1, 1}, 1.0, 0.0)
	f.Add([]byte{0, 2, 3, 1, 2, 0, 2, 2, 1, 3, 3, 2}, 50.0, 30.0)
	f.Add([]byte{0, 0, 0}, 1e3, math.NaN())
	f.Fuzz(func(t *testing.T, rows []byte, slope, shift float64) {
		items := []measure.Item{
			{ID: "0", Model: measure.TwoPL, A: slope, B: []float64{shift}},
			{ID: "1", Model: measure.FourPL, A: 1, B: []float64{-1}, C: 0.2, U: 0.9},
			{ID: "2", Model: measure.GRM, A: slope, B: []float64{-1, 0, 1}},
			{ID: "3", Model: measure.GPCM, A: 1, B: []float64{1, -shift}},
		}
		b, err := NewBuilder(items)
		if err != nil {
			return
		}
		for ; len(rows) >= 3; rows = rows[3:] {
			_ = b.Add(fmt.Sprint(rows[0]), fmt.Sprint(rows[1]), int(int8(rows[2]))) // wrong rows are left out
		}
		d, err := b.Build()
		if err != nil {
			return
		}
		abilities, err := EAP(d, Options{Nodes: 21})
		if err != nil {
			t.Fatal(err)
		}
		at := make([]Ability, len(abilities))
		for p, theta := range abilities {
			if !finite(theta) {
				t.Fatalf("ability %v", theta)
			}
			at[p] = Ability{Theta: theta + shift, Method: WLE}
		}
		if _, err := PersonFits(d, at); err != nil {
			t.Fatal(err)
		}
		if _, err := SequentialFits(d, Options{Nodes: 21}); err != nil {
			t.Fatal(err)
		}
		e := evidence(t, d)
		for j := range d.items {
			if s := e.Scores[j]; (s.Status == Computed) != finite(s.P) || (s.Status == Computed) != finite(s.X2) {
				t.Errorf("%+v", s)
			}
			if p := e.Predictions[j]; (p.Status == Computed) != finite(p.P) || (p.Status == Computed) != finite(p.X2) {
				t.Errorf("%+v", p)
			}
		}
		if _, err := Summaries(d, e, UsualLimits()); err != nil {
			t.Fatal(err)
		}
	})
}
