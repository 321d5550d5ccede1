package archtest

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// keptGlobals are the variables that break the rule for a reason. They are few, and none is in the product.
var keptGlobals = map[string]string{
	"internal/testkit/browser.shared": "one browser process for a test binary, counted and guarded by its own mutex",
}

// frozenTypes are the types of other people whose values no method changes, though their kind would let it.
var frozenTypes = []string{
	"*regexp.Regexp", "*strings.Replacer", "*time.Location", "encoding/binary.ByteOrder", "error", "io/fs.FS", "reflect.Type",
}

// checkGlobals refuses mutable package-level variables. A variable passes when it is
//
//   - the blank one, an embedded file, or an error;
//   - otherwise, of a frozen type: basic types, functions and frozenTypes, and the structs, arrays, slices and maps made of
//     them (no pointer, channel, interface, mutex or atomic), and never written in the module: not assigned, incremented,
//     ranged into, deleted from, cleared, copied or sorted into, nor its address taken, nor a pointer method called on
//     it or on a part of it.
//
// What a function does with a slice or a map that it was handed is out of the rule's sight.
func checkGlobals(m *Module) []Violation {
	var vs []Violation
	suspects := map[types.Object]bool{}
	m.handwritten(func(p *Package, f *File) {
		for _, d := range f.Syntax.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				spec := s.(*ast.ValueSpec)
				if embeds(g.Doc) || embeds(spec.Doc) {
					continue
				}
				for _, name := range spec.Names {
					obj := p.Info.Defs[name]
					if obj == nil || name.Name == "_" || keptGlobals[p.Rel+"."+name.Name] != "" {
						continue
					}
					suspects[obj] = true
					if !isError(obj.Type()) && !m.isFrozen(obj.Type(), nil) {
						vs = append(vs, m.at(name.Pos(), "var %s: %s can change; make it a value, a function or a field", name.Name, obj.Type()))
					}
				}
			}
		}
	})
	m.handwritten(func(p *Package, f *File) {
		for _, w := range writes(p.Info, f.Syntax) {
			if obj := rootVariable(p.Info, w); suspects[obj] {
				vs = append(vs, m.at(w.Pos(), "%s is written: a package-level variable is a constant table", obj.Name()))
			}
		}
	})
	return vs
}

// embeds reports a go:embed directive.
func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// isError reports whether a type is an error.
func isError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// isFrozen reports whether a type holds nothing that changes but by assignment. seen guards recursive types.
func (m *Module) isFrozen(t types.Type, seen []types.Type) bool {
	if slices.Contains(frozenTypes, types.TypeString(t, nil)) || slices.Contains(seen, t) {
		return true
	}
	if holdsLock(t) {
		return false
	}
	seen = append(seen, t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Signature:
		return true
	case *types.Slice:
		return m.isFrozen(u.Elem(), seen)
	case *types.Array:
		return m.isFrozen(u.Elem(), seen)
	case *types.Map:
		return m.isFrozen(u.Key(), seen) && m.isFrozen(u.Elem(), seen)
	case *types.Struct:
		return m.isFrozenStruct(t, u, seen)
	}
	return false
}

// isFrozenStruct looks at every field of the module's own structs; those of other modules are values unless they hold a
// lock.
func (m *Module) isFrozenStruct(t types.Type, s *types.Struct, seen []types.Type) bool {
	n, named := t.(*types.Named)
	foreign := false
	if named && n.Obj().Pkg() != nil {
		_, own := m.local(n.Obj().Pkg().Path())
		foreign = !own
	}
	for f := range s.Fields() {
		if foreign && holdsLock(f.Type()) || !foreign && !m.isFrozen(f.Type(), seen) {
			return false
		}
	}
	return true
}

// holdsLock reports a type of sync or sync/atomic.
func holdsLock(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && within(n.Obj().Pkg().Path(), "sync")
}

// writes returns the expressions of a file that are written to, or that could be through the address taken.
func writes(info *types.Info, f *ast.File) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				out = append(out, n.Lhs...)
			}
		case *ast.IncDecStmt:
			out = append(out, n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				out = append(out, n.Key)
				if n.Value != nil {
					out = append(out, n.Value)
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				out = append(out, n.X)
			}
		case *ast.SelectorExpr:
			if s := info.Selections[n]; s != nil && s.Kind() == types.MethodVal && takesAddress(s) {
				out = append(out, n.X)
			}
		case *ast.CallExpr:
			if len(n.Args) > 0 && writesFirst(info, n.Fun) {
				out = append(out, n.Args[0])
			}
		}
		return true
	})
	return out
}

// takesAddress reports a method with a pointer receiver called on a variable.
func takesAddress(s *types.Selection) bool {
	_, onPointer := s.Recv().(*types.Pointer)
	recv := s.Obj().(*types.Func).Signature().Recv()
	_, wantsPointer := recv.Type().(*types.Pointer)
	return wantsPointer && !onPointer
}

// writesFirst reports a call that changes its first argument in place.
func writesFirst(info *types.Info, fun ast.Expr) bool {
	var id *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return false
	}
	switch obj := info.Uses[id].(type) {
	case *types.Builtin:
		return slices.Contains([]string{"clear", "copy", "delete"}, obj.Name())
	case *types.Func:
		inPlace := []string{
			"maps.Copy", "maps.DeleteFunc", "maps.Insert", "slices.Reverse", "slices.Sort", "slices.SortFunc", "slices.SortStableFunc",
			"sort.Float64s", "sort.Ints", "sort.Slice", "sort.SliceStable", "sort.Strings",
		}
		return obj.Pkg() != nil && slices.Contains(inPlace, obj.Pkg().Path()+"."+obj.Name())
	}
	return false
}

// rootVariable returns the variable that an expression is, or is a part of: x in x.f[i].
func rootVariable(info *types.Info, e ast.Expr) types.Object {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return info.Uses[x]
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if obj, ok := info.Uses[x.Sel].(*types.Var); ok && !obj.IsField() {
				return obj
			}
			e = x.X
		default:
			return nil
		}
	}
}
