// Package postgres gives each test a fresh PostgreSQL database on the server that the environment names.
//
// GALIEN_TEST_POSTGRES holds the URL of a database whose user may create others, as `scripts/postgres start` prints it.
// Without it a test fails, so that a run cannot be green by not having run; under -short it is skipped.
package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Variable is the environment variable that names the server.
const Variable = "GALIEN_TEST_POSTGRES"

// patience bounds each statement sent to the server.
const patience = 60 * time.Second

// DSN creates an empty database for this test and returns its URL. The database is dropped after the test, even when
// connections are still open.
func DSN(t testing.TB) string {
	t.Helper()
	return create(t, server(t), "template0")
}

// DSNFrom is DSN with a content: the first call for a name runs build on an empty database, which then serves as the
// template of every database asked for under that name, in any test binary on this server. A copy takes a few tens of
// milliseconds where the migrations take seconds. The name is lower case, digits and underscores, at most 40 bytes, and
// says the content: put a hash of the migrations in it. build must leave no connection open.
func DSNFrom(t testing.TB, name string, build func(dsn string) error) string {
	t.Helper()
	if !regexp.MustCompile(`^[a-z0-9_]{1,40}$`).MatchString(name) {
		t.Fatalf("postgres: %q is no name for a template: lower case, digits and underscores, at most 40 bytes", name)
	}
	srv := server(t)
	template := "galien_template_" + name
	if err := ensureTemplate(t, srv, template, build); err != nil {
		t.Fatal(err)
	}
	return create(t, srv, template)
}

// server returns the URL of the server, or ends the test.
func server(t testing.TB) *url.URL {
	t.Helper()
	raw := os.Getenv(Variable)
	if raw == "" && testing.Short() {
		t.Skip("-short: no PostgreSQL server")
	}
	u, err := address(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// address parses the variable.
func address(raw string) (*url.URL, error) {
	if raw == "" {
		return nil, errors.New("postgres: " + Variable + ` is not set: run export ` + Variable + `="$(scripts/postgres start)", ` +
			"or scripts/test which does it, or go test -short to leave PostgreSQL out")
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		// The URL holds a password: it is not repeated.
		return nil, errors.New("postgres: " + Variable + " is not a postgres:// URL")
	}
	return u, nil
}

// create makes a database from a template and drops it after the test.
func create(t testing.TB, srv *url.URL, template string) string {
	t.Helper()
	name := "galien_test_" + strings.ToLower(rand.Text())
	if err := withServer(srv, func(ctx context.Context, c *pgx.Conn) error {
		return copyDatabase(ctx, c, name, template)
	}); err != nil {
		t.Fatalf("postgres: create the test's database: %v", err)
	}
	t.Cleanup(func() {
		if err := withServer(srv, func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "DROP DATABASE "+quote(name)+" WITH (FORCE)")
			return err
		}); err != nil {
			t.Errorf("postgres: drop the test's database: %v", err)
		}
	})
	return database(srv, name)
}

// copyDatabase runs CREATE DATABASE, again while someone is still connected to the template (SQLSTATE 55006).
func copyDatabase(ctx context.Context, c *pgx.Conn, name, template string) error {
	for {
		_, err := c.Exec(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template))
		var failure *pgconn.PgError
		if !errors.As(err, &failure) || failure.Code != "55006" {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ensureTemplate builds a template once a server. An advisory lock makes other test binaries wait for it; a build that
// fails leaves nothing.
func ensureTemplate(t testing.TB, srv *url.URL, template string, build func(dsn string) error) error {
	t.Helper()
	return withServer(srv, func(ctx context.Context, c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", template); err != nil {
			return fmt.Errorf("postgres: lock the template: %w", err)
		}
		var exists bool
		if err := c.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", template).Scan(&exists); err != nil {
			return fmt.Errorf("postgres: look for the template: %w", err)
		}
		if exists {
			return nil
		}
		draft := template + "_draft"
		for _, sql := range []string{"DROP DATABASE IF EXISTS " + quote(draft) + " WITH (FORCE)", "CREATE DATABASE " + quote(draft) + " TEMPLATE template0"} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return fmt.Errorf("postgres: create the template: %w", err)
			}
		}
		if err := build(database(srv, draft)); err != nil {
			return fmt.Errorf("postgres: build the template: %w", err)
		}
		_, err := c.Exec(ctx, "ALTER DATABASE "+quote(draft)+" RENAME TO "+quote(template))
		if err != nil {
			return fmt.Errorf("postgres: keep the template (did build close its connections?): %w", err)
		}
		return nil
	})
}

// withServer runs f on a connection to the server's own database. It does not follow the test's context: cleanups run
// after that one has ended.
func withServer(srv *url.URL, f func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, srv.String())
	if err != nil {
		return fmt.Errorf("postgres: connect to the server of %s: %w", Variable, err)
	}
	err = f(ctx, c)
	return errors.Join(err, c.Close(ctx))
}

// database returns the server's URL with another database.
func database(srv *url.URL, name string) string {
	u := *srv
	u.Path = "/" + name
	return u.String()
}

// quote quotes an identifier.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
