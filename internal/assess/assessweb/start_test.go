package assessweb_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"galien/internal/assess/assessweb"
)

// ask sends the form of the start page for a domain.
func (b *browser) ask(scope string, accessible bool) {
	b.t.Helper()
	b.get(assessweb.StartPath)
	action, form := b.form(assessweb.StartPath, "")
	form.Set("domaine", scope)
	if accessible {
		form.Set("accessible", "1")
	}
	b.post(action, form)
}

func TestAskingForAccessibleQuestionsWhileAnotherPositioningIsOpenOffersToResumeItOrToBeginAnew(t *testing.T) {
	b := newSite(t).browser(t)
	b.ask("2", false)
	open := b.path
	b.ask("2", true)
	if b.status != http.StatusConflict || !b.shows("Un positionnement est déjà ouvert") || !b.shows("avec toutes les questions") || !b.shows("22 novembre 2026") {
		t.Fatalf("%d:\n%s", b.status, b.text)
	}
	if links := b.find("a", "href", open); len(links) != 1 || textOf(links[0]) != "Reprendre" {
		t.Errorf("%d links resume the open one", len(links))
	}
	action, form := b.form(assessweb.StartPath, "Arrêter et recommencer avec seulement des questions accessibles")
	b.post(action, form)
	if b.status != http.StatusOK || b.path == open {
		t.Fatalf("begun anew at %s: %d", b.path, b.status)
	}
	accessible := b.path
	b.ask("2", true)
	if b.path != accessible {
		t.Errorf("the same choice leads to %s, want %s", b.path, accessible)
	}
	b.ask("2", false)
	if !b.shows("avec seulement des questions accessibles") || !b.shows("Arrêter et recommencer avec toutes les questions") {
		t.Errorf("the other way round:\n%s", b.text)
	}
	b.get("/mes-epreuves")
	if !b.shows("Arrêtée trop tôt pour un résultat") || b.shows("Voir le résultat") {
		t.Errorf("the history says:\n%s", textOf(b.doc))
	}
	b.get(open)
	if b.status != http.StatusConflict || !b.shows("trop tôt pour donner un résultat") {
		t.Errorf("the ended one answers %d", b.status)
	}
}

func TestTheAPIRefusesToResumeAnotherChoiceOfQuestionsUnlessItIsToldToRestart(t *testing.T) {
	b := newSite(t).browser(t)
	b.ask("1", false) // and be a visitor
	begin := func(o map[string]any) (status int, answer struct{ Attempt, Type string }) {
		t.Helper()
		body, err := json.Marshal(o)
		must(t, err)
		got, err := b.client.Post(b.site.url+"/api/v1/attempts", "application/json", bytes.NewReader(body))
		must(t, err)
		defer got.Body.Close()
		must(t, json.NewDecoder(got.Body).Decode(&answer))
		return got.StatusCode, answer
	}
	status, first := begin(map[string]any{"scope": "2"})
	if status != http.StatusOK || first.Attempt == "" {
		t.Fatalf("begun with %d %+v", status, first)
	}
	if status, refused := begin(map[string]any{"scope": "2", "accessible": true}); status != http.StatusConflict || refused.Type != "/problemes/assess.open_otherwise" {
		t.Errorf("another choice: %d %+v", status, refused)
	}
	if _, same := begin(map[string]any{"scope": "2"}); same.Attempt != first.Attempt {
		t.Error("the same choice does not resume")
	}
	status, next := begin(map[string]any{"scope": "2", "accessible": true, "restart": true})
	if status != http.StatusOK || next.Attempt == first.Attempt {
		t.Errorf("restarted with %d %+v", status, next)
	}
}
