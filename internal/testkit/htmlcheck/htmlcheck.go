// Package htmlcheck runs two HTML checkers over a folder of saved pages: html-validate, which knows good use, and Nu, the
// W3C's own, which knows the grammar best. Each catches what the other misses. Both read the whole folder in one run, as
// starting them is most of their cost.
package htmlcheck

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"galien/internal/testkit/checkout"
)

// Finding is one fault of one page.
type Finding struct {
	// Checker is «html-validate» or «nu». Rule is html-validate's; Nu names none.
	Checker, Rule, Message string
	// Line and Column count from 1.
	Line, Column int
}

// String writes the finding on one line.
func (f Finding) String() string {
	rule := f.Checker
	if f.Rule != "" {
		rule += " " + f.Rule
	}
	return fmt.Sprintf("%d:%d: %s: %s", f.Line, f.Column, rule, f.Message)
}

// Check fails the test for each fault of a page in the folder. A missing checker fails it too and says how to install it;
// under -short the test is skipped.
func Check(t testing.TB, dir string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no HTML checkers")
	}
	found, err := Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for file, findings := range found {
		for _, f := range findings {
			t.Errorf("%s:%s", file, f)
		}
	}
}

// Folder checks every .html file of a folder and of those below it, and returns the findings by file, relative to the
// folder, with slashes, in the order of the page. A page without fault has no entry. It fails when the folder
// holds no page, so that a check of nothing is not a success.
func Folder(dir string) (map[string][]Finding, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := holdsPages(dir); err != nil {
		return nil, err
	}
	npm, err := checkers()
	if err != nil {
		return nil, err
	}
	var validate, nu map[string][]Finding
	var validateErr, nuErr error
	var both sync.WaitGroup
	both.Go(func() { validate, validateErr = htmlValidate(npm, dir) })
	both.Go(func() { nu, nuErr = nuChecker(npm, dir) })
	both.Wait()
	if err := errors.Join(validateErr, nuErr); err != nil {
		return nil, err
	}
	return merge(dir, validate, nu)
}

// holdsPages refuses a folder without a page.
func holdsPages(dir string) error {
	pages := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".html" {
			pages++
		}
		return err
	})
	if err == nil && pages == 0 {
		err = fmt.Errorf("htmlcheck: %s holds no .html file", dir)
	}
	return err
}

// merge joins the findings of both checkers, by file relative to the folder.
func merge(dir string, found ...map[string][]Finding) (map[string][]Finding, error) {
	all := map[string][]Finding{}
	for _, f := range found {
		for path, findings := range f {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return nil, err
			}
			rel = filepath.ToSlash(rel)
			all[rel] = append(all[rel], findings...)
		}
	}
	for _, findings := range all {
		slices.SortStableFunc(findings, func(a, b Finding) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
	}
	return all, nil
}

// checkers returns the folder e2e of the checkout, where npm has installed the checkers.
func checkers() (string, error) {
	root, err := checkout.Root()
	if err != nil {
		return "", err
	}
	npm := filepath.Join(root, "e2e")
	for _, file := range []string{validateScript, nuArchive} {
		if _, err := os.Stat(filepath.Join(npm, file)); err != nil {
			return "", errors.New("htmlcheck: " + file + " is not installed: run npm ci in e2e, or scripts/test which does it")
		}
	}
	return npm, nil
}

// run runs a checker and returns what it printed, whatever its exit code: a checker that finds faults exits with one. It
// prints to a file: Node writes to a pipe without waiting, and a process that then exits leaves behind what the pipe, of 64
// KiB, had no room for.
func run(name string, args ...string) (printed []byte, err error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("htmlcheck: no %s here: run apt-get install nodejs default-jre-headless: %w", name, err)
	}
	file, err := os.CreateTemp("", "htmlcheck-*.json")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	cmd := exec.Command(path, args...)
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = file, &stderr
	failed := cmd.Run()
	printed, err = os.ReadFile(file.Name())
	if err != nil {
		return nil, err
	}
	var exit *exec.ExitError
	if failed != nil && (!errors.As(failed, &exit) || len(printed) == 0) {
		return nil, fmt.Errorf("htmlcheck: %s: %w: %s", name, failed, strings.TrimSpace(stderr.String()))
	}
	return printed, nil
}
