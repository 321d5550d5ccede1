// Package strictjson reads JSON (RFC 8259) and, when something is wrong, says where: unknown fields, duplicate keys,
// numbers that are not finite and anything after the value are errors that name the path of the field, as in
// «items[3].b[1]: a number is expected».
//
// A Decoder walks the text once and builds nothing: the caller's functions take the values as they come. After an
// error every method returns a zero value and calls nothing back, so that callers look at the error once, at the end.
package strictjson

import (
	"bytes"
	"fmt"
	"strings"
)

// Decoder reads one JSON text.
type Decoder struct {
	data  []byte
	at    int
	depth int // of brackets
	path  []step
	err   *Error
}

// maxDepth bounds nesting.
const maxDepth = 64

// Decode calls value, which reads the whole text, and returns the first error.
func Decode(data []byte, value func(*Decoder)) error {
	d := &Decoder{data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	value(d)
	if d.space(); d.err == nil && d.at < len(d.data) {
		d.syntax("there is something after the end")
	}
	if d.err != nil {
		return d.err
	}
	return nil
}

func (d *Decoder) syntax(format string, args ...any) {
	d.Fail("%s (byte %d)", fmt.Sprintf(format, args...), d.at)
}

func (d *Decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// next is the first byte of the next token; 0 at the end.
func (d *Decoder) next() byte {
	if d.space(); d.err != nil || d.at == len(d.data) {
		return 0
	}
	return d.data[d.at]
}

// unexpected fails for want of something.
func (d *Decoder) unexpected(want string) {
	if d.next() == 0 && d.at == len(d.data) {
		d.syntax("%s is expected, and the input ends", want)
		return
	}
	rest := d.data[d.at:min(len(d.data), d.at+20)]
	if end := bytes.IndexAny(rest, ",]} \t\r\n:"); end > 0 {
		rest = rest[:end]
	}
	d.syntax("%s is expected, not %q", want, strings.ToValidUTF8(string(rest), "?"))
}

// literal reads a word of JSON when it is next.
func (d *Decoder) literal(word string) bool {
	if d.next(); d.err == nil && bytes.HasPrefix(d.data[d.at:], []byte(word)) {
		d.at += len(word)
		return true
	}
	return false
}

// Null reads a null when it is next.
func (d *Decoder) Null() bool { return d.literal("null") }

// IsArray tells whether an array is next.
func (d *Decoder) IsArray() bool { return d.next() == '[' }

// IsObject tells whether an object is next.
func (d *Decoder) IsObject() bool { return d.next() == '{' }

// IsString tells whether a string is next.
func (d *Decoder) IsString() bool { return d.next() == '"' }

// Object reads an object, calling field once a key with its value next. It returns false for a key that it does not
// know. Null stands for no field.
func (d *Decoder) Object(field func(key string) bool) {
	if d.Null() {
		return
	}
	if !d.open('{', "an object") {
		return
	}
	var seen keys
	for n := 0; d.more(n, '}'); n++ {
		key := d.key()
		if d.err != nil {
			return
		}
		d.path = append(d.path, step{key: key, keyed: true})
		switch {
		case seen.repeated(key):
			d.Fail("this field is repeated")
		case !field(key):
			d.Fail("unknown field")
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// Array reads an array, calling element with each index, its value being next. Null stands for no element.
func (d *Decoder) Array(element func(i int)) {
	if d.Null() {
		return
	}
	if !d.open('[', "an array") {
		return
	}
	for n := 0; d.more(n, ']'); n++ {
		d.path = append(d.path, step{index: n})
		element(n)
		d.path = d.path[:len(d.path)-1]
	}
}

// open reads an opening bracket.
func (d *Decoder) open(bracket byte, want string) bool {
	switch {
	case d.next() != bracket:
		d.unexpected(want)
	case d.depth == maxDepth:
		d.syntax("nested deeper than %d", maxDepth)
	default:
		d.at++
		d.depth++
		return true
	}
	return false
}

// more tells whether an element follows the n read so far, or reads the closing bracket.
func (d *Decoder) more(n int, bracket byte) bool {
	c := d.next()
	switch {
	case d.err != nil:
		return false
	case c == bracket:
		d.at++
		d.depth--
		return false
	case n == 0:
		return true
	case c == ',':
		d.at++
		return true
	}
	d.unexpected(fmt.Sprintf("a comma or %q", bracket))
	return false
}

func (d *Decoder) key() string {
	if d.next() != '"' {
		d.unexpected("a field's name")
		return ""
	}
	key := d.String()
	if d.next() != ':' {
		d.unexpected("a colon")
		return ""
	}
	d.at++
	return key
}

// Skip reads a value of any kind and leaves it out.
func (d *Decoder) Skip() {
	switch d.next() {
	case '{':
		d.Object(func(string) bool { d.Skip(); return true })
	case '[':
		d.Array(func(int) { d.Skip() })
	case '"':
		_ = d.String()
	case 't', 'f':
		d.Bool()
	case 'n':
		if !d.Null() {
			d.unexpected("a value")
		}
	default:
		d.Float()
	}
}

// keys are those of one object: a list as long as they are few.
type keys struct {
	few  [12]string
	n    int
	many map[string]bool
}

// repeated tells whether a key was there, and adds it.
func (k *keys) repeated(key string) bool {
	if k.many == nil {
		for _, f := range k.few[:k.n] {
			if f == key {
				return true
			}
		}
		if k.n < len(k.few) {
			k.few[k.n] = key
			k.n++
			return false
		}
		k.many = make(map[string]bool, 4*len(k.few))
		for _, f := range k.few {
			k.many[f] = true
		}
	}
	if k.many[key] {
		return true
	}
	k.many[key] = true
	return false
}
