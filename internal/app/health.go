package app

import (
	"context"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"galien/internal/platform/errs"
	"galien/internal/platform/web"
)

// operationRoutes are for the machines that watch this one.
func (a *App) operationRoutes() []web.Route {
	probe := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: web.Anyone(), Audit: web.NotAudited(noPerson), Limit: web.Probe(), Handler: h}
	}
	return []web.Route{
		probe("GET /livez", func(w http.ResponseWriter, _ *http.Request) error { return ok(w) }),
		probe("GET /readyz", a.ready),
		probe("GET /startupz", func(w http.ResponseWriter, _ *http.Request) error {
			if !a.started.Load() {
				return errs.New(errs.Unavailable, "web.starting")
			}
			return ok(w)
		}),
	}
}

func ok(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("ok\n"))
	return err
}

// ready refuses new work while the application drains or the database does not answer.
func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	if a.draining.Load() {
		return errs.New(errs.Unavailable, "web.draining")
	}
	if err := a.DB.Ping(r.Context()); err != nil {
		return errs.New(errs.Unavailable, "web.database").Cause(err)
	}
	return ok(w)
}

func (a *App) ledgerLag() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "galien_ledger_unsealed_age_seconds",
		Help: "Age of the oldest audit event that is not sealed yet."}, func() float64 {
		lag, err := a.Audit.Lag(context.Background())
		if err != nil {
			return -1
		}
		return lag.Oldest.Seconds()
	})
}
