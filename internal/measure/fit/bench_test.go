package fit

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"galien/internal/measure"
)

// large is 10,000 persons on 60 2PL items.
func large(b *testing.B) *Data {
	rnd := seeded(30)
	items := bank(rnd, 60, measure.TwoPL)
	return matrix(b, items, answersTo(rnd, items, normals(rnd, 10000)))
}

// sparse is 20,000 persons on 40 of 500 items each.
func sparse(b *testing.B) *Data {
	rnd := seeded(31)
	items := bank(rnd, 500, measure.TwoPL)
	builder, err := NewBuilder(items)
	if err != nil {
		b.Fatal(err)
	}
	for p, theta := range normals(rnd, 20000) {
		for _, j := range rnd.Perm(500)[:40] {
			if err := builder.Add(fmt.Sprint(p), items[j].ID, draw(rnd, &items[j], theta)); err != nil {
				b.Fatal(err)
			}
		}
	}
	d, err := builder.Build()
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// cpu is the processor time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// run measures a function. Read cpu-ms, the processor time, and not ns/op, which depends on what
// else the machine does.
func run(b *testing.B, do func() error) {
	b.Helper()
	b.ReportAllocs()
	runtime.GC()
	began := cpu()
	for b.Loop() {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu()-began).Seconds()*1e3/float64(b.N), "cpu-ms")
}

func BenchmarkScoreFits(b *testing.B) {
	d := large(b)
	run(b, func() error { _, err := ScoreFits(d, Options{}); return err })
}

func BenchmarkEAP(b *testing.B) {
	d := large(b)
	run(b, func() error { _, err := EAP(d, Options{}); return err })
}

func benchmarkQ3(b *testing.B, d *Data) {
	abilities, err := EAP(d, Options{})
	if err != nil {
		b.Fatal(err)
	}
	run(b, func() error { _, err := Q3(d, abilities, Options{}); return err })
}

func BenchmarkQ3(b *testing.B)       { benchmarkQ3(b, large(b)) }
func BenchmarkQ3Sparse(b *testing.B) { benchmarkQ3(b, sparse(b)) }

func BenchmarkItemSquares(b *testing.B) {
	d := large(b)
	abilities, err := EAP(d, Options{})
	if err != nil {
		b.Fatal(err)
	}
	run(b, func() error { _, err := ItemSquares(d, abilities); return err })
}

func BenchmarkPredictiveFits(b *testing.B) {
	d := large(b)
	run(b, func() error { _, err := PredictiveFits(d, OnPast, Options{}); return err })
}

func BenchmarkPredictiveFitsSparse(b *testing.B) {
	d := sparse(b)
	run(b, func() error { _, err := PredictiveFits(d, OnPast, Options{}); return err })
}

func BenchmarkPersonFits(b *testing.B) {
	d := large(b)
	means, err := EAP(d, Options{})
	if err != nil {
		b.Fatal(err)
	}
	abilities := make([]Ability, len(means))
	for p, theta := range means {
		abilities[p] = Ability{Theta: theta, Method: ML}
	}
	run(b, func() error { _, err := PersonFits(d, abilities); return err })
}
