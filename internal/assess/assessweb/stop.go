package assessweb

import (
	"net/http"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type stopView struct {
	Page   ui.Page
	Screen assess.Screen
}

// stopForm asks for confirmation: an attempt that was ended is not opened again.
func (p *Pages) stopForm(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	sc, err := p.Service.Screen(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return err
	}
	if sc.Over {
		return web.Redirect(w, r, ResultPath(attempt))
	}
	v := stopView{Page: p.Page(r, i18n.T(ctx, "assess.stop.title")), Screen: sc}
	v.Page.NoIndex = true
	v.Page.Lead = i18n.T(ctx, "assess.stop.lead", "count", sc.Number-1)
	return web.Render(w, r, http.StatusOK, stopPage(v))
}

func (p *Pages) stop(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	err = p.Service.Stop(r.Context(), identity.ActorOf(r.Context()), attempt)
	if errs.HasCode(err, "assess.too_few") {
		return web.Redirect(w, r, Path(attempt)+"?"+noticeParam+"="+noticeTooFew)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, ResultPath(attempt))
}
