package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// run executes statements on a database and closes the connection.
func run(ctx context.Context, dsn string, statements ...string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return errors.Join(err, c.Close(ctx))
		}
	}
	return c.Close(ctx)
}

func TestEachCallGivesAnEmptyDatabaseOfItsOwn(t *testing.T) {
	first, second := DSN(t), DSN(t)
	if first == second {
		t.Fatal("two calls gave the same database")
	}
	for _, dsn := range []string{first, second} {
		if err := run(t.Context(), dsn, "CREATE TABLE person (id text PRIMARY KEY)"); err != nil {
			t.Errorf("the database is not fresh: %v", err)
		}
	}
}

func TestTheDatabaseIsDroppedAfterTheTestEvenWhenAConnectionIsOpen(t *testing.T) {
	server(t)
	var dsn string
	var forgotten *pgx.Conn
	t.Run("holder", func(t *testing.T) {
		dsn = DSN(t)
		c, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		forgotten = c
	})
	// The server has already ended it: only the local side is left to close.
	_ = forgotten.Close(context.WithoutCancel(t.Context()))
	if err := run(t.Context(), dsn, "SELECT 1"); err == nil || !strings.Contains(err.Error(), "3D000") {
		t.Errorf("connect after the test: %v, want «database does not exist» (3D000)", err)
	}
}

func TestATemplateIsBuiltOnceAndItsCopiesAreSeparate(t *testing.T) {
	name := fmt.Sprintf("selftest_%d", os.Getpid())
	builds := 0
	build := func(dsn string) error {
		builds++
		return run(t.Context(), dsn, "CREATE TABLE person (id text PRIMARY KEY)", "INSERT INTO person (id) VALUES ('a')")
	}
	first := DSNFrom(t, name, build)
	second := DSNFrom(t, name, build)
	if builds != 1 {
		t.Errorf("built %d times, want once", builds)
	}
	for _, dsn := range []string{first, second} {
		if err := run(t.Context(), dsn, "INSERT INTO person (id) VALUES ('b')"); err != nil {
			t.Errorf("a copy shares its rows with another, or lacks the table: %v", err)
		}
		if err := run(t.Context(), dsn, "INSERT INTO person (id) VALUES ('a')"); err == nil {
			t.Error("the copy lacks the template's row")
		}
	}
}

func TestABuildThatFailsLeavesNoTemplate(t *testing.T) {
	name := fmt.Sprintf("broken_%d", os.Getpid())
	broken := errors.New("no such migration")
	if err := ensureTemplate(t, server(t), "galien_template_"+name, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("got %v, want the build's error", err)
	}
	DSNFrom(t, name, func(dsn string) error { return run(t.Context(), dsn, "CREATE TABLE person (id text PRIMARY KEY)") })
}

func TestWithoutAServerTheFailureSaysHowToGetOne(t *testing.T) {
	_, err := address("")
	if err == nil || !strings.Contains(err.Error(), "scripts/postgres start") {
		t.Errorf("got %v, want the command to run", err)
	}
	_, err = address("mysql://root:secret@localhost")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want a refusal without the password", err)
	}
}
