package app_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/measure/fit"
	"galien/internal/measure/simulation"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/id"
	"galien/internal/platform/web/webtest"
	"galien/internal/study"
)

// ended inserts a study of a kind that is done, with its choice and what came out.
func (s *site) ended(kind study.Kind, choice, result any) id.ID {
	s.Helper()
	p, err := s.app.Items.Current(s.Context())
	s.must(err)
	asked, err := audit.Canonical(choice)
	s.must(err)
	text, err := json.Marshal(result)
	s.must(err)
	now := s.clock.Now()
	made := id.New(now)
	s.exec(`INSERT INTO study (id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms, result, ended_at)
		VALUES ($1, $2, $3, $4, $5, 'done', $6, $7, $7, 0, 0, $8, $7)`, made, kind, p.Bank.Name, p.SHA256, string(asked), s.chief.Person, now.UnixMicro(), string(text))
	return made
}

// outcome is that of a hundred people: an exam that claims to be surer than it is, and a bank whose domain 1 falls short.
func outcome(p *item.Published) simulation.Report {
	open := simulation.Number(math.NaN())
	score := func(name string) simulation.Precision {
		return simulation.Precision{Name: name, N: 1000, Bias: 0.01, RMSE: 0.5, MeanSE: 0.3, Coverage: 0.8, Correlation: 0.9,
			Bands: []simulation.Range{{From: open, To: -1, N: 400, RMSE: 0.6, MeanSE: 0.3}, {From: -1, To: 1, N: 500, RMSE: 0.4, MeanSE: 0.3}, {From: 1, To: open, N: 100, RMSE: 0.5, MeanSE: 0.3}}}
	}
	r := simulation.Report{Candidates: 1000, Selections: 30_000, Length: 30, MeanSeconds: 1800, MaxSeconds: 2400, Relaxed: 7,
		Scores: []simulation.Precision{score("whole"), score("domain 2"), score("1.1")}, After: []simulation.Precision{score("whole"), score("whole")},
		Levels:     &simulation.Levels{Cuts: p.Framework.Scale.Cuts, Accuracy: 0.7, ExpectedAccuracy: 0.6, Consistency: 0.55},
		Infeasible: []simulation.Infeasible{{Binding: []string{"length", "min competency 1.1", "max domain 2"}, Candidates: 12}},
		Stopped:    []simulation.Stopped{{Reason: "standard_error", Candidates: 250}}}
	r.After[0].Items, r.After[1].Items = 5, 10
	for k := range p.Framework.Scale.Levels {
		row := make([]int, len(p.Framework.Scale.Levels))
		row[k] = 200
		r.Levels.Confusion = append(r.Levels.Confusion, row)
	}
	r.Exposure = simulation.Exposure{Max: 0.6, NeverUsed: 3, Overlap: 0.4, Quantiles: []simulation.Quantile{{P: 0.5, Rate: 0.33}}}
	for i, e := range p.Manifest.Items {
		r.Exposure.Items = append(r.Exposure.Items, simulation.ItemRate{ID: e.ID, Rate: 0.6 / float64(i+1), Bands: []simulation.Number{0.5}})
	}
	r.Exposure.Bands = []simulation.BandRate{{From: open, To: 0, N: 1000, Max: 0.6}}
	return r
}

