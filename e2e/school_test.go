package e2e

import (
	"crypto/rand"
	"regexp"
	"strings"
	"testing"

	"galien/internal/org"
	"galien/internal/platform/i18n"
)

func contains(text, part string) bool { return strings.Contains(plain(text), plain(part)) }

// shownAccount reads an account from the table of the sign-in page, as a person who discovers the demonstration does.
func (p *person) shownAccount(role string) account {
	p.t.Helper()
	p.open("/connexion")
	role = plain(role)
	for _, row := range elements(parse(p.t, p.HTML()), "tr") {
		cells := append(elements(row, "th"), elements(row, "td")...)
		var words []string
		for _, c := range cells {
			words = append(words, text(c))
		}
		if len(words) == 4 && strings.Contains(strings.Join(words, "|"), role) {
			found := account{}
			for _, w := range words[:3] { // the last one is a button
				switch {
				case w == role:
				case strings.Contains(w, "@"):
					found.Email = w
				default:
					found.Password = w
				}
			}
			return found
		}
	}
	p.t.Fatalf("%s shows no account for %s", p, role)
	return account{}
}

// enterPlace follows the card of the home page that leads staff to their organisation.
func (p *person) enterPlace(name string) {
	p.t.Helper()
	p.open("/")
	for _, card := range elements(parse(p.t, p.HTML()), "article") {
		for _, link := range elements(card, "a") {
			if contains(text(link), name) {
				p.open(attribute(link, "href"))
				return
			}
		}
	}
	p.t.Fatalf("%s has no card for %s", p, name)
}

func TestATeacherReadsALearnersSheet(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	p.enter(p.shownAccount(p.say("org.role.teacher")))
	p.arrive("/")
	p.enterPlace("Valmirande")
	p.mustShow(p.say("org.learners.lead", "count", 30), "Alix Fictive")
	p.clickLike("link", "Basile Imaginaire")
	p.mustShow("Basile Imaginaire", p.say("assess.learner.lead"), p.say("assess.chart.competencies"), p.say("assess.history.title"))
	if p.shows(p.say("assess.start.do")) {
		t.Errorf("%s offers a teacher to start the learner's positioning", p)
	}
	p.Click(p.say("assess.learner.back"))
	p.mustShow(p.say("org.learners.title"))
	p.Quiet(t)
}

func TestASchoolsAdministratorSeesItsLearnersAndNotAnotherSchool(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	p.enter(p.shownAccount(p.say("org.role.administrator")))
	p.arrive("/")
	p.enterPlace("Valmirande")
	p.mustShow(p.say("org.learners.lead", "count", 30))
	p.open("/organisations")
	if p.Status() != 403 && p.Status() != 404 {
		t.Errorf("%s: status %d for who is not national", p, p.Status())
	}
	for _, other := range s.organisations(t) {
		if strings.Contains(other.Name, "Sorgues") {
			p.open("/organisations/" + other.ID.String())
			if p.Status() != 403 && p.Status() != 404 || p.shows("Sorgues") {
				t.Errorf("%s: status %d for another school's administrator:\n%s", p, p.Status(), p.Text())
			}
		}
	}
	p.Quiet(t)
}

