package calibration

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"galien/internal/measure"
)

func builder(t testing.TB, undeclared measure.Model, items ...Item) *Builder {
	t.Helper()
	b, err := NewBuilder(items, undeclared)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWrongRowsAreRefusedByName(t *testing.T) {
	items := []Item{{ID: "q1", Model: measure.TwoPL}, {ID: "q2", Model: measure.GPCM, Categories: 3}}
	for name, c := range map[string]struct {
		rows []struct {
			person, item string
			score        int
		}
		want string
	}{
		"score too high": {[]struct {
			person, item string
			score        int
		}{{"p", "q2", 3}}, `person "p", item "q2": score 3 is outside [0, 2]`},
		"negative score": {[]struct {
			person, item string
			score        int
		}{{"p", "q1", -1}}, `score -1 is outside [0, 1]`},
		"unknown item": {[]struct {
			person, item string
			score        int
		}{{"p", "q3", 0}}, `item "q3": this item is not declared`},
		"repeated pair": {[]struct {
			person, item string
			score        int
		}{{"p", "q1", 1}, {"r", "q1", 0}, {"p", "q2", 2}, {"p", "q1", 1}}, `person "p", item "q1": this pair is there twice`},
	} {
		b := builder(t, 0, items...)
		var err error
		for _, r := range c.rows {
			err = errors.Join(err, b.Add(r.person, r.item, r.score))
		}
		if err == nil {
			_, err = b.Build()
		}
		var row *RowError
		if !errors.As(err, &row) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := builder(t, 0, items...).Build(); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty set: %v", err)
	}
}

func TestWrongItemsAreRefused(t *testing.T) {
	for name, items := range map[string][]Item{
		"no id":               {{Model: measure.TwoPL}},
		"no model":            {{ID: "q"}},
		"twice":               {{ID: "q", Model: measure.TwoPL}, {ID: "q", Model: measure.TwoPL}},
		"three categories":    {{ID: "q", Model: measure.TwoPL, Categories: 3}},
		"one category":        {{ID: "q", Model: measure.GRM, Categories: 1}},
		"too many categories": {{ID: "q", Model: measure.GRM, Categories: MaxCategories + 1}},
		"4PL to estimate":     {{ID: "q", Model: measure.FourPL}},
		"fixed without slope": {{ID: "q", Fixed: &measure.Item{Model: measure.TwoPL, B: []float64{0}}}},
	} {
		if _, err := NewBuilder(items, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewBuilder(nil, measure.FourPL); err == nil {
		t.Error("undeclared items under a 4PL: no error")
	}
}

// Equal patterns are one row with a weight, the persons who answered the same items
// share a form, and each response is found again.
func TestDataAreGatheredByFormAndPattern(t *testing.T) {
	b := builder(t, measure.GRM, Item{ID: "q2", Model: measure.GRM}, Item{ID: "q1", Model: measure.TwoPL})
	for i, scores := range [][3]int{{1, 2, -1}, {1, 2, -1}, {0, 2, -1}, {1, -1, 4}, {-1, 0, -1}, {1, 2, -1}} {
		for j, id := range []string{"q1", "q2", "q3"} {
			if scores[j] >= 0 {
				if err := b.Add(fmt.Sprint("p", i), id, scores[j]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if d.Persons() != 6 || d.Responses() != 11 || d.Patterns() != 4 || d.Forms() != 3 || d.Items() != 3 {
		t.Errorf("%d persons, %d responses, %d patterns, %d forms, %d items", d.Persons(), d.Responses(), d.Patterns(), d.Forms(), d.Items())
	}
	for j, want := range [][]int64{{1, 0, 4}, {1, 4}, {0, 0, 0, 0, 1}} {
		if got := d.Counts(j); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("item %d: counts %v, want %v", j, got, want)
		}
	}
}

// A pattern of 25 responses, repeated or not, gives the same likelihood: weights and
// forms only save time.
func TestCollapsingPatternsChangesNothing(t *testing.T) {
	names, scores := table(t, "lsat7")
	collapsed := wide(t, names, scores, measure.TwoPL)
	b := builder(t, measure.TwoPL)
	for i, row := range scores {
		for j, score := range row {
			if err := b.Add(fmt.Sprint(i), names[j], score); err != nil {
				t.Fatal(err)
			}
		}
		// An item of one category is set aside: it only makes every person's form apart.
		if err := b.Add(fmt.Sprint(i), fmt.Sprint("own", i), 1); err != nil {
			t.Fatal(err)
		}
	}
	apart, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if collapsed.Patterns() != 32 || apart.Forms() != 1000 {
		t.Fatalf("%d patterns, %d forms", collapsed.Patterns(), apart.Forms())
	}
	o := tight()
	o.Errors = NoErrors
	x, y := calibrate(t, collapsed, o), calibrate(t, apart, o)
	within(t, "log-likelihood", y.LogLikelihood, x.LogLikelihood, 1e-8)
	for j := range names {
		within(t, names[j]+" slope", y.Items[j].Item.A, x.Items[j].Item.A, 1e-5)
	}
}

// Whatever the rows, the builder accepts or refuses, and what it accepts calibrates
// without a panic or a NaN.
func FuzzBuilder(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1})
	f.Add([]byte{0, 4, 3, 1, 4, 0, 2, 4, 1, 3, 4, 2, 3, 3, 1, 4, 2, 0})
	f.Fuzz(func(t *testing.T, rows []byte) {
		if len(rows) > 600 {
			return
		}
		b := builder(t, measure.TwoPL,
			Item{ID: "i1", Model: measure.OnePL}, Item{ID: "i2", Model: measure.ThreePL},
			Item{ID: "i3", Model: measure.GRM, Categories: 3}, Item{ID: "i4", Model: measure.GPCM})
		kept := 0
		for ; len(rows) >= 3; rows = rows[3:] {
			person, item := fmt.Sprint(rows[0]%16), fmt.Sprint("i", rows[1]%7)
			if rows[0] > 200 {
				if err := b.Group(person, fmt.Sprint(rows[1]%3)); err != nil {
					t.Fatal(err)
				}
			}
			if b.Add(person, item, int(int8(rows[2]))) == nil {
				kept++
			}
		}
		d, err := b.Build()
		if err != nil {
			return
		}
		if d.Responses() != kept {
			t.Fatalf("%d responses, want %d", d.Responses(), kept)
		}
		r, err := Calibrate(context.Background(), d, Options{MaxIterations: 20})
		if err != nil {
			t.Fatal(err)
		}
		if math.IsNaN(r.LogLikelihood) {
			t.Fatal("the log-likelihood is not a number")
		}
		for _, it := range r.Items {
			if it.Item != nil {
				if err := it.Item.Validate(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
