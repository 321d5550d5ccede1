package e2e

import (
	"strings"
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/scenario"
	"galien/internal/study"
	"galien/internal/testkit/browser"
)

// cast is who visits the pages of the route table, each where a page needs them to be: paths of the site.
type cast struct {
	site    *site
	persons map[string]*person

	framework            string // of the framework in service
	school, empty        string // organisations: of the teacher, of the staff
	sheet, unmeasured    string // of learners who share with the teacher's school
	unshared             string // of a learner who does not
	code                 string // of the teacher's school
	result, domainResult string // of the learner
	answers              string // of the learner's whole positioning, explained
	visitorResult        string
	fresh                string // attempt of the newcomer
	stoppable            string // attempt of the candidate
	study, failed        string // studies of the demonstration's answers: done, and of a time without any
	running              string // a study that no job works on
	analysis, simulation string // studies that are done
	item                 string // the sheet of an item
	screens              []view
}

// newCast prepares everybody, through the services where no page matters.
func newCast(t *testing.T, s *site, b *browser.Browser) *cast {
	t.Helper()
	c := &cast{site: s, persons: map[string]*person{}}
	published, err := s.app.Items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.framework = "/referentiels/" + published.Framework.Code + "/" + published.Framework.Version
	c.castLearner(t)
	c.castStaff(t)
	c.castNewcomer(t, b)
	c.castCandidate(t, b)
	c.castVisitor(t, b)
	c.castStudies(t)
	c.castKinds(t)
	c.persons[""] = s.visitor(t, b)
	for _, role := range []string{"learner", "teacher", "national", "psychometrician"} {
		c.persons[role] = s.visitor(t, b)
		c.persons[role].signIn(demoAccount(t, role))
	}
	staff := newAccount("Solène Vide")
	s.register(t, staff)
	s.employs(t, staff, c.empty)
	c.persons["staff"] = s.visitor(t, b)
	c.persons["staff"].signIn(staff)
	return c
}

// person opens a tab of the role's browser for one view.
func (c *cast) person(t *testing.T, b *browser.Browser, role string) *person {
	t.Helper()
	base, ok := c.persons[role]
	if !ok {
		t.Fatalf("nobody plays %q", role)
	}
	p := *base
	p.Page, p.t = base.Tab(t), t
	return &p
}

func attemptPath(attempt id.ID) string { return "/epreuves/" + attempt.String() }

// castLearner finds the results of the demonstration's learner.
func (c *cast) castLearner(t *testing.T) {
	t.Helper()
	history, err := c.site.app.Assess.History(t.Context(), c.site.actor(t, demoAccount(t, "learner")))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range history {
		switch {
		case h.Result == nil:
		case h.Attempt.Scope == "":
			c.result, c.answers = attemptPath(h.Attempt.ID)+"/resultat", attemptPath(h.Attempt.ID)+"/reponses"
		default:
			c.domainResult = attemptPath(h.Attempt.ID) + "/resultat"
		}
	}
	if c.result == "" || c.domainResult == "" {
		t.Fatalf("the demonstration's learner has no result of each kind: %+v", history)
	}
}