// quality is of an item with all there is to say, one with too few answers, and one that is hidden.
func quality(p *item.Published) study.Quality {
	number := func(v float64) *float64 { return &v }
	q := study.Quality{Data: study.Data{Persons: 400, Answers: 9000, Items: 2, LeftOut: 1, SHA256: strings.Repeat("b", 64)}, Algorithm: "test/1", MeanQ3: number(-0.02), Pairs: 9}
	for _, e := range p.Manifest.Items {
		q.Items = append(q.Items, study.ItemQuality{Ref: item.Ref{ID: e.ID, Version: e.Version}, Competency: e.Competency, Flags: []study.Sign{}})
	}
	it, _ := p.Bank.Item(q.Items[0].ID)
	full := &q.Items[0]
	full.N, full.Ease, full.Outfit, full.Infit = 300, number(0.5), number(1.1), number(1)
	full.Misfit = &study.Misfit{X2: 30, DF: 9, P: 0.0004, RMSEA: 0.09, Z: 2.5, Groups: []study.Group{{At: -1, Persons: 100, Observed: 0.3, Expected: 0.4}, {At: 1, Persons: 100, Observed: 0.8, Expected: 0.7}}}
	full.Time = &study.Time{Median: 40, Lower: 30, Upper: 60, Rapid: 0.01, Threshold: 4}
	for i, o := range it.OptionIDs() {
		full.Options = append(full.Options, study.Use{ID: o, Key: i == 0, Share: 0.25, Thirds: &[3]float64{0.2, 0.25, 0.3}})
	}
	full.Flags = []study.Sign{{Code: fit.PredictMisfit, Value: number(0.0004), Limit: number(0.05)}, {Code: fit.LocalDepend, Of: q.Items[1].Ref.String(), Value: number(0.31), Limit: number(0.2)}}
	q.Items[1].N, q.Items[1].Flags = 20, []study.Sign{{Code: fit.FewAnswers, Value: number(20), Limit: number(200)}}
	q.Items[2].Hidden = true
	q.Dependent = []study.Dependence{{First: q.Items[0].Ref, Second: q.Items[1].Ref, Persons: 250, Excess: 0.31}}
	return q
}

func (s *site) simulation() id.ID {
	s.Helper()
	p, err := s.app.Items.Current(s.Context())
	s.must(err)
	t := study.DefaultTrial()
	t.Ceiling = 40
	return s.ended(study.Simulation, t, outcome(p))
}

func (s *site) analysis() id.ID {
	s.Helper()
	p, err := s.app.Items.Current(s.Context())
	s.must(err)
	return s.ended(study.Analysis, study.Choice{Language: "fr", To: s.clock.Now().UnixMicro(), Extent: assess.WholeExtent, Minimum: 200, Models: study.ModelsInForce, Priors: study.WeakPriors}, quality(p))
}

func TestASimulationIsAskedForAndFollowed(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	form := p.Get("/etudes/nouvelle-simulation").Want(http.StatusOK)
	if form.Value("people") != "1000" || form.Value("scope") != "whole" || form.Value("ceiling") != "100" || form.Value("length") != "stop" || form.Value("seed") != "1" {
		t.Errorf("the form begins with %q %q %q", form.Value("people"), form.Value("scope"), form.Value("length"))
	}
	for field, value := range map[string]string{"scope": "9", "accessible": "x", "people": "3", "mean": "2,5", "ceiling": "1", "length": "", "seed": "un"} {
		sent := map[string]string{"scope": "2", "accessible": "yes", "people": "200", "mean": "−0,5", "ceiling": "50", "length": "fixed", "seed": "12", field: value}
		var fields []string
		for k, v := range sent {
			fields = append(fields, k, v)
		}
		refused := p.Post("/etudes/simulations", fields...).Want(formRefused)
		if len(refused.Faults()) != 1 || refused.Faults()[field] == "" {
			t.Errorf("%s: faults %v", field, refused.Faults())
		}
		for _, kept := range []string{"people", "mean", "ceiling", "seed"} {
			if refused.Value(kept) != sent[kept] {
				t.Errorf("%s: %s becomes %q", field, kept, refused.Value(kept))
			}
		}
	}
	made := p.Post("/etudes/simulations", "scope", "2", "accessible", "no", "people", "100", "mean", "−0,5", "ceiling", "50", "length", "fixed", "seed", "12").Want(http.StatusSeeOther)
	p.Get(made.Location()).Want(http.StatusOK)
	shows(t, p.Get("/etudes"), "100 personnes simulées, domaine 2", "Nouvelle analyse", "Nouvelle simulation")
	api := p.Do(http.MethodPost, "/api/v1/studies/simulations", "application/json", `{"scope": "9"}`)
	if api.Status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", api.Status, api.Body)
	}
	s.exec("UPDATE study SET status = 'running', iteration = 40, left_ms = 90000, result = NULL, ended_at = NULL")
	running := p.Get(made.Location())
	shows(t, running, "40 sur 100", "Encore 2 minutes environ.", "Annuler cette étude", "Domaine 2", "−0,50", "50 %")
	p.Get(made.Location() + "/rapport.pdf").Want(http.StatusNotFound)
	shows(t, p.Get(p.Post(made.Location()+"/annulation").Want(http.StatusSeeOther).Location()), "Cette étude a été annulée")
}

