package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"galien/internal/platform/db"
)

// Table is a table as its migration declares it: what the register of processing shows (GDPR art. 30).
type Table struct {
	Name, Purpose, Basis, Retention string
	Scope                           string // the column that says whose the rows are, or empty
	Columns                         []Declared
}

// Declared is a column and what it is for.
type Declared struct{ Name, Purpose string }

var (
	createTable = regexp.MustCompile(`^CREATE TABLE (\w+) \($`)
	column      = regexp.MustCompile(`^  ([a-z]\w*) +[A-Z]+[^-]*(?:-- (.+))?$`)
	addColumn   = regexp.MustCompile(`^ALTER TABLE (\w+) ADD COLUMN (\w+) [^-]*(?:-- (.+))?$`)
)

// Digest identifies the schema that Up makes on an empty database: a hash of the migrations and the hardening scripts, in
// hexadecimal.
func Digest() (string, error) {
	h := sha256.New()
	for _, tree := range []fs.FS{files, hardening} {
		err := fs.WalkDir(tree, ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(tree, path)
			fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Register reads the declarations of all migrations, in their order. A table or a column that declares nothing is an
// error that names it.
func Register() ([]Table, error) {
	var tables []Table
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		if err != nil {
			return err
		}
		tables, err = parse(tables, path, string(text))
		return err
	})
	return tables, err
}

// Scopes are the scoped tables of the register, for the database kit.
func Scopes() (db.Scopes, error) {
	tables, err := Register()
	if err != nil {
		return nil, err
	}
	scopes := db.Scopes{}
	for _, t := range tables {
		if t.Scope != "" {
			scopes[t.Name] = t.Scope
		}
	}
	return scopes, nil
}

// parse adds what a migration declares to the tables of those before it.
func parse(tables []Table, path, text string) ([]Table, error) {
	var declared, current *Table
	for n, line := range strings.Split(text, "\n") {
		where := fmt.Sprintf("%s:%d", path, n+1)
		switch {
		case strings.HasPrefix(line, "-- @table "):
			t, err := parseTable(strings.TrimPrefix(line, "-- @table "))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", where, err)
			}
			declared = &t
		case createTable.MatchString(line):
			name := createTable.FindStringSubmatch(line)[1]
			if declared == nil || declared.Name != name {
				return nil, fmt.Errorf("%s: table %s has no `-- @table` line before it", where, name)
			}
			current, declared = declared, nil
		case current != nil && strings.HasPrefix(line, ")"):
			tables = append(tables, *current)
			current = nil
		case current != nil && column.MatchString(line):
			m := column.FindStringSubmatch(line)
			if m[2] == "" {
				return nil, fmt.Errorf("%s: column %s.%s does not say what it is for", where, current.Name, m[1])
			}
			current.Columns = append(current.Columns, Declared{m[1], m[2]})
		case addColumn.MatchString(line):
			m := addColumn.FindStringSubmatch(line)
			i := slices.IndexFunc(tables, func(t Table) bool { return t.Name == m[1] })
			if i < 0 || m[3] == "" {
				return nil, fmt.Errorf("%s: column %s.%s does not say what it is for, or its table is not declared", where, m[1], m[2])
			}
			tables[i].Columns = append(tables[i].Columns, Declared{m[2], m[3]})
		}
	}
	return tables, nil
}

func parseTable(line string) (Table, error) {
	parts := strings.Split(line, " | ")
	t := Table{Name: strings.TrimSpace(parts[0])}
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, ": ")
		switch key {
		case "purpose":
			t.Purpose = value
		case "basis":
			t.Basis = value
		case "retention":
			t.Retention = value
		case "scope":
			t.Scope = value
		default:
			return t, fmt.Errorf("table %s declares an unknown %q", t.Name, key)
		}
	}
	if t.Purpose == "" || t.Basis == "" || t.Retention == "" {
		return t, fmt.Errorf("table %s must declare purpose, basis and retention", t.Name)
	}
	return t, nil
}
