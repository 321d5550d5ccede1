package archtest

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// readingOrder is the house of docs/architecture.md, left to right: a package imports only itself and what stands
// before it. The order is total: pathway may read item, learn may read assess, never the reverse.
var readingOrder = []string{
	"platform", "measure", "psy", "scenario", "identity", "org", "framework", "item", "pathway", "assess", "study", "learn",
	"exam", "credential", "periodic", "rollout", "report", "app", "cmd",
}

// resources are the folders at the root that may hold a package which embeds them, and nothing else.
var resources = []string{"assets", "content", "deploy", "docs", "locales"}

// role says what a package is for the import rules.
type role int

const (
	roleUnknown role = iota
	// roleResource embeds authored files: imports std only.
	roleResource
	// rolePlatform is a leaf of internal/platform.
	rolePlatform
	// rolePure is measure or scenario.
	rolePure
	// roleFeature is a feature or a package inside it.
	roleFeature
	// roleFront is a feature's web or client package: it speaks HTTP.
	roleFront
	roleApp
	roleCommand
	// roleTest is what only tests may import: testkit, archtest, and the journeys of e2e.
	roleTest
)

// place is where a package stands.
type place struct {
	role role
	// house is the entry of readingOrder; order its index there, -1 when it has none.
	house string
	order int
}

// placeOf reads the place from the folder relative to the module's root.
func placeOf(rel string) place {
	parts := strings.Split(rel, "/")
	house := parts[0]
	if house == "internal" && len(parts) > 1 {
		house = parts[1]
	}
	at := func(r role) place { return place{r, house, slices.Index(readingOrder, house)} }
	switch last := parts[len(parts)-1]; {
	case parts[0] == "cmd":
		return at(roleCommand)
	case parts[0] == "e2e":
		return at(roleTest)
	case slices.Contains(resources, parts[0]):
		return at(roleResource)
	case parts[0] != "internal":
		return at(roleUnknown)
	case house == "testkit", house == "archtest":
		return at(roleTest)
	case !slices.Contains(readingOrder, house), house == "cmd":
		return at(roleUnknown)
	case house == "platform":
		return at(rolePlatform)
	case house == "measure", house == "scenario":
		return at(rolePure)
	case house == "app":
		return at(roleApp)
	case last == house+"web", last == house+"client":
		return at(roleFront)
	default:
		return at(roleFeature)
	}
}

// imported is one import, with the file that holds it.
type imported struct {
	pkg  *Package
	path string
	test bool
	pos  token.Pos
}

// imports lists every import of the files that people write; generated files follow from them.
func (m *Module) imports() []imported {
	var all []imported
	for _, p := range m.Packages {
		for _, f := range p.Files {
			for _, spec := range f.Syntax.Imports {
				if path, err := strconv.Unquote(spec.Path.Value); err == nil {
					all = append(all, imported{p, path, f.Test, spec.Pos()})
				}
			}
		}
	}
	return all
}

// local returns the folder of an import path of this module.
func (m *Module) local(path string) (rel string, ok bool) {
	if path == m.Path {
		return ".", true
	}
	return strings.CutPrefix(path, m.Path+"/")
}

// isStd reports whether an import path belongs to the standard library: its first element has no dot. The module's own
// path has none either and must be asked first.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// checkImports holds the reading order.
func checkImports(m *Module) []Violation {
	var vs []Violation
	for _, p := range m.Packages {
		if placeOf(p.Rel).role == roleUnknown {
			vs = append(vs, Violation{File: p.Rel, Text: "this package has no place in the reading order of docs/architecture.md"})
		}
	}
	for _, i := range m.imports() {
		if why := misplaced(m, i); why != "" {
			vs = append(vs, m.at(i.pos, "%s imports %s: %s", i.pkg.Rel, i.path, why))
		}
	}
	return vs
}

