package assessweb

import (
	"context"
	"net/http"

	"galien/internal/identity/identityweb"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// notice is what a redirect says on the page it leads to, in the parameter «avis».
const (
	noticeParam   = "avis"
	noticeAlready = "deja"   // the question had another answer: what was sent is not saved
	noticeStale   = "perime" // the page was out of date: what was sent is not saved
	noticeTooFew  = "debut"  // too early to stop
)

// redirectStale leads to where the attempt stands, and says there that what was sent is not saved.
func redirectStale(w http.ResponseWriter, r *http.Request, attempt id.ID, notice string) error {
	return web.Redirect(w, r, Path(attempt)+"?"+noticeParam+"="+notice)
}

// noticeOf says what a redirect brought, and whether it left something undone: the script must then not say «Enregistré».
func noticeOf(ctx context.Context, r *http.Request) (notices []ui.Notice, notDone bool) {
	n := ui.Notice{Tone: ui.Info, Live: true}
	switch r.URL.Query().Get(noticeParam) {
	case noticeAlready:
		n.Title, n.Text = i18n.T(ctx, "assess.notice.already"), i18n.T(ctx, "assess.notice.already_text")
	case noticeStale:
		n.Title, n.Text = i18n.T(ctx, "assess.notice.stale"), i18n.T(ctx, "assess.notice.stale_text")
	case noticeTooFew:
		n.Title, n.Text = i18n.T(ctx, "assess.notice.too_few"), i18n.T(ctx, "assess.notice.too_few_text")
	default:
		return identityweb.Created(r), false
	}
	return []ui.Notice{n}, true
}
