package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"galien/internal/testkit/checkout"
)

// How long a page waits: for one command or one navigation, and for something to appear.
const (
	patience = 30 * time.Second
	appears  = 10 * time.Second
	// pause is the step of a wait, and the time a click has to start a navigation.
	pause = 40 * time.Millisecond
)

// Page is one tab, for one test.
type Page struct {
	t   testing.TB
	ctx context.Context
	rec *record

	width, height int
	features      map[string]string
	scriptsOff    bool
}

// Page opens a tab in a context of its own: no cookie, no storage, no cache. It is closed after the test. The window
// is 1280 × 900 CSS pixels, the theme light, the language French, JavaScript on.
func (b *Browser) Page(t testing.TB) *Page {
	t.Helper()
	return open(t, b.ctx, chromedp.WithNewBrowserContext())
}

// Tab opens a second tab that shares this page's cookies and storage, as a person would who opens the page twice.
func (p *Page) Tab(t testing.TB) *Page {
	t.Helper()
	return open(t, p.ctx)
}

// open makes a tab under a chromedp context.
func open(t testing.TB, parent context.Context, options ...chromedp.ContextOption) *Page {
	t.Helper()
	rec := &record{urls: map[network.RequestID]string{}}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(rec.event))...)
	p := &Page{t: t, ctx: ctx, rec: rec, features: map[string]string{}}
	t.Cleanup(func() {
		// A tab that the page closed by itself is no failure.
		_ = chromedp.Cancel(ctx)
		cancel()
	})
	// The first command must not carry a deadline: the tab would close with it.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browser: open a tab: %v", err)
	}
	rec.mu.Lock()
	rec.frame = cdp.FrameID(chromedp.FromContext(ctx).Target.TargetID)
	rec.mu.Unlock()
	call(p, network.Enable, network.EnableParams{})
	call(p, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	call(p, log.Enable, cdp.Empty{})
	call(p, audits.Enable, cdp.Empty{})
	p.Viewport(1280, 900)
	return p
}

// call runs one command of the protocol, or ends the test.
func call[P, R any](p *Page, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	result, err := try(p, command, params)
	if err != nil {
		p.t.Fatalf("browser: %s: %v", command.Method, err)
	}
	return result
}

// try runs one command of the protocol.
func try[P, R any](p *Page, command cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Call(ctx, command, params)
}

// evaluate computes a JavaScript expression in the page, awaiting promises, or ends the test. The browser runs it even
// where the page's own scripts are off or refused.
func evaluate[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("browser: evaluate in the page: %v", err)
	}
	return v
}

// aborted is what Chromium answers when a navigation of its own, such as a new tab's blank page on a loaded machine, took the
// place of the one that was asked for.
const aborted = "net::ERR_ABORTED"

// Goto opens a URL and waits until it has loaded. The traffic counts from here.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.rec.mu.Lock()
	p.rec.traffic = Traffic{}
	p.rec.mu.Unlock()
	result := call(p, page.Navigate, page.NavigateParams{URL: url})
	if result.ErrorText == aborted {
		result = call(p, page.Navigate, page.NavigateParams{URL: url})
	}
	if result.ErrorText != "" {
		p.t.Fatalf("browser: open %s: %s", url, result.ErrorText)
	}
	p.settle()
}

// Reload loads the page again, as the browser's button does.
func (p *Page) Reload() {
	p.t.Helper()
	call(p, page.Reload, page.ReloadParams{})
	p.settle()
}

// Back goes one page back, as the browser's button does.
func (p *Page) Back() {
	p.t.Helper()
	history := call(p, page.GetNavigationHistory, cdp.Empty{})
	if history.CurrentIndex == 0 {
		p.t.Fatal("browser: no page to go back to")
	}
	call(p, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex-1].ID})
	p.settle()
}

// settle waits for the navigation that an action may have started. A click has a short moment to ask for one, and a
// navigation that was asked for has a second to begin: a download or a refused one never does.
func (p *Page) settle() {
	p.t.Helper()
	time.Sleep(pause)
	for began := time.Now(); ; time.Sleep(pause / 4) {
		p.rec.mu.Lock()
		loading, requested := p.rec.loading, p.rec.requested
		p.rec.mu.Unlock()
		waited := time.Since(began)
		if !loading && (!requested || waited > time.Second) {
			return
		}
		if waited > patience {
			p.t.Fatalf("browser: %s is still loading after %v", p.URL(), patience)
		}
	}
}

// URL returns the address shown.
func (p *Page) URL() string {
	p.t.Helper()
	history := call(p, page.GetNavigationHistory, cdp.Empty{})
	return history.Entries[history.CurrentIndex].URL
}

// Title returns the document's title.
func (p *Page) Title() string {
	p.t.Helper()
	return evaluate[string](p, "document.title")
}

// Text returns the text that the page shows, without what is hidden.
func (p *Page) Text() string {
	p.t.Helper()
	return evaluate[string](p, "document.body ? document.body.innerText : ''")
}

// WaitText waits until the page shows a text, for at most ten seconds. Spaces of any kind compare equal.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	for began := time.Now(); ; time.Sleep(pause) {
		shown := p.Text()
		if strings.Contains(plain(shown), plain(text)) {
			return
		}
		if time.Since(began) > appears {
			p.t.Fatalf("browser: %q does not appear; the page shows:\n%s", text, shown)
		}
	}
}

// HTML returns the document as the server sent it, before any script.
func (p *Page) HTML() string {
	p.t.Helper()
	p.rec.mu.Lock()
	id := p.rec.document
	p.rec.mu.Unlock()
	return string(call(p, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id}).Body)
}

// Screenshot keeps the whole page as artifacts/screenshots/<name>.png under the module's root. The name may hold
// slashes: «candidat/epreuve-320».
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	root, err := checkout.Root()
	if err != nil {
		p.t.Fatal(err)
	}
	if !filepath.IsLocal(name) {
		p.t.Fatalf("browser: %q is no name for a screenshot", name)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatalf("browser: screenshot %s: %v", name, err)
	}
	file := filepath.Join(root, "artifacts", "screenshots", filepath.FromSlash(name)+".png")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, image, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// plain folds what French typography adds: runs of spaces, unbreakable ones included, to one, and curly apostrophes to
// straight ones.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "’", "'")), " ")
}

// String names the page in messages.
func (p *Page) String() string { return fmt.Sprintf("%s (%d × %d)", p.URL(), p.width, p.height) }
