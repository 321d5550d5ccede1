package measure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// crossingBank has items of one pool that share nothing but what a test sets.
func crossingBank(t *testing.T, n int, bp Blueprint, set func(i int, it *Item)) *Bank {
	t.Helper()
	var items []Item
	for i := range n {
		it := Item{ID: fmt.Sprint("q", i), Model: TwoPL, A: 1, B: []float64{0}, Seconds: 10}
		set(i, &it)
		items = append(items, it)
	}
	bank, err := NewBank(items, bp)
	if err != nil {
		t.Fatal(err)
	}
	return bank
}

func TestCrossingConstraintsHold(t *testing.T) {
	bp := Blueprint{Length: 3, MaxSeconds: 35, Tags: []Tag{{Name: "key:1", Min: 0, Max: 1}, {Name: "vignette", Min: 1, Max: 3}}}
	bank := crossingBank(t, 8, bp, func(i int, it *Item) {
		switch i {
		case 0:
			it.Enemies = []string{"q1"} // said on one side only
		case 2:
			it.Seconds = 30
		case 3, 4:
			it.Tags = []string{"key:1", "not counted"}
		case 7:
			it.Tags = []string{"vignette"}
		}
	})
	values := []float64{10, 9, 8, 7, 6, 5, 4, 1}
	for _, tt := range []struct {
		given []int
		want  []int
	}{
		{nil, []int{0, 3, 7}},
		{[]int{1}, []int{1, 3, 7}},
		{[]int{4}, []int{4, 0, 7}},
	} {
		form, err := bank.Assemble(values, tt.given, nil)
		if err != nil || !slices.Equal(form.Items, tt.want) {
			t.Errorf("given %v: %v, %v, want %v", tt.given, form.Items, err, tt.want)
		}
	}
	var conflict *InfeasibleError
	if err := bank.Feasible([]int{0, 1}, nil); !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"enemies"}) {
		t.Errorf("two enemies given: %v", err)
	}
	_, err := bank.Assemble(values, []int{2}, nil)
	if !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"seconds", "min tag vignette"}) {
		t.Errorf("no time left: %v", err)
	}
	if err := bank.Feasible(nil, func(i int) bool { return i == 7 }); !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"min tag vignette"}) {
		t.Errorf("no vignette left: %v", err)
	}
}

// Eligibility gives way when the constraints that cross the groups need it to.
func TestEligibilityGivesWayToCrossingConstraints(t *testing.T) {
	bp := Blueprint{Length: 2, Tags: []Tag{{Name: "vignette", Min: 1, Max: 2}}}
	bank := crossingBank(t, 4, bp, func(i int, it *Item) {
		if it.B[0] = float64(i); i == 3 {
			it.Tags = []string{"vignette"}
		}
	})
	post := posterior(t, Hierarchical([]int{0}, 1, 0, 0), nil)
	one := Objective{{Name: "s", Weights: []float64{1}, Importance: 1}}
	form, err := bank.ShadowEligible(post, one, nil, nil, func(i int) bool { return i != 3 })
	if err != nil || !form.Relaxed || !slices.Equal(form.Items, []int{0, 3}) {
		t.Errorf("the only vignette is not eligible: %v, relaxed %v, %v", form.Items, form.Relaxed, err)
	}
	form, err = bank.ShadowEligible(post, one, nil, nil, func(i int) bool { return i != 0 })
	if err != nil || form.Relaxed || !slices.Equal(form.Items, []int{1, 3}) {
		t.Errorf("the best item is not eligible: %v, relaxed %v, %v", form.Items, form.Relaxed, err)
	}
}

func TestBadCrossingInputIsNamed(t *testing.T) {
	plain := Item{ID: "a", Model: OnePL, B: []float64{0}}
	with := func(set func(*Item)) []Item {
		it := plain
		set(&it)
		return []Item{it}
	}
	for want, tt := range map[string]struct {
		items []Item
		bp    Blueprint
	}{
		`item "a": enemies: "z"`:         {with(func(it *Item) { it.Enemies = []string{"z"} }), Blueprint{Length: 1}},
		`item "a": enemies: "a"`:         {with(func(it *Item) { it.Enemies = []string{"a"} }), Blueprint{Length: 1}},
		`item "a": tags: "t"`:            {with(func(it *Item) { it.Tags = []string{"t", "t"} }), Blueprint{Length: 1}},
		`item "a": tags: ""`:             {with(func(it *Item) { it.Tags = []string{""} }), Blueprint{Length: 1}},
		`item "a": seconds`:              {with(func(it *Item) { it.Seconds = 1 << 30 }), Blueprint{Length: 1}},
		`blueprint: maxSeconds`:          {[]Item{plain}, Blueprint{Length: 1, MaxSeconds: -1}},
		`blueprint: tag 0: name`:         {[]Item{plain}, Blueprint{Length: 1, Tags: []Tag{{Max: 1}}}},
		`blueprint: tag 1: name "t"`:     {[]Item{plain}, Blueprint{Length: 1, Tags: []Tag{{Name: "t", Min: 0, Max: 1}, {Name: "t", Min: 0, Max: 1}}}},
		`blueprint: tag "t": minimum 2`:  {[]Item{plain}, Blueprint{Length: 1, Tags: []Tag{{Name: "t", Min: 2, Max: 1}}}},
		`blueprint: tag "t": minimum -1`: {[]Item{plain}, Blueprint{Length: 1, Tags: []Tag{{Name: "t", Min: -1, Max: 1}}}},
	} {
		if _, err := NewBank(tt.items, tt.bp); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}
