package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics serves /metrics on the address of its own that Listen took, if there is one; stop ends it. It is never a page
// of the site: behind a proxy nobody can be told from this machine.
func (a *App) serveMetrics() (stop func(context.Context) error) {
	if a.watched == nil {
		return func(context.Context) error { return nil }
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	go func() {
		if err := srv.Serve(a.watched); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.Config.Log.Error("metrics are served no longer", "err", err)
		}
	}()
	return srv.Shutdown
}
