package calibration

import (
	"context"
	"runtime"
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

// benchmark calibrates a set by maximum likelihood. Read cpu-s, the processor time to
// convergence, and not ns/op, which depends on what else the machine does.
func benchmark(b *testing.B, g *generated) {
	d := g.data(b)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	none := NoPriors()
	began := cpu()
	b.ResetTimer()
	var r *Result
	for b.Loop() {
		var err error
		r, err = Calibrate(context.Background(), d, Options{Priors: &none, Errors: NoErrors})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	runtime.ReadMemStats(&after)
	b.ReportMetric((cpu()-began).Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(float64(r.Iterations), "iterations")
	b.ReportMetric(r.LogLikelihood, "loglik")
	b.ReportMetric(float64(d.Bytes())/1e6, "data-MB")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/1e6, "alloc-MB")
	b.Logf("%s: log-likelihood %.4f, %v, change %.2g, %d refused, held %v", g.name, r.LogLikelihood, r.Reason, r.Change, r.Refused, r.State.Held)
}

func BenchmarkD10k60(b *testing.B)     { benchmark(b, d10k60()) }
func BenchmarkD10k60_3PL(b *testing.B) { benchmark(b, d10k60guessing()) }
func BenchmarkD50k200(b *testing.B)    { benchmark(b, d50k200()) }
func BenchmarkS21k500(b *testing.B)    { benchmark(b, s21k500()) }
func BenchmarkS210k2000(b *testing.B)  { benchmark(b, s210k2000()) }
