// Package strictyaml reads authored YAML: unknown and repeated fields, anchors, aliases and tags are refused, and every
// problem names its file and line.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of a document, checked before the YAML parser sees it.
const (
	maxBytes   = 512 << 10
	maxNesting = 32 // brackets open at once, or list marks at the start of one line
)

// Problem is one thing wrong in a file.
type Problem struct {
	File   string // as the caller names it
	Line   int    // from 1; 0 when the whole file is meant
	Reason string // in English, says what to do where it is not plain
}

// Error reads «file.yaml:42: reason».
func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

// Problems returns every *Problem that err joins, in order.
func Problems(err error) []*Problem {
	var found []*Problem
	var walk func(error)
	walk = func(err error) {
		switch e := err.(type) {
		case *Problem:
			found = append(found, e)
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				walk(one)
			}
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		}
	}
	walk(err)
	return found
}

// Document is a decoded document, which knows on which line each of its values stands and collects what is wrong in it.
type Document struct {
	file     string
	offset   int // lines of the file before the document
	ast      *ast.File
	problems []error
}

// Decode reads one document into out, a pointer to a struct with yaml tags. file names it in errors; offset is the
// number of lines of the file that come before data. The error is a *Problem.
func Decode(file string, offset int, data []byte, out any) (*Document, error) {
	d := &Document{file: file, offset: offset}
	if err := d.screen(data); err != nil {
		return nil, err
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, d.syntax(err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, &Problem{File: file, Line: offset + 1, Reason: "exactly one YAML document is expected"}
	}
	var seen references
	ast.Walk(&seen, tree.Docs[0].Body)
	if seen.line > 0 {
		return nil, &Problem{File: file, Line: offset + seen.line, Reason: "anchors, aliases, merge keys and tags are not allowed"}
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(out); err != nil {
		return nil, d.syntax(err)
	}
	d.ast = tree
	return d, nil
}

// screen refuses what a YAML parser could choke on.
func (d *Document) screen(data []byte) error {
	if len(data) > maxBytes {
		return &Problem{File: d.file, Reason: fmt.Sprintf("larger than %d bytes", maxBytes)}
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return &Problem{File: d.file, Reason: "not UTF-8 text"}
	}
	depth, line := 0, d.offset+1
	for text := range strings.Lines(string(data)) {
		opened := strings.Count(text, "[") + strings.Count(text, "{")
		depth = max(0, depth+opened-strings.Count(text, "]")-strings.Count(text, "}"))
		marks := text[:len(text)-len(strings.TrimLeft(text, " -?:\t"))]
		if max(depth, opened) > maxNesting || len(strings.Trim(marks, " ")) > maxNesting {
			return &Problem{File: d.file, Line: line, Reason: "nested too deeply"}
		}
		line++
	}
	return nil
}

// references finds the first anchor, alias, merge key or tag.
type references struct{ line int }

// Visit implements ast.Visitor.
func (r *references) Visit(node ast.Node) ast.Visitor {
	switch node.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType, ast.TagType:
		if r.line == 0 {
			r.line = node.GetToken().Position.Line
		}
	}
	return r
}

// parserPosition is a place that the parser names in a message; it does not know the lines before the document.
var parserPosition = regexp.MustCompile(` at \[\d+:\d+\]$`)

func (d *Document) syntax(err error) error {
	p := &Problem{File: d.file, Reason: err.Error()}
	var located yaml.Error
	if errors.As(err, &located) {
		p.Reason = parserPosition.ReplaceAllString(located.GetMessage(), "")
		if tok := located.GetToken(); tok != nil && tok.Position != nil {
			p.Line = d.offset + tok.Position.Line
		}
	}
	return p
}

// Line returns the line of the value at a path such as «options[2].text», or of the nearest parent that exists.
func (d *Document) Line(path string) int {
	for path != "" {
		if at, err := yaml.PathString("$." + path); err == nil {
			if node, err := at.FilterFile(d.ast); err == nil && node != nil {
				return d.offset + node.GetToken().Position.Line
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return d.offset + 1
}

// Addf records a problem of the value at a path; an empty path means the document.
func (d *Document) Addf(path, format string, args ...any) {
	d.AddLine(d.Line(path), format, args...)
}

// AddLine records a problem at a line of the file.
func (d *Document) AddLine(line int, format string, args ...any) {
	d.problems = append(d.problems, &Problem{File: d.file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

// Err joins the recorded problems, each a *Problem; nil when there is none.
func (d *Document) Err() error { return errors.Join(d.problems...) }
