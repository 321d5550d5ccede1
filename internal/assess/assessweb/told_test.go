package assessweb_test

import (
	"net/http"
	"strings"
	"testing"

	"galien/internal/assess/assessweb"
	"galien/internal/org"
)

func TestForwardingToNobodySaysWhatToChoose(t *testing.T) {
	b := inScenario(t)
	b.press("mail.open:m2")
	b.press("mail.forward:m2", "v", "")
	if b.status != http.StatusUnprocessableEntity || !b.shows("Choisissez à qui transférer.") {
		t.Errorf("%d:\n%s", b.status, b.text)
	}
}

func TestWhoMakesAnAccountFromTheirResultIsToldThere(t *testing.T) {
	b := newSite(t).browser(t)
	b.start("5")
	for !b.over() {
		b.step()
	}
	result := b.path
	links := b.find("a", "href", "/inscription?retour="+strings.ReplaceAll(result, "/", "%2F"))
	if len(links) != 1 {
		t.Fatalf("%d links make an account", len(links))
	}
	b.get(attr(links[0], "href"))
	action, form := b.form("/inscription", "")
	form.Set("name", "Camille Fictive")
	form.Set("email", "camille@example.org")
	form.Set("password", password)
	b.post(action, form)
	if !strings.HasPrefix(b.path, result) || !b.shows("Votre compte est créé") {
		t.Errorf("%s says:\n%s", b.path, textOf(b.doc))
	}
	b.get(result)
	if b.shows("Votre compte est créé") {
		t.Error("it is said again")
	}
}

func TestAnEmptySheetTellsStaffThatTheLearnerHasNotBegun(t *testing.T) {
	s := newSite(t)
	teacher, learner := s.browser(t), s.browser(t)
	teaches, learns := teacher.register("Sacha Fictif", "sacha@example.org"), learner.register("Camille Fictive", "camille@example.org")
	_, err := s.orgs.Found(t.Context(), "Ministère fictif", teaches.Person)
	must(t, err)
	school, err := s.orgs.Create(t.Context(), teaches, org.School, "Institut fictif")
	must(t, err)
	must(t, s.orgs.Grant(t.Context(), teaches, school.ID, teaches.Person, org.Teacher, nil))
	_, err = s.orgs.Join(t.Context(), learns, school.JoinCode)
	must(t, err)
	path := assessweb.LearnerPath(school.ID, learns.Person)
	teacher.get(path)
	if !teacher.shows("Cette personne n'a pas commencé") || teacher.shows("en plusieurs fois") || teacher.shows("Aucune épreuve") {
		t.Errorf("the sheet says:\n%s", textOf(teacher.doc))
	}
	learner.start("1")
	teacher.get(path)
	if teacher.shows("n'a pas commencé") || !teacher.shows("Rien n'est encore mesuré") || !teacher.shows("En cours") {
		t.Errorf("once begun, the sheet says:\n%s", textOf(teacher.doc))
	}
}
