package strictjson

import (
	"fmt"
	"strconv"
	"strings"
)

// Error says which field is wrong, and why.
type Error struct{ Path, Reason string }

// Error implements error.
func (e *Error) Error() string { return e.Path + ": " + e.Reason }

// step of a path: a key, or an index when the key is empty and keyed is false.
type step struct {
	key   string
	index int
	keyed bool
}

// Fail records an error at the current path, unless there was one before.
func (d *Decoder) Fail(format string, args ...any) {
	if d.err == nil {
		d.err = &Error{Path: d.Path(), Reason: fmt.Sprintf(format, args...)}
	}
}

// FailAt is Fail for a field below the current path, as "b" or "[2]".
func (d *Decoder) FailAt(field, format string, args ...any) {
	if d.err == nil {
		d.err = &Error{Path: join(d.path, field), Reason: fmt.Sprintf(format, args...)}
	}
}

// Failed tells whether there was an error.
func (d *Decoder) Failed() bool { return d.err != nil }

// Path is where the decoder is, as "items[3].b[1]"; "input" at the root.
func (d *Decoder) Path() string { return join(d.path, "") }

func join(path []step, field string) string {
	var s strings.Builder
	dot := func() {
		if s.Len() > 0 {
			s.WriteByte('.')
		}
	}
	for _, p := range path {
		if p.keyed {
			dot()
			s.WriteString(printable(p.key))
		} else {
			fmt.Fprintf(&s, "[%d]", p.index)
		}
	}
	if field != "" && field[0] != '[' {
		dot()
	}
	s.WriteString(field)
	if s.Len() == 0 {
		return "input"
	}
	return s.String()
}

// printable keeps a path on one line, and short.
func printable(key string) string {
	const most = 100
	quoted := strconv.Quote(key)
	if len(key) > most {
		return strconv.Quote(strings.ToValidUTF8(key[:most], "")) + "…"
	}
	if key != "" && len(quoted) == len(key)+2 {
		return key
	}
	return quoted
}
