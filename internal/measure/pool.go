package measure

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Pool is the part of a bank that some exams are drawn from: the items in a
// language, those that need no sight. Admits is given the index of an item; nil
// admits all.
type Pool struct {
	Name   string
	Admits func(item int) bool
}

// CrossPools returns the pools of every pair: the items that both admit.
func CrossPools(first, second []Pool) []Pool {
	var all []Pool
	for _, p := range first {
		for _, q := range second {
			all = append(all, Pool{Name: p.Name + ", " + q.Name, Admits: func(i int) bool { return p.admits(i) && q.admits(i) }})
		}
	}
	return all
}

func (p Pool) admits(i int) bool { return p.Admits == nil || p.Admits(i) }

// PoolReport says whether a pool gives a form, and how well the form measures.
type PoolReport struct {
	Pool    string
	Reserve float64 // share of the pool that was held back
	Items   int     // what was left
	Binding []string
	Points  []PoolPoint
}

// PoolPoint is the best form at one ability, the same on all dimensions: its
// Fisher information and standard error 1/sqrt(information), infinite without any.
type PoolPoint struct{ Theta, Information, SE float64 }

// Feasible tells whether the pool gives a form at all. Where it does not, Binding
// names an irreducible set of constraints (see InfeasibleError) and there are no
// points.
func (r PoolReport) Feasible() bool { return len(r.Binding) == 0 }

// Worst is the point of the largest standard error; the pool must be feasible.
func (r PoolReport) Worst() PoolPoint {
	return slices.MaxFunc(r.Points, func(p, q PoolPoint) int { return cmp.Compare(p.SE, q.SE) })
}

// CheckPools assembles the most informative form at each of the abilities, from
// each pool, with each reserve held back: the check to pass before an exam is
// opened. A reserve is a share in [0, 1) of each dimension's families (an item
// without a family is one of its own), held back whole and evenly along their
// difficulties, as an exam held in reserve would do. It is at least the share.
// The reports are in the order of the pools, then of the reserves.
func (b *Bank) CheckPools(pools []Pool, reserves, abilities []float64) ([]PoolReport, error) {
	if len(pools) == 0 || len(reserves) == 0 || len(abilities) == 0 {
		return nil, fmt.Errorf("measure: %d pools, %d reserves, %d abilities to check", len(pools), len(reserves), len(abilities))
	}
	for _, reserve := range reserves {
		if !(reserve >= 0 && reserve < 1) {
			return nil, fmt.Errorf("measure: reserve %v is outside [0, 1)", reserve)
		}
	}
	for _, theta := range abilities {
		if math.IsNaN(theta) || math.IsInf(theta, 0) {
			return nil, fmt.Errorf("measure: ability %v", theta)
		}
	}
	var reports []PoolReport
	for _, pool := range pools {
		for _, reserve := range reserves {
			report, err := b.checkPool(pool, reserve, abilities)
			if err != nil {
				return nil, err
			}
			reports = append(reports, report)
		}
	}
	return reports, nil
}

func (b *Bank) checkPool(pool Pool, reserve float64, abilities []float64) (PoolReport, error) {
	left := b.leaveReserve(pool, reserve)
	report := PoolReport{Pool: pool.Name, Reserve: reserve}
	for i := range b.items {
		if left[i] {
			report.Items++
		}
	}
	values := make([]float64, len(b.items))
	for _, theta := range abilities {
		for i := range b.items {
			values[i] = b.items[i].Information(theta)
		}
		form, err := b.assemble(values, nil, func(i int) bool { return !left[i] })
		var conflict *InfeasibleError
		if errors.As(err, &conflict) {
			report.Binding = conflict.Binding
			return report, nil
		}
		if err != nil {
			return report, err
		}
		report.Points = append(report.Points, PoolPoint{Theta: theta, Information: form.Value, SE: 1 / math.Sqrt(form.Value)})
	}
	return report, nil
}

// leaveReserve marks the items of a pool that are left when a share of the
// families of each dimension is held back.
func (b *Bank) leaveReserve(pool Pool, share float64) []bool {
	left := make([]bool, len(b.items))
	for k := range b.plan.Pools() {
		families := b.familiesOf(k, pool)
		for n, items := range families {
			held := math.Ceil(float64(n+1)*share) > math.Ceil(float64(n)*share)
			for _, i := range items {
				left[i] = !held
			}
		}
	}
	return left
}

// familiesOf returns the items of a pool on one dimension, a family together, the
// easiest family first.
func (b *Bank) familiesOf(dim int, pool Pool) [][]int {
	members := map[string][]int{}
	for _, i := range b.plan.Pool(dim) {
		if !pool.admits(i) {
			continue
		}
		name := "family " + b.items[i].Family
		if b.items[i].Family == "" {
			name = strconv.Itoa(i)
		}
		members[name] = append(members[name], i)
	}
	families := make([][]int, 0, len(members))
	for _, items := range members {
		families = append(families, items)
	}
	difficulty := func(items []int) float64 {
		sum, n := 0.0, 0
		for _, i := range items {
			for _, v := range b.items[i].B {
				sum, n = sum+v, n+1
			}
		}
		return sum / float64(n)
	}
	slices.SortFunc(families, func(x, y []int) int {
		return cmp.Or(cmp.Compare(difficulty(x), difficulty(y)), cmp.Compare(x[0], y[0]))
	})
	return families
}
