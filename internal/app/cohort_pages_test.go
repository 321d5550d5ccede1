package app_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"galien/internal/app"
	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/id"
	"galien/internal/platform/ui/pages"
	"galien/internal/platform/web/webtest"
)

// positioned passes over enough questions for a positioning to have a result, and ends it.
func (s *site) positioned(p person, scope string) {
	s.Helper()
	attempt := p.Post("/positionnement", "domaine", scope).Want(http.StatusSeeOther).Location()
	parsed, _ := id.Parse(strings.TrimPrefix(attempt, "/epreuves/"))
	s.answerSome(p.Actor, parsed, 5)
	p.Post(attempt + "/arret").Want(http.StatusSeeOther)
}

// class is a school's learners: one has finished, one has begun, one has not, one does not share.
func (s *site) class() (teacher person) {
	s.Helper()
	done, begun, hidden := s.learner(s.school, "=A Fini; ou presque"), s.learner(s.school, "B Commence"), s.learner(s.school, "D Cache")
	s.learner(s.school, "C Attend")
	s.positioned(done, "")
	begun.Post("/positionnement", "domaine", "").Want(http.StatusSeeOther)
	s.positioned(hidden, "")
	s.exec("UPDATE result_grant SET ends_at = $1 WHERE person_id = $2", s.clock.Now().UnixMicro(), hidden.Person)
	return s.staff(s.school.ID, org.Teacher)
}

func rows(page *webtest.Response) (out []string) {
	for _, row := range page.All(func(n *html.Node) bool { return n.Data == "tr" && n.Parent.Data == "tbody" }) {
		var b strings.Builder
		for d := range row.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
		out = append(out, strings.Join(strings.Fields(b.String()), " "))
	}
	return out
}

func TestTheListOfLearnersSaysWhoHasBegunAndTheirLevel(t *testing.T) {
	s := newSite(t)
	teacher := s.class()
	got := rows(teacher.Get(orgweb.Path(s.school.ID)).Want(http.StatusOK))
	if len(got) != 4 {
		t.Fatalf("%d lines: %q", len(got), got)
	}
	for i, want := range [][]string{{"=A Fini", "22 novembre 2026", "chances sur 100, mesuré le 22 novembre 2026"}, {"B Commence", "En cours", "Pas encore mesuré"},
		{"C Attend", "Pas commencé", "Pas encore mesuré"}, {"D Cache", "Non partagé Non partagé"}} {
		for _, part := range want {
			if !strings.Contains(got[i], part) {
				t.Errorf("line %d says %q, want %q", i, got[i], part)
			}
		}
	}
}

func TestTheListOfLearnersIsTakenAwayAsASpreadsheetReadsIt(t *testing.T) {
	s := newSite(t)
	teacher := s.class()
	got := teacher.Get(orgweb.Path(s.school.ID) + "/apprenants.csv").Want(http.StatusOK)
	if media := got.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/csv; charset=utf-8") || !strings.Contains(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("sent as %s, %s", media, got.Header.Get("Content-Disposition"))
	}
	body, ok := strings.CutPrefix(got.Body, "\ufeff")
	if !ok {
		t.Error("no mark of its encoding")
	}
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comma = ';'
	lines, err := reader.ReadAll()
	s.must(err)
	if len(lines) != 5 || slices.ContainsFunc(lines, func(l []string) bool { return len(l) != 7 }) {
		t.Fatalf("lines %q", lines)
	}
	if l := lines[1]; l[0] != "'=A Fini; ou presque" || l[1] != "2026-11-22" || l[3] != "2026-11-22" || l[4] == "" || l[5] == "" || l[6] != "2026-11-22" {
		t.Errorf("who has finished: %q", l)
	}
	for i, want := range [][]string{{"B Commence", "2026-11-22", "En cours", "", "", "", ""}, {"C Attend", "2026-11-22", "Pas commencé", "", "", "", ""},
		{"D Cache", "2026-11-22", "Non partagé", "", "", "", ""}} {
		if diff := cmp.Diff(want, lines[i+2]); diff != "" {
			t.Error(diff)
		}
	}
	if n := s.events("org.export_learners"); n != 2 { // the last part has nobody
		t.Errorf("%d parts recorded", n)
	}
	if empty := s.staff(s.organisation(org.School, "IFSI vide").ID, org.Teacher); len(rows(empty.Get("/"))) != 0 {
		t.Error("a table at home")
	}
}

func TestTheHomePageLeadsStaffToTheirOrganisationFirst(t *testing.T) {
	s := newSite(t)
	s.learner(s.school, "Ada")
	link := func(p person, path string) bool {
		page := p.Get("/").Want(http.StatusOK)
		return len(page.All(func(n *html.Node) bool {
			return n.Data == "a" && n.Parent.Data == "h3" && webtest.Attr(n, "href") == path
		})) == 1
	}
	for _, role := range []org.Role{org.Teacher, org.Administrator} {
		p := s.staff(s.school.ID, role)
		if text := p.Get("/").Text(); !link(p, orgweb.Path(s.school.ID)) || !strings.Contains(text, "1 personne inscrite") {
			t.Errorf("the home of the %s says %s", role, text)
		}
	}
	if text := s.chief.Get("/").Text(); !link(s.chief, orgweb.ListPath) || !strings.Contains(text, "1 organisation inscrite") {
		t.Errorf("the national home says %s", text)
	}
	if ada := s.learner(s.school, "Eve"); link(ada, orgweb.Path(s.school.ID)) {
		t.Error("a learner is led to the staff's page")
	}
}

