package web

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
)

// Metrics are the counters of the front door.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewMetrics registers the front door's metrics.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "galien_http_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "galien_http_duration_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
	}
	registry.MustRegister(m.requests, m.duration)
	return m
}

// recorder remembers what was answered, for the log.
type recorder struct {
	http.ResponseWriter
	log    *slog.Logger
	status int
	bytes  int
	ref    string
	route  string
	kept   *http.Cookie // see Keep
}

func (r *recorder) WriteHeader(status int) {
	r.begin(status)
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.begin(http.StatusOK)
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

// begin notes the status of an answer that begins.
func (r *recorder) begin(status int) {
	if r.status != 0 {
		return
	}
	r.status = status
	if r.kept != nil && r.Header().Get("Cache-Control") == noStore && !sets(r.Header(), r.kept.Name) {
		http.SetCookie(r.ResponseWriter, r.kept)
	}
}

// sets reports whether the answer says already what becomes of a cookie.
func sets(h http.Header, cookie string) bool {
	return slices.ContainsFunc(h.Values("Set-Cookie"), func(c string) bool { return strings.HasPrefix(c, cookie+"=") })
}

// Keep sends a cookie that the caller holds once more, so that it lasts, unless a cache may keep the answer, which would hand
// it to others, or the handler gives or takes that cookie.
func Keep(w http.ResponseWriter, cookie *http.Cookie) { recorderOf(w).kept = cookie }

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// recorderOf finds the recorder under the writers that wrap it. observe puts one under every request.
func recorderOf(w http.ResponseWriter) *recorder {
	for {
		if r, ok := w.(*recorder); ok {
			return r
		}
		w = w.(interface{ Unwrap() http.ResponseWriter }).Unwrap()
	}
}

// observe logs each request by its route, never by its address or its query, which may name people; it turns a panic
// into an internal error with a reference.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watch := clock.Start()
		rec := &recorder{ResponseWriter: w, log: s.site.Log, ref: newReference(), route: "none"}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.site.Log.Error("panic", "ref", rec.ref, "route", rec.route, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if rec.status == 0 {
					s.fail(rec, s.identified(rec, r), errs.New(errs.Internal, "internal"))
				}
			}
			s.record(r, rec, watch.Elapsed())
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) record(r *http.Request, rec *recorder, took time.Duration) {
	if rec.status == 0 { // net/http says OK for a handler that says nothing
		rec.status = http.StatusOK
	}
	status := strconv.Itoa(rec.status)
	s.site.Metrics.requests.WithLabelValues(rec.route, status).Inc()
	s.site.Metrics.duration.WithLabelValues(rec.route).Observe(took.Seconds())
	level := slog.LevelDebug
	if rec.status >= 500 {
		level = slog.LevelError
	}
	s.site.Log.Log(r.Context(), level, "request", "ref", rec.ref, "route", rec.route, "status", rec.status,
		"ms", float64(took.Microseconds())/1000, "bytes", rec.bytes)
}

// newReference makes the short reference that a person can read out to the help desk.
func newReference() string {
	var b [5]byte
	rand.Read(b[:])
	return base32.StdEncoding.EncodeToString(b[:])
}
