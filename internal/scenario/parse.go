package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of a file. The first two are checked before the YAML parser sees it.
const (
	maxFile    = 256 << 10 // bytes
	maxNesting = 32        // brackets open at once, or list marks on one line
	maxTargets = 400       // things to act on in one scenario

	maxProblems = 100 // told of one file at once
)

// ParseError is one thing wrong in a file.
type ParseError struct {
	File   string // the name given to Parse
	Line   int    // 1.. , 0 when the whole file is meant
	Reason string
}

// Error reads «scenario.yaml:42: reason».
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
}

// Parse reads a scenario, strictly: unknown and repeated fields, anchors and aliases, and references to nothing are
// refused. The error joins one *ParseError for each thing that is wrong, 100 at most; name is only the file's name in them.
func Parse(name string, data []byte) (*Scenario, error) {
	var src source
	doc, err := decode(name, data, &src)
	if err != nil {
		return nil, err
	}
	s := &Scenario{
		ID: src.ID, Version: src.Version, Lang: src.Lang, Title: src.Title, Seconds: src.Seconds,
		src: src, verbs: map[string]Verb{}, acting: map[Kind][]Verb{}, targets: map[string]*target{},
	}
	for _, v := range Verbs() {
		s.verbs[v.Name] = v
		s.acting[v.On] = append(s.acting[v.On], v)
	}
	if s.src.Thresholds == nil {
		s.src.Thresholds = []float64{0.3, 0.6, 0.9}
	}
	if found := s.check(); len(found) > 0 {
		return nil, found.locate(name, doc)
	}
	return s, nil
}

// decode parses one strict YAML document into out.
func decode(name string, data []byte, out any) (*ast.File, error) {
	if err := screen(name, data); err != nil {
		return nil, err
	}
	doc, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return nil, &ParseError{File: name, Reason: "exactly one YAML document is expected"}
	}
	var seen references
	ast.Walk(&seen, doc.Docs[0].Body)
	if seen.line > 0 {
		return nil, &ParseError{File: name, Line: seen.line, Reason: "anchors, aliases, merge keys and tags are not allowed"}
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(out); err != nil {
		return nil, syntaxError(name, err)
	}
	return doc, nil
}

// screen refuses what a YAML parser could choke on.
func screen(name string, data []byte) error {
	if len(data) > maxFile {
		return &ParseError{File: name, Reason: fmt.Sprintf("larger than %d bytes", maxFile)}
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return &ParseError{File: name, Reason: "not UTF-8 text"}
	}
	depth, line := 0, 1
	for text := range strings.Lines(string(data)) {
		depth = max(0, depth+strings.Count(text, "[")+strings.Count(text, "{")-strings.Count(text, "]")-strings.Count(text, "}"))
		marks := text[:len(text)-len(strings.TrimLeft(text, " -?:\t"))]
		opened := strings.Count(text, "[") + strings.Count(text, "{")
		if max(depth, opened) > maxNesting || len(strings.Trim(marks, " ")) > maxNesting {
			return &ParseError{File: name, Line: line, Reason: "nested too deeply"}
		}
		line++
	}
	return nil
}

// references finds the first anchor, alias, merge key or tag.
type references struct{ line int }

func (r *references) Visit(node ast.Node) ast.Visitor {
	switch node.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType, ast.TagType:
		if r.line == 0 {
			r.line = node.GetToken().Position.Line
		}
	}
	return r
}

func syntaxError(name string, err error) error {
	reason := &ParseError{File: name, Reason: err.Error()}
	var located yaml.Error
	if errors.As(err, &located) {
		reason.Reason = located.GetMessage()
		if tok := located.GetToken(); tok != nil && tok.Position != nil {
			reason.Line = tok.Position.Line
		}
	}
	return reason
}

// problem is something wrong at a YAML path.
type problem struct{ path, reason string }

type problems []problem

func (p *problems) addf(path, format string, args ...any) {
	*p = append(*p, problem{path, fmt.Sprintf(format, args...)})
}

// locate turns paths into lines, of the first maxProblems. A path to a missing key takes the line of the nearest parent that exists.
func (p problems) locate(name string, doc *ast.File) error {
	errs := make([]error, min(len(p), maxProblems))
	for i, found := range p[:len(errs)] {
		errs[i] = &ParseError{File: name, Line: lineOf(doc, found.path), Reason: found.reason}
	}
	return errors.Join(errs...)
}

func lineOf(doc *ast.File, path string) int {
	for path != "" {
		if at, err := yaml.PathString("$." + path); err == nil {
			if node, err := at.FilterFile(doc); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return 1
}
