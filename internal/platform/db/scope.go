package db

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Scopes maps a table to the column that says whose its rows are: org_id or person_id. A statement that names a scoped
// table must bind that column (`org_id = $1`, the column in an INSERT's list, or a join from a scoped table that is bound
// so), so that nobody can forget the tenant's predicate. Tx.Unscoped lifts the check, with a reason.
type Scopes map[string]string

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

func (t *Tx) check(statement string) error {
	if t.unscoped != "" {
		return nil
	}
	return t.db.vet(statement)
}

func (d *DB) vet(statement string) error {
	if v, ok := d.vetted.Load(statement); ok {
		err, _ := v.(error)
		return err
	}
	err := d.scopes.Vet(statement)
	d.vetted.Store(statement, err)
	return err
}

// Vet returns an error when the statement names a scoped table without binding its scope.
func (s Scopes) Vet(statement string) error {
	if len(s) == 0 {
		return nil
	}
	lower := strings.ToLower(statement)
	var named []string
	for _, name := range word.FindAllString(lower, -1) {
		if s[name] != "" && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	bound := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, name := range named {
			if !bound[name] && s.binds(lower, name, bound) {
				bound[name], grown = true, true
			}
		}
	}
	for _, name := range named {
		if !bound[name] {
			return fmt.Errorf("db: a statement on %s must bind its scope %s: %s", name, s[name], strings.Join(strings.Fields(statement), " "))
		}
	}
	return nil
}

var equal = regexp.MustCompile(`\b(\w+)\.(\w+)\s*=\s*(\w+)\.(\w+)`)

// binds reports whether the statement inserts the table's scope, compares it with a parameter, or with a column of a scoped
// table that is bound: two tables compared with each other alone bind nothing.
func (s Scopes) binds(lower, table string, bound map[string]bool) bool {
	column := s[table]
	inserted := regexp.MustCompile(`^\s*insert\s+into\s+` + table + `\s*\([^)]*\b` + column + `\b`)
	if inserted.MatchString(lower) {
		return true
	}
	given := regexp.MustCompile(`(?:(\w+)\.)?\b` + column + `\s*(?:=|in\s*\()\s*\$\d`)
	for _, m := range given.FindAllStringSubmatch(lower, -1) {
		if m[1] == "" || called(lower, m[1], table) {
			return true
		}
	}
	joined := func(alias, name, other string) bool {
		reached := func(t string) bool { return bound[t] && called(lower, other, t) }
		return name == column && called(lower, alias, table) && slices.ContainsFunc(slices.Collect(maps.Keys(bound)), reached)
	}
	for _, m := range equal.FindAllStringSubmatch(lower, -1) {
		if joined(m[1], m[2], m[3]) || joined(m[3], m[4], m[1]) {
			return true
		}
	}
	return false
}

// called reports whether the statement gives the table that name.
func called(lower, alias, table string) bool {
	return alias == table || regexp.MustCompile(`\b`+table+`\s+(?:as\s+)?`+alias+`\b`).MatchString(lower)
}
