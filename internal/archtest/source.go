package archtest

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Lines in a file: over maxLines the rule fails, over longLines the file is worth a look.
const (
	maxLines  = 400
	longLines = 300
)

// handwritten calls visit for each file that a person wrote and that is not a test.
func (m *Module) handwritten(visit func(*Package, *File)) {
	for _, p := range m.Packages {
		for _, f := range p.Files {
			if !f.Test && !f.Generated {
				visit(p, f)
			}
		}
	}
}

// checkPackageNames refuses the names that say nothing about what is inside.
func checkPackageNames(m *Module) []Violation {
	empty := []string{"util", "utility", "utilitie", "common", "helper", "model", "misc", "shared"}
	var vs []Violation
	for _, p := range m.Packages {
		name := strings.TrimSuffix(p.Name, "_test")
		if slices.Contains(empty, strings.TrimSuffix(name, "s")) {
			vs = append(vs, Violation{File: p.Rel, Text: "package " + name + " says nothing: name it after what it holds"})
		}
	}
	return vs
}

// checkInit refuses init: what a package needs comes through a constructor.
func checkInit(m *Module) []Violation {
	var vs []Violation
	for _, p := range m.Packages {
		for _, f := range p.Files {
			for _, d := range f.Syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && !f.Generated {
					vs = append(vs, m.at(fn.Pos(), "func init: build it in a constructor"))
				}
			}
		}
	}
	return vs
}

// checkClock refuses the wall clock and its timers. Context deadlines are not concerned: they bound work, they decide nothing.
func checkClock(m *Module) []Violation {
	banned := []string{"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"}
	var vs []Violation
	m.handwritten(func(p *Package, f *File) {
		if within(p.Rel, "internal/platform/clock") || placeOf(p.Rel).role == roleTest {
			return
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			fn, ok := p.Info.Uses[id].(*types.Func)
			if ok && fn.Pkg() != nil && fn.Pkg().Path() == "time" && fn.Signature().Recv() == nil && slices.Contains(banned, fn.Name()) {
				vs = append(vs, m.at(id.Pos(), "time.%s: take the injected clock", fn.Name()))
			}
			return true
		})
	})
	return vs
}

// checkWiring refuses to build a feature's Service anywhere but in app: a call of a function that returns a named type
// Service of a feature, from outside that feature.
func checkWiring(m *Module) []Violation {
	var vs []Violation
	m.handwritten(func(p *Package, f *File) {
		if r := placeOf(p.Rel).role; r == roleApp || r == roleTest {
			return
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			fn, ok := p.Info.Uses[id].(*types.Func)
			if ok && fn.Pkg() != nil && fn.Pkg() != p.Types && buildsService(m, fn) {
				vs = append(vs, m.at(id.Pos(), "%s.%s: only app wires services", fn.Pkg().Name(), fn.Name()))
			}
			return true
		})
	})
	return vs
}

// buildsService reports whether a package-level function of a feature returns that package's Service.
func buildsService(m *Module, fn *types.Func) bool {
	rel, ok := m.local(fn.Pkg().Path())
	if !ok || placeOf(rel).role != roleFeature || fn.Signature().Recv() != nil {
		return false
	}
	for v := range fn.Signature().Results().Variables() {
		t := v.Type()
		if ptr, ok := t.(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if n, ok := t.(*types.Named); ok && n.Obj().Name() == "Service" && n.Obj().Pkg() == fn.Pkg() {
			return true
		}
	}
	return false
}

// checkSize refuses files that no longer hold one concept.
func checkSize(m *Module) []Violation {
	var vs []Violation
	for _, l := range m.lengths() {
		if l.lines > maxLines {
			vs = append(vs, Violation{File: l.file, Text: fmt.Sprintf("%d lines; a file holds one concept in at most %d", l.lines, maxLines)})
		}
	}
	return vs
}

// LongFiles lists the files over 300 lines that the rule still lets through, as «file: lines».
func LongFiles(m *Module) []string {
	var long []string
	for _, l := range m.lengths() {
		if l.lines > longLines && l.lines <= maxLines {
			long = append(long, fmt.Sprintf("%s: %d lines", l.file, l.lines))
		}
	}
	return long
}

// length is a source file with its number of lines.
type length struct {
	file  string
	lines int
}

// lengths measures the Go, templ and TypeScript files of the whole checkout, tools included, whatever their build tags.
func (m *Module) lengths() []length {
	var all []length
	skip := func(path, name string) bool {
		return slices.Contains([]string{".git", "node_modules", "testdata"}, name) ||
			slices.Contains([]string{"artifacts", "data"}, m.rel(path))
	}
	// A file that cannot be read is no file of the module: the compiler and the type rule say the rest.
	_ = filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && skip(path, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !slices.Contains([]string{".go", ".templ", ".ts"}, filepath.Ext(path)):
			return nil
		}
		if text, err := os.ReadFile(path); err == nil && !isGenerated(path, text) {
			all = append(all, length{m.rel(path), bytes.Count(text, []byte("\n"))})
		}
		return nil
	})
	return all
}

// isGenerated follows the convention of go.dev/s/generatedcode and the name that templ gives.
func isGenerated(path string, text []byte) bool {
	if strings.HasSuffix(path, "_templ.go") {
		return true
	}
	for sc := bufio.NewScanner(bytes.NewReader(text)); sc.Scan(); {
		line := sc.Text()
		if strings.HasPrefix(line, "// Code generated ") && strings.HasSuffix(line, " DO NOT EDIT.") {
			return true
		}
		if strings.HasPrefix(line, "package ") {
			return false
		}
	}
	return false
}
