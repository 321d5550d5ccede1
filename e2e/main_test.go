// Package e2e holds the journeys of people through the whole site, in Chromium, on a demonstration.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"galien/internal/testkit/browser"
)

// demonstration is the site that the tests of this binary share, on SQLite: a school, its staff and thirty learners. Each
// test works with accounts and visitors of its own. It is filled by TestMain.
var demonstration *site

// TestMain fills the demonstration and serves it for all tests, with one browser. Under -short there is neither.
func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run())
	}
	os.Exit(journeys(m))
}

// journeys runs the tests on the demonstration. What the site itself calls an internal error fails the run.
func journeys(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "galien-e2e-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
			code = max(code, 1)
		}
	}()
	if demonstration, err = newSite(context.Background(), dir, ""); err != nil {
		fmt.Fprintln(os.Stderr, "e2e: the demonstration:", err)
		return 1
	}
	code = browser.Main(m)
	for _, fault := range demonstration.close() {
		fmt.Fprintln(os.Stderr, "e2e: the site:", fault)
		code = max(code, 1)
	}
	return code
}
