package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/id"
	"galien/internal/platform/web/webtest"
	"galien/internal/study"
)

// study inserts a study of the bank in service, asked for by the chief, in a status; one that is done has an estimate of each of
// the first items: two that may be accepted, and one of too few answers.
func (s *site) study(status study.Status) id.ID {
	s.Helper()
	p, err := s.app.Items.Current(s.Context())
	s.must(err)
	now := s.clock.Now()
	choice, err := audit.Canonical(study.Choice{Language: "fr", To: now.UnixMicro(), Extent: assess.WholeExtent, Minimum: 200, Models: study.ModelsInForce, Priors: study.WeakPriors})
	s.must(err)
	var result, fault *string
	if status == study.Done {
		text, err := json.Marshal(estimated(p))
		s.must(err)
		result = new(string(text))
	}
	if status == study.Failed {
		fault = new("study.too_few_persons")
	}
	made := id.New(now)
	s.exec(`INSERT INTO study (id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms, result, fault)
		VALUES ($1, 'calibration', $2, $3, $4, $5, $6, $7, $7, 12, 90000, $8, $9)`, made, p.Bank.Name, p.SHA256, string(choice), status, s.chief.Person, now.UnixMicro(), result, fault)
	return made
}

func estimated(p *item.Published) study.Result {
	r := study.Result{Data: study.Data{Persons: 900, Answers: 1000, Items: 3, LeftOut: 1, SHA256: strings.Repeat("a", 64)},
		Method: study.Method{Algorithm: "test/1", Nodes: 61, Range: 6, Errors: "observed information"},
		Fit:    study.Fit{LogLikelihood: -1234.5, Parameters: 9, Iterations: 11, Change: 0.00005, Converged: true, Reason: "small_change", Warnings: []string{}}}
	for i, e := range p.Manifest.Items {
		row := study.Estimate{Ref: item.Ref{ID: e.ID, Version: e.Version}, Competency: e.Competency, Status: study.NotAnswered, InForce: e.Parameters, Flags: []study.Flag{}}
		if i < 4 {
			moved := e.Parameters
			moved.A, moved.Provenance, moved.N, moved.SEB, moved.SELogA = 1_234_000, item.Calibrated, 250, 0, 0
			moved.SE = &item.StandardErrors{A: 110_000, B: slices.Repeat([]item.Millionth{90_000}, len(e.Parameters.B))}
			row.Status, row.N, row.Estimated = study.Calibrated, 250, &moved
		}
		switch i {
		case 1:
			row.Flags = []study.Flag{study.Moved}
		case 2:
			row.N, row.Flags = 25, []study.Flag{study.Few}
		case 3:
			row.Status, row.N, row.Estimated = study.Hidden, 0, nil
		}
		r.Items = append(r.Items, row)
	}
	return r
}

// refs are the first items of the release in service, as they are sent.
func (s *site) refs(count int) []string {
	s.Helper()
	p, err := s.app.Items.Current(s.Context())
	s.must(err)
	var out []string
	for _, e := range p.Manifest.Items[:count] {
		out = append(out, item.Ref{ID: e.ID, Version: e.Version}.String())
	}
	return out
}

func waitingForm(w *world, _ *caller, _ bool) (media, body string) {
	w.study = w.site.study(study.Queued)
	return encoded()
}

func acceptForm(w *world, _ *caller, _ bool) (media, body string) {
	w.study = w.site.study(study.Done)
	return encoded("item", w.refs(1)[0], "confirm", "1")
}

func takeBackForm(w *world, c *caller, allowed bool) (media, body string) {
	w.study = w.site.study(study.Done)
	if allowed {
		ref, _ := item.ParseRef(w.refs(1)[0])
		w.must(w.app.Studies.Accept(w.Context(), c.Actor, w.study, []item.Ref{ref}))
	}
	return encoded("item", w.refs(1)[0], "confirm", "1")
}

