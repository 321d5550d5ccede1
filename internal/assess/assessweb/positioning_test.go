package assessweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"galien/internal/assess"
	"galien/internal/assess/assessweb"
	"galien/internal/item"
)

func TestAWholePositioningWithoutScriptEndsInAResultAndShowsNoKeyBefore(t *testing.T) {
	b := newSite(t).browser(t)
	secrets := keyTexts(t, b.site.bank)
	b.start("")
	seen := map[item.Type]bool{}
	n := 0
	for ; !b.over(); n++ {
		if n > 40 || b.status != http.StatusOK {
			t.Fatalf("step %d: %s answers %d:\n%s", n, b.path, b.status, b.text)
		}
		for _, secret := range secrets {
			if strings.Contains(plain(b.text), secret) {
				t.Fatalf("%s shows %q", b.path, secret)
			}
		}
		if b.inWorld() {
			seen[item.Scenario] = true
		} else {
			seen[b.kind()] = true
		}
		b.step()
	}
	if n < 25 {
		t.Errorf("%d answers, want 25 at least", n)
	}
	for _, kind := range []item.Type{item.Single, item.Scenario} {
		if !seen[kind] {
			t.Errorf("no %s was met", kind)
		}
	}
	for _, want := range []string{"Votre niveau :", "Provisoire", "Domaines", "Compétences", "Mesures du 22 novembre 2026", "Gardez ce résultat", "Relire mes réponses"} {
		if !b.shows(want) {
			t.Errorf("the result does not show %q", want)
		}
	}
	if len(b.find("a", "href", "/inscription?retour="+url.QueryEscape(b.path))) == 0 {
		t.Error("a visitor is not led to an account that keeps the result")
	}
	b.get(b.answersPath())
	for _, want := range []string{"Sources", "Ce qui comptait"} {
		if !b.shows(want) {
			t.Errorf("the answers do not show %q", want)
		}
	}
	if found := slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(plain(b.text), s) }); !found {
		t.Error("no key is in the answers: the search above proves nothing")
	}
}

// keyTexts are texts of the bank that only an answer may disclose: reasons, explanations, rules.
func keyTexts(t *testing.T, bank *item.Bank) []string {
	t.Helper()
	var out []string
	add := func(s string) {
		if s = plain(s); len([]rune(s)) > 25 {
			out = append(out, htmlEscaped(s))
		}
	}
	for _, it := range bank.Items() {
		out = append(out, it.ID)
		f := it.Feedback(it.Key(), func(item.Image) string { return "" })
		for _, o := range f.Options {
			add(o.Why)
		}
		for _, r := range f.Rows {
			add(r.Why)
		}
		for _, s := range f.Sources {
			add(s.Title)
		}
		if w := it.World(); w != nil {
			result := it.FeedbackState(stateOf(), func(item.Image) string { return "" }).Scenario
			for _, r := range result.Rules {
				add(r.Why)
			}
			for _, c := range result.Caps {
				add(c.Why)
			}
		}
	}
	if len(out) < 200 {
		t.Fatalf("%d texts to look for", len(out))
	}
	return out
}

func TestADoubleClickIsOneAnswer(t *testing.T) {
	b := newSite(t).browser(t)
	b.start("1")
	action, form := b.form("/reponse", "")
	something(b.kind(), form)
	b.post(action, form)
	first := b.text
	b.post(action, form)
	if b.status != http.StatusOK || b.text != first {
		t.Fatalf("the second click shows something else: %d %s", b.status, b.path)
	}
	if !b.shows("1 réponse enregistrée") {
		t.Error("the screen does not say that one answer is saved")
	}
}

func TestAStaleTabIsToldCalmlyAndChangesNothing(t *testing.T) {
	b := newSite(t).browser(t)
	b.start("1")
	stale := b.tab()
	stale.get(b.path)
	action, form := stale.form("/reponse", "")
	b.step()
	question := b.find("h1", "tabindex", "-1")
	form.Set("sais-pas", "1")
	stale.post(action, form)
	if stale.status != http.StatusOK || !stale.shows("Cette réponse n'est pas enregistrée") {
		t.Fatalf("the stale tab shows %d:\n%s", stale.status, stale.text)
	}
	if len(stale.find("main", "data-not-done", "")) != 1 {
		t.Error("the script would say that the stale answer is saved")
	}
	if got := stale.find("h1", "tabindex", "-1"); textOf(got[0]) != textOf(question[0]) || !stale.shows("1 réponse enregistrée") {
		t.Error("the stale answer counted")
	}
}

func TestAnEmptyAnswerIsAskedForAndSkippingIsExplicit(t *testing.T) {
	b := reach(t, newSite(t), item.Single)
	before, _ := b.question()
	action, form := b.form("/reponse", "")
	b.post(action, form)
	if same, _ := b.question(); b.status != http.StatusUnprocessableEntity || same != before || !b.shows("Donnez une réponse") {
		t.Fatalf("an empty answer gives %d:\n%s", b.status, b.text)
	}
	form.Set("sais-pas", "1")
	b.post(action, form)
	if b.over() { // it was the last question
		return
	}
	if next, _ := b.question(); b.status != http.StatusOK || next == before {
		t.Error("«je ne sais pas» does not go on")
	}
}

