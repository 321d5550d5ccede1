package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/scenario"
)

// Names of the fields of an act. A page or a form of the world is sent whole: each field that changed is an act of its
// own, then the button. What changed is told from the request alone (its value, and the one it had when it was shown), so
// that the same request sent twice asks for the same acts under the same numbers.
const (
	fieldDo     = "do"
	fieldValue  = "v"
	fieldFill   = "remplir" // verb that fills the fields below
	fieldList   = "champs"  // ids of the fields, in order, with a space between
	fieldBoxes  = "cases"   // ids of those that are boxes: one left empty is off
	fieldBefore = "avant-"  // + id: value when shown
	fieldTyped  = "champ-"  // + id: value now
)

type act struct{ do, value string }

// maxFields bounds the acts of one request; scenario.MaxEvents bounds those of the attempt.
const maxFields = 50

// readActs lists the acts that a request asks for, in order.
func readActs(form url.Values) []act {
	var acts []act
	fill := form.Get(fieldFill)
	if fill == scenario.BrowserFill || fill == scenario.FormFill {
		boxes, list := strings.Fields(form.Get(fieldBoxes)), strings.Fields(form.Get(fieldList))
		for _, f := range list[:min(len(list), maxFields)] {
			value, before := form.Get(fieldTyped+f), form.Get(fieldBefore+f)
			if slices.Contains(boxes, f) && value == "" && before != "" {
				value = scenario.BoxOff
			}
			if value = newlines(value); value != newlines(before) {
				acts = append(acts, act{fill + ":" + f, value})
			}
		}
	}
	if do := form.Get(fieldDo); do != "" {
		acts = append(acts, act{do, newlines(form.Get(fieldValue))})
	}
	return acts
}

// newlines gives one form to the line ends, which browsers send as CR LF.
func newlines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// act takes acts in the world, one after the other, and shows where they lead.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) error {
	attempt, seq, err := writeOf(r)
	if err != nil {
		return err
	}
	actor := identity.ActorOf(r.Context())
	acts := readActs(r.PostForm)
	if len(acts) == 0 && r.PostForm.Has(fieldFill) {
		return p.acted(w, r, attempt, act{}) // nothing has changed since the page was shown
	}
	if len(acts) == 0 {
		return p.refuseAct(w, r, attempt, act{}, errs.New(errs.Invalid, "assess.no_act"))
	}
	for i, a := range acts {
		_, err := p.Service.Act(r.Context(), actor, attempt, seq+i, a.do, a.value)
		switch e := errs.As(err); {
		case err == nil:
		case e.Kind == errs.Conflict, e.Kind == errs.Invalid:
			return p.refuseAct(w, r, attempt, a, e)
		default:
			return err
		}
	}
	return p.acted(w, r, attempt, acts[len(acts)-1])
}

// acted leads to what the last act opened.
func (p *Pages) acted(w http.ResponseWriter, r *http.Request, attempt id.ID, last act) error {
	verb, target, _ := strings.Cut(last.do, ":")
	q := url.Values{windowParam: {r.PostForm.Get(windowParam)}}
	object := r.PostForm.Get(objectParam)
	switch verb {
	case scenario.Finish:
		return web.Redirect(w, r, Path(attempt))
	case scenario.MailOpen, scenario.DeskCall, scenario.DeskRead:
		object = target
	case scenario.MailLink:
		sc, err := p.Service.Screen(r.Context(), identity.ActorOf(r.Context()), attempt)
		if err != nil {
			return err
		}
		if sc.World != nil {
			object = ""
			q.Set(windowParam, browserWindow(sc.World))
		}
	}
	if told(verb) {
		q.Set(doneParam, verb)
	}
	if object != "" {
		q.Set(objectParam, object)
	}
	return web.Redirect(w, r, Path(attempt)+"?"+q.Encode()+"#"+objectID)
}