func acceptDocument(w *world, _ *caller, _ bool) (media, body string) {
	w.study = w.site.study(study.Done)
	ref, _ := item.ParseRef(w.refs(1)[0])
	return document(map[string]any{"items": []item.Ref{ref}})
}

// psychometrician is somebody who holds the role.
func (s *site) psychometrician() person {
	s.Helper()
	p := s.person("Psi")
	s.must(s.app.Orgs.Grant(s.Context(), s.chief.Actor, one[id.ID](s, "SELECT id FROM organisation WHERE kind = 'national'"), p.Person, org.Psychometrician, nil))
	return p
}

func shows(t *testing.T, r *webtest.Response, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.Text(), text) {
			t.Errorf("%q is not in: %s", text, r.Text())
		}
	}
}

func TestAStudyIsAskedForAndFollowed(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	empty := p.Get("/etudes").Want(http.StatusOK)
	shows(t, empty, "Aucune étude pour l’instant", "Nouvelle calibration")
	form := p.Get("/etudes/nouvelle").Want(http.StatusOK)
	if form.Value("minimum") != "200" || form.Value("extent") != "whole" {
		t.Errorf("the form begins with %q, %q", form.Value("minimum"), form.Value("extent"))
	}
	shows(t, p.Get("/etudes/nouvelle?compter=1&minimum=11").Want(http.StatusOK), "moins de 11 personnes")
	for field, value := range map[string]string{"from": "hier", "to": "2020-01-01", "minimum": "3", "extent": "x", "models": "x", "priors": "x", "anchored": "yes"} {
		sent := map[string]string{"from": "2026-01-01", "minimum": "11", field: value}
		var fields []string
		for k, v := range sent {
			fields = append(fields, k, v)
		}
		refused := p.Post("/etudes", fields...).Want(formRefused)
		if refused.Faults()[field] == "" {
			t.Errorf("%s: faults %v", field, refused.Faults())
		}
	}
	made := p.Post("/etudes", "extent", "any", "minimum", "11").Want(http.StatusSeeOther)
	p.Get(made.Location()).Want(http.StatusOK)
	if got := p.Get("/etudes").Want(http.StatusOK); !strings.Contains(got.Body, made.Location()) {
		t.Error("the study is not listed")
	}
	shows(t, p.Get("/etudes/"+s.study(study.Queued).String()), "L’étude attend son tour", "Actualiser", "Annuler cette étude")
	running := s.study(study.Running).String()
	shows(t, p.Get("/etudes/"+running), "Itération 12. Encore 2 minutes environ.")
	shows(t, p.Get("/etudes/"+s.study(study.Failed).String()), "Cette étude n’a pas abouti", "moins de 11 personnes")
	shows(t, p.Get(p.Post("/etudes/"+running+"/annulation").Want(http.StatusSeeOther).Location()), "Cette étude a été annulée")
	if again := p.Post("/etudes/" + running + "/annulation").Want(http.StatusSeeOther); strings.Contains(again.Location(), "fait=") {
		t.Errorf("it is cancelled twice: %s", again.Location())
	}
	p.Get("/etudes/" + running + "/items.csv").Want(http.StatusNotFound)
	p.Get("/etudes/nothing").Want(http.StatusNotFound)
	shows(t, s.chief.Get("/etudes").Want(http.StatusForbidden), "réservée au rôle de psychométrie")
}

