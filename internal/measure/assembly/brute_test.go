package assembly

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
)

// instance is a small assembly problem, solved by enumeration in the tests. A
// specification with the length lifted is not valid, so that fact is apart.
type instance struct {
	spec     Spec
	anySize  bool
	values   []float64
	given    []int
	excluded []bool
}

// randomInstance draws up to 15 items in 4 pools of 2 domains under every kind of
// constraint, crossing ones included. Values are small integers in one case of
// two, so that ties are common, and sums are exact.
func randomInstance(r *rand.Rand) instance {
	n := 2 + r.IntN(14)
	in := instance{values: make([]float64, n), excluded: make([]bool, n)}
	s := &in.spec
	s.FamilyMax = r.IntN(3)
	for t := range r.IntN(4) {
		low := r.IntN(3)
		s.Tags = append(s.Tags, Tag{Name: fmt.Sprint("t", t), Min: max(0, low-1), Max: low + r.IntN(5)})
	}
	for i := range n {
		it := Item{ID: fmt.Sprint("q", i), Pool: r.IntN(4), Family: -1, Seconds: r.IntN(60)}
		if r.IntN(2) == 0 {
			it.Family = it.Pool + 4*r.IntN(2)
		}
		for t := range s.Tags {
			if r.IntN(3) == 0 {
				it.Tags = append(it.Tags, t)
			}
		}
		s.Items = append(s.Items, it)
		in.values[i] = float64(r.IntN(1<<(3+17*r.IntN(2)))) - float64(r.IntN(2)*r.IntN(4))
		in.excluded[i] = r.IntN(8) == 0
	}
	length := 1 + r.IntN(1+n/2)
	if r.IntN(4) > 0 {
		s.MaxSeconds = 1 + length*(15+r.IntN(30))
	}
	for range r.IntN(6) {
		s.Enemies = append(s.Enemies, r.Perm(n)[:2+r.IntN(min(2, n-1))])
	}
	in.given = r.Perm(n)[:r.IntN(1+n/4)]
	s.Pools = []int{0, 1, 2, 3}
	for k, parent := range []int{4, 4, 5, 5, 6, 6} {
		g := Group{Name: fmt.Sprint("g", k), Parent: parent, Max: n}
		if r.IntN(3) > 0 {
			low := r.IntN(3)
			g.Min, g.Max = max(0, low-1), low+r.IntN(5)
		}
		s.Groups = append(s.Groups, g)
	}
	s.Groups = append(s.Groups, Group{Parent: -1, Min: length, Max: length})
	return in
}

func (in instance) String() string {
	return fmt.Sprintf("%+v\nvalues %v\ngiven %v\nexcluded %v", in.spec, in.values, in.given, in.excluded)
}

// limit is a constraint on the items of a mask.
type limit struct {
	mask      uint32
	low, high int
}

func (in instance) limits() []limit {
	s := in.spec
	var list []limit
	inGroup, inTag := make([]uint32, len(s.Groups)), make([]uint32, len(s.Tags))
	families := map[int]uint32{}
	for i, it := range s.Items {
		for g := s.Pools[it.Pool]; g >= 0; g = s.Groups[g].Parent {
			inGroup[g] |= 1 << i
		}
		for _, t := range it.Tags {
			inTag[t] |= 1 << i
		}
		if it.Family >= 0 && s.FamilyMax > 0 {
			families[it.Family] |= 1 << i
		}
	}
	for g, mask := range inGroup {
		if g < len(s.Groups)-1 || !in.anySize {
			list = append(list, limit{mask, s.Groups[g].Min, s.Groups[g].Max})
		}
	}
	for t, mask := range inTag {
		list = append(list, limit{mask, s.Tags[t].Min, s.Tags[t].Max})
	}
	for _, mask := range families {
		list = append(list, limit{mask, 0, s.FamilyMax})
	}
	for _, set := range s.Enemies {
		l := limit{high: 1}
		for _, i := range set {
			l.mask |= 1 << i
		}
		list = append(list, l)
	}
	return list
}

// brute enumerates every set of items and returns the largest value.
func (in instance) brute() (best float64, feasible bool) {
	var given, pool uint32
	for _, i := range in.given {
		given |= 1 << i
	}
	for i, out := range in.excluded {
		if !out || given&(1<<i) != 0 {
			pool |= 1 << i
		}
	}
	limits := in.limits()
	best = math.Inf(-1)
	for set := range uint32(1) << len(in.values) {
		if set&given != given || set&^pool != 0 || slices.ContainsFunc(limits, func(l limit) bool {
			k := bits.OnesCount32(set & l.mask)
			return k < l.low || k > l.high
		}) {
			continue
		}
		value, seconds := 0.0, 0
		for rest := set; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros32(rest)
			value += in.values[i]
			seconds += in.spec.Items[i].Seconds
		}
		if in.spec.MaxSeconds == 0 || seconds <= in.spec.MaxSeconds {
			best = math.Max(best, value)
		}
	}
	return best, !math.IsInf(best, -1)
}

// lift removes a constraint by the name that InfeasibleError gives it.
func (in instance) lift(name string) instance {
	s := &in.spec
	kind, group, _ := strings.Cut(name, " ")
	s.Groups, s.Tags = slices.Clone(s.Groups), slices.Clone(s.Tags)
	for g := range s.Groups[:len(s.Groups)-1] {
		if s.Groups[g].Name == group {
			loosen(kind, &s.Groups[g].Min, &s.Groups[g].Max)
		}
	}
	for t := range s.Tags {
		if "tag "+s.Tags[t].Name == group {
			loosen(kind, &s.Tags[t].Min, &s.Tags[t].Max)
		}
	}
	switch name {
	case "length":
		in.anySize = true
	case "familyMax":
		s.FamilyMax = 0
	case "seconds":
		s.MaxSeconds = 0
	case "enemies":
		s.Enemies = nil
	}
	return in
}

func loosen(kind string, low, high *int) {
	if kind == "min" {
		*low = 0
	} else {
		*high = math.MaxInt
	}
}

func (in instance) constraints() []string {
	names := []string{"length", "familyMax", "seconds", "enemies"}
	for _, g := range in.spec.Groups[:len(in.spec.Groups)-1] {
		names = append(names, "min "+g.Name, "max "+g.Name)
	}
	for _, t := range in.spec.Tags {
		names = append(names, "min tag "+t.Name, "max tag "+t.Name)
	}
	return names
}
