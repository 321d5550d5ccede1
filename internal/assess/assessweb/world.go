package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"galien/internal/assess"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/scenario"
)

// worldView is a simulated world with one of its windows open, and one object of that window: a message, a contact, a
// document, a note.
type worldView struct {
	Page   ui.Page
	Screen assess.Screen
	World  scenario.View
	Window string              // id of the widget shown, or windowEnd
	Widget scenario.WidgetView // of the window; zero at the end
	Object string              // "" when none is open
	Typed  map[string]string   // what was typed and refused, by the field's name
	Faults ui.Faults           // by the field's name
	Done   string              // verb of the act just done, to say so
	First  bool                // the world is shown for the first time: its situation is open
}

// Parameters and fields that say where one is.
const (
	windowParam = "fenetre"
	objectParam = "objet"
	doneParam   = "fait"
	windowEnd   = "fin"
	objectID    = "objet"

	windowAnchor = "fenetre" // id of the window's title
)

func (p *Pages) worldView(r *http.Request, sc assess.Screen) worldView {
	ctx, q := r.Context(), r.URL.Query()
	typeset(sc.World)
	v := worldView{Screen: sc, World: *sc.World, Page: p.Page(r, sc.World.Title), Done: q.Get(doneParam)}
	v.Page.Lead = i18n.T(ctx, "assess.world.lead", "number", sc.Number, "most", sc.AtMost)
	v.Page.NoIndex = true
	v.Page.Path = Path(sc.Attempt)
	v.Page.Flash, v.Page.NotDone = noticeOf(ctx, r)
	v.First = sc.World.Seq == 0 && r.Method == http.MethodGet && !q.Has(windowParam)
	v.open(q.Get(windowParam), q.Get(objectParam))
	return v
}

// open shows a window and an object of it; a window that is not there gives the first.
func (v *worldView) open(window, object string) {
	v.Window, v.Object = window, object
	if window == windowEnd {
		return
	}
	i := slices.IndexFunc(v.World.Widgets, func(w scenario.WidgetView) bool { return w.ID == window })
	if i < 0 {
		i, v.Object = 0, ""
	}
	v.Widget = v.World.Widgets[i]
	v.Window = v.Widget.ID
}

func (p *Pages) showWorld(w http.ResponseWriter, r *http.Request, status int, v worldView) error {
	v.Page.Errors = v.Faults.Summary(objectID)
	return web.Render(w, r, status, worldPage(v))
}

// about names a form of the world: what was typed in one never comes back in another.
func (v worldView) about(form string) string {
	return attemptAbout + v.Screen.Attempt.String() + "-" + v.Screen.Item + "-" + form
}

// at is the address of a window and an object of it, at the place where it is shown.
func (v worldView) at(window, object string) string {
	q, anchor := url.Values{windowParam: {window}}, windowAnchor
	if object != "" {
		q.Set(objectParam, object)
		anchor = objectID
	}
	return Path(v.Screen.Attempt) + "?" + q.Encode() + "#" + anchor
}

// tab is a window's place in the bar.
type tab struct {
	Label, Note, Href string
	Kind              string // mailbox, browser, desk, form: its sign
	Current           bool
}

func (v worldView) tabs(ctx context.Context) []tab {
	var out []tab
	for _, w := range v.World.Widgets {
		t := tab{Label: w.Title, Href: v.at(w.ID, ""), Current: w.ID == v.Window}
		switch {
		case w.Mailbox != nil:
			t.Kind = "mailbox"
			if n := unread(w.Mailbox); n > 0 {
				t.Note = i18n.T(ctx, "assess.world.unread", "count", n)
			}
		case w.Browser != nil:
			t.Kind = "browser"
		case w.Desk != nil:
			t.Kind = "desk"
		case w.Form != nil:
			t.Kind = "form"
			t.Note = formState(ctx, *w.Form)
		}
		out = append(out, t)
	}
	return out
}

func unread(m *scenario.MailboxView) (n int) {
	for _, msg := range m.Messages {
		if !msg.Opened && !msg.Deleted {
			n++
		}
	}
	return n
}

func formState(ctx context.Context, f scenario.FormView) string {
	switch {
	case f.Sent:
		return i18n.T(ctx, "assess.world.sent")
	case drafted(f.Fields):
		return i18n.T(ctx, "assess.world.draft")
	}
	return ""
}

func drafted(fields []scenario.FieldView) bool {
	return slices.ContainsFunc(fields, func(f scenario.FieldView) bool { return f.Typed && f.Value != scenario.BoxOff })
}

// drafts lists the forms begun and not sent, to be read before the end.
func (v worldView) drafts() []string {
	var out []string
	for _, w := range v.World.Widgets {
		if w.Form != nil && !w.Form.Sent && drafted(w.Form.Fields) {
			out = append(out, w.Title)
		}
	}
	return out
}

// browserWindow is the window in which a link opens, "" when the world has no browser.
func browserWindow(world *scenario.View) string {
	for _, w := range world.Widgets {
		if w.Browser != nil {
			return w.ID
		}
	}
	return ""
}

// endTab is the last tab: to say that one is done.
func (v worldView) endTab(ctx context.Context) tab {
	return tab{Label: i18n.T(ctx, "assess.world.end_tab"), Href: v.at(windowEnd, ""), Current: v.Window == windowEnd}
}

// lines shows a run of text with its line breaks, and no space around it: a full stop may follow.
func lines(text string) templ.Component {
	return templ.Raw(strings.ReplaceAll(templ.EscapeString(text), "\n", "<br>"))
}

// said reports whether the act just done is told under the title of the window, which takes the focus: elsewhere it is told
// above the object it is about.
func (v worldView) said() bool {
	return told(v.Done) && (v.Widget.Form != nil || v.Widget.Browser != nil)
}

// told reports whether the verb's effect is said in words once it is done; the others show theirs.
func told(verb string) bool {
	switch verb {
	case scenario.MailReport, scenario.MailDelete, scenario.MailReply, scenario.MailForward, scenario.DeskNote,
		scenario.FormFill, scenario.FormSubmit, scenario.BrowserSubmit:
		return true
	}
	return false
}

// doneTone praises no sending of a web page: it may be a false one.
func doneTone(verb string) ui.Tone {
	if verb == scenario.BrowserSubmit {
		return ui.Info
	}
	return ui.Success
}
