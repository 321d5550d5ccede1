package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type questionView struct {
	Page     ui.Page
	Screen   assess.Screen
	Question item.View
	Given    item.Response // what was typed, in places of the screen
	Moved    string        // the button that moved a step
	Fault    string
}

// screen shows the question or the simulated world in front of the learner, or leads to the result.
func (p *Pages) screen(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	sc, err := p.Service.Screen(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return err
	}
	switch {
	case sc.Over && r.URL.Query().Has(noticeParam):
		return web.Redirect(w, r, ResultPath(attempt)+"?"+url.Values{noticeParam: r.URL.Query()[noticeParam]}.Encode())
	case sc.Over:
		return web.Redirect(w, r, ResultPath(attempt))
	case sc.World != nil:
		return p.showWorld(w, r, http.StatusOK, p.worldView(r, sc))
	}
	return p.showQuestion(w, r, http.StatusOK, p.questionView(r, sc))
}

func (p *Pages) questionView(r *http.Request, sc assess.Screen) questionView {
	ctx := r.Context()
	v := questionView{Screen: sc, Question: sc.Question(imageURL(sc.Attempt)),
		Page: p.Page(r, i18n.T(ctx, "assess.question.title", "number", sc.Number, "most", sc.AtMost))}
	v.Page.Lead = i18n.T(ctx, "assess.question.minutes", "count", sc.Minutes)
	if sc.Number == 1 {
		v.Page.Lead = lengthWords(ctx, sc.Length)
	}
	v.Page.Path = Path(sc.Attempt)
	v.Page.NoIndex = true
	v.Page.Flash, v.Page.NotDone = noticeOf(ctx, r)
	return v
}

func (p *Pages) showQuestion(w http.ResponseWriter, r *http.Request, status int, v questionView) error {
	if v.Fault != "" {
		v.Page.Errors = []ui.FieldError{{ID: v.firstField(), Message: v.Fault}}
	}
	return web.Render(w, r, status, questionPage(v))
}

// Names of the fields of an answer.
const (
	fieldChoice  = "choix"
	fieldText    = "texte"
	fieldStep    = "etape"
	fieldRow     = "ligne"
	fieldSkip    = "sais-pas"
	questionID   = "question"
	stepsID      = "etapes"
	skipPressed  = "1"
	attemptAbout = "epreuve-"
)

// firstField is where an error message leads.
func (v questionView) firstField() string {
	switch v.Question.Type {
	case item.Text:
		return fieldText
	case item.Order:
		return stepsID
	case item.Match:
		for _, row := range v.Question.Rows {
			if v.Given.Match[row.ID] == "" {
				return fieldRow + "-" + row.ID
			}
		}
		return fieldRow + "-" + v.Question.Rows[0].ID
	}
	return fieldChoice
}

// readResponse reads an answer, whatever the item's type: a form has the fields of one only.
func readResponse(form url.Values) item.Response {
	if form.Has(fieldSkip) {
		return item.Response{}
	}
	r := item.Response{Choices: form[fieldChoice], Text: form.Get(fieldText), Order: form[fieldStep]}
	for name := range form {
		row, ok := strings.CutPrefix(name, fieldRow+".")
		if category := form.Get(name); ok && category != "" {
			if r.Match == nil {
				r.Match = map[string]string{}
			}
			r.Match[row] = category
		}
	}
	return r
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	attempt, seq, err := writeOf(r)
	if err != nil {
		return err
	}
	sent := sentAnswer{attempt: attempt, seq: seq, item: r.PostForm.Get("item"), given: readResponse(r.PostForm)}
	if sent.move = r.PostForm.Get(ui.OrderMove); sent.move != "" {
		sent.given.Order = ui.Move(sent.given.Order, sent.move)
		return p.again(w, r, sent, nil)
	}
	if sent.given.Skipped() && !r.PostForm.Has(fieldSkip) {
		return p.again(w, r, sent, errs.New(errs.Invalid, "assess.nothing_chosen"))
	}
	_, err = p.Service.Answer(r.Context(), identity.ActorOf(r.Context()), attempt, seq, sent.item, sent.given)
	switch e := errs.As(err); {
	case err == nil:
		return web.Redirect(w, r, Path(attempt))
	case e.Code == "assess.already_answered":
		return redirectStale(w, r, attempt, noticeAlready)
	case e.Kind == errs.Conflict && sent.item == "":
		return p.again(w, r, sent, errs.New(errs.Conflict, "assess.old_form"))
	case e.Kind == errs.Conflict:
		return redirectStale(w, r, attempt, noticeStale)
	case e.Kind == errs.Invalid:
		return p.again(w, r, sent, e)
	}
	return err
}

