package app_test

import (
	"testing"

	"galien/internal/archtest"
	"galien/internal/platform/db"
	"galien/internal/testkit"
)

// TestEveryStatementOfTheProgramPrepares compiles each SQL constant on the real schema of both engines.
func TestEveryStatementOfTheProgramPrepares(t *testing.T) {
	statements := archtest.SQLConstants(t)
	if len(statements) < 40 {
		t.Fatalf("only %d statements found: the search is broken", len(statements))
	}
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		for _, s := range statements {
			if s.Engine != "" && s.Engine != string(d.Engine) {
				continue
			}
			if err := d.Prepare(t.Context(), s.Text); err != nil {
				t.Errorf("%s:%d %s: %v", s.File, s.Line, s.Name, err)
			}
		}
	})
}
