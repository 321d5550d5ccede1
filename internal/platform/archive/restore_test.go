package archive

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

// The folders are in place already when the database cannot take its own: they go again, and the next try succeeds.
func TestADatabaseThatCannotTakeItsPlaceLeavesNothing(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 5)
	file, key := backedUp(t, i)
	p := place(t, db.SQLite, i.clock)
	elsewhere := filepath.Join(t.TempDir(), "galien.db")
	p.Database = "sqlite:" + elsewhere
	p.Check = func(*keyring.Ring) audit.Check {
		return func(context.Context, *db.Tx) ([]audit.Finding, error) { return nil, os.Mkdir(elsewhere, 0o700) }
	}
	if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); err == nil || !strings.Contains(err.Error(), "the database cannot take its place") {
		t.Fatalf("got %v", err)
	}
	absent(t, p.Data)
	must(t, os.Remove(elsewhere))
	if left, err := os.ReadDir(filepath.Dir(elsewhere)); err != nil || len(left) > 0 {
		t.Errorf("beside the database: %v, %v", left, err)
	}
	p.Check = nil
	if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); err != nil {
		t.Errorf("the next restoration: %v", err)
	}
}