// sentAnswer is what a form of a question sent.
type sentAnswer struct {
	attempt id.ID
	seq     int
	item    string // "" from a form of before this field: the number alone tells the question
	given   item.Response
	move    string // button that moved a step, "" for an answer
}

// about reports whether the answer is to the question on the screen.
func (s sentAnswer) about(sc assess.Screen) bool {
	return !sc.Over && sc.World == nil && (s.item == sc.Item || s.item == "" && s.seq == sc.Seq)
}

// again shows the question with what was typed: after a step was moved, which saves nothing, or after a refusal. When
// another question is on the screen by now, that one is shown, and what was sent is said not to be saved.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, sent sentAnswer, refused *errs.Error) error {
	ctx := r.Context()
	sc, err := p.Service.Screen(ctx, identity.ActorOf(ctx), sent.attempt)
	if err != nil {
		return err
	}
	if !sent.about(sc) {
		return redirectStale(w, r, sent.attempt, noticeStale)
	}
	v := p.questionView(r, sc)
	v.Given, v.Moved = sent.given, sent.move
	if refused == nil {
		v.Page.NotDone = true
		return p.showQuestion(w, r, http.StatusOK, v)
	}
	v.Fault = web.Message(ctx, refused)
	return p.showQuestion(w, r, web.Status(refused.Kind), v)
}

// about names the question, so that what was typed in one never comes back under another.
func (v questionView) about() string {
	return attemptAbout + v.Screen.Attempt.String() + "-" + v.Screen.Item
}

// choiceWords are the legend and the hint of the options. The text of a question with several answers says how many are
// expected (docs/authoring.md): the hint says it for the others only, so that it is said once.
func (v questionView) choiceWords(ctx context.Context) (legend, hint string) {
	if v.Question.Type == item.Multiple {
		return i18n.T(ctx, "assess.question.choices"), ""
	}
	return i18n.T(ctx, "assess.question.choice"), i18n.T(ctx, "assess.question.one")
}

// choice is the options as a group of buttons or boxes.
func (v questionView) choice(ctx context.Context) ui.ChoiceProps {
	legend, hint := v.choiceWords(ctx)
	return ui.ChoiceProps{Name: fieldChoice, Legend: legend, Hint: hint, Error: v.Fault, Multiple: v.Question.Type == item.Multiple,
		DescribedBy: questionID, Options: v.options()}
}

func (v questionView) options() []ui.Option {
	var out []ui.Option
	for _, o := range v.Question.Options {
		out = append(out, ui.Option{Value: o.ID, Content: choiceText(o.Text, v.Question.Lang), Chosen: slices.Contains(v.Given.Choices, o.ID)})
	}
	return out
}

// steps lists the steps in the order given so far, when it holds them all; else as the screen shows them first.
func (v questionView) steps() []ui.OrderItem {
	text := map[string]string{}
	var shown []string
	for _, s := range v.Question.Steps {
		text[s.ID] = s.Text
		shown = append(shown, s.ID)
	}
	order := v.Given.Order
	if !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(shown))) {
		order = shown
	}
	out := make([]ui.OrderItem, len(order))
	for i, s := range order {
		out[i] = ui.OrderItem{ID: s, Label: text[s]}
	}
	return out
}

func (v questionView) rows() []ui.MatchRow {
	var out []ui.MatchRow
	for _, row := range v.Question.Rows {
		out = append(out, ui.MatchRow{ID: row.ID, Label: row.Text, Chosen: v.Given.Match[row.ID]})
	}
	return out
}

func (v questionView) categories() []ui.Option {
	var out []ui.Option
	for _, c := range v.Question.Categories {
		out = append(out, ui.Option{Value: c.ID, Label: c.Text})
	}
	return out
}

// share is a part of a whole as an SVG length.
func share(done, total int) string {
	return strconv.Itoa(min(done*100/max(total, 1), 100)) + "%"
}
