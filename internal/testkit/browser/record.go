package browser

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// Message is a line of the console, an uncaught exception, or a remark of the browser itself.
type Message struct {
	// Level is «error», «warning», «info», «log», «debug», as the console names it; an uncaught exception is an error.
	Level, Text, URL string
}

// Violation is a breach of the page's Content-Security-Policy.
type Violation struct {
	// Directive is the one broken, such as «script-src-elem». Blocked is the URL refused; it is empty for inline code.
	Directive, Blocked string
}

// Failure is a request that got no answer, or an error as an answer. The answer to a navigation is not one: read Status.
type Failure struct {
	URL string
	// Status is the HTTP status, 0 when there was no answer; then Reason says why.
	Status int
	Reason string
}

// Traffic is what the last Goto cost. The cache is off, so a page costs what its first visit costs.
type Traffic struct {
	// Requests counts redirects and failures too, not data: URLs nor the page's icon.
	Requests int
	// Bytes were received on the wire, compressed as they came, headers included.
	Bytes int
}

// record keeps what the browser says of one page. Its event method runs in the loop that reads the browser's messages: an
// event is kept before the reply that follows it is seen.
type record struct {
	mu sync.Mutex

	frame      cdp.FrameID // the main one
	requested  bool        // a navigation was asked for and has not begun
	loading    bool
	status     int
	document   network.RequestID
	urls       map[network.RequestID]string
	messages   []Message
	violations []Violation
	failures   []Failure
	traffic    Traffic
}

// event keeps one event of the browser.
func (r *record) event(ev any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev := ev.(type) {
	case *page.EventFrameRequestedNavigation:
		r.requested = r.requested || ev.FrameID == r.frame
	case *page.EventFrameStartedLoading:
		if ev.FrameID == r.frame {
			r.loading, r.requested = true, false
		}
	case *page.EventFrameStoppedLoading:
		if ev.FrameID == r.frame {
			r.loading = false
		}
	case *page.EventNavigatedWithinDocument:
		if ev.FrameID == r.frame {
			r.requested = false
		}
	case *runtime.EventConsoleAPICalled:
		r.messages = append(r.messages, Message{Level: string(ev.Type), Text: joined(ev.Args)})
	case *runtime.EventExceptionThrown:
		r.messages = append(r.messages, thrown(ev.ExceptionDetails))
	case *log.EventEntryAdded:
		// A failed request is a Failure already.
		if ev.Entry.Source != log.EntrySourceNetwork {
			r.messages = append(r.messages, Message{string(ev.Entry.Level), ev.Entry.Text, ev.Entry.URL})
		}
	case *audits.EventIssueAdded:
		if d := ev.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			r.violations = append(r.violations, Violation{d.ViolatedDirective, d.BlockedURL})
		}
	default:
		r.networkEvent(ev)
	}
}

// networkEvent keeps one event about a request. The caller holds the lock. Requests of type Other are left out: they are the
// browser's own, for the page's icon, and come or not as it likes.
func (r *record) networkEvent(ev any) {
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(ev.Request.URL, "data:") || ev.Type == network.ResourceTypeOther {
			return
		}
		r.traffic.Requests++
		r.urls[ev.RequestID] = ev.Request.URL
		if ev.RedirectResponse != nil {
			r.traffic.Bytes += int(ev.RedirectResponse.EncodedDataLength)
		}
		if ev.Type == network.ResourceTypeDocument && ev.FrameID == r.frame {
			r.document, r.status = ev.RequestID, 0
		}
	case *network.EventResponseReceived:
		_, known := r.urls[ev.RequestID]
		switch {
		case !known:
		case ev.RequestID == r.document:
			r.status = int(ev.Response.Status)
		case ev.Response.Status >= 400:
			r.failures = append(r.failures, Failure{URL: ev.Response.URL, Status: int(ev.Response.Status)})
		}
	case *network.EventLoadingFinished:
		if _, known := r.urls[ev.RequestID]; known {
			r.traffic.Bytes += int(ev.EncodedDataLength)
		}
	case *network.EventLoadingFailed:
		if url, known := r.urls[ev.RequestID]; known && !ev.Canceled {
			r.failures = append(r.failures, Failure{URL: url, Reason: strings.TrimSpace(ev.ErrorText + " " + string(ev.BlockedReason))})
		}
	}
}

// joined writes the arguments of a console call as the console would, on one line.
func joined(args []*runtime.RemoteObject) string {
	words := make([]string, 0, len(args))
	for _, a := range args {
		switch {
		case len(a.Value) > 0:
			words = append(words, strings.Trim(string(a.Value), `"`))
		default:
			words = append(words, a.Description)
		}
	}
	return strings.Join(words, " ")
}

// thrown writes an uncaught exception.
func thrown(d *runtime.ExceptionDetails) Message {
	text := d.Text
	if d.Exception != nil {
		text += " " + d.Exception.Description
	}
	return Message{"error", text, fmt.Sprintf("%s:%d", d.URL, d.LineNumber+1)}
}

// Console returns what the console said since the page was made.
func (p *Page) Console() []Message {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return append([]Message(nil), p.rec.messages...)
}

// CSPViolations returns the breaches of the Content-Security-Policy since the page was made.
func (p *Page) CSPViolations() []Violation {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return append([]Violation(nil), p.rec.violations...)
}

// FailedRequests returns the requests that failed since the page was made.
func (p *Page) FailedRequests() []Failure {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return append([]Failure(nil), p.rec.failures...)
}

// Traffic returns what has been loaded since the last Goto began.
func (p *Page) Traffic() Traffic {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return p.rec.traffic
}

// Status returns the HTTP status of the document shown, 0 when no answer came.
func (p *Page) Status() int {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return p.rec.status
}

// Quiet fails the test for each error or warning of the console, each breach of the Content-Security-Policy and each
// failed request since the page was made.
func (p *Page) Quiet(t testing.TB) {
	t.Helper()
	for _, problem := range p.problems() {
		t.Error("browser: ", problem)
	}
}

// problems lists what Quiet refuses.
func (p *Page) problems() []string {
	var list []string
	for _, m := range p.Console() {
		if m.Level == "error" || m.Level == "warning" || m.Level == "assert" {
			list = append(list, fmt.Sprintf("console %s: %s (%s)", m.Level, m.Text, m.URL))
		}
	}
	for _, v := range p.CSPViolations() {
		list = append(list, fmt.Sprintf("Content-Security-Policy: %s refused %q", v.Directive, v.Blocked))
	}
	for _, f := range p.FailedRequests() {
		list = append(list, fmt.Sprintf("request: %s: %d %s", f.URL, f.Status, f.Reason))
	}
	return list
}
