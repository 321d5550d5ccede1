package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"galien/e2e/learner"
)

// series is the requests of one kind. It is safe for concurrent use.
type series struct {
	mu   sync.Mutex
	done []request
}

// request is one request: when it should have left, how long after that instant its reply was whole, and what failed.
// A learner who waits for an overloaded server or generator waits in this latency: nothing is omitted.
type request struct {
	intended time.Time
	latency  time.Duration
	kind     string // of the failure; empty when it succeeded
}

func (s *series) add(intended time.Time, err error) {
	r := request{intended: intended, latency: time.Since(intended), kind: kindOf(err)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, r)
}

// kindOf names a failure so that failures can be counted.
func kindOf(err error) string {
	var status *learner.StatusError
	var network net.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &status):
		return fmt.Sprintf("%s: status %d", status.What, status.Status)
	case errors.Is(err, learner.ErrRefused):
		return "answer refused"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.As(err, &network):
		return "connection"
	}
	return err.Error()
}

// summary is a series within a window of intended instants.
type summary struct {
	offered, done      int
	elapsed            time.Duration // from the window's start to the last reply
	p50, p90, p99, max time.Duration // of the successes
	failures           map[string]int
}

func (s *series) summary(from, to time.Time) summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := summary{failures: map[string]int{}}
	var latencies []time.Duration
	for _, r := range s.done {
		if r.intended.Before(from) || !r.intended.Before(to) {
			continue
		}
		out.offered++
		out.elapsed = max(out.elapsed, r.intended.Add(r.latency).Sub(from))
		if r.kind != "" {
			out.failures[r.kind]++
			continue
		}
		latencies = append(latencies, r.latency)
	}
	out.done = len(latencies)
	slices.Sort(latencies)
	out.p50, out.p90, out.p99, out.max = quantile(latencies, 0.5), quantile(latencies, 0.9), quantile(latencies, 0.99), quantile(latencies, 1)
	return out
}

// quantile is the smallest of the sorted values that at least the share q of them does not exceed; 0 when there is none.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(q*float64(len(sorted)) + 0.999999)
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func (s summary) failed() int { return s.offered - s.done }

// rate is successes per second.
func (s summary) rate() float64 {
	if s.elapsed <= 0 {
		return 0
	}
	return float64(s.done) / s.elapsed.Seconds()
}

func (s summary) String() string {
	text := fmt.Sprintf("%d of %d (%.0f/s), p50 %s, p90 %s, p99 %s, max %s", s.done, s.offered, s.rate(),
		milliseconds(s.p50), milliseconds(s.p90), milliseconds(s.p99), milliseconds(s.max))
	if s.failed() == 0 {
		return text + ", 0 errors"
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(s.failures)) {
		kinds = append(kinds, fmt.Sprintf("%d × %s", s.failures[kind], kind))
	}
	return fmt.Sprintf("%s, %d errors (%s)", text, s.failed(), strings.Join(kinds, "; "))
}
