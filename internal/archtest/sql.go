package archtest

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"strings"
	"testing"
)

// SQLConst is one SQL statement of the module.
type SQLConst struct {
	// Package is the folder relative to the module's root; File too.
	Package, Name, File string
	Line                int
	// Text is the constant's value as the type checker computed it, concatenations included.
	Text string
	// Engine is "" for a statement that both engines run, else "sqlite" or "postgres", from a directive
	// `//galien:engine postgres` in the constant's comment.
	Engine string
}

// SQLConstants returns every SQL statement of the module that holds the working directory, so that a test can
// PREPARE each on the engines that run it. It fails the test when the module cannot be loaded or when it finds none.
func SQLConstants(t testing.TB) []SQLConst {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	all := m.sqlConstants()
	if len(all) == 0 {
		t.Fatal("archtest: no SQL constant in the module: the search is broken")
	}
	return all
}

// statement recognises SQL by its first words. It asks for more than the verb, so that an English sentence passes.
var statement = regexp.MustCompile(`(?is)^\s*(?:--[^\n]*\n\s*)*(?:` +
	`SELECT\s.*\bFROM\s|SELECT\s+(?:DISTINCT\s+)?[\w.]*[*(]|SELECT\s+[\d'$]|` +
	`(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\s|` +
	`UPDATE\s+[\w."]+(?:\s+(?:AS\s+)?\w+)?\s+SET\s|DELETE\s+FROM\s|` +
	`WITH\s+(?:RECURSIVE\s+)?\w+\s*(?:\([^)]*\)\s*)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s*)?\()`)

// looksLikeSQL reports whether a text starts as a statement does.
func looksLikeSQL(text string) bool { return statement.MatchString(text) }

// speaksSQL reports whether the SQL rule reads a package: all but those of the tests, which may address an engine by name.
func speaksSQL(p *Package) bool { return placeOf(p.Rel).role != roleTest }

// sqlConstants lists the statements, with those at package level and those inside functions.
func (m *Module) sqlConstants() []SQLConst {
	var all []SQLConst
	m.handwritten(func(p *Package, f *File) {
		if !speaksSQL(p) {
			return
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			g, ok := n.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				return true
			}
			for _, s := range g.Specs {
				all = append(all, m.sqlIn(p, g, s.(*ast.ValueSpec))...)
			}
			return true
		})
	})
	return all
}

// sqlIn returns the statements that a const specification defines.
func (m *Module) sqlIn(p *Package, g *ast.GenDecl, spec *ast.ValueSpec) []SQLConst {
	var all []SQLConst
	for _, name := range spec.Names {
		c, ok := p.Info.Defs[name].(*types.Const)
		if !ok || c.Val().Kind() != constant.String || !looksLikeSQL(constant.StringVal(c.Val())) {
			continue
		}
		at := m.at(name.Pos(), "")
		engine := engineOf(spec.Doc)
		if engine == "" {
			engine = engineOf(g.Doc)
		}
		all = append(all, SQLConst{p.Rel, name.Name, at.File, at.Line, constant.StringVal(c.Val()), engine})
	}
	return all
}

// engineOf reads the engine directive of a comment.
func engineOf(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	for _, c := range doc.List {
		if engine, ok := strings.CutPrefix(c.Text, "//galien:engine "); ok {
			return strings.TrimSpace(engine)
		}
	}
	return ""
}

// nonPortable are the spellings that one of the two engines lacks, or that hide the time or the columns.
var nonPortable = []struct {
	found *regexp.Regexp
	why   string
}{
	{regexp.MustCompile(`(?i)\b(?:SELECT|RETURNING)\s+(?:DISTINCT\s+)?(?:\w+\.)?\*|,\s*(?:\w+\.)?\*\s*(?:,|$|\bFROM\b)`), "names no columns: write them, ids first"},
	{regexp.MustCompile(`(?i)\bILIKE\b`), "ILIKE is PostgreSQL's: search a folded column or the Go index"},
	{regexp.MustCompile(`(?i)\bnow\s*\(|\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b`), "reads the server's time: bind it from the injected clock"},
	{regexp.MustCompile(`(?i)\bINTERVAL\b`), "INTERVAL is PostgreSQL's: compute the bound in Go"},
	{regexp.MustCompile(`(?i)\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b`), "SQLite has no row locks: use the version column"},
	{regexp.MustCompile(`(?i)\bANY\s*\(`), "ANY(array) is PostgreSQL's: use json_each or a join"},
	{regexp.MustCompile(`\?`), "placeholders are $1, $2"},
	{regexp.MustCompile(`::`), ":: is PostgreSQL's: use CAST"},
	{regexp.MustCompile(`(?i)\b(?:INSERT\s+OR\s+\w+|REPLACE)\s+INTO\b`), "is SQLite's: use ON CONFLICT"},
}

var (
	quoted  = regexp.MustCompile(`'(?:[^']|'')*'`)
	comment = regexp.MustCompile(`--[^\n]*|(?s:/\*.*?\*/)`)
	verb    = regexp.MustCompile(`%[+#]?[sdvq](?:\W|$)`)
)

// checkSQL refuses SQL that is not a constant, that is built at run time, or that only one engine understands.
func checkSQL(m *Module) []Violation {
	var vs []Violation
	for _, c := range m.sqlConstants() {
		report := func(text string) { vs = append(vs, Violation{c.File, c.Line, c.Name + " " + text}) }
		bare := comment.ReplaceAllString(quoted.ReplaceAllString(c.Text, "''"), "")
		switch {
		case verb.MatchString(c.Text):
			report("is a format: SQL is never built from strings")
		case c.Engine == "":
			for _, n := range nonPortable {
				if n.found.MatchString(bare) {
					report(n.why)
				}
			}
		case c.Engine != "sqlite" && c.Engine != "postgres":
			report("names an engine that does not exist: " + c.Engine)
		case !within(c.Package, "internal/platform"):
			report("is for one engine: a feature speaks to both")
		}
	}
	m.handwritten(func(p *Package, f *File) {
		if speaksSQL(p) {
			vs = append(vs, m.inlineSQL(p, f)...)
		}
	})
	return vs
}

// inlineSQL finds statements written outside a const declaration: literals, constant concatenations, and concatenations
// that start as SQL and end with a variable.
func (m *Module) inlineSQL(p *Package, f *File) []Violation {
	var vs []Violation
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.CONST
		case *ast.BasicLit, *ast.BinaryExpr:
			e := n.(ast.Expr)
			if looksLikeSQL(constantText(p.Info, e)) {
				vs = append(vs, m.at(e.Pos(), "SQL outside a const: name it beside the function that runs it"))
				return false
			}
			if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.ADD && looksLikeSQL(leftmost(p.Info, b)) {
				vs = append(vs, m.at(e.Pos(), "SQL is built at run time: write each statement as a const"))
				return false
			}
		}
		return true
	})
	return vs
}

// constantText returns the value of a constant string expression, "" for any other.
func constantText(info *types.Info, e ast.Expr) string {
	tv := info.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(tv.Value)
}

// leftmost returns the constant text at the left end of a concatenation.
func leftmost(info *types.Info, e ast.Expr) string {
	for {
		b, ok := e.(*ast.BinaryExpr)
		if !ok || constantText(info, e) != "" {
			return constantText(info, e)
		}
		e = b.X
	}
}