func TestTheReportOfASimulationSaysWhatIsWrong(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	made := s.simulation().String()
	page := p.Get("/etudes/" + made).Want(http.StatusOK)
	shows(t, page, "trop large pour bien situer un niveau", "L’incertitude annoncée est trop petite", "80,0 %", "30,0 questions et 30 minutes",
		"assez de questions pour : 1.1 Identifier un usager ou un professionnel de santé · pas trop de questions pour : Domaine 2", "7 sur 30", "3 sur", "250 (25,0 %)",
		"sont pris pour vrais", "paramètres provisoires", "le quart de la banque", "moins de −1,0 (400 personnes)")
	headed(t, page, "En bref", "Précision", "Niveaux", "Usage de la banque", "Composition", "Ce que cette simulation ne dit pas")
	if n := len(page.Tags("figure")); n != 3 {
		t.Errorf("%d figures, want 3", n)
	}
	s.files(p, "/etudes/"+made)
	if csv := p.Get("/etudes/" + made + "/items.csv").Want(http.StatusOK); !strings.Contains(csv.Body, "item;rate;rate_under_0") {
		t.Errorf("%.200s", csv.Body)
	}
	holds(t, p.Get("/api/v1/studies/"+made).Want(http.StatusOK).Body, `"outcome":{"candidates":1000`, `"trial":{"scope":"","accessible":false,"people":1000`)
}

// headed compares the sections of a page, those of its frame apart.
func headed(t *testing.T, r *webtest.Response, want ...string) {
	t.Helper()
	var got []string
	for _, h := range r.Tags("h2") {
		if text := h.FirstChild; text != nil {
			got = append(got, text.Data)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("sections %q, want %q", got, want)
	}
}

func holds(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("%q is not in: %.1000s", text, body)
		}
	}
}

// files reads the report of a study as files.
func (s *site) files(p person, path string) {
	s.Helper()
	for extension, begins := range map[string]string{"html": "<!doctype html>", "pdf": "%PDF-1."} {
		file := p.Get(path + "/rapport." + extension).Want(http.StatusOK)
		if !bytes.HasPrefix([]byte(strings.ToLower(file.Body)), []byte(strings.ToLower(begins))) || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
			s.Errorf("%s: %.40q, %s", extension, file.Body, file.Header.Get("Content-Disposition"))
		}
		if extension == "html" && strings.Contains(file.Body, "href=") {
			s.Error("the file has links, which lead nowhere")
		}
	}
}

func TestAnAnalysisIsAskedForAndRead(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	if form := p.Get("/etudes/nouvelle-analyse").Want(http.StatusOK); form.Value("minimum") != "200" || strings.Contains(form.Body, `name="models"`) {
		t.Error("the form is not that of an analysis")
	}
	shows(t, p.Get("/etudes/nouvelle-analyse?compter=1&minimum=11").Want(http.StatusOK), "moins de 11 personnes")
	if refused := p.Post("/etudes/analyses", "minimum", "3").Want(formRefused); refused.Faults()["minimum"] == "" {
		t.Errorf("faults %v", refused.Faults())
	}
	p.Get(p.Post("/etudes/analyses", "extent", "any", "minimum", "11").Want(http.StatusSeeOther).Location()).Want(http.StatusOK)
	made := s.analysis().String()
	page := p.Get("/etudes/" + made).Want(http.StatusOK)
	shows(t, page, "Questions à revoir : 1, sur 1", "moins de 200 réponses", "s’écartent de ce que les réponses précédentes annonçaient (p = moins de 0,001)",
		"Mettez les deux dans une même famille", "Trop peu de personnes pour être montrée", "Aucune réponse", "Paires qui partagent plus que la capacité")
	headed(t, page, "En bref", "À revoir", "Toutes les questions", "Paires dépendantes", "Ce que cette analyse ne dit pas")
	first := s.refs(1)[0]
	name, _, _ := strings.Cut(first, "@")
	if !strings.Contains(page.Body, "/etudes/questions/"+name+"/fiche") {
		t.Error("no link to the item's sheet")
	}
	s.files(p, "/etudes/"+made)
	if csv := p.Get("/etudes/" + made + "/items.csv").Want(http.StatusOK); !strings.Contains(csv.Body, name+";1;1.1;answered;300;0,5;1,1;1;30;9;0,0004;0,09;2,5;;40;30;60;0,01;predict-misfit local-dependence") {
		t.Errorf("%.600s", csv.Body)
	}
	holds(t, p.Get("/api/v1/studies/"+made).Want(http.StatusOK).Body, `"quality":{"data":{"persons":400`)
}

