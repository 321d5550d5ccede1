// Package app wires the application: it is the only place where everything meets, and it holds the one route table.
package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"galien/internal/identity/identityweb"
	"galien/internal/platform/clock"
	"galien/internal/platform/ui/pages"
)

// Version of the program, set by the release build.
const Version = "0.1.0"

// Config is what an installation decides. Its zero value, with Data set, is a working default.
type Config struct {
	Listen    string         // address to listen on; "" is 127.0.0.1:8080
	Data      string         // folder of the embedded database, the keys and the ledger's checkpoints
	Database  string         // sqlite:PATH or postgres://…; "" is a SQLite file in Data
	PublicURL string         // how people reach the site, as https://galien.example.org; "" is http://LISTEN
	Metrics   string         // address on which /metrics answers, apart from the site; "": nowhere
	Proxies   []string       // networks (CIDR) or addresses of the proxies before the site, whose X-Forwarded-For is believed
	Operator  pages.Operator // who runs the installation, for the legal pages
	Demo      []identityweb.DemoAccount
	Log       *slog.Logger
	Clock     clock.Clock

	proxies []netip.Prefix // Proxies, read
}

func (c *Config) defaults() error {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("the public address %q cannot be read: write it as https://galien.example.org", c.PublicURL)
	}
	if err := c.readProxies(); err != nil {
		return err
	}
	if c.Operator.BaseURL == "" {
		c.Operator.BaseURL = c.PublicURL
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Data == "" {
		return errors.New("no data folder is given: add --data DIR")
	}
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "galien.db")
	}
	return c.prepareData()
}

// readProxies reads the networks of the trusted proxies. An address alone is a network of one.
func (c *Config) readProxies() error {
	for _, text := range c.Proxies {
		network, err := netip.ParsePrefix(strings.TrimSpace(text))
		if addr, addrErr := netip.ParseAddr(strings.TrimSpace(text)); addrErr == nil {
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil || network.Addr().Zone() != "" || network.Addr().Is4In6() {
			return fmt.Errorf("the trusted proxy %q cannot be read: write its address or its network, as 127.0.0.1 or 10.0.0.0/8", text)
		}
		c.proxies = append(c.proxies, network.Masked())
	}
	return nil
}

// prepareData makes the data folder and checks that it can be written.
func (c *Config) prepareData() error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made (%v): choose another with --data", c.Data, reason(err))
	}
	probe, err := os.CreateTemp(c.Data, ".probe-*")
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be written (%v): give the account that runs Galien the right, or choose another with --data", c.Data, reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason is the cause of a file error without the path, which the sentence around it names.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (c *Config) secure() bool { return strings.HasPrefix(c.origin(), "https:") }

// origin is the public address without a path, as browsers write it. defaults has checked that it can be read.
func (c *Config) origin() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

// warn says in the log what is probably not as the operator wishes: HTTPS is a proxy's doing, so where no proxy's word is
// believed all callers are one.
func (c *Config) warn() {
	if c.secure() && len(c.proxies) == 0 {
		c.Log.Warn("all callers look like one, and limits count them together: no proxy is trusted though the public address is https; " +
			"give the address of the proxy with --trusted-proxy, as 127.0.0.1")
	}
}