// castStaff finds the school of the demonstration, two of its learners, and makes a school without any.
func (c *cast) castStaff(t *testing.T) {
	t.Helper()
	ctx, a := t.Context(), c.site.app
	teacher := c.site.actor(t, demoAccount(t, "teacher"))
	roles, err := a.Orgs.Memberships(ctx, teacher)
	if err != nil || len(roles) != 1 {
		t.Fatalf("the roles of the demonstration's teacher: %v, %v", roles, err)
	}
	c.school = "/organisations/" + roles[0].OrgID.String()
	cohort, err := a.Assess.Cohort(ctx, teacher, roles[0].OrgID, 1)
	if err != nil {
		t.Fatal(err)
	}
	c.code = cohort.JoinCode
	for _, l := range cohort.Learners {
		_, profile, err := a.Assess.LearnerProfile(ctx, teacher, roles[0].OrgID, l.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		path := c.school + "/apprenants/" + l.PersonID.String()
		switch {
		case profile.Whole != nil:
			c.sheet = path
		case len(profile.History) == 0:
			c.unmeasured = path
		}
	}
	if c.sheet == "" || c.unmeasured == "" {
		t.Fatal("the demonstration's school has not a learner of each kind")
	}
	empty, err := a.Orgs.Create(ctx, c.site.actor(t, demoAccount(t, "national")), org.School, "École sans apprenant")
	if err != nil {
		t.Fatal(err)
	}
	c.empty = "/organisations/" + empty.ID.String()
}

// castStudies asks for a calibration of the demonstration's answers, and for one of a time before it; a third says that it runs.
func (c *cast) castStudies(t *testing.T) {
	t.Helper()
	who := c.site.actor(t, demoAccount(t, "psychometrician"))
	now := time.Now()
	asked := func(to time.Time) id.ID {
		s, err := c.site.app.Studies.Create(t.Context(), who, study.Choice{To: to.UnixMicro(), Extent: assess.AnyExtent, Minimum: study.MinPersons,
			Models: study.ModelsTwoPL, Priors: study.WeakPriors})
		if err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			r, err := c.site.app.Studies.Get(t.Context(), who, s)
			switch {
			case err != nil:
				t.Fatal(err)
			case r.Status.Over():
				return s
			case time.Since(began) > 3*patience:
				t.Fatalf("the study is still %s", r.Status)
			}
		}
	}
	c.study, c.failed = "/etudes/"+asked(now).String(), "/etudes/"+asked(now.AddDate(-1, 0, 0)).String()
	running := id.New(now)
	err := c.site.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO study (id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms)
			SELECT $1, kind, bank, release, choice, 'running', asked_by, asked_at, $2, 12, 90000 FROM study ORDER BY id LIMIT 1`, running, now.AddDate(1, 0, 0).UnixMicro())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.running = "/etudes/" + running.String()
}

// employs gives an account the role of administrator of the organisation at a path.
func (s *site) employs(t *testing.T, a account, path string) {
	t.Helper()
	organisation, _ := id.Parse(strings.TrimPrefix(path, "/organisations/"))
	national := s.actor(t, demoAccount(t, "national"))
	if err := s.app.Orgs.Grant(t.Context(), national, organisation, s.actor(t, a).Person, org.Administrator, nil); err != nil {
		t.Fatal(err)
	}
}

// castNewcomer is an account with an attempt of which no question is answered.
func (c *cast) castNewcomer(t *testing.T, b *browser.Browser) {
	t.Helper()
	who := newAccount("Nouvelle Venue")
	actor := c.site.register(t, who)
	attempt, err := c.site.app.Assess.Start(t.Context(), actor, assess.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.fresh = attemptPath(attempt)
	c.unshared = c.school + "/apprenants/" + actor.Person.String()
	c.persons["newcomer"] = c.site.visitor(t, b)
	c.persons["newcomer"].signIn(who)
}

// castVisitor is a visitor with a result.
func (c *cast) castVisitor(t *testing.T, b *browser.Browser) {
	t.Helper()
	p := c.site.visitor(t, b)
	p.open("/positionnement?domaine=5")
	p.Click(p.say("assess.start.do"))
	p.finish()
	c.visitorResult = p.path()
	c.persons["visitor"] = p
}

// castCandidate brings an account's attempts each to another type of question, and to a picture.
func (c *cast) castCandidate(t *testing.T, b *browser.Browser) {
	t.Helper()
	who := newAccount("Candide Essai")
	actor := c.site.register(t, who)
	wanted := []item.Type{item.Scenario, item.Single, item.Multiple, item.Text, item.Order, item.Match}
	missing := map[item.Type]bool{}
	for _, kind := range wanted {
		missing[kind] = true
	}
	for _, scope := range []string{"2", "", "1", "3", "4", "5"} {
		sc := c.advance(t, actor, scope, func(sc assess.Screen) bool {
			return scope == "2" && sc.Type == item.Scenario || scope == "" && sc.Number > 5 && missing[sc.Type] || scope != "" && scope != "2" && missing[sc.Type]
		})
		if sc.Over {
			continue
		}
		delete(missing, sc.Type)
		path := attemptPath(sc.Attempt)
		if scope == "" {
			c.stoppable = path
		}
		if sc.Type == item.Scenario {
			c.stage(t, actor, sc)
			continue
		}
		c.screens = append(c.screens, view{name: "question-" + string(sc.Type), role: "candidate", path: path})
	}
	if len(missing) > 0 {
		t.Fatalf("no attempt came to the types %v", missing)
	}
	c.persons["candidate"] = c.site.visitor(t, b)
	c.persons["candidate"].signIn(who)
	c.castPicture(t, b)
}

// advance answers «je ne sais pas» in a scope until a screen is the right one, or the attempt is over.
func (c *cast) advance(t *testing.T, actor identity.Actor, scope string, right func(assess.Screen) bool) assess.Screen {
	t.Helper()
	ctx, service := t.Context(), c.site.app.Assess
	attempt, err := service.Start(ctx, actor, assess.Options{Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
	for {
		sc, err := service.Screen(ctx, actor, attempt)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case sc.Over || right(sc):
			return sc
		case sc.World != nil:
			_, err = service.Act(ctx, actor, attempt, sc.Seq, scenario.Finish, "")
		default:
			_, err = service.Answer(ctx, actor, attempt, sc.Seq, sc.Item, item.Response{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stage plays a part of the mailbox and lists the views of its windows.
func (c *cast) stage(t *testing.T, actor identity.Actor, sc assess.Screen) {
	t.Helper()
	seq := sc.Seq
	for _, act := range []struct{ do, value string }{{"mail.open:m5", ""}, {"mail.inspect:m5", ""}, {"mail.open:m3", ""}, {"desk.call:c1", ""},
		{"desk.read:d1", ""}, {"form.fill:f4", "deux messages"}, {"mail.open:m2", ""}, {"mail.link:l1", ""}} {
		if _, err := c.site.app.Assess.Act(t.Context(), actor, sc.Attempt, seq, act.do, act.value); err != nil {
			t.Fatalf("%s: %v", act.do, err)
		}
		seq++
	}
	for name, query := range map[string]string{"liste": "", "message": "?fenetre=w1&objet=m5", "reponses": "?fenetre=w1&objet=m3",
		"navigateur": "?fenetre=w2", "bureau": "?fenetre=w3", "appel": "?fenetre=w3&objet=c1", "papier": "?fenetre=w3&objet=d1",
		"note": "?fenetre=w3&objet=n1", "fiche": "?fenetre=w4", "fin": "?fenetre=fin"} {
		c.screens = append(c.screens, view{name: "scenario-" + name, role: "candidate", path: attemptPath(sc.Attempt) + query})
	}
}

// castPicture looks for a question with a picture. An attempt leaves out a quarter of the bank: several are tried.
func (c *cast) castPicture(t *testing.T, b *browser.Browser) {
	t.Helper()
	hasPicture := func(sc assess.Screen) bool {
		return sc.World == nil && strings.Contains(sc.Question(func(item.Image) string { return "/" }).StemHTML, "<img")
	}
	for range 12 {
		who := newAccount("Image Essai")
		sc := c.advance(t, c.site.register(t, who), "2", hasPicture)
		if sc.Over {
			continue
		}
		c.screens = append(c.screens, view{name: "question-image", role: "picture", path: attemptPath(sc.Attempt)})
		c.persons["picture"] = c.site.visitor(t, b)
		c.persons["picture"].signIn(who)
		return
	}
	t.Fatal("twelve attempts on a domain with a picture met none")
}
