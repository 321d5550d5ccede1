package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit/postgres"
)

const secret = "une phrase assez longue"

// command runs the program as another process would, on the same installation.
func command(t *testing.T, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(args, &stdout, &stderr); code != 0 {
		t.Fatalf("galien %v: %s", args, stderr.String())
	}
}

// An application that serves answers by the roles that the operator gave and ended beside it, from the next request on.
func TestARoleOfTheOperatorsIsVisibleAtTheNextRequest(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			dir := t.TempDir()
			flags := []string{"--data", filepath.Join(dir, "data")}
			config := app.Config{Data: flags[1]}
			if engine == db.PostgreSQL {
				config.Database = postgres.DSN(t)
				flags = append(flags, "--database", config.Database)
			}
			password := filepath.Join(dir, "password")
			if err := os.WriteFile(password, []byte(secret), 0o600); err != nil {
				t.Fatal(err)
			}
			command(t, append([]string{"admin", "init", "--organisation", "Nation", "--email", "chief@example.org", "--name", "Chief", "--password-file", password}, flags...)...)
			serving, err := app.New(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer serving.Close()
			teacher, school := someone(t, serving), aSchool(t, serving)
			holds := func() bool {
				err := serving.Orgs.Require(t.Context(), teacher, school.ID, org.Teacher)
				if err != nil && !errs.HasCode(err, "org.not_found") {
					t.Fatal(err)
				}
				return err == nil
			}
			role := append([]string{"--email", "teacher@example.org", "--organisation", school.Name, "--role", "teacher"}, flags...)
			if holds() {
				t.Fatal("a role before it was given")
			}
			command(t, append([]string{"admin", "grant"}, role...)...)
			if !holds() {
				t.Error("the role given is not seen")
			}
			command(t, append([]string{"admin", "grant", "--until", "2100-01-01"}, role...)...)
			if left := inForce(t, serving, teacher.Person); !holds() || len(left) != 1 || left[0] == nil {
				t.Errorf("the role given again ends at %v", left)
			}
			role[3] = school.ID.String()
			command(t, append([]string{"admin", "revoke"}, role...)...)
			if holds() || len(inForce(t, serving, teacher.Person)) > 0 {
				t.Error("the role ended is still seen")
			}
		})
	}
}

func someone(t *testing.T, a *app.App) identity.Actor {
	t.Helper()
	actor, _, err := a.Identity.Register(t.Context(), identity.Actor{}, "test", identity.Registration{Name: "Teacher", Email: "teacher@example.org", Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

func aSchool(t *testing.T, a *app.App) org.Organisation {
	t.Helper()
	chief, _, err := a.Identity.SignIn(t.Context(), identity.Actor{}, "test", "chief@example.org", secret)
	if err != nil {
		t.Fatal(err)
	}
	school, err := a.Orgs.Create(t.Context(), chief, org.School, "IFSI du Nord")
	if err != nil {
		t.Fatal(err)
	}
	return school
}

const grantsInForce = "SELECT ends_at FROM role_grant WHERE person_id = $1 AND (ends_at IS NULL OR ends_at > $2)"

// inForce are the ends of the person's grants that are in force.
func inForce(t *testing.T, a *app.App, person id.ID) []*int64 {
	t.Helper()
	var ends []*int64
	err := a.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		ends, err = db.Many[*int64](t.Context(), tx.Unscoped("test"), grantsInForce, person, a.Config.Clock.Now().UnixMicro())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ends
}
