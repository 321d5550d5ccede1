package web

import (
	"net/http"
	"net/netip"
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

// allow counts a call; when it is one too many it returns how long the window still lasts.
func (l *limiter) allow(route, caller string, perMinute int) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.Sub(l.start) >= time.Minute || now.Before(l.start) {
		l.start = now
		clear(l.calls)
	}
	key := route + " " + caller
	l.calls[key]++
	return time.Minute - now.Sub(l.start), l.calls[key] <= perMinute
}

// Network is the caller's network: the IPv4 address, or the IPv6 /64 that one subscriber holds.
func Network(r *http.Request) string {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	ip := addr.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// Loopback reports whether the request comes from this machine, unproxied.
func Loopback(r *http.Request) bool {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
