package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"

	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

// Site is what the frame needs from the application.
type Site struct {
	Log     *slog.Logger
	Metrics *Metrics
	Clock   clock.Clock
	// Identify puts the caller in the request's context (sessions, language) before any policy is asked. It may Keep a cookie
	// of the caller's.
	Identify func(w http.ResponseWriter, r *http.Request) (context.Context, error)
	// Caller names the caller for rate limits: a person's id, or "".
	Caller func(ctx context.Context) string
	// ErrorPage renders an error for a person.
	ErrorPage func(w http.ResponseWriter, r *http.Request, e *errs.Error, ref string)
	// SignIn is where a person who is not signed in is sent, with ?retour=.
	SignIn string
	// Origin is the site's own, as https://galien.example.org: a form from there is ours even where a proxy changes the host.
	// "" is that of each request.
	Origin string
	// Secure says that people reach the site by HTTPS.
	Secure bool
	// Proxies are the networks of the proxies before this program, whose word on who calls is believed. Empty: nobody's is.
	Proxies []netip.Prefix
	// InFlight bounds the pages served at once; more wait, then get 503. 0 means 256.
	InFlight int
}

// Server answers requests by the route table.
type Server struct {
	site    Site
	mux     *http.ServeMux
	api     *http.ServeMux
	openapi *huma.OpenAPI
	limiter *limiter
	origin  *http.CrossOriginProtection
	gate    chan struct{}
}

// NewServer checks the table and builds the server; an incomplete route is an error, and nothing starts.
func NewServer(site Site, api huma.Config, routes []Route) (*Server, error) {
	if err := Validate(routes); err != nil {
		return nil, err
	}
	if site.InFlight == 0 {
		site.InFlight = 256
	}
	s := &Server{site: site, mux: http.NewServeMux(), api: http.NewServeMux(), limiter: newLimiter(site.Clock),
		origin: http.NewCrossOriginProtection(), gate: make(chan struct{}, site.InFlight)}
	if site.Origin != "" {
		if err := s.origin.AddTrustedOrigin(site.Origin); err != nil {
			return nil, err
		}
	}
	operations := humago.New(s.api, api)
	s.openapi = operations.OpenAPI()
	for _, r := range routes {
		if err := s.add(operations, r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// add registers a route. ServeMux panics on two patterns of which neither is the more specific: that is an error here.
func (s *Server) add(operations huma.API, r Route) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %q: %v", r.Pattern, p)
		}
	}()
	h := r.Handler
	if r.operation != nil {
		if err := r.operation(operations); err != nil {
			return fmt.Errorf("route %q: %w", r.Pattern, err)
		}
		h = s.operate
	}
	s.mux.Handle(r.Pattern, s.guard(r, h))
	return nil
}

// operate hands a request to the API's operations.
func (s *Server) operate(w http.ResponseWriter, r *http.Request) error {
	ctx := withRefusal(r.Context(), func(e *errs.Error) string { return s.failed(w.Header(), recorderOf(w), e) })
	s.api.ServeHTTP(w, r.WithContext(ctx))
	return nil
}

// OpenAPI is the description of the API's operations.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.openapi }

// Handler is the whole chain, outermost first: headers, who calls, recovery and log, compression, cross-origin protection,
// routes.
func (s *Server) Handler() http.Handler {
	s.origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, s.identified(w, r), errs.New(errs.Forbidden, "web.cross_origin"))
	}))
	routes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch _, pattern := s.mux.Handler(r); {
		case !plain(r.URL.Path):
			s.fail(w, s.identified(w, r), errs.New(errs.NotFound, "web.not_found"))
		case pattern == "":
			s.unrouted(w, r)
		default:
			s.mux.ServeHTTP(w, r)
		}
	})
	return s.headers(s.forwarded(s.observe(compress(s.origin.Handler(routes)))))
}

