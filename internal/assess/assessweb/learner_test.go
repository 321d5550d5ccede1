package assessweb_test

import (
	"net/http"
	"testing"

	"galien/internal/assess/assessweb"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/id"
)

const password = "une phrase assez longue"

// register makes an account in the browser and returns its person.
func (b *browser) register(name, email string) identity.Actor {
	b.t.Helper()
	b.get("/inscription")
	action, form := b.form("/inscription", "")
	form.Set("name", name)
	form.Set("email", email)
	form.Set("password", password)
	b.post(action, form)
	actor, _, err := b.site.identity.SignIn(b.t.Context(), identity.Actor{}, "test", email, password)
	must(b.t, err)
	return actor
}

func TestAVisitorsResultFollowsThemIntoTheirAccount(t *testing.T) {
	b := newSite(t).browser(t)
	b.start("5")
	attempt := b.path
	b.step()
	b.register("Camille Fictive", "camille@example.org")
	b.get("/")
	if !b.shows("Reprenez votre positionnement") || len(b.find("a", "href", attempt)) == 0 {
		t.Fatalf("the attempt cannot be resumed from home:\n%s", b.text)
	}
	b.get("/mes-epreuves")
	if !b.shows("En cours") {
		t.Error("the attempt is not in the history")
	}
}

func TestOnlyStaffOfTheLearnersOrganisationReadTheirProfile(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	teacher, learner, stranger := s.browser(t), s.browser(t), s.browser(t)
	teaches, learns := teacher.register("Sacha Fictif", "sacha@example.org"), learner.register("Camille Fictive", "camille@example.org")
	stranger.register("Alix Fictif", "alix@example.org")
	_, err := s.orgs.Found(ctx, "Ministère fictif", teaches.Person)
	must(t, err)
	school, err := s.orgs.Create(ctx, teaches, org.School, "Institut fictif")
	must(t, err)
	must(t, s.orgs.Grant(ctx, teaches, school.ID, teaches.Person, org.Teacher, nil))
	_, err = s.orgs.Join(ctx, learns, school.JoinCode)
	must(t, err)
	learner.start("1")
	path := assessweb.LearnerPath(school.ID, learns.Person)
	for b, want := range map[*browser]int{teacher: http.StatusOK, learner: http.StatusNotFound, stranger: http.StatusNotFound, s.browser(t): http.StatusUnauthorized} {
		b.get(path)
		if b.status != want {
			t.Errorf("%s answers %d, want %d", path, b.status, want)
		}
	}
	if !teacher.shows("Compétences : Camille Fictive") || !teacher.shows("En cours") {
		t.Errorf("the profile shows:\n%s", teacher.text)
	}
	if len(teacher.find("a", "href", learner.path)) != 0 || teacher.shows("Reprendre") {
		t.Error("staff are led to the learner's own pages")
	}
	teacher.get(assessweb.LearnerPath(school.ID, id.Nil))
	if teacher.status != http.StatusNotFound {
		t.Errorf("nobody's profile answers %d", teacher.status)
	}
}
