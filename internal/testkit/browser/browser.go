// Package browser drives Chromium for the tests as a person would: it finds what to click by role and accessible name,
// types with real key events, and keeps what the browser complained of on the way.
//
// A test binary has one Chromium process and each page has a context of its own (cookies, storage, cache). Every method
// that fails ends the test with what it looked for and what it saw.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Variable is the environment variable that names the Chromium to use, by path. Without it the usual names are tried.
const Variable = "CHROMIUM"

// Browser is the Chromium process that the tests of one binary share.
type Browser struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// shared holds the process while someone uses it. The process ends with its last user.
var shared struct {
	sync.Mutex
	browser *Browser
	users   int
}

// Start returns the binary's Chromium, started if need be, for the time of the test. Without Chromium the test fails and
// says how to install it; under -short it is skipped.
func Start(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no browser")
	}
	b, err := acquire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := release(); err != nil {
			t.Errorf("browser: stop Chromium: %v", err)
		}
	})
	return b
}

// Main runs the tests of a binary with one process from first to last, where Start alone would start one for each
// top-level test: func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }. The process starts with the first test that
// asks for it.
func Main(m *testing.M) int {
	shared.Lock()
	shared.users++
	shared.Unlock()
	code := m.Run()
	if err := release(); err != nil {
		fmt.Fprintln(os.Stderr, "browser: stop Chromium:", err)
		return max(code, 1)
	}
	return code
}

// acquire counts one user more and starts the process when there is none.
func acquire() (*Browser, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.browser == nil {
		b, err := start()
		if err != nil {
			return nil, err
		}
		shared.browser = b
	}
	shared.users++
	return shared.browser, nil
}

// release counts one user less and stops the process after the last.
func release() error {
	shared.Lock()
	defer shared.Unlock()
	shared.users--
	if shared.users > 0 || shared.browser == nil {
		return nil
	}
	b := shared.browser
	shared.browser = nil
	defer b.cancel()
	return chromedp.Cancel(b.ctx)
}

// start runs Chromium and waits until it answers.
func start() (*Browser, error) {
	path, err := find(os.Getenv(Variable), exec.LookPath)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		// The sandbox needs a user that is not root and kernel support that containers lack. The pages are our own.
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "fr-FR"),
		chromedp.WindowSize(1280, 900),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		stop()
		return nil, fmt.Errorf("browser: start %s: %w", path, err)
	}
	return &Browser{ctx, func() { cancel(); stop() }}, nil
}

// find returns the path of Chromium: the one asked for, else the first of the usual names.
func find(wanted string, look func(string) (string, error)) (string, error) {
	if wanted != "" {
		path, err := look(wanted)
		if err != nil {
			return "", fmt.Errorf("browser: %s=%s cannot be run: %w", Variable, wanted, err)
		}
		return path, nil
	}
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := look(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("browser: no Chromium here: run apt-get install chromium, or set " + Variable +
		" to the path of one, or run go test -short to leave the browser out")
}
