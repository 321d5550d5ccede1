package archtest

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// unpack writes an archive of testdata as a module in a temporary folder, and returns the folder and the lines of
// the archive's file «want».
func unpack(t *testing.T, archive string) (dir string, want []string) {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, f := range a.Files {
		if f.Name == "want" {
			want = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			continue
		}
		write(t, dir, f.Name, string(f.Data))
	}
	return dir, want
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, dir string) *Module {
	t.Helper()
	m, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sorted orders violations by file, line and text.
func sorted(vs []Violation) []Violation {
	slices.SortFunc(vs, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return vs
}

// Each rule finds exactly the faults that its archive plants, and lets the correct code beside them pass.
func TestEachRuleFindsItsPlantedFaults(t *testing.T) {
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			dir, want := unpack(t, filepath.Join("testdata", rule.Name+".txtar"))
			if len(want) == 0 {
				t.Fatal("the archive plants no fault")
			}
			if rule.Name == "size" {
				write(t, dir, "internal/exam/full.go", "package exam\n"+strings.Repeat("\n", maxLines-1))
				write(t, dir, "internal/exam/over.go", "package exam\n"+strings.Repeat("\n", maxLines))
				write(t, dir, "internal/exam/over_templ.go", "package exam\n"+strings.Repeat("\n", maxLines))
				write(t, dir, "assets/exam.ts", strings.Repeat("\n", maxLines+1))
			}
			var got []string
			for _, v := range sorted(rule.Check(load(t, dir))) {
				got = append(got, v.String())
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongFilesNamesThoseBetweenTheTwoBounds(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module galien\n\ngo 1.26\n")
	write(t, dir, "short.go", "package galien\n"+strings.Repeat("\n", longLines-1))
	write(t, dir, "long.go", "package galien\n"+strings.Repeat("\n", longLines))
	want := []string{"long.go: 301 lines"}
	if diff := gocmp.Diff(want, LongFiles(load(t, dir))); diff != "" {
		t.Error(diff)
	}
}

// The value of a constant is the one that the compiler computes, wherever the constant stands.
func TestSQLConstantsAreFoundByTheirValue(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module galien\n\ngo 1.26\n")
	write(t, dir, "internal/org/store.go", `package org

const columns = "id, name"

const selectOrg = "SELECT " + columns + " FROM org WHERE id = $1"

func rename() string {
	const update = "update org set name = $2 where id = $1"
	return update
}

const greeting = "Select one of the options"
`)
	write(t, dir, "internal/platform/db/lock.go", `package db

// lock holds the sealer's place.
//
//galien:engine postgres
const lock = "SELECT pg_try_advisory_lock($1)"
`)
	want := []SQLConst{
		{"internal/org", "selectOrg", "internal/org/store.go", 5, "SELECT id, name FROM org WHERE id = $1", ""},
		{"internal/org", "update", "internal/org/store.go", 8, "update org set name = $2 where id = $1", ""},
		{"internal/platform/db", "lock", "internal/platform/db/lock.go", 6, "SELECT pg_try_advisory_lock($1)", "postgres"},
	}
	if diff := gocmp.Diff(want, load(t, dir).sqlConstants()); diff != "" {
		t.Errorf("constants (-want +got):\n%s", diff)
	}
}

func TestSentencesAreNotTakenForSQL(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT id FROM person":                                   true,
		"\n\t-- ids first\n\tselect id\n\tfrom person":            true,
		"SELECT count(*) FROM person":                             true,
		"SELECT 1":                                                true,
		"SELECT pg_backend_pid()":                                 true,
		"INSERT INTO person (id) VALUES ($1)":                     true,
		"INSERT OR IGNORE INTO person (id) VALUES ($1)":           true,
		"UPDATE person AS p SET name = $2":                        true,
		"DELETE FROM person WHERE id = $1":                        true,
		"WITH RECURSIVE up(id) AS (SELECT id FROM org) SELECT $1": true,
		"WITH last AS MATERIALIZED (SELECT id FROM p) SELECT 1":   true,
		"Select at least one option":                              false,
		"Update failed: try again":                                false,
		"update the account, then set a password":                 false,
		"Delete this draft":                                       false,
		"With pleasure":                                           false,
		"with the jury (as the rules say)":                        false,
		"Insert the card":                                         false,
		"selected":                                                false,
	} {
		if got := looksLikeSQL(text); got != want {
			t.Errorf("looksLikeSQL(%q) = %v, want %v", text, got, want)
		}
	}
}