func TestAFormThatDoesNotNameItsQuestionIsNotSavedAndKeepsWhatWasTyped(t *testing.T) {
	b := reach(t, newSite(t), item.Text)
	action, form := b.form("/reponse", "")
	form.Set("texte", "messagerie")
	form.Del("item")
	b.post(action, form)
	_, again := b.form("/reponse", "")
	if b.status != http.StatusConflict || !b.shows("Votre réponse n'est pas encore enregistrée") || again.Get("texte") != "messagerie" {
		t.Fatalf("%d, typed %q:\n%s", b.status, again.Get("texte"), b.text)
	}
	b.post(action, again)
	if b.status != http.StatusOK {
		t.Errorf("sent again: %d", b.status)
	}
	b.post(action, form)
	if b.status != http.StatusOK || !b.shows("Cette réponse n'est pas enregistrée") {
		t.Errorf("the old form once more: %d", b.status)
	}
}

func TestAnUnknownDomainIsRefusedAtItsFieldAndMakesNobodyAVisitor(t *testing.T) {
	b := newSite(t).browser(t)
	b.get(assessweb.StartPath)
	action, form := b.form(assessweb.StartPath, "")
	form.Set("domaine", "9")
	b.post(action, form)
	if b.status != http.StatusUnprocessableEntity || !b.shows("Ce domaine n'existe pas") || len(b.find("a", "href", "#domaine")) != 1 {
		t.Fatalf("an unknown domain gives %d:\n%s", b.status, b.text)
	}
	site, err := url.Parse(b.site.url)
	must(t, err)
	if cookies := b.client.Jar.Cookies(site); len(cookies) != 0 {
		t.Errorf("the refused form leaves %v", cookies)
	}
}

func TestTheLengthIsSaidAlikeBeforeAndAtTheFirstQuestion(t *testing.T) {
	b := newSite(t).browser(t)
	l, err := b.site.assess.Length(t.Context(), assess.Options{})
	must(t, err)
	want := fmt.Sprintf("%d à %d questions, %d à %d minutes", l.MinQuestions, l.MaxQuestions, l.MinMinutes, l.MaxMinutes)
	for _, path := range []string{"/", assessweb.StartPath} {
		b.get(path)
		if !b.shows(want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	b.start("")
	if !b.shows(want) {
		t.Errorf("the first question does not say %q", want)
	}
}

func TestMovingAStepKeepsTheOrderAndSavesNothing(t *testing.T) {
	b := reach(t, newSite(t), item.Order)
	action, form := b.form("/reponse", "")
	before, saved := form["etape"], b.find("p", "role", "status")
	form.Set("move", "down:"+before[0])
	b.post(action, form)
	if at := b.find("button", "autofocus", ""); len(at) != 1 || attr(at[0], "value") != "down:"+before[0] {
		t.Error("the focus is not on the button that moved the step")
	}
	_, form = b.form("/reponse", "")
	want := append([]string{before[1], before[0]}, before[2:]...)
	if !slices.Equal(form["etape"], want) {
		t.Fatalf("the order is %v, want %v", form["etape"], want)
	}
	form.Set("move", "up:"+want[len(want)-1])
	b.post(action, form)
	_, form = b.form("/reponse", "")
	want[len(want)-1], want[len(want)-2] = want[len(want)-2], want[len(want)-1]
	if !slices.Equal(form["etape"], want) || textOf(b.find("p", "role", "status")[0]) != textOf(saved[0]) {
		t.Errorf("after a second move: %v, want %v", form["etape"], want)
	}
	if len(b.find("main", "data-not-done", "")) != 1 {
		t.Error("the script would say that a move is saved")
	}
}

func TestAMatchWithAMissingRowKeepsTheOthers(t *testing.T) {
	b := reach(t, newSite(t), item.Match)
	action, form := b.form("/reponse", "")
	something(b.kind(), form)
	form.Set("ligne.2", "")
	b.post(action, form)
	_, again := b.form("/reponse", "")
	if b.status != http.StatusUnprocessableEntity || !b.shows("il en manque 1") || again.Get("ligne.1") != "1" {
		t.Fatalf("%d, row 1 %q:\n%s", b.status, again.Get("ligne.1"), b.text)
	}
	if len(b.find("a", "href", "#ligne-2")) != 1 {
		t.Error("the error does not lead to the missing row")
	}
}

func TestStoppingIsConfirmedAndRefusedTooEarly(t *testing.T) {
	b := newSite(t).browser(t)
	b.start("1")
	attempt := b.path
	b.post(attempt+"/arret", url.Values{})
	if !b.shows("Il est trop tôt pour un résultat") {
		t.Fatalf("stopping at once shows:\n%s", b.text)
	}
	for range 6 {
		b.step()
	}
	b.get(attempt + "/arret")
	action, form := b.form("/arret", "")
	b.post(action, form)
	if !b.over() || !b.shows("Vous avez choisi de vous arrêter") {
		t.Fatalf("after the confirmation: %s", b.path)
	}
	b.get(attempt)
	if !b.over() {
		t.Error("a finished attempt does not lead to its result")
	}
	b.get("/mes-epreuves")
	if !b.shows("Voir le résultat") {
		t.Error("the history does not show the result")
	}
	b.get("/mes-competences")
	if !b.shows("Prochaine étape") || !b.shows("Lire ce graphique en tableau") {
		t.Error("the profile lacks its next step or its chart")
	}
}

func TestAnotherPersonsAttemptDoesNotExist(t *testing.T) {
	s := newSite(t)
	mine, other := s.browser(t), s.browser(t)
	mine.start("1")
	other.start("2")
	for _, path := range []string{"", "/resultat", "/reponses", "/arret", "/image/00"} {
		other.get(strings.SplitN(mine.path, "?", 2)[0] + path)
		if other.status != http.StatusNotFound {
			t.Errorf("%q of another person answers %d", path, other.status)
		}
	}
}
