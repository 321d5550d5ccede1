package web

import (
	"sync"
	"time"

	"galien/internal/platform/clock"
)

// limiter counts calls per route and caller in windows of one minute. It lives in memory: it protects this process;
// what must hold across processes (password guessing) is counted in the database.
type limiter struct {
	clock clock.Clock
	mu    sync.Mutex
	start time.Time
	calls map[string]int
}

func newLimiter(c clock.Clock) *limiter {
	return &limiter{clock: c, start: c.Now(), calls: map[string]int{}}
}

// allow counts a call. It returns how many calls of the window are too many, this one included, and how long the window
// still lasts.
func (l *limiter) allow(route, caller string, perMinute int) (over int, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.Sub(l.start) >= time.Minute || now.Before(l.start) {
		l.start = now
		clear(l.calls)
	}
	key := route + " " + caller
	l.calls[key]++
	return l.calls[key] - perMinute, time.Minute - now.Sub(l.start)
}