func TestTheSheetOfAnItemHoldsItsKey(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	var names []string
	for _, ref := range s.refs(4) {
		name, _, _ := strings.Cut(ref, "@")
		names = append(names, name)
	}
	path := func(i int) string { return "/etudes/questions/" + names[i] + "/fiche" }
	shows(t, p.Get(path(0)).Want(http.StatusOK), "Pas encore d’analyse", "provisoires", "Courbe caractéristique", "Courbe d’information", "Clé", "Aucune valeur d’une calibration")
	s.analysis()
	shows(t, p.Get(path(0)), "Analyse du 22 novembre 2026", "Mal prédite", "Observé et attendu", "Tiers supérieur", "z = 2,5", "40 s en médiane")
	shows(t, p.Get(path(2)), "Moins de 11 personnes ont répondu à cette question")
	shows(t, p.Get(path(3)), "Pas encore d’analyse")
	if n := s.events("item.view_key"); n != 4 {
		t.Errorf("%d events of reading a key", n)
	}
	accepted := s.study(study.Done)
	ref, _ := item.ParseRef(s.refs(1)[0])
	s.must(s.app.Studies.Accept(s.Context(), p.Actor, accepted, []item.Ref{ref}))
	history := p.Get(path(0))
	shows(t, history, "estimés sur 250 réponses", "1,23 ± 0,11")
	if !strings.Contains(history.Body, "/etudes/"+accepted.String()) {
		t.Error("no link to the study that the parameters come from")
	}
	p.Get("/etudes/questions/nothing/fiche").Want(http.StatusNotFound)
	s.chief.Get(path(0)).Want(http.StatusForbidden)
	teacher := s.person("T")
	s.must(s.app.Orgs.Grant(s.Context(), s.chief.Actor, s.school.ID, teacher.Person, org.Teacher, nil))
	teacher.Get(path(0)).Want(http.StatusForbidden)
}

func TestTheTechnicalReportSaysWhatIsNotDoneYet(t *testing.T) {
	s := newSite(t)
	p := s.psychometrician()
	empty := p.Get("/etudes/rapport-technique").Want(http.StatusOK)
	shows(t, empty, "Tout n’a pas encore été fait", "Pas encore fait.", "Nouvelle calibration", "Nouvelle analyse", "Nouvelle simulation", "Toutes les questions, 25 % mis de côté", "kappa de Cohen")
	s.simulation()
	s.analysis()
	s.study(study.Done)
	full := p.Get("/etudes/rapport-technique").Want(http.StatusOK)
	headed(t, full, "La banque en service", "Information et erreur type", "Réserves de questions", "Niveaux\u00a0: exactitude et constance",
		"Dernière simulation du référentiel entier", "Dernière calibration", "Dernière analyse", "Table des questions")
	shows(t, full, "Simulation du 22 novembre 2026", "Analyse du 22 novembre 2026", "Calibration du 22 novembre 2026", "Épreuve simulée", "Auteur, provisoire")
	if strings.Contains(full.Text(), "Pas encore fait") {
		t.Error("it says of something done that it is not")
	}
	for extension, begins := range map[string]string{".html": "<!doctype html>", ".pdf": "%PDF-1."} {
		if file := p.Get("/etudes/rapport-technique" + extension).Want(http.StatusOK); !strings.HasPrefix(strings.ToLower(file.Body), strings.ToLower(begins)) {
			t.Errorf("%s: %.40q", extension, file.Body)
		}
	}
}
