package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"galien/internal/platform/id"
)

// A row is one line: a JSON array of its values in the order of the register. Integers are numbers, UUIDs their canonical
// text, bytes standard base64. One row has one line, on either engine.

// line appends the row's line, with its end.
func (t *table) line(b []byte, values []any) ([]byte, error) {
	for i, v := range values {
		b = append(b, "[,"[min(i, 1)])
		if v == nil {
			b = append(b, "null"...)
			continue
		}
		var ok bool
		if b, ok = t.columns[i].kind.append(b, v); !ok {
			return b, fmt.Errorf("the table %s holds in column %s what it cannot hold (%T): run `galien verify-log`", t.name, t.columns[i].name, v)
		}
	}
	return append(b, "]\n"...), nil
}

// append adds a value as the driver returned it; ok is false when it is not of the kind.
func (k kind) append(b []byte, value any) (out []byte, ok bool) {
	switch v := value.(type) {
	case int64:
		if k == booleans && (v == 0 || v == 1) { // SQLite has no boolean of its own
			return strconv.AppendBool(b, v == 1), true
		}
		return strconv.AppendInt(b, v, 10), k == integers
	case bool:
		return strconv.AppendBool(b, v), k == booleans
	case []byte:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"'), k == binaries
	case string:
		if k == uuids {
			_, ok := id.Parse(v)
			return append(append(append(b, '"'), v...), '"'), ok
		}
		return appendString(b, v), k == texts && utf8.ValidString(v)
	}
	return b, false
}

// appendString writes JSON without the escapes that are for HTML only.
func appendString(b []byte, s string) []byte {
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(b, bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))...)
}

// values reads a line into arguments for the driver.
func (t *table) values(line []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var row []any
	if err := d.Decode(&row); err != nil || d.More() || len(row) != len(t.columns) {
		return nil, fmt.Errorf("%w: a row of the table %s cannot be read", ErrAltered, t.name)
	}
	for i, v := range row {
		if v == nil {
			continue
		}
		value, ok := t.columns[i].kind.parse(v)
		if !ok {
			return nil, fmt.Errorf("%w: a row of the table %s holds in column %s what it cannot hold", ErrAltered, t.name, t.columns[i].name)
		}
		row[i] = value
	}
	return row, nil
}

// parse is the inverse of append.
func (k kind) parse(value any) (any, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil && k == integers
	case bool:
		return v, k == booleans
	case string:
		switch k {
		case texts:
			return v, !strings.ContainsRune(v, 0)
		case uuids:
			_, ok := id.Parse(v)
			return v, ok
		case binaries:
			data, err := base64.StdEncoding.Strict().DecodeString(v)
			return data, err == nil
		}
	}
	return nil, false
}
