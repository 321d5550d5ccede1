// Package archtest turns the rules of the architecture into tests: who may import whom, what a package may be called,
// where the clock, the drivers and SQL live, how long a file may be, and why each dependency is there.
//
// A rule reads a loaded [Module] and returns what breaks it. Each rule has a small bad module under testdata which
// proves that the rule can fail.
package archtest

import (
	"fmt"
	"go/token"
)

// Rule is one checkable sentence of the architecture.
type Rule struct {
	// Name is the rule's short name, unique, in kebab case: it names the subtest and the self-test's archive.
	Name string
	// Text is the rule in one sentence.
	Text string
	// Check returns every breach of the rule in the module, in any order.
	Check func(*Module) []Violation
}

// Violation is one breach of a rule.
type Violation struct {
	// File is relative to the module's root, with slashes.
	File string
	// Line counts from 1; 0 means the whole file.
	Line int
	// Text says what is wrong and what to do.
	Text string
}

// String gives «file:line: text», the form that editors follow.
func (v Violation) String() string {
	if v.Line == 0 {
		return v.File + ": " + v.Text
	}
	return fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.Text)
}

// Rules lists every rule that the project obeys.
func Rules() []Rule {
	return []Rule{
		{"types", "every package parses and type-checks, otherwise the rules below are blind", checkTypes},
		{"imports", "a package imports only to its left in the reading order", checkImports},
		{"front-doors", "only app imports web and client packages; a feature knows neither HTTP nor templates", checkFrontDoors},
		{"pure", "measure imports std and gonum, scenario std and go-yaml, and neither does I/O", checkPure},
		{"drivers", "only platform/db imports database drivers, only platform/job and platform/migrate those of the queue", checkDrivers},
		{"wiring", "only app builds a feature's Service", checkWiring},
		{"package-names", "a package is a noun: no util, common, helper, model, misc or shared", checkPackageNames},
		{"init", "no init function", checkInit},
		{"globals", "no mutable package-level variable", checkGlobals},
		{"clock", "only platform/clock reads the time or waits", checkClock},
		{"size", "no file over 400 lines", checkSize},
		{"documented", "every package and every exported name has a comment", checkDocumented},
		{"sql", "SQL is const, in the subset that both engines share", checkSQL},
		{"dependencies", "every direct dependency has its reason in docs/dependencies.md; at most 40 in the product", checkDependencies},
		{"licences", "the code is EUPL-1.2 and the content CC BY-SA 4.0, each stated in its folder", checkLicences},
	}
}

// at makes a violation at a position of the module's file set.
func (m *Module) at(pos token.Pos, format string, args ...any) Violation {
	p := m.fset.Position(pos)
	return Violation{File: m.rel(p.Filename), Line: p.Line, Text: fmt.Sprintf(format, args...)}
}
