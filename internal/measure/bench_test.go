package measure

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured runs the loop of a benchmark and reports cpu-ns/op, the processor time of
// an operation. Read it rather than ns/op, which depends on what else the machine does.
func measured(b *testing.B, operations int, loop func()) {
	b.ReportAllocs()
	b.ResetTimer()
	began := cpu()
	loop()
	b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(operations), "cpu-ns/op")
}

// candidates answer by their abilities, drawn from the prior: the categories of all the items of the bank.
func candidates(b *testing.B, bank *Bank, prior Prior, n int) [][]int {
	b.Helper()
	d := len(prior.Mean)
	root := cholesky(prior.Cov, d)
	all := make([][]int, n)
	for c := range all {
		r := random(uint64(500 + c))
		theta, z := make([]float64, d), make([]float64, d)
		for i := range theta {
			z[i] = r.NormFloat64()
			for j := range i + 1 {
				theta[i] += root[i*d+j] * z[j]
			}
		}
		for i := range bank.Len() {
			it := bank.Item(i)
			all[c] = append(all[c], answer(r, it, theta[it.Dim]))
		}
	}
	return all
}

// benchmarkNextItem answers an item and finds the next one, over whole exams under an exposure rule that refuses one
// item in four. next chooses the item.
func benchmarkNextItem(b *testing.B, bank *Bank, prior Prior, objective Objective, next func(*Selector, *Posterior, []int, func(int) bool) int) {
	all := candidates(b, bank, prior, 50)
	start, post := posterior(b, prior, nil), posterior(b, prior, nil)
	sel, err := bank.NewSelector(objective)
	if err != nil {
		b.Fatal(err)
	}
	var candidate uint64
	eligible := func(i int) bool { return (uint64(i)*0x9e3779b97f4a7c15+candidate*0xbf58476d1ce4e5b9)>>62 != 0 }
	given := make([]int, 0, bank.Length())
	measured(b, b.N, func() {
		for n := 0; n < b.N; {
			post.CopyFrom(start)
			candidate++
			categories := all[candidate%uint64(len(all))]
			item := next(sel, post, nil, eligible)
			for given = given[:0]; len(given) < bank.Length()-1; n++ {
				if err := bank.Observe(post, item, categories[item]); err != nil {
					b.Fatal(err)
				}
				given = append(given, item)
				item = next(sel, post, given, eligible)
			}
		}
	})
}

func shadowNext(b *testing.B) func(*Selector, *Posterior, []int, func(int) bool) int {
	return func(sel *Selector, post *Posterior, given []int, eligible func(int) bool) int {
		form, err := sel.Shadow(post, given, nil, eligible)
		if err != nil {
			b.Fatal(err)
		}
		next, _ := form.Next()
		return next
	}
}

// 15 competencies in 5 domains, exams of 32 items with a blueprint and families of two.
func BenchmarkNextItem1000(b *testing.B) { benchmarkPositioning(b, 67, shadowNext(b)) }

func BenchmarkNextItem5000(b *testing.B) { benchmarkPositioning(b, 333, shadowNext(b)) }

func benchmarkPositioning(b *testing.B, perCompetency int, next func(*Selector, *Posterior, []int, func(int) bool) int) {
	p := newPositioning(32)
	benchmarkNextItem(b, familyBank(b, p.blueprint, 13, perCompetency), p.prior, p.objective, next)
}

// One ability, exams of 30 items, no blueprint: what unidimensional engines do.
func BenchmarkNextItemOneAbility1000(b *testing.B) {
	r := random(16)
	items := make([]Item, 1000)
	for i := range items {
		items[i] = randomItem(r, fmt.Sprint(i), 0, TwoPL)
	}
	objective := Objective{{Name: "ability", Weights: []float64{1}, Importance: 1}}
	benchmarkNextItem(b, newBank(b, items, Blueprint{Length: 30}), Hierarchical([]int{0}, 1, 0, 0), objective, shadowNext(b))
}

// The update alone: the next item is the first eligible one of the next competency.
func BenchmarkPosteriorUpdate(b *testing.B) {
	benchmarkPositioning(b, 67, func(_ *Selector, _ *Posterior, given []int, eligible func(int) bool) int {
		i := len(given)%15*67 + 2*(len(given)/15)
		for !eligible(i) {
			i += 3
		}
		return i
	})
}

// The rankings of a bank, made once.
func BenchmarkRankings1000(b *testing.B) {
	bank := familyBank(b, newPositioning(32).blueprint, 13, 67)
	measured(b, b.N, func() {
		for range b.N {
			bank.rank()
		}
	})
}
