package strictjson

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch {
	case d.literal("true"):
		return true
	case d.literal("false"):
	default:
		d.unexpected("true or false")
	}
	return false
}

// String reads a string.
func (d *Decoder) String() string {
	if d.next() != '"' {
		d.unexpected("a string")
		return ""
	}
	start := d.at + 1
	escaped := false
	for i := start; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			d.at = i
			d.syntax("a control character in a string")
			return ""
		case c == '"':
			raw := d.data[start:i]
			text := string(raw)
			if escaped && json.Unmarshal(d.data[start-1:i+1], &text) != nil || !utf8.Valid(raw) {
				d.syntax("a string that is not valid")
				return ""
			}
			d.at = i + 1
			return text
		}
	}
	d.syntax("a string that does not end")
	return ""
}

// Name reads a string, or a number as it is written: identifiers that other programs may hold as numbers.
func (d *Decoder) Name() string {
	if d.next(); d.err == nil && !d.IsString() {
		start := d.at
		if d.Float(); d.err == nil {
			return string(d.data[start:d.at])
		}
		return ""
	}
	return d.String()
}

// Float reads a finite number.
func (d *Decoder) Float() float64 {
	d.next()
	end := d.number()
	if end == d.at {
		d.unexpected("a number")
		return 0
	}
	text := string(d.data[d.at:end])
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		d.Fail("%.40s is beyond the largest number", text)
		return 0
	}
	d.at = end
	return v
}

// Int reads a whole number within ±2⁵³, which may be written 1.0 or 1e3.
func (d *Decoder) Int() int {
	v := d.Float()
	if d.err == nil && (v != math.Trunc(v) || math.Abs(v) > 1<<53) {
		d.Fail("%v is not a whole number", v)
		return 0
	}
	return int(v)
}

// number returns the end of the number that is next, by the grammar of JSON; where it starts when there is none.
func (d *Decoder) number() int {
	if d.err != nil {
		return d.at
	}
	digits := func(i int) int {
		for i < len(d.data) && d.data[i]-'0' <= 9 {
			i++
		}
		return i
	}
	is := func(i int, set string) bool { return i < len(d.data) && strings.IndexByte(set, d.data[i]) >= 0 }
	i := d.at
	if is(i, "-") {
		i++
	}
	end := digits(i)
	if end == i || is(i, "0") && end > i+1 {
		return d.at
	}
	if is(end, ".") {
		i = end + 1
		if end = digits(i); end == i {
			return d.at
		}
	}
	if is(end, "eE") {
		i = end + 1
		if is(i, "+-") {
			i++
		}
		if end = digits(i); end == i {
			return d.at
		}
	}
	return end
}