func TestTheNationalListShowsNoCodeThatCannotWorkAndOpensWhatItsReaderMayOpen(t *testing.T) {
	s := newSite(t)
	s.learner(s.school, "Ada")
	national := one[string](s, "SELECT join_code FROM organisation WHERE kind = 'national'")
	nation := one[id.ID](s, "SELECT id FROM organisation WHERE kind = 'national'")
	page := s.chief.Get(orgweb.ListPath).Want(http.StatusOK)
	if strings.Contains(page.Body, national) || !strings.Contains(page.Text(), s.school.JoinCode) {
		t.Errorf("the codes shown: %s", page.Text())
	}
	for _, row := range rows(page) {
		if strings.HasPrefix(row, s.school.Name) && !strings.Contains(row, " 1 ") {
			t.Errorf("the school's line is %q", row)
		}
	}
	to := func(o id.ID) int {
		return len(page.All(func(n *html.Node) bool { return webtest.Attr(n, "href") == orgweb.Path(o) }))
	}
	if to(s.school.ID) != 0 || to(nation) != 1 {
		t.Errorf("%d links to the school, %d to the national administration", to(s.school.ID), to(nation))
	}
	if own := s.chief.Get(orgweb.Path(nation)).Want(http.StatusOK); strings.Contains(own.Body, national) {
		t.Error("the page of the national administration shows its code")
	}
}

func TestARefusalSaysWhatCanReallyBeDone(t *testing.T) {
	s := newSite(t)
	if text := s.person("Ada").Get(orgweb.ListPath).Want(http.StatusForbidden).Text(); strings.Contains(text, "menu") || !strings.Contains(text, "demandez-le à l’administration") {
		t.Errorf("403 says %s", text)
	}
	b := s.browser()
	b.Header.Set("Sec-Fetch-Site", "cross-site")
	got := b.Post("/preferences", "theme", "dark").Want(http.StatusForbidden)
	if strings.Contains(got.Title(), "rôle") || !strings.Contains(got.Text(), "rechargez-la") {
		t.Errorf("a request from elsewhere: %s: %s", got.Title(), got.Text())
	}
}

func TestTheSiteMapListsTheWaysInToWhoIsOutside(t *testing.T) {
	s := newSite(t)
	to := func(b *webtest.Client, path string) bool {
		return slices.ContainsFunc(b.Get("/plan-du-site").Tags("main"), func(n *html.Node) bool {
			for d := range n.Descendants() {
				if webtest.Attr(d, "href") == path {
					return true
				}
			}
			return false
		})
	}
	if b := s.browser(); !to(b, "/connexion") || !to(b, "/inscription") || to(b, "/compte") {
		t.Error("signed out")
	}
	if b := s.chief; to(b.Client, "/connexion") || to(b.Client, "/inscription") || !to(b.Client, "/compte") {
		t.Error("signed in")
	}
}

func TestSecurityTxtIsThereForWhoCanBeWrittenTo(t *testing.T) {
	newSite(t).browser().Get("/.well-known/security.txt").Want(http.StatusOK)
	mute := newSite(t, func(c *app.Config) { c.Operator = pages.Operator{} }).browser()
	mute.Get("/.well-known/security.txt").Want(http.StatusNotFound)
	if strings.Contains(mute.Get("/code-source").Body, "security.txt") {
		t.Error("the page of the code leads to a file that is not there")
	}
}

func TestWhatToKnowBeforeStartingIsSaid(t *testing.T) {
	s := newSite(t)
	const kept, french = "garde vos réponses 30 jours", "Questions are in French for now"
	for _, path := range []string{"/", "/positionnement"} {
		if text := s.browser().Get(path).Text(); !strings.Contains(text, kept) || strings.Contains(text, "en français pour") {
			t.Errorf("%s tells a visitor %s", path, text)
		}
		if text := s.person("Ada").Get(path).Text(); strings.Contains(text, kept) {
			t.Errorf("%s tells an account %s", path, text)
		}
		english := s.browser()
		english.Header.Set("Accept-Language", "en")
		if text := english.Get(path).Text(); !strings.Contains(text, french) {
			t.Errorf("%s says in English %s", path, text)
		}
	}
}

func TestTheStateOfTheServiceTellsNoTimeThatNobodyMeasured(t *testing.T) {
	text := newSite(t).browser().Get("/etat-du-service").Want(http.StatusOK).Text()
	if strings.Contains(text, "Depuis") || strings.Contains(text, "scellé") || !strings.Contains(text, "Journal des accès") {
		t.Errorf("the page says %s", text)
	}
}
