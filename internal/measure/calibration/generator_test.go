package calibration

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
	"sort"
	"testing"

	"galien/internal/measure"
)

// generated is a data set of GENERATOR.md, which any language regenerates bit for bit.
type generated struct {
	name           string
	seed           uint64
	persons, items int
	length         int // answers of each person in the sparse sets; 0 in the dense ones
	guessing       bool
	sum            string // SHA-256 of the answers
}

// mix, uniform and normal are the random numbers of GENERATOR.md.
func mix(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func uniform(seed, k uint64) float64 { return (float64(mix(seed, k)>>11) + 0.5) * 0x1p-53 }

func normal(seed, k uint64) float64 {
	return math.Sqrt(-2*math.Log(uniform(seed, 2*k))) * math.Cos(2*math.Pi*uniform(seed, 2*k+1))
}

// bank returns the true items.
func (g *generated) bank() []measure.Item {
	sd := 1.0
	if g.length > 0 {
		sd = 1.2
	}
	items := make([]measure.Item, g.items)
	for j := range items {
		k := uint64(j)
		it := &items[j]
		it.ID, it.Model = fmt.Sprint("q", j), measure.TwoPL
		it.A = clamp(math.Exp(0.1+0.3*normal(g.seed+1, k)), 0.4, 2.5)
		it.B = []float64{clamp(sd*normal(g.seed+2, k), -3.5, 3.5)}
		if g.guessing {
			it.Model, it.C = measure.ThreePL, 0.05+0.20*uniform(g.seed+3, k)
		}
	}
	return items
}

// each visits the answers in the order of the file, and returns its SHA-256.
func (g *generated) each(visit func(person, item, score int)) string {
	h := sha256.New()
	items := g.bank()
	if g.length > 0 {
		g.sparse(items, h, visit)
	} else {
		g.dense(items, h, visit)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func chance(it *measure.Item, theta float64) float64 {
	return it.C + (1-it.C)/(1+math.Exp(-it.A*(theta-it.B[0])))
}

func (g *generated) dense(items []measure.Item, h hash.Hash, visit func(person, item, score int)) {
	row := make([]byte, g.items)
	for i := range g.persons {
		theta := normal(g.seed+4, uint64(i))
		for j := range items {
			row[j] = 0
			if uniform(g.seed+5, uint64(i*g.items+j)) < chance(&items[j], theta) {
				row[j] = 1
			}
			visit(i, j, int(row[j]))
		}
		h.Write(row)
	}
}

func (g *generated) sparse(items []measure.Item, h hash.Hash, visit func(person, item, score int)) {
	order := make([]int, g.items)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch bx, by := items[x].B[0], items[y].B[0]; {
		case bx < by:
			return -1
		case bx > by:
			return 1
		}
		return 0
	})
	row, usedBy := make([]byte, 2*g.length), make([]int, g.items)
	for i := range g.persons {
		theta, m := normal(g.seed+4, uint64(i)), 0.0
		for t := range g.length {
			k := uint64(i*g.length + t)
			target := m + 0.5*normal(g.seed+6, k)
			at := min(sort.Search(g.items, func(n int) bool { return items[order[n]].B[0] >= target }), g.items-1)
			for usedBy[order[at]] == i+1 {
				at = (at + 1) % g.items
			}
			j := order[at]
			usedBy[j] = i + 1
			score := 0
			if uniform(g.seed+5, k) < chance(&items[j], theta) {
				score = 1
			}
			m += (2/float64(t+2) + 0.1) * (float64(score) - 1/(1+math.Exp(-(m-items[j].B[0]))))
			visit(i, j, score)
			packed := uint16(j) | uint16(score)<<15
			row[2*t], row[2*t+1] = byte(packed), byte(packed>>8)
		}
		h.Write(row)
	}
}

// data builds the set, under the model of the items, and checks its SHA-256.
func (g *generated) data(t testing.TB) *Data {
	t.Helper()
	var items []Item
	ids := make([]string, g.items)
	for j, it := range g.bank() {
		items = append(items, Item{ID: it.ID, Model: it.Model})
		ids[j] = it.ID
	}
	b, err := NewBuilder(items, 0)
	if err != nil {
		t.Fatal(err)
	}
	person, last := "", -1
	sum := g.each(func(i, j, score int) {
		if i != last {
			person, last = fmt.Sprint("p", i), i
		}
		if err := b.Add(person, ids[j], score); err != nil {
			t.Fatal(err)
		}
	})
	if sum != g.sum {
		t.Fatalf("%s: SHA-256 %s, want %s", g.name, sum, g.sum)
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func d10k60() *generated {
	return &generated{"d10k60", 1000, 10_000, 60, 0, false, "5b11b4507c10c10eff1a16da36180bbb1f7673717b50892139fb72d101a73615"}
}

func d50k200() *generated {
	return &generated{"d50k200", 2000, 50_000, 200, 0, false, "528eea02c2d75b98a7ae19c20341bca5879a613055e8bafa96c6019afae97825"}
}

func d10k60guessing() *generated {
	return &generated{"d10k60_3pl", 3000, 10_000, 60, 0, true, "dfdd2d45713221c1e2502d87524e9ae553e5cd8250c5be2867ee42234e3d321c"}
}

func s21k500() *generated {
	return &generated{"s21k500", 6000, 21_000, 500, 40, false, "d641c89b6bcaa57ce46e8e06455a04f92cdeaee1918a7ca165bc706b544ee18e"}
}

func s210k2000() *generated {
	return &generated{"s210k2000", 7000, 210_000, 2_000, 40, false, "094460c0d0905d7d29a4c8f319381bd953f021aa59a85055624d79421b80f66c"}
}
