package main

import (
	"context"
	"errors"
	"net/http"
	"path"
	"sync/atomic"
	"time"

	"galien/e2e/learner"
)

// walker is a learner who answers without end: one positioning after the other, and the same request again for as long as
// nothing acknowledges it.
type walker struct {
	base    string
	network *learner.Network
	keep    http.RoundTripper
	seeds   *learner.Seeds
	ledger  *ledger
	stop    *atomic.Bool // ends the walk before the next answer
	moved   atomic.Int64 // acknowledged answers

	learner *learner.Learner // nil: a new one is needed
	seq     int              // of the last acknowledged answer of the attempt
}

const (
	perRequest = 20 * time.Second
	breath     = 20 * time.Millisecond // before a request is sent again
)

func (w *walker) walk(ctx context.Context) {
	for ctx.Err() == nil && !w.stop.Load() {
		if w.learner == nil {
			w.begin(ctx)
			continue
		}
		w.step(ctx)
	}
}

// begin opens a positioning. A try that is not acknowledged may leave a visitor behind: nobody counts on them.
func (w *walker) begin(ctx context.Context) {
	l := learner.New(w.base, w.network.Transport(false), w.seeds.Next())
	if err := w.try(ctx, l.Begin); err != nil {
		w.rest(ctx)
		return
	}
	l.Move(w.base, w.keep)
	w.learner, w.seq = l, 0
}

// step reads the screen and answers it.
func (w *walker) step(ctx context.Context) {
	var sc learner.Screen
	err := w.try(ctx, func(ctx context.Context) (err error) {
		sc, err = w.learner.Look(ctx)
		return err
	})
	switch {
	case err != nil:
		w.report(err)
		w.rest(ctx)
		return
	case sc.Over:
		w.learner = nil
		return
	case sc.Seq <= w.seq:
		w.ledger.mu.Lock()
		w.ledger.lose(w.attempt(), w.seq, "the screen asks for %d", sc.Seq)
		w.ledger.mu.Unlock()
		w.learner = nil
		return
	}
	w.send(ctx, w.learner.Choose(sc))
}

// send sends an answer until it is acknowledged, always the same.
func (w *walker) send(ctx context.Context, a learner.Answer) {
	for tries := 1; ctx.Err() == nil; tries++ {
		err := w.try(ctx, func(ctx context.Context) error { return w.learner.Send(ctx, a) })
		if err == nil {
			w.ledger.promise(w.attempt(), a)
			w.seq = a.Seq
			w.moved.Add(1)
			return
		}
		if errors.Is(err, learner.ErrRefused) || w.report(err) {
			w.ledger.note("attempt %s: number %d cannot be sent again: %v", w.attempt(), a.Seq, err)
			w.learner = nil
			return
		}
		if tries == 1 {
			w.ledger.noteResent()
		}
		w.rest(ctx)
	}
}

func (w *walker) attempt() string { return path.Base(w.learner.Attempt) }

func (w *walker) try(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, perRequest)
	defer cancel()
	return f(ctx)
}

// report notes a reply that no outage explains, and says whether it is one. «Not ready» (503), «too many» (429) and a lost
// connection are outages.
func (w *walker) report(err error) bool {
	var status *learner.StatusError
	if !errors.As(err, &status) || status.Status == http.StatusServiceUnavailable || status.Status == http.StatusTooManyRequests {
		return false
	}
	w.ledger.note("attempt %s: %v", w.attempt(), err)
	return true
}

func (w *walker) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(breath):
	}
}
