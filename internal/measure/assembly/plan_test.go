package assembly

import (
	"slices"
	"strings"
	"testing"
)

func TestNewRefusesWhatHasNoMeaning(t *testing.T) {
	valid := func() Spec {
		return Spec{
			Groups: []Group{{Name: "g", Parent: 1, Max: 2}, {Parent: -1, Min: 2, Max: 2}},
			Pools:  []int{0, 1}, Items: []Item{{ID: "a", Family: 7}, {ID: "b", Pool: 1, Family: -1}},
			Tags: []Tag{{Name: "t", Max: 1}},
		}
	}
	if _, err := New(valid()); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*Spec){
		"0 groups":                      func(s *Spec) { s.Groups = nil },
		"family maximum -1":             func(s *Spec) { s.FamilyMax = -1 },
		`group "g": minimum 3`:          func(s *Spec) { s.Groups[0].Min = 3 },
		`group "g": parent 0`:           func(s *Spec) { s.Groups[0].Parent = 0 },
		`group "g": parent 2`:           func(s *Spec) { s.Groups[0].Parent = 2 },
		"not a form of one length":      func(s *Spec) { s.Groups[1].Max = 3 },
		"pool 1: group 2":               func(s *Spec) { s.Pools[1] = 2 },
		`item "b": pool 2`:              func(s *Spec) { s.Items[1].Pool = 2 },
		`item "b": its family spans`:    func(s *Spec) { s.FamilyMax, s.Items[1].Family = 1, 7 },
		`item "b": -1 seconds`:          func(s *Spec) { s.Items[1].Seconds = -1 },
		`item "b": tag 1 is unknown`:    func(s *Spec) { s.Items[1].Tags = []int{1} },
		`item "b": tag 0 is unknown or`: func(s *Spec) { s.Items[1].Tags = []int{0, 0} },
		`tag name "t"`:                  func(s *Spec) { s.Tags = append(s.Tags, s.Tags[0]) },
		`tag "t": minimum 2`:            func(s *Spec) { s.Tags[0].Min = 2 },
		"maximum of -1 seconds":         func(s *Spec) { s.MaxSeconds = -1 },
		"enemies 0: item 2":             func(s *Spec) { s.Enemies = [][]int{{0, 2}} },
		"enemies 0: item 1":             func(s *Spec) { s.Enemies = [][]int{{1, 1}} },
	} {
		s := valid()
		spoil(&s)
		if _, err := New(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}

func TestAssembleRefusesBadInput(t *testing.T) {
	p := exam(t, 60)
	w := p.NewWorkspace()
	values := make([]float64, 60)
	for want, assemble := range map[string]func() ([]int, error){
		"1 values":     func() ([]int, error) { return w.Assemble(values[:1], nil, nil) },
		"1 exclusions": func() ([]int, error) { return w.Assemble(values, nil, make([]bool, 1)) },
		"1 marks":      func() ([]int, error) { return nil, p.Feasible(nil, make([]bool, 1)) },
		"given item":   func() ([]int, error) { return w.Assemble(values, []int{60}, nil) },
		"twice":        func() ([]int, error) { return nil, p.Feasible([]int{1, 1}, nil) },
	} {
		if free, err := assemble(); err == nil {
			t.Errorf("%s: %v is accepted", want, free)
		}
	}
}

func TestPairsOfMutualEnemiesMakeOneRow(t *testing.T) {
	pairs := [][]int{{4, 2}, {2, 3}, {3, 4}, {4, 5}, {2, 4}, {7, 8, 9}, {9, 1}}
	want := [][]int{{1, 9}, {2, 3, 4}, {4, 5}, {7, 8, 9}}
	if got := cliques(pairs); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
}