func TestEstimatesAreAcceptedItemByItem(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	path := "/etudes/" + s.study(study.Done).String()
	page := p.Get(path).Want(http.StatusOK)
	shows(t, page, "les paramètres ne bougent plus", "Déplacé d’un demi-logit", "Trop peu de réponses", "1,00 → 1,23 ± 0,11", "Trop peu de personnes pour être montrée", "moins de 11")
	if n := len(boxes(page, false)); n != 2 {
		t.Errorf("%d items can be chosen, want 2", n)
	}
	if ticked := boxes(p.Get(path+"?cocher=1"), true); !slices.Equal(ticked, s.refs(1)) {
		t.Errorf("without a flag: %v", ticked)
	}
	refs := s.refs(3)
	for _, sent := range [][]string{{"item", refs[0]}, {"confirm", "1"}, {"confirm", "1", "item", refs[2]}, {"confirm", "1", "item", "x"}} {
		refused := p.Post(path+"/acceptation", sent...).Want(formRefused)
		if refused.Faults()["confirm"] == "" {
			t.Errorf("%v: %v", sent, refused.Faults())
		}
	}
	if kept := boxes(p.Post(path+"/acceptation", "item", refs[1]), true); !slices.Equal(kept, refs[1:2]) {
		t.Errorf("the box that was ticked is lost: %v", kept)
	}
	if s.events("item.accept") != 0 {
		t.Fatal("something was accepted")
	}
	done := p.Post(path+"/acceptation", "item", refs[0], "item", refs[1], "confirm", "1").Want(http.StatusSeeOther)
	shows(t, p.Get(done.Location()), "Les nouvelles épreuves utilisent les valeurs acceptées", "Valeurs de cette étude, acceptées le 22 novembre 2026 par Psi")
	csv := p.Get(path + "/items.csv").Want(http.StatusOK)
	name, _, _ := strings.Cut(refs[0], "@")
	if !strings.Contains(csv.Body, name+";1;1.1;calibrated;250;;3PL;1;1,234;0,11;") || csv.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
		t.Errorf("the file: %s %.600s", csv.Header.Get("Content-Type"), csv.Body)
	}
	s.theAPISays(p, strings.TrimPrefix(path, "/etudes/"))
	back := p.Post(path+"/retour", "item", refs[0], "confirm", "1").Want(http.StatusSeeOther)
	shows(t, p.Get(back.Location()), "utilisent de nouveau les valeurs précédentes", "Retour au niveau de l’auteur")
	p.Post(path+"/retour", "item", refs[0], "confirm", "1").Want(http.StatusConflict)
}

// theAPISays reads the study as a program does.
func (s *site) theAPISays(p person, study string) {
	s.Helper()
	var got struct {
		Status   string
		Result   struct{ Items []struct{ ID string } }
		Accepted []struct {
			ID         string
			Revision   int
			Parameters struct{ Provenance string }
		}
	}
	s.must(json.Unmarshal([]byte(p.Get("/api/v1/studies/"+study).Want(http.StatusOK).Body), &got))
	if got.Status != "done" || len(got.Result.Items) == 0 || len(got.Accepted) != 2 || got.Accepted[0].Revision != 1 || got.Accepted[0].Parameters.Provenance != "calibrated" {
		s.Errorf("the API says %+v", got)
	}
	if list := p.Get("/api/v1/studies").Want(http.StatusOK); !strings.Contains(list.Body, study) {
		s.Errorf("the list: %s", list.Body)
	}
	refused := p.Do(http.MethodPost, "/api/v1/studies", "application/json", `{"from": "hier"}`)
	if refused.Status != http.StatusUnprocessableEntity {
		s.Errorf("%d %s", refused.Status, refused.Body)
	}
	body := fmt.Sprintf(`{"items": [{"id": %q, "version": 1}]}`, "nothing")
	if r := p.Do(http.MethodPost, "/api/v1/studies/"+study+"/acceptances", "application/json", body); r.Status != http.StatusUnprocessableEntity {
		s.Errorf("%d %s", r.Status, r.Body)
	}
}

// boxes are the values of the items' boxes, all of them or those that are ticked.
func boxes(r *webtest.Response, ticked bool) []string {
	var out []string
	for _, n := range r.Tags("input") {
		if webtest.Attr(n, "name") == "item" && (!ticked || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })) {
			out = append(out, webtest.Attr(n, "value"))
		}
	}
	return out
}