// refuseAct shows the window again with what was typed and why the act was refused. A Conflict is a page that was out of
// date: the same act sent twice is acknowledged and does not come here, so what was sent is not saved, and it is said.
func (p *Pages) refuseAct(w http.ResponseWriter, r *http.Request, attempt id.ID, a act, refused *errs.Error) error {
	ctx := r.Context()
	sc, err := p.Service.Screen(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return err
	}
	if sc.World == nil {
		return redirectStale(w, r, attempt, noticeStale)
	}
	v := p.worldView(r, sc)
	v.open(r.PostForm.Get(windowParam), r.PostForm.Get(objectParam))
	v.Typed = typed(r.PostForm)
	if refused.Kind == errs.Conflict {
		v.Page.Flash = []ui.Notice{staleAct(ctx, len(v.Typed) > 0)}
	} else {
		v.Faults = v.faultsOf(r, a, refused)
	}
	return p.showWorld(w, r, web.Status(refused.Kind), v)
}

// staleAct says that an act on a page that was out of date is not saved, and what to do.
func staleAct(ctx context.Context, typed bool) ui.Notice {
	n := ui.Notice{Tone: ui.Warning, Title: i18n.T(ctx, "assess.notice.act_stale"), Text: i18n.T(ctx, "assess.notice.act_stale_text"), Live: true}
	if typed {
		n.Title, n.Text = i18n.T(ctx, "assess.notice.text_stale"), i18n.T(ctx, "assess.notice.text_stale_text")
	}
	return n
}

// typed keeps what was typed or chosen, the boxes left empty included; a password field is never filled again.
func typed(form url.Values) map[string]string {
	out := map[string]string{}
	for name := range form {
		if name == fieldValue || strings.HasPrefix(name, fieldTyped) {
			out[name] = form.Get(name)
		}
	}
	for _, box := range strings.Fields(form.Get(fieldBoxes)) {
		out[fieldTyped+box] = form.Get(fieldTyped + box)
	}
	if do := form.Get(fieldDo); strings.HasPrefix(do, scenario.MailReply+":") {
		out[fieldDo] = do
	}
	return out
}

// faultsOf says what was refused beside its field: the field that was filled, those that a form misses, else the window.
func (v worldView) faultsOf(r *http.Request, a act, refused *errs.Error) ui.Faults {
	ctx := r.Context()
	verb, target, _ := strings.Cut(a.do, ":")
	faults := ui.Faults{}
	switch {
	case verb == scenario.FormFill || verb == scenario.BrowserFill:
		faults[fieldTyped+target] = web.Message(ctx, refused)
	case verb == scenario.MailForward && refused.Code == string(scenario.CodeValueRequired):
		faults[fieldValue] = i18n.T(ctx, "assess.mail.forward_missing")
	case verb == scenario.DeskNote || verb == scenario.MailForward:
		faults[fieldValue] = web.Message(ctx, refused)
	case refused.Code == string(scenario.CodeUnmet) && (verb == scenario.FormSubmit || verb == scenario.BrowserSubmit):
		for _, f := range v.missing() {
			key := "assess.world.missing"
			if f.Type == scenario.FieldChoice {
				key = "assess.world.not_chosen"
			}
			faults[fieldTyped+f.ID] = i18n.T(ctx, key, "label", f.Label)
		}
	}
	if len(faults) == 0 {
		faults[""] = web.Message(ctx, refused)
	}
	return faults
}

// missing lists the required fields of the window that are empty.
func (v worldView) missing() []scenario.FieldView {
	var out []scenario.FieldView
	for _, f := range v.fields() {
		if f.Required && (!f.Typed || f.Value == scenario.BoxOff) {
			out = append(out, f)
		}
	}
	return out
}

// fields are those of the window's form or page.
func (v worldView) fields() []scenario.FieldView {
	switch {
	case v.Widget.Form != nil:
		return v.Widget.Form.Fields
	case v.Widget.Browser != nil && v.Widget.Browser.Page != nil:
		return v.Widget.Browser.Page.Fields
	}
	return nil
}

// value is what a field shows: what was typed and refused, else what is kept.
func (v worldView) value(f scenario.FieldView) string {
	if t, ok := v.Typed[fieldTyped+f.ID]; ok {
		return t
	}
	return f.Value
}
