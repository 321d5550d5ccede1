package app_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/platform/clock"
	"galien/internal/testkit/checkout"
)

var update = flag.Bool("update", false, "write docs/openapi.json")

// TestTheAPIDescriptionIsTheCommittedOne keeps a change of the API from going unseen: run with -update to accept it.
func TestTheAPIDescriptionIsTheCommittedOne(t *testing.T) {
	a, err := app.New(t.Context(), app.Config{Data: t.TempDir(), Clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)),
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	now, err := json.MarshalIndent(a.OpenAPI(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	now = append(now, '\n')
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "docs", "openapi.json")
	if *update {
		if err := os.WriteFile(path, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now, committed) {
		t.Error("docs/openapi.json is not what the program serves: run `go test ./internal/app -run APIDescription -update` and read the difference")
	}
}
