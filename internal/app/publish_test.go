package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
)

// Who starts a program whose framework was changed without a new version reads what is wrong and how to mend it.
func TestAFrameworkChangedWithoutANewVersionIsSaidInASentence(t *testing.T) {
	config := app.Config{Data: t.TempDir(), Clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), Log: slog.New(slog.DiscardHandler)}
	a, err := app.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE framework SET sha256 = 'another text''s'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = app.New(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), "frameworks/socle-ns-1.2022.yaml is not the text that the database holds") ||
		!strings.Contains(err.Error(), "give the changed file another version") {
		t.Errorf("got %v", err)
	}
}
