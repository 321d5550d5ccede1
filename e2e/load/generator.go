package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"galien/e2e/learner"
)

// seat is a learner with a question in front of them.
type seat struct {
	learner *learner.Learner
	screen  learner.Screen
}

// generator offers answers and pages at fixed rates, whatever the server does (an open loop). The learners who answer sit
// in a queue; one who finishes is replaced by a new one.
type generator struct {
	base       string
	keep, once http.RoundTripper // connections that stay, and those of newcomers
	seeds      *learner.Seeds
	seats      chan *seat
	seated     atomic.Int64
	starting   chan struct{} // a place for each newcomer at once

	answers, screens, others, starts series
}

const (
	maxSeats   = 100_000
	newcomers  = 4
	spread     = 25               // questions over which the learners are spread at first, so that they do not finish together
	perRequest = 40 * time.Second // after which a request has failed
)

func newGenerator(base string) *generator {
	network := &learner.Network{}
	return &generator{base: base, keep: network.Transport(true), once: network.Transport(false), seeds: learner.NewSeeds(0),
		seats: make(chan *seat, maxSeats), starting: make(chan struct{}, newcomers)}
}

// seat brings the number of learners to n, each some questions into a positioning.
func (g *generator) seat(ctx context.Context, n int) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := int(g.seated.Load()); i < n; i++ {
		group.Go(func() error {
			s, err := g.newcomer(ctx)
			for k := 0; err == nil && k < i*spread/n; k++ {
				if err = s.learner.Send(ctx, s.learner.Choose(s.screen)); err == nil {
					s.screen, err = s.learner.Look(ctx)
				}
			}
			if err != nil {
				return fmt.Errorf("prepare a learner: %w", err)
			}
			g.seated.Add(1)
			g.seats <- s
			return nil
		})
	}
	return group.Wait()
}

// newcomer is a visitor who starts a positioning and sees its first question.
func (g *generator) newcomer(ctx context.Context) (*seat, error) {
	l := learner.New(g.base, g.once, g.seeds.Next())
	if err := l.Begin(ctx); err != nil {
		return nil, err
	}
	l.Move(g.base, g.keep)
	sc, err := l.Look(ctx)
	return &seat{l, sc}, err
}

// offer is what one run offers.
type offer struct {
	answers float64 // per second, each followed by the next screen
	others  float64 // other pages per second
	warmup  time.Duration
	length  time.Duration
}

// run offers the load and returns the window that counts. cut is called when the window begins.
func (g *generator) run(ctx context.Context, o offer, cut func()) (from, to time.Time) {
	begin := time.Now().Add(50 * time.Millisecond)
	from = begin.Add(o.warmup)
	to = from.Add(o.length)
	timer := time.AfterFunc(time.Until(from), cut)
	defer timer.Stop()
	var all sync.WaitGroup
	all.Go(func() { g.arrivals(ctx, begin, to, o.answers, g.answer) })
	all.Go(func() { g.arrivals(ctx, begin, to, o.others, g.other) })
	all.Wait()
	return from, to
}

// arrivals calls f for each arrival of a fixed rate, at its instant, and returns when all calls have.
func (g *generator) arrivals(ctx context.Context, begin, end time.Time, rate float64, f func(context.Context, time.Time)) {
	var calls sync.WaitGroup
	defer calls.Wait()
	for i := 0; rate > 0; i++ {
		intended := begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if !intended.Before(end) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(intended)):
		}
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, perRequest)
			defer cancel()
			f(ctx, intended)
		})
	}
}

// answer has the learner who has waited longest answer, then see the next screen.
func (g *generator) answer(ctx context.Context, intended time.Time) {
	var s *seat
	select {
	case s = <-g.seats:
	case <-ctx.Done():
		g.answers.add(intended, ctx.Err())
		return
	}
	err := s.learner.Send(ctx, s.learner.Choose(s.screen))
	g.answers.add(intended, err)
	seen := time.Now()
	s.screen, err = s.learner.Look(ctx)
	g.screens.add(seen, err)
	if err == nil && !s.screen.Over {
		g.seats <- s
		return
	}
	g.replace(context.WithoutCancel(ctx))
}

// replace brings a new learner in.
func (g *generator) replace(ctx context.Context) {
	g.starting <- struct{}{}
	defer func() { <-g.starting }()
	ctx, cancel := context.WithTimeout(ctx, perRequest)
	defer cancel()
	began := time.Now()
	s, err := g.newcomer(ctx)
	g.starts.add(began, err)
	if err == nil {
		g.seats <- s
		return
	}
	g.seated.Add(-1)
}

// other has a learner look at a page besides their attempt.
func (g *generator) other(ctx context.Context, intended time.Time) {
	var s *seat
	select {
	case s = <-g.seats:
	case <-ctx.Done():
		g.others.add(intended, ctx.Err())
		return
	}
	pages := [...]string{"/", "/mes-competences", "/referentiels"}
	_, err := s.learner.Page(ctx, pages[rand.IntN(len(pages))])
	g.others.add(intended, err)
	g.seats <- s
}
