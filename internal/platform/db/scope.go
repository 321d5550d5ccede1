package db

import (
	"fmt"
	"regexp"
	"strings"
)

// Scopes maps a table to the column that says whose its rows are: org_id or person_id. A statement that names a scoped
// table must bind that column (`org_id = $1`, or the column in an INSERT's list), so that nobody can forget the
// tenant's predicate. Tx.Unscoped lifts the check, with a reason.
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
	for _, name := range word.FindAllString(lower, -1) {
		column, scoped := s[name]
		if scoped && !binds(lower, column) {
			return fmt.Errorf("db: a statement on %s must bind its scope %s: %s", name, column, strings.Join(strings.Fields(statement), " "))
		}
	}
	return nil
}

// binds reports whether the statement compares the column with a parameter or another column, or inserts it.
func binds(lower, column string) bool {
	compared := regexp.MustCompile(`\b` + column + `\s*(=|in\b)`)
	if compared.MatchString(lower) {
		return true
	}
	list := regexp.MustCompile(`^\s*insert\s+into\s+\w+\s*\([^)]*\b` + column + `\b`)
	return list.MatchString(lower)
}
