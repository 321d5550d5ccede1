package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"galien/e2e/learner"
)

// earlyAck is the fault that the rig must be able to see: a proxy that acknowledges an answer, then forwards it. What is
// under way when the program dies is lost although it was acknowledged. Nothing of the kind exists in the product.
type earlyAck struct {
	url       string
	target    *url.URL
	forward   *httputil.ReverseProxy
	transport http.RoundTripper
	server    *http.Server

	mu       sync.Mutex
	underWay map[string]chan struct{} // by attempt: closed when its answer was forwarded or lost
}

func newEarlyAck(target string) (*earlyAck, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	network := &learner.Network{}
	p := &earlyAck{url: "http://" + listener.Addr().String(), target: u, transport: network.Transport(false), underWay: map[string]chan struct{}{}}
	p.forward = &httputil.ReverseProxy{Transport: p.transport,
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(u) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusServiceUnavailable) }}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: perRequest}
	go func() {
		// It ends with close; an earlier end shows as learners who do not go on.
		_ = p.server.Serve(listener)
	}()
	return p, nil
}

func (p *earlyAck) close() error { return p.server.Close() }

// ServeHTTP acknowledges answers and acts at once and forwards the rest, a screen only after the answer before it.
func (p *earlyAck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	attempt := r.URL.Path
	if r.Method != http.MethodPost || !strings.HasPrefix(attempt, "/epreuves/") {
		p.wait(attempt)
		p.forward.ServeHTTP(w, r)
		return
	}
	attempt = path.Dir(attempt)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.send(attempt, r, body)
	http.Redirect(w, r, attempt, http.StatusSeeOther)
}

// wait returns when no answer of the attempt is under way.
func (p *earlyAck) wait(attempt string) {
	p.mu.Lock()
	sent := p.underWay[attempt]
	p.mu.Unlock()
	if sent != nil {
		<-sent
	}
}

// send forwards an answer a little later, once.
func (p *earlyAck) send(attempt string, r *http.Request, body []byte) {
	sent := make(chan struct{})
	p.mu.Lock()
	p.underWay[attempt] = sent
	p.mu.Unlock()
	u := *p.target
	u.Path = r.URL.Path
	header := r.Header.Clone()
	go func() {
		defer close(sent)
		time.Sleep(time.Duration(5+rand.IntN(30)) * time.Millisecond)
		// A failure is the fault itself: the answer is gone and nobody is told.
		_ = p.post(u.String(), header, body)
	}()
}

func (p *earlyAck) post(address string, header http.Header, body []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), perRequest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = header
	res, err := p.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close())
}
