package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/platform/clock"
	"galien/internal/testkit/browser"
)

// site is a demonstration served on loopback.
type site struct {
	app    *app.App
	url    string // http://ADDRESS, without a final slash
	server *http.Server
	stop   func(context.Context) error
	served chan error

	disturb atomic.Pointer[func(next http.Handler) http.Handler]

	mu     sync.Mutex
	faults []string // answers of 500 and above that no test asked for
}

// newSite fills a demonstration as «galien demo» does, its past on a clock of its own, and serves it. database is empty
// for SQLite in the folder.
func newSite(ctx context.Context, dir, database string) (*site, error) {
	past := clock.NewManual(clock.System{}.Now())
	warnings := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	config := app.Config{Data: dir, Database: database, Log: warnings, Clock: past}
	config.Operator.Name = "Démonstration"
	if err := fill(ctx, config, past); err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &site{url: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	config.Clock, config.Demo, config.PublicURL = clock.System{}, app.DemoAccounts(), s.url
	if s.app, err = app.New(ctx, config); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if s.stop, err = s.app.Start(ctx); err != nil {
		return nil, errors.Join(err, listener.Close(), s.app.Close())
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

// fill lives the demonstration's past, then closes the installation.
func fill(ctx context.Context, config app.Config, past *clock.Manual) error {
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	stop, err := a.Start(ctx)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(a.FillDemo(ctx, past), stop(ctx), a.Close())
}

// close stops the site and returns what went wrong on it since it began.
func (s *site) close() []string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// The browser keeps connections open without a request: they are cut.
	err := s.server.Close()
	if end := <-s.served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	if err = errors.Join(err, s.stop(ctx), s.app.Close()); err != nil {
		s.faults = append(s.faults, err.Error())
	}
	return s.faults
}

// ServeHTTP serves the application, through what disturbs it when a test asked for that.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	watched := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &status{ResponseWriter: w}
		s.app.Handler().ServeHTTP(seen, r)
		if seen.code >= http.StatusInternalServerError {
			s.mu.Lock()
			s.faults = append(s.faults, fmt.Sprintf("%s %s: %d", r.Method, r.URL.Path, seen.code))
			s.mu.Unlock()
		}
	})
	if disturb := s.disturb.Load(); disturb != nil {
		(*disturb)(watched).ServeHTTP(w, r)
		return
	}
	watched.ServeHTTP(w, r)
}

// disturbed puts a handler before the application until the test ends.
func (s *site) disturbed(t *testing.T, by func(next http.Handler) http.Handler) {
	t.Helper()
	s.disturb.Store(&by)
	t.Cleanup(func() { s.disturb.Store(nil) })
}

// status remembers the status that was written.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader keeps the status.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// visit starts a browser for the test and returns the demonstration, or skips under -short.
func visit(t *testing.T) (*site, *browser.Browser) {
	t.Helper()
	b := browser.Start(t)
	return demonstration, b
}
