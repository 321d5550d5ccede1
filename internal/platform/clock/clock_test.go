package clock

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestSystemTellsUTCToTheMicrosecond(t *testing.T) {
	before := time.Now().Add(-time.Second)
	now := System{}.Now()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 || now.Before(before) || now.After(time.Now()) {
		t.Errorf("now is %s", now)
	}
}

func TestManualMovesOnlyWhenTold(t *testing.T) {
	paris := time.FixedZone("Paris", 3600)
	c := NewManual(time.Date(2026, 11, 22, 9, 0, 0, 1_999, paris))
	want := time.Date(2026, 11, 22, 8, 0, 0, 1_000, time.UTC)
	for range 2 {
		if c.Now() != want {
			t.Errorf("now is %s, want %s", c.Now(), want)
		}
	}
	c.Advance(-time.Hour)
	if c.Now() != want.Add(-time.Hour) {
		t.Errorf("an hour back it is %s", c.Now())
	}
	c.Set(want.In(paris))
	if c.Now() != want {
		t.Errorf("set to %s it is %s", want, c.Now())
	}
}

func TestEveryCallsOncePerPeriodWithoutOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var calls, running atomic.Int32
		done := make(chan struct{})
		go func() {
			defer close(done)
			Every(ctx, time.Second, func(context.Context) {
				if running.Add(1) > 1 {
					t.Error("two calls at once")
				}
				if calls.Add(1) == 2 {
					time.Sleep(2500 * time.Millisecond) // outlasts two periods
				}
				running.Add(-1)
			})
		}()
		time.Sleep(1500 * time.Millisecond)
		if calls.Load() != 1 {
			t.Errorf("%d calls after 1.5 s", calls.Load())
		}
		time.Sleep(5 * time.Second)
		if n := calls.Load(); n < 4 || n > 5 {
			t.Errorf("%d calls after 6.5 s of which one took 2.5 s", n)
		}
		stop()
		<-done
	})
}

func TestPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := Pause(t.Context(), time.Minute); err != nil || time.Since(start) != time.Minute {
			t.Errorf("paused %s: %v", time.Since(start), err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := Pause(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("paused beyond its context: %v", err)
		}
	})
}

func TestStopwatchMeasuresElapsedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := Start()
		time.Sleep(3 * time.Second)
		if w.Elapsed() != 3*time.Second {
			t.Errorf("elapsed %s", w.Elapsed())
		}
	})
}
