package archtest

import (
	"go/ast"
	"go/token"
)

// checkDocumented asks for a comment on each package and on each exported name. A comment on a group of constants or
// variables covers the group; fields and the methods of interfaces are left to the author.
func checkDocumented(m *Module) []Violation {
	var vs []Violation
	for _, p := range m.Packages {
		documented, written := false, false
		for _, f := range p.Files {
			if !f.Test {
				documented = documented || f.Syntax.Doc != nil
				written = true
			}
		}
		if written && !documented {
			vs = append(vs, Violation{File: p.Rel, Text: "package " + p.Name + " has no comment"})
		}
	}
	m.handwritten(func(p *Package, f *File) {
		for _, d := range f.Syntax.Decls {
			for _, name := range bare(d) {
				vs = append(vs, m.at(name.Pos(), "%s is exported without a comment", name.Name))
			}
		}
	})
	return vs
}

// bare returns the exported names of a declaration that have no comment.
func bare(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || ast.IsExported(receiver(d))) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Doc != nil && (d.Tok == token.CONST || d.Tok == token.VAR || !d.Lparen.IsValid()) {
			return nil
		}
		return bareSpecs(d.Specs)
	}
	return nil
}

// bareSpecs returns the exported names without a comment of their own.
func bareSpecs(specs []ast.Spec) []*ast.Ident {
	var names []*ast.Ident
	for _, s := range specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && s.Comment == nil {
				names = append(names, s.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && s.Doc == nil && s.Comment == nil {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// receiver returns the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
