package doctor

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Port examines whether the address can be listened on, or is already by Galien.
func Port(ctx context.Context, listen string) []Finding {
	const what = "port"
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err == nil {
		if err := l.Close(); err != nil {
			return []Finding{found(Warning, what, "%s: %v", listen, err)}
		}
		return []Finding{found(OK, what, "%s is free", listen)}
	}
	if alive(ctx, listen) {
		return []Finding{found(OK, what, "Galien answers on %s", listen)}
	}
	return []Finding{found(Problem, what, "%s cannot be listened on, another program may use it: choose another with --listen", listen)}
}

func alive(ctx context.Context, listen string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if host, port, err := net.SplitHostPort(listen); err == nil && (host == "" || host == "0.0.0.0" || host == "::") {
		listen = net.JoinHostPort("127.0.0.1", port)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/livez", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK && strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain")
}

// PublicURL examines the address that people use: passwords and cookies travel in the clear without https.
func PublicURL(public, listen string) []Finding {
	const what = "public address"
	if public == "" {
		public = "http://" + listen
	}
	u, err := url.Parse(public)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return []Finding{found(Problem, what, "%q cannot be read: write it as https://galien.example.org", public)}
	case u.Scheme == "https":
		return []Finding{found(OK, what, "%s", public)}
	case loopback(u.Hostname()):
		return []Finding{found(OK, what, "%s, for this machine only", public)}
	}
	return []Finding{found(Problem, what, "%s is not encrypted: put a proxy with TLS before Galien and give --public-url https://…", public)}
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
