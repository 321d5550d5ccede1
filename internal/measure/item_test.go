package measure

import (
	"errors"
	"math"
	"testing"
)

func TestModelNamesRoundTrip(t *testing.T) {
	for m := OnePL; m <= GPCM; m++ {
		got, err := ParseModel(m.String())
		if err != nil || got != m {
			t.Errorf("ParseModel(%q) = %v, %v", m.String(), got, err)
		}
	}
	for _, s := range []string{"", "2pl", "Model(0)"} {
		if _, err := ParseModel(s); err == nil {
			t.Errorf("ParseModel(%q) accepts it", s)
		}
	}
}

func TestValidateNamesItemAndField(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		item  Item
		field string
	}{
		{Item{Model: TwoPL, A: 1, B: []float64{0}}, "id"},
		{Item{ID: "q", A: 1, B: []float64{0}}, "model"},
		{Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}, Dim: -1}, "dim"},
		{Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}, Seconds: -1}, "seconds"},
		{Item{ID: "q", Model: TwoPL, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: TwoPL, A: -1, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: GRM, A: nan, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: OnePL, A: inf, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: TwoPL, A: 1e7, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: TwoPL, A: 1e-7, B: []float64{0}}, "a"},
		{Item{ID: "q", Model: TwoPL, A: 1, B: []float64{-1e7}}, "b"},
		{Item{ID: "q", Model: TwoPL, A: 1}, "b"},
		{Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0, 1}}, "b"},
		{Item{ID: "q", Model: GPCM, A: 1, B: []float64{0, nan}}, "b"},
		{Item{ID: "q", Model: GRM, A: 1, B: []float64{0, inf}}, "b"},
		{Item{ID: "q", Model: GRM, A: 1, B: []float64{0, 1, 1}}, "b"},
		{Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}, C: 0.2}, "c"},
		{Item{ID: "q", Model: ThreePL, A: 1, B: []float64{0}, C: 1}, "c"},
		{Item{ID: "q", Model: ThreePL, A: 1, B: []float64{0}, C: nan}, "c"},
		{Item{ID: "q", Model: FourPL, A: 1, B: []float64{0}, C: 0.2}, "u"},
		{Item{ID: "q", Model: FourPL, A: 1, B: []float64{0}, C: 0.2, U: 0.2}, "u"},
		{Item{ID: "q", Model: ThreePL, A: 1, B: []float64{0}, C: 0.2, U: 0.9}, "u"},
	}
	for _, tt := range tests {
		err := tt.item.Validate()
		var bad *ItemError
		if !errors.As(err, &bad) || bad.Field != tt.field || bad.Item != tt.item.ID {
			t.Errorf("%+v: error %v, want field %s", tt.item, err, tt.field)
		}
	}
	for _, it := range everyModel() {
		if err := it.Validate(); err != nil {
			t.Errorf("%v: %v", it.Model, err)
		}
	}
}

// everyModel is one valid item of each model, two of the first.
func everyModel() []Item {
	return []Item{
		{ID: "1pl", Model: OnePL, B: []float64{0.3}},
		{ID: "1pl-slope", Model: OnePL, A: 1.3, B: []float64{0.3}},
		{ID: "2pl", Model: TwoPL, A: 1.6, B: []float64{-0.4}},
		{ID: "3pl", Model: ThreePL, A: 1.2, B: []float64{0.5}, C: 0.2},
		{ID: "4pl", Model: FourPL, A: 2.1, B: []float64{0.1}, C: 0.15, U: 0.95},
		{ID: "grm", Model: GRM, A: 1.4, B: []float64{-1, 0.2, 1.5}},
		{ID: "gpcm", Model: GPCM, A: 0.8, B: []float64{-0.5, 0.9, 0.4}},
	}
}
