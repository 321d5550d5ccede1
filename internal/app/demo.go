package app

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"time"

	"golang.org/x/sync/errgroup"

	"galien/content"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/org"
	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// The demonstration: a fictitious school, its staff and thirty learners, and one account for each role. Histories are
// lived through the real services by simulated learners, on dates of the past months; nothing is inserted.
const (
	demoPassword = "galien démonstration"
	demoNational = "Administration nationale de démonstration"
	demoSchool   = "Institut de santé de Valmirande (fictif)"
	demoOther    = "Faculté de pharmacie de Sorgues-les-Pins (fictive)"
)

// DemoAccounts is one account per role, shown on the sign-in page of the demonstration.
func DemoAccounts() []identityweb.DemoAccount {
	account := func(role, email string) identityweb.DemoAccount {
		return identityweb.DemoAccount{Role: role, Email: email + "@demo.example", Password: demoPassword}
	}
	return []identityweb.DemoAccount{account("learner", "apprenante"), account("teacher", "enseignant"),
		account("administrator", "ecole"), account("national", "national"), account("psychometrician", "psychometrie")}
}

// demoNames are the learners, visibly fictitious.
func demoNames() []string {
	return []string{"Alix Fictive", "Basile Imaginaire", "Capucine Inventée", "Dorian Exemple", "Élise Modèle", "Fadila Fictive", "Gaspard Imaginaire",
		"Hana Inventée", "Ilyès Exemple", "Jade Modèle", "Kenza Fictive", "Loup Imaginaire", "Maëlle Inventée", "Nolan Exemple", "Océane Modèle",
		"Paul Fictif", "Quitterie Imaginaire", "Rayan Inventé", "Salomé Exemple", "Timothée Modèle", "Ulysse Fictif", "Violette Imaginaire",
		"Wassim Inventé", "Xavière Exemple", "Yaël Modèle", "Zélie Fictive", "Anouk Imaginaire", "Bilal Inventé", "Colombe Exemple", "Diane Modèle"}
}

// Demo is the population of a demonstration as it is set up.
type demo struct {
	app      *App
	clock    *clock.Manual
	school   org.Organisation
	learners []*learner
}

// FillDemo sets the demonstration up in an empty installation whose clock is the given one, which it moves from two
// months before its present to now. It does nothing when the demonstration is there already.
func (a *App) FillDemo(ctx context.Context, c *clock.Manual) error {
	now := c.Now()
	if err := a.loadTranscripts(); err != nil {
		return err
	}
	d := &demo{app: a, clock: c}
	c.Set(now.AddDate(0, -2, 0))
	if err := d.people(ctx); errs.HasCode(err, "identity.register_refused") {
		c.Set(now)
		return nil // its first account exists
	} else if err != nil {
		return fmt.Errorf("the demonstration cannot be set up, give it an empty folder: %w", err)
	}
	c.Set(now.AddDate(0, -1, -20))
	if err := d.together(ctx, func(i int, l *learner) error { return d.first(ctx, i, l) }); err != nil {
		return fmt.Errorf("the demonstration's first positionings: %w", err)
	}
	c.Set(now.AddDate(0, 0, -6))
	err := d.together(ctx, func(i int, l *learner) error { return d.second(ctx, i, l) })
	if err != nil {
		return fmt.Errorf("the demonstration's second positionings: %w", err)
	}
	c.Set(now)
	_, err = a.Audit.Seal(ctx)
	return err
}

// people makes the organisations and the accounts.
func (d *demo) people(ctx context.Context) error {
	a := d.app
	national, err := d.account(ctx, "national@demo.example", "Noé Démonstration")
	if err != nil {
		return err
	}
	nation, err := a.Orgs.Found(ctx, demoNational, national.Person)
	if err != nil {
		return err
	}
	if d.school, err = a.Orgs.Create(ctx, national, org.School, demoSchool); err != nil {
		return err
	}
	if _, err := a.Orgs.Create(ctx, national, org.School, demoOther); err != nil {
		return err
	}
	staff := []struct {
		email, name  string
		organisation id.ID
		role         org.Role
	}{{"ecole@demo.example", "Agathe Démonstration", d.school.ID, org.Administrator}, {"enseignant@demo.example", "Émile Démonstration", d.school.ID, org.Teacher},
		{"psychometrie@demo.example", "Inès Démonstration", nation.ID, org.Psychometrician}}
	for _, s := range staff {
		person, err := d.account(ctx, s.email, s.name)
		if err != nil {
			return err
		}
		if err := a.Orgs.Grant(ctx, national, s.organisation, person.Person, s.role, nil); err != nil {
			return err
		}
	}
	return d.enrol(ctx)
}

// enrol makes the learners' accounts, several at once as when a class signs up, and has them join by the school's code.
func (d *demo) enrol(ctx context.Context) error {
	published, err := d.app.Items.Current(ctx)
	if err != nil {
		return err
	}
	names := demoNames()
	d.learners = make([]*learner, len(names))
	var group errgroup.Group
	for i, name := range names {
		group.Go(func() error {
			email := fmt.Sprintf("apprenant%02d@demo.example", i+1)
			if i == 0 {
				email = "apprenante@demo.example"
			}
			actor, err := d.account(ctx, email, name)
			if err != nil {
				return err
			}
			if _, err := d.app.Orgs.Join(ctx, actor, d.school.JoinCode); err != nil {
				return err
			}
			d.learners[i] = newLearner(actor, published, -0.2, uint64(i+1))
			return nil
		})
	}
	return group.Wait()
}

func (d *demo) account(ctx context.Context, email, name string) (identity.Actor, error) {
	actor, _, err := d.app.Identity.RegisterPublic(ctx, identity.Registration{Name: name, Email: email, Password: demoPassword})
	return actor, err
}

// together has all learners act at once, in the same room as it were.
func (d *demo) together(ctx context.Context, act func(i int, l *learner) error) error {
	var group errgroup.Group
	for i, l := range d.learners {
		group.Go(func() error { return act(i, l) })
	}
	return group.Wait()
}

// pace lets time pass: half a minute for thirty people is a second each.
func (d *demo) pace() { d.clock.Advance(time.Second) }

// first is the positioning at the beginning of the year: most finish it, some stop on the way, three never begin.
func (d *demo) first(ctx context.Context, i int, l *learner) error {
	switch {
	case i >= 27:
		return nil
	case i >= 23:
		return l.take(ctx, d.app, "", 4+i%5, d.pace)
	}
	return l.take(ctx, d.app, "", 0, d.pace)
}

// second is a closer look at one domain, some weeks later, after having learnt.
func (d *demo) second(ctx context.Context, i int, l *learner) error {
	if i >= 12 {
		return nil
	}
	for k := range l.ability {
		l.ability[k] += 0.4
	}
	return l.take(ctx, d.app, fmt.Sprint(1+i%5), 0, d.pace)
}

// loadTranscripts reads the recorded ways of playing each scenario, by the category they earn.
func (a *App) loadTranscripts() error {
	files := content.FS()
	names, err := fs.Glob(files, "scenarios/*/transcripts/*.yaml")
	if err != nil {
		return err
	}
	a.transcripts = map[string]map[int][]scenario.Event{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		t, err := scenario.ParseTranscript(path.Base(name), data)
		if err != nil {
			return err
		}
		if a.transcripts[t.Scenario] == nil {
			a.transcripts[t.Scenario] = map[int][]scenario.Event{}
		}
		events := t.Events
		if n := len(events); n > 0 && events[n-1].Do == scenario.Finish {
			events = events[:n-1]
		}
		a.transcripts[t.Scenario][t.Category] = events
	}
	return nil
}
