package browser

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

func TestTheRecordHoldsConsolePolicyAndFailures(t *testing.T) {
	p := Start(t).Page(t)
	base := site(t, map[string]string{
		"/":      document(`<h1>Fautes</h1><script>document.title = 'inline'</script><script src="/a.js"></script><img src="https://ailleurs.example/p.png" alt="">`),
		"/a.js":  "console.warn('attention', 7); fetch('/absent'); throw new Error('planté')",
		"/clean": document(`<h1>Rien</h1>`),
	})
	p.Goto(base + "/")
	p.WaitText("Fautes")
	problems := strings.Join(p.problems(), "\n")
	for _, want := range []string{
		"console warning: attention 7", "Error: planté",
		`Content-Security-Policy: script-src-elem refused ""`, `Content-Security-Policy: img-src refused "https://ailleurs.example/p.png"`,
		"/absent: 404",
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("%q is not among the problems:\n%s", want, problems)
		}
	}
	if p.Title() != "Essai" {
		t.Errorf("the title is %q: the inline script ran", p.Title())
	}
	clean := Start(t).Page(t)
	clean.Goto(base + "/clean")
	clean.Quiet(t)
}

func TestStatusIsThatOfTheDocument(t *testing.T) {
	p := Start(t).Page(t)
	base := site(t, map[string]string{"/": document("<h1>Bien</h1>")})
	p.Goto(base + "/nulle-part")
	if p.Status() != http.StatusNotFound {
		t.Errorf("status %d, want 404", p.Status())
	}
	p.Quiet(t)
	p.Goto(base + "/")
	if p.Status() != http.StatusOK {
		t.Errorf("status %d, want 200", p.Status())
	}
	if p.HTML() != document("<h1>Bien</h1>") {
		t.Errorf("the document is not as sent:\n%s", p.HTML())
	}
}

func TestTrafficCountsCompressedBytes(t *testing.T) {
	text := document("<h1>Long</h1><p>" + strings.Repeat("bonjour ", 20_000) + "</p>")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/long", http.StatusSeeOther)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, text)
		if err := z.Close(); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	p := Start(t).Page(t)
	for range 2 {
		p.Goto(s.URL + "/")
		if got := p.Traffic(); got.Requests != 2 || got.Bytes < 300 || got.Bytes > 5_000 {
			t.Errorf("traffic %+v, want 2 requests and some hundred bytes (%d uncompressed)", got, len(text))
		}
	}
}

func TestTheIconIsNoTraffic(t *testing.T) {
	r := &record{urls: map[network.RequestID]string{}}
	r.event(&network.EventRequestWillBeSent{RequestID: "1", Type: network.ResourceTypeOther, Request: &network.Request{URL: "http://localhost/favicon.ico"}})
	r.event(&network.EventResponseReceived{RequestID: "1", Response: &network.Response{URL: "http://localhost/favicon.ico", Status: 404}})
	r.event(&network.EventLoadingFinished{RequestID: "1", EncodedDataLength: 500})
	r.event(&network.EventRequestWillBeSent{RequestID: "2", Type: network.ResourceTypeImage, Request: &network.Request{URL: "http://localhost/plan.png"}})
	r.event(&network.EventResponseReceived{RequestID: "2", Response: &network.Response{URL: "http://localhost/plan.png", Status: 404}})
	r.event(&network.EventLoadingFinished{RequestID: "2", EncodedDataLength: 300})
	p := &Page{rec: r}
	if got := p.Traffic(); got != (Traffic{Requests: 1, Bytes: 300}) {
		t.Errorf("traffic %+v, want that of the image alone", got)
	}
	if got := p.FailedRequests(); len(got) != 1 || got[0].URL != "http://localhost/plan.png" {
		t.Errorf("failures %+v, want that of the image alone", got)
	}
}