// unrouted answers what no route matches: the address without its last slash, 405 where another method would match, or 404.
func (s *Server) unrouted(w http.ResponseWriter, r *http.Request) {
	if path, ok := s.withoutSlash(r); ok {
		http.Redirect(w, r, path, http.StatusPermanentRedirect)
		return
	}
	var allowed []string
	for _, method := range methods() {
		if s.matches(r, method, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	r = s.identified(w, r)
	if len(allowed) == 0 {
		s.fail(w, r, errs.New(errs.NotFound, "web.not_found"))
		return
	}
	if allowed[0] == http.MethodGet {
		allowed = append(allowed, http.MethodHead)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.fail(w, r, errs.New(errs.Method, "web.method"))
}

// withoutSlash returns the address of the page that the request means: each page has one address, without a slash at its end.
func (s *Server) withoutSlash(r *http.Request) (string, bool) {
	path, slashed := strings.CutSuffix(r.URL.Path, "/")
	if !slashed || r.Method != http.MethodGet && r.Method != http.MethodHead || !s.matches(r, r.Method, path) {
		return "", false
	}
	target := (&url.URL{Path: path, RawQuery: r.URL.RawQuery}).String()
	return target, LocalPath(target, "") != ""
}

// matches reports whether a route answers the method at the path.
func (s *Server) matches(r *http.Request, method, path string) bool {
	_, pattern := s.mux.Handler(&http.Request{Method: method, Host: r.Host, URL: &url.URL{Path: path}})
	return pattern != ""
}

// identified returns the request with its caller when that can be told, for the page around an error.
func (s *Server) identified(w http.ResponseWriter, r *http.Request) *http.Request {
	ctx, err := s.site.Identify(w, r)
	if err != nil {
		ctx = i18n.With(r.Context(), i18n.Negotiate(r.Header.Get("Accept-Language")))
	}
	return r.WithContext(ctx)
}

// guard wraps a route's handler in what the route declares: who, how much, how long.
func (s *Server) guard(route Route, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := recorderOf(w)
		rec.route = route.Pattern
		err := s.serve(route, h, w, r)
		switch {
		case err == nil:
		case r.Context().Err() != nil && rec.status == 0:
			rec.status = statusCallerLeft
		default:
			s.fail(w, s.identified(w, r), err)
		}
	})
}

// statusCallerLeft is noted for a caller who left before the answer, such as a browser whose form was sent twice: nobody is
// there to be told, and nothing failed.
const statusCallerLeft = 499

func (s *Server) serve(route Route, h Handler, w http.ResponseWriter, r *http.Request) error {
	if route.Limit.Class == ClassPage {
		if err := s.enter(r.Context()); err != nil {
			return err
		}
		defer func() { <-s.gate }()
	}
	r.Body = http.MaxBytesReader(w, r.Body, max(route.Limit.Body, 1))
	ctx, cancel := context.WithTimeout(r.Context(), route.Limit.Timeout)
	defer cancel()
	if err := s.admitted(route, h, w, r.WithContext(ctx)); err != nil {
		return asError(ctx, err)
	}
	return nil
}

// admitted runs the handler for a caller who may call it now.
func (s *Server) admitted(route Route, h Handler, w http.ResponseWriter, r *http.Request) error {
	ctx, err := s.site.Identify(w, r)
	if err != nil {
		return err
	}
	r = r.WithContext(ctx)
	if over, wait := s.limiter.allow(route.Pattern, s.caller(r), route.Limit.PerMinute); over > 0 {
		if over == 1 { // a flood must not fill the log
			Refused(w, errs.New(errs.TooMany, "web.too_many"))
		}
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		return errs.New(errs.TooMany, "web.too_many")
	}
	if err := route.Policy.Allow(r); err != nil {
		return err
	}
	if err := readForm(r, route); err != nil {
		return err
	}
	return h(w, r)
}

// enter waits for a place among the pages in flight, for a second at most.
func (s *Server) enter(ctx context.Context) error {
	select {
	case s.gate <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	select {
	case s.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "web.busy")
	}
}

func (s *Server) caller(r *http.Request) string {
	if who := s.site.Caller(r.Context()); who != "" {
		return who
	}
	return Network(r)
}

// compress packs answers fast rather than small: pages are a few kilobytes either way, and packing was a tenth of the
// program's time under load.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		return next // the level above is one that exists
	}
	return wrap(next)
}
