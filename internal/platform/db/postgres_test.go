package db_test

import (
	"net/url"
	"strings"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/testkit/postgres"
)

// with is an address with options of the session.
func with(dsn, options string) string {
	return dsn + "&options=" + url.PathEscape(options)
}

// superuser runs statements in a database of the test's own.
func superuser(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := d.Writer().ExecContext(t.Context(), s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func refusedAsForgetful(t *testing.T, dsn, setting string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err == nil {
		_ = d.Close()
		t.Errorf("%s was accepted", setting)
		return
	}
	if !strings.HasPrefix(err.Error(), "PostgreSQL could lose an answer that it acknowledged, since "+setting+": set it to on ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%s: %v", setting, err)
	}
}

// Guarantee G1: what is acknowledged is on the disk.
func TestAPostgreSQLThatAcknowledgesBeforeTheDiskIsRefused(t *testing.T) {
	dsn := postgres.DSN(t)
	for _, setting := range []string{"off", "local"} {
		refusedAsForgetful(t, with(dsn, "-c synchronous_commit="+setting), "synchronous_commit is "+setting)
	}
	for _, setting := range []string{"on", "remote_write", "remote_apply"} {
		superuser(t, with(dsn, "-c synchronous_commit="+setting))
	}
	name := dsn[strings.LastIndex(dsn, "/")+1 : strings.LastIndex(dsn, "?")]
	superuser(t, dsn, "ALTER DATABASE "+name+" SET synchronous_commit = off")
	refusedAsForgetful(t, dsn, "synchronous_commit is off")
}

// The settings of the whole server cannot be changed for a test: a session that reads others in their place stands for it.
func TestAPostgreSQLThatDoesNotWriteForTheCrashIsRefused(t *testing.T) {
	for _, setting := range []string{"fsync", "full_page_writes"} {
		dsn := postgres.DSN(t)
		superuser(t, dsn, "CREATE SCHEMA other", "CREATE TABLE other.pg_settings AS SELECT name, setting FROM pg_catalog.pg_settings",
			"UPDATE other.pg_settings SET setting = 'off' WHERE name = '"+setting+"'")
		refusedAsForgetful(t, with(dsn, "-c search_path=other,pg_catalog"), setting+" is off")
	}
}

// An account changed while Galien runs is noticed by the next connection, not by the next start.
func TestEachNewConnectionIsExamined(t *testing.T) {
	dsn := postgres.DSN(t)
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := dsn[strings.LastIndex(dsn, "/")+1 : strings.LastIndex(dsn, "?")]
	superuser(t, dsn, "ALTER DATABASE "+name+" SET synchronous_commit = off")
	held, err := d.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if next, err := d.Writer().Conn(t.Context()); err == nil || !strings.Contains(err.Error(), "synchronous_commit is off") {
		t.Errorf("the next connection: %v", err)
		_ = next.Close()
	}
	if err := held.Close(); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