// organisations lists all there is, as the national administration sees it.
func (s *site) organisations(t *testing.T) []org.Listed {
	t.Helper()
	all, err := s.app.Orgs.List(t.Context(), s.actor(t, demoAccount(t, "national")))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALearnerSharesWithASchoolAndStops(t *testing.T) {
	s, b := visit(t)
	name := "Institut d'essai " + rand.Text()[:8]
	national := s.visitor(t, b)
	code := national.createSchool(name)

	teaching, learning := newAccount("Paule Enseignante"), newAccount("Sacha Apprenti")
	s.register(t, teaching)
	s.register(t, learning)
	s.teaches(t, teaching, name)

	learner := s.visitor(t, b)
	learner.signIn(learning)
	learner.open("/compte")
	learner.mustShow(learner.say("org.shares.none"))
	learner.Fill(learner.say("org.join.code"), "AAAAAAAAAA")
	learner.Click(learner.say("org.join.next"))
	learner.mustShow(learner.say("error.org.code_unknown"))
	learner.Fill(learner.say("org.join.code"), code)
	learner.Click(learner.say("org.join.next"))
	learner.mustShow(learner.say("org.join.confirm_title", "name", name))
	learner.Click(learner.say("org.join.do"))
	learner.arrive("/compte")
	learner.mustShow(name)

	teacher := s.visitor(t, b)
	teacher.signIn(teaching)
	teacher.enterPlace(name)
	sheet := teacher.like("link", learning.Name)
	teacher.ClickRole("link", sheet)
	teacher.mustShow(learning.Name)
	read := teacher.path()

	learner.clickLike("button", learner.say("org.shares.end"))
	learner.arrive("/compte")
	learner.mustShow(learner.say("org.shares.none"))

	teacher.open(read)
	if teacher.Status() == 200 || teacher.shows(learning.Name) {
		t.Errorf("%s: status %d, still readable once the sharing has ended", teacher, teacher.Status())
	}
	teacher.enterPlace(name)
	teacher.mustShow(learning.Name, teacher.say("org.learners.not_shared"))
	for _, p := range []*person{national, teacher} {
		p.Quiet(t)
	}
}

// createSchool signs in as the national administrator, adds a school and reads its code in the list.
func (p *person) createSchool(name string) string {
	p.t.Helper()
	p.enter(p.shownAccount(p.say("org.role.national")))
	p.arrive("/")
	p.ClickRole("link", p.say("nav.organisations"))
	p.Fill(p.say("org.name"), name)
	p.ClickRole("radio", p.say("org.kind_school"))
	p.Click(p.say("org.create.do"))
	p.arrive("/organisations")
	p.WaitText(name)
	for _, row := range elements(parse(p.t, p.HTML()), "tr") {
		if strings.Contains(text(row), name) {
			if code := regexp.MustCompile(`\b[0-9A-Z]{5}-?[0-9A-Z]{5}\b`).FindString(text(row)); code != "" {
				return code
			}
		}
	}
	p.t.Fatalf("%s shows no code for %s:\n%s", p, name, p.Text())
	return ""
}

// teaches gives an account the role of teacher. No page does so yet.
func (s *site) teaches(t *testing.T, a account, school string) {
	t.Helper()
	national := s.actor(t, demoAccount(t, "national"))
	for _, o := range s.organisations(t) {
		if o.Name == school {
			if err := s.app.Orgs.Grant(t.Context(), national, o.ID, s.actor(t, a).Person, org.Teacher, nil); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no organisation is named %s", school)
}

func TestAnAccountIsChanged(t *testing.T) {
	s, b := visit(t)
	who := newAccount("Ancien Nom")
	s.register(t, who)
	p := s.visitor(t, b)
	p.signIn(who)
	p.ClickRole("link", who.Name)
	p.Fill(p.say("identity.name"), "Nouveau Nom")
	p.Click(p.say("identity.account.save"))
	p.mustShow(p.say("identity.account.saved"), "Nouveau Nom")

	p.Fill(p.say("identity.name"), "Nom En Cours")
	p.Fill(p.like("textbox", p.say("identity.current_password")), "ce n'est pas le bon")
	p.Fill(p.like("textbox", p.say("identity.new_password")), "une autre phrase assez longue")
	p.Click(p.say("identity.account.save"))
	p.mustShow(p.say("error.identity.password_wrong"), p.say("ui.errors_kept"))
	if p.Status() != 422 {
		t.Errorf("%s: status %d for a wrong password", p, p.Status())
	}
	for _, e := range p.Elements("textbox") {
		if e.Name == plain(p.say("identity.name")) && e.Value != "Nom En Cours" {
			t.Errorf("the name that was typed is now %q", e.Value)
		}
	}
	s.actor(t, who) // the password is the same

	other := s.visitor(t, b)
	other.signIn(who)
	p.open("/compte")
	p.Click(p.say("identity.devices.do"))
	p.arrive("/connexion")
	for _, device := range []*person{p, other} {
		device.open("/compte")
		device.arrive("/connexion")
	}
	other.enter(who)
	other.arrive("/compte")
	p.Quiet(t)
}

func TestASignedInPersonReadsTheirOwnLanguage(t *testing.T) {
	s, b := visit(t)
	who := newAccount("Lin Essai")
	s.register(t, who)
	p := s.visitor(t, b)
	p.signIn(who)
	p.open("/compte")
	p.Select(p.say("identity.lang"), p.say("identity.lang_en"))
	p.Click(p.say("identity.account.save"))
	p.lang = i18n.English
	p.mustShow(p.say("identity.account.saved"), p.say("identity.account.title"))
	p.Quiet(t)
}
