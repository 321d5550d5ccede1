package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Module is a Go module as its source says it: every package parsed with its tests, and type-checked without them.
type Module struct {
	// Path is the module's path and Dir its root folder.
	Path, Dir string
	// Packages come dependencies first.
	Packages []*Package
	// Requires are the module paths that go.mod names, direct or not.
	Requires []string

	fset *token.FileSet
}

// Package is one package of the module.
type Package struct {
	// Path is the import path; Rel is the folder relative to the module's root, with slashes, "." for the root.
	Path, Rel string
	// Name is the name in the package clause.
	Name string
	// Files are the files that this machine would build, with the tests.
	Files []*File
	// Types and Info cover the files that are not tests; Types is nil when there are none.
	Types *types.Package
	Info  *types.Info
	// Errors are those of the parser and of the type checker, and those of the go command about this package.
	Errors []string
}

// File is one parsed Go file.
type File struct {
	Syntax *ast.File
	// Test is true for a _test.go file; Generated for one that a tool wrote.
	Test, Generated bool
}

// listed is the part of `go list -json` that the rules need.
type listed struct {
	ImportPath, Name, Dir, Export      string
	Standard                           bool
	Module                             *struct{ Main bool }
	GoFiles, TestGoFiles, XTestGoFiles []string
	Error                              *struct{ Err string }
}

// Root returns the root folder of the module that holds the working directory.
func Root() (string, error) {
	out, err := goCommand(".", "env", "GOMOD")
	if err != nil {
		return "", err
	}
	file := strings.TrimSpace(string(out))
	if file == "" || file == os.DevNull {
		return "", errors.New("archtest: the working directory is in no module")
	}
	return filepath.Dir(file), nil
}

// Load reads the module at dir. A package that does not compile is loaded as far as it goes, with its errors; Load
// fails only when the go command does.
func Load(dir string) (*Module, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	m := &Module{Dir: dir, fset: token.NewFileSet()}
	if err := m.readGoMod(); err != nil {
		return nil, err
	}
	out, err := goCommand(dir, "list", "-e", "-deps", "-export",
		"-json=ImportPath,Name,Dir,Export,Standard,Module,GoFiles,TestGoFiles,XTestGoFiles,Error", "./...")
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	var own []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("archtest: go list: %w", err)
		}
		if l.Module != nil && l.Module.Main {
			own = append(own, l)
		} else {
			exports[l.ImportPath] = l.Export
		}
	}
	imp := newSourceImporter(m.fset, exports)
	for _, l := range own {
		p := m.parse(l)
		m.check(p, imp)
		if l.Error != nil && len(l.GoFiles) > 0 && len(p.Errors) == 0 {
			p.Errors = append(p.Errors, l.Error.Err)
		}
		m.Packages = append(m.Packages, p)
	}
	return m, nil
}

// readGoMod fills Path and Requires.
func (m *Module) readGoMod() error {
	out, err := goCommand(m.Dir, "mod", "edit", "-json")
	if err != nil {
		return err
	}
	var mod struct {
		Module  struct{ Path string }
		Require []struct{ Path string }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return fmt.Errorf("archtest: go mod edit: %w", err)
	}
	m.Path = mod.Module.Path
	for _, r := range mod.Require {
		m.Requires = append(m.Requires, r.Path)
	}
	return nil
}

// parse reads the package's files, tests included.
func (m *Module) parse(l listed) *Package {
	p := &Package{Path: l.ImportPath, Name: l.Name, Rel: m.rel(l.Dir)}
	add := func(names []string, test bool) {
		for _, name := range names {
			f, err := parser.ParseFile(m.fset, filepath.Join(l.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				p.Errors = append(p.Errors, err.Error())
			}
			if f != nil {
				generated := ast.IsGenerated(f) || strings.HasSuffix(name, "_templ.go")
				p.Files = append(p.Files, &File{Syntax: f, Test: test, Generated: generated})
			}
		}
	}
	add(l.GoFiles, false)
	add(l.TestGoFiles, true)
	add(l.XTestGoFiles, true)
	return p
}

// check type-checks the files that are not tests.
func (m *Module) check(p *Package, imp *sourceImporter) {
	p.Info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var files []*ast.File
	for _, f := range p.Files {
		if !f.Test {
			files = append(files, f.Syntax)
		}
	}
	if len(files) == 0 {
		return
	}
	conf := types.Config{Importer: imp, Error: func(err error) { p.Errors = append(p.Errors, err.Error()) }}
	// The error is the first of those that conf.Error has already kept.
	p.Types, _ = conf.Check(p.Path, m.fset, files, p.Info)
	imp.own[p.Path] = p.Types
}

// rel gives a path relative to the module's root, with slashes.
func (m *Module) rel(path string) string {
	r, err := filepath.Rel(m.Dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(r)
}

// sourceImporter serves the module's own packages as they were checked from source, so that an object is the same one
// wherever it is used, and all others from the compiler's export data.
type sourceImporter struct {
	own      map[string]*types.Package
	compiled types.Importer
}

func newSourceImporter(fset *token.FileSet, exports map[string]string) *sourceImporter {
	lookup := func(path string) (io.ReadCloser, error) {
		file := exports[path]
		if file == "" {
			return nil, fmt.Errorf("no compiled package %q", path)
		}
		return os.Open(file)
	}
	return &sourceImporter{own: map[string]*types.Package{}, compiled: importer.ForCompiler(fset, "gc", lookup)}
}

// Import serves go/types.
func (i *sourceImporter) Import(path string) (*types.Package, error) {
	if p := i.own[path]; p != nil {
		return p, nil
	}
	return i.compiled.Import(path)
}

// goCommand runs the go command without cgo, as the product is built, and returns what it printed.
func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("archtest: go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}

// checkTypes reports packages that the other rules could only half read.
func checkTypes(m *Module) []Violation {
	var vs []Violation
	for _, p := range m.Packages {
		for _, e := range p.Errors {
			vs = append(vs, Violation{File: p.Rel, Text: strings.ReplaceAll(e, m.Dir+string(filepath.Separator), "")})
		}
	}
	return vs
}
