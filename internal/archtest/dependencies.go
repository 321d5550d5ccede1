package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxDependencies is how many direct dependencies the product may have, those of the tests apart.
const maxDependencies = 40

// reasonsFile gives the reason of each direct dependency, one table row a module.
const reasonsFile = "docs/dependencies.md"

// row is a line of the table: | `module` | reason |.
var row = regexp.MustCompile("^\\|\\s*`([^`]+)`\\s*\\|\\s*(.*?)\\s*\\|")

// checkDependencies compares the modules that the code imports with the table of reasons.
func checkDependencies(m *Module) []Violation {
	reasons, err := m.reasons()
	if err != nil {
		return []Violation{{File: reasonsFile, Text: err.Error()}}
	}
	product, tests := m.direct()
	var vs []Violation
	for _, mod := range slices.Concat(product, tests) {
		switch reason, ok := reasons[mod]; {
		case !ok:
			vs = append(vs, Violation{File: reasonsFile, Text: mod + " is imported and has no line: say what it is for"})
		case len(strings.Fields(reason)) < 3:
			vs = append(vs, Violation{File: reasonsFile, Text: mod + " has a line without a reason"})
		}
	}
	for mod := range reasons {
		if !slices.Contains(m.Requires, mod) {
			vs = append(vs, Violation{File: reasonsFile, Text: mod + " is no longer in go.mod: remove its line"})
		}
	}
	if len(product) > maxDependencies {
		vs = append(vs, Violation{File: "go.mod", Text: fmt.Sprintf("%d direct dependencies in the product; at most %d", len(product), maxDependencies)})
	}
	return vs
}

// reasons reads the table.
func (m *Module) reasons() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(reasonsFile)))
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := row.FindStringSubmatch(line); cells != nil {
			reasons[cells[1]] = cells[2]
		}
	}
	return reasons, nil
}

// direct returns the modules that the product's files import, and those that only tests import. It reads the imports
// rather than the comments of go.mod, which are right only after a tidy.
func (m *Module) direct() (product, tests []string) {
	inProduct, inTests := map[string]bool{}, map[string]bool{}
	for _, i := range m.imports() {
		if _, own := m.local(i.path); own || isStd(i.path) {
			continue
		}
		if i.test || placeOf(i.pkg.Rel).role == roleTest {
			inTests[m.moduleOf(i.path)] = true
		} else {
			inProduct[m.moduleOf(i.path)] = true
		}
	}
	for mod := range inProduct {
		product = append(product, mod)
		delete(inTests, mod)
	}
	for mod := range inTests {
		tests = append(tests, mod)
	}
	return product, tests
}

// moduleOf returns the module of go.mod that holds a package: the longest path that is a prefix; the package's own path
// when go.mod knows none.
func (m *Module) moduleOf(path string) string {
	best := ""
	for _, r := range m.Requires {
		if within(path, r) && len(r) > len(best) {
			best = r
		}
	}
	if best == "" {
		return path
	}
	return best
}

// checkLicences looks for the texts that the project promises.
func checkLicences(m *Module) []Violation {
	var vs []Violation
	for _, l := range []struct{ file, title, end string }{
		{"LICENSE", "EUROPEAN UNION PUBLIC LICENCE v. 1.2", "require the production of a new EUPL version"},
		{"content/LICENSE", "Creative Commons Attribution-ShareAlike 4.0 International", "Creative Commons may be contacted at creativecommons.org"},
	} {
		text, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(l.file)))
		switch {
		case err != nil:
			vs = append(vs, Violation{File: l.file, Text: "is missing: " + l.title})
		case !strings.Contains(string(text), l.title) || !strings.Contains(string(text), l.end):
			vs = append(vs, Violation{File: l.file, Text: "is not the whole text of: " + l.title})
		}
	}
	return vs
}
