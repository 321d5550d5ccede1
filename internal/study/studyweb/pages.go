package studyweb

import (
	"context"
	"net/http"
	"slices"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

type listView struct {
	Page  ui.Page
	Table ui.TableProps
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := p.Service.List(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := listView{Page: p.Page(r, i18n.T(ctx, "study.list.title")), Table: listTable(ctx, all)}
	v.Page.Lead = i18n.T(ctx, "study.list.lead")
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// studyView is a study's page. Chosen are the items whose boxes are ticked.
type studyView struct {
	Page   ui.Page
	Report study.Report
	Chosen map[item.Ref]bool
	Faults ui.Faults
}

// Parameters of a study's address.
const (
	paramDone = "fait"   // what has just been done
	paramTick = "cocher" // tick the boxes of the items without a flag
)

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, err := named(r.PathValue("study"))
	if err != nil {
		return err
	}
	report, err := p.Service.Get(ctx, identity.ActorOf(ctx), s)
	if err != nil {
		return err
	}
	v := studyView{Report: report, Chosen: map[item.Ref]bool{}}
	if r.URL.Query().Has(paramTick) && report.Result != nil {
		for _, e := range report.Result.Items {
			v.Chosen[e.Ref] = e.Acceptable() && len(e.Flags) == 0 && !fromStudy(report, e.Ref)
		}
	}
	return p.showStudy(w, r, http.StatusOK, v)
}

func (p *Pages) showStudy(w http.ResponseWriter, r *http.Request, status int, v studyView) error {
	ctx := r.Context()
	v.Page = p.Page(r, title(ctx, v.Report.Study))
	v.Page.Breadcrumb = crumbs(ctx)
	v.Page.Wide = true
	v.Page.Errors = v.Faults.Summary("confirm", "confirm")
	if done := r.URL.Query().Get(paramDone); slices.Contains([]string{"accepte", "retour", "annule"}, done) {
		v.Page.Flash = []ui.Notice{{Tone: ui.Success, Text: i18n.T(ctx, "study.done."+done), Live: true}}
	}
	return web.Render(w, r, status, studyPage(v))
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	s, err := named(r.PathValue("study"))
	if err != nil {
		return err
	}
	err = p.Service.Cancel(r.Context(), identity.ActorOf(r.Context()), s)
	if errs.HasCode(err, "study.over") { // it ended while its page was read: the page says how
		return web.Redirect(w, r, Path(s))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, Path(s)+"?"+paramDone+"=annule")
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "accepte", p.Service.Accept)
}

func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "retour", p.Service.TakeBack)
}

// change does what was asked with the ticked items, once it is confirmed.
func (p *Pages) change(w http.ResponseWriter, r *http.Request, done string,
	do func(context.Context, identity.Actor, id.ID, []item.Ref) error) error {
	ctx, actor := r.Context(), identity.ActorOf(r.Context())
	s, err := named(r.PathValue("study"))
	if err != nil {
		return err
	}
	refs, err := ticked(r)
	if err == nil && r.PostForm.Get("confirm") == "" {
		err = errs.New(errs.Invalid, "study.unconfirmed")
	}
	if err == nil {
		err = do(ctx, actor, s, refs)
	}
	if err == nil {
		return web.Redirect(w, r, Path(s)+"?"+paramDone+"="+done)
	}
	if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Conflict) {
		return err
	}
	report, getErr := p.Service.Get(ctx, actor, s)
	if getErr != nil {
		return getErr
	}
	v := studyView{Report: report, Chosen: map[item.Ref]bool{}, Faults: ui.Faults{"confirm": web.Message(ctx, errs.As(err))}}
	for _, ref := range refs {
		v.Chosen[ref] = true
	}
	return p.showStudy(w, r, web.Status(errs.As(err).Kind), v)
}

// ticked are the items whose boxes were sent.
func ticked(r *http.Request) ([]item.Ref, error) {
	var refs []item.Ref
	for _, text := range r.PostForm["item"] {
		ref, ok := item.ParseRef(text)
		if !ok {
			return nil, errs.New(errs.Invalid, "study.not_acceptable", "item", text)
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return nil, errs.New(errs.Invalid, "study.nothing_chosen")
	}
	return refs, nil
}

// fromStudy reports whether the item serves with this study's estimate.
func fromStudy(r study.Report, ref item.Ref) bool {
	a, ok := r.InForce[ref]
	return ok && a.Parameters != nil && a.Parameters.Study == r.ID.String()
}