// misplaced says why an import breaks the reading order, "" when it does not.
func misplaced(m *Module, i imported) string {
	rel, ok := m.local(i.path)
	from, to := placeOf(i.pkg.Rel), placeOf(rel)
	switch {
	case from.role == roleTest || from.role == roleUnknown:
		return ""
	case !ok:
		if from.role == roleResource && !i.test && !isStd(i.path) {
			return "a folder of files embeds them and imports std only"
		}
		return ""
	case to.role == roleTest:
		if i.test {
			return ""
		}
		return "only tests import testkit and archtest"
	case to.role == roleResource:
		if from.role == rolePure && !i.test {
			return "a pure package is given its data"
		}
		return ""
	case from.role == roleResource:
		if i.test {
			return ""
		}
		return "a folder of files embeds them and imports std only"
	case to.order > from.order:
		return fmt.Sprintf("%s stands to the right of %s in the reading order", to.house, from.house)
	}
	return ""
}

// checkFrontDoors keeps HTTP and templates out of the features, and the web packages behind app and the web packages to
// their right: a front door states its policies and addresses for the others (see docs/adr/0007-front-doors.md).
func checkFrontDoors(m *Module) []Violation {
	var vs []Violation
	for _, i := range m.imports() {
		from := placeOf(i.pkg.Rel)
		if i.test || from.role == roleTest {
			continue
		}
		rel, ok := m.local(i.path)
		if ok && placeOf(rel).role == roleFront && from.role != roleApp && from.role != roleFront {
			vs = append(vs, m.at(i.pos, "%s imports %s: only app and web packages import web and client packages", i.pkg.Rel, i.path))
		}
		if from.role == roleFeature && isFace(m, i.path) {
			vs = append(vs, m.at(i.pos, "%s imports %s: a feature has no face; move this to %s/%sweb", i.pkg.Rel, i.path, from.house, from.house))
		}
	}
	return vs
}

// isFace reports whether a package speaks HTTP or HTML.
func isFace(m *Module, path string) bool {
	if rel, ok := m.local(path); ok {
		return within(rel, "internal/platform/web", "internal/platform/ui")
	}
	return within(path, "net/http", "github.com/a-h/templ", "github.com/danielgtaylor/huma")
}

// within reports whether a path is one of the roots or below it.
func within(path string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return path == root || strings.HasPrefix(path, root+"/")
	})
}

// checkPure keeps measure and scenario free of the world: they are given values and return values.
func checkPure(m *Module) []Violation {
	allowed := map[string]string{"measure": "gonum.org/v1/gonum", "scenario": "github.com/goccy/go-yaml"}
	var vs []Violation
	for _, i := range m.imports() {
		from := placeOf(i.pkg.Rel)
		if from.role != rolePure || i.test {
			continue
		}
		rel, ok := m.local(i.path)
		switch {
		case ok && placeOf(rel).house == from.house:
		case !ok && isStd(i.path) && !within(i.path, "database", "log", "net", "os", "plugin", "syscall"):
		case !ok && within(i.path, allowed[from.house]):
		default:
			vs = append(vs, m.at(i.pos, "%s imports %s: %s is pure: std without I/O and %s only",
				i.pkg.Rel, i.path, from.house, allowed[from.house]))
		}
	}
	return vs
}

// checkDrivers keeps the engines in one package, so that the rest sees database/sql and one kit. The drivers of the queue are
// for the jobs and for the migrations of its tables.
func checkDrivers(m *Module) []Violation {
	var vs []Violation
	for _, i := range m.imports() {
		var homes []string
		switch {
		case within(i.path, "modernc.org/sqlite", "github.com/jackc/pgx", "github.com/lib/pq", "github.com/mattn/go-sqlite3"):
			homes = []string{"internal/platform/db"}
		case within(i.path, "github.com/riverqueue/river/riverdriver"):
			homes = []string{"internal/platform/job", "internal/platform/migrate"}
		default:
			continue
		}
		if !within(i.pkg.Rel, append(homes, "internal/testkit")...) {
			vs = append(vs, m.at(i.pos, "%s imports %s: this driver belongs to %s", i.pkg.Rel, i.path, strings.Join(homes, " and ")))
		}
	}
	return vs
}
