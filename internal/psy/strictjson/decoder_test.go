package strictjson

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

// anything reads a value of any kind, as encoding/json does.
func anything(d *Decoder) (v any) {
	switch c := d.next(); {
	case d.IsObject():
		object := map[string]any{}
		d.Object(func(key string) bool { object[key] = anything(d); return true })
		return object
	case d.IsArray():
		array := []any{}
		d.Array(func(int) { array = append(array, anything(d)) })
		return array
	case d.IsString():
		return d.String()
	case c == 't' || c == 'f':
		return d.Bool()
	case d.Null():
		return nil
	}
	return d.Float()
}

func TestValuesAreThoseOfTheStandardLibrary(t *testing.T) {
	for _, text := range []string{
		`0`, `-0`, `-1.5e-3`, `1E+2`, `""`, `"é\u00e9\n\"\\\/"`, `"\ud83d\ude00"`, `true`, `false`, `null`, `[]`, `{}`, ` [ 1 , [ ] , {"a":null}]` + "\n\t\r ",
		`{"a":{"b":[1,{"c":"d"}]},"":0,"é":[[],[[]]]}`, `5e-324`, `1.7976931348623157e308`, "\ufeff[1]",
	} {
		var want any
		if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &want); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := Decode([]byte(text), func(d *Decoder) { got = anything(d) }); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v; want %#v", text, got, err, want)
		}
		if err := Decode([]byte(text), func(d *Decoder) { d.Skip() }); err != nil {
			t.Errorf("skipping %s: %v", text, err)
		}
	}
}

func TestErrorsNameThePath(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	for text, want := range map[string]string{
		``:                    "input: a number is expected, and the input ends (byte 0)",
		`{"a":[1,{"b":nul}]}`: `a[1].b: a number is expected, not "nul" (byte 13)`,
		`{"a":1,"a":2}`:       "a: this field is repeated",
		`{"a":[1 2]}`:         `a: a comma or ']' is expected, not "2" (byte 8)`,
		`{"a" 1}`:             `input: a colon is expected`,
		`{a:1}`:               `input: a field's name is expected, not "a"`,
		`[1,]`:                `[1]: a number is expected, not "]"`,
		`{"a":1,}`:            `input: a field's name is expected`,
		`[1]]`:                `input: there is something after the end (byte 3)`,
		`["a` + "\n" + `"]`:   `[0]: a control character in a string`,
		`["a]`:                `[0]: a string that does not end`,
		`["\x"]`:              `[0]: a string that is not valid`,
		"[\"\xff\"]":          `[0]: a string that is not valid`,
		`[.5]`:                `[0]: a number is expected, not ".5"`,
		`[1.]`:                `[0]: a number is expected, not "1."`,
		`[+1]`:                `[0]: a number is expected, not "+1"`,
		`[0x1]`:               `input: a comma or ']' is expected`,
		`[1_0]`:               `input: a comma or ']' is expected`,
		`[Infinity]`:          `[0]: a number is expected, not "Infinity"`,
		`[-Infinity]`:         `[0]: a number is expected, not "-Infinity"`,
		`[1e400]`:             `[0]: 1e400 is beyond the largest number`,
		`{"a\nb":[x]}`:        `"a\nb"[0]: a number is expected`,
		deep:                  strings.Repeat("[0]", maxDepth) + ": nested deeper than 64",
	} {
		err := Decode([]byte(text), func(d *Decoder) { anything(d) })
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestIntegersAndNames(t *testing.T) {
	read := func(text string, value func(*Decoder)) error { return Decode([]byte(text), value) }
	var n int
	if err := read(`1e3`, func(d *Decoder) { n = d.Int() }); err != nil || n != 1000 {
		t.Errorf("1e3: %d, %v", n, err)
	}
	for _, text := range []string{`0.5`, `1e17`, `"1"`} {
		if err := read(text, func(d *Decoder) { n = d.Int() }); err == nil {
			t.Errorf("%s: read as %d", text, n)
		}
	}
	for text, want := range map[string]string{`"1.10"`: "1.10", `1.10`: "1.10", `7`: "7"} {
		var name string
		if err := read(text, func(d *Decoder) { name = d.Name() }); err != nil || name != want {
			t.Errorf("%s: %q, %v", text, name, err)
		}
	}
	if err := read(`null`, func(d *Decoder) { d.Name() }); err == nil {
		t.Error("null is no name")
	}
}

// Whatever the text, the decoder agrees with encoding/json, but for what it refuses on purpose: repeated keys, deep
// nesting, invalid UTF-8. It never panics.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}],"c":"\u00e9"}`, `[1e5,-0.5,true]`, `[NaN]`, `{"a":1,"a":2}`, `"\ud800"`, "\ufeff1", `[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got any
		err := Decode(text, func(d *Decoder) { got = anything(d) })
		if skipped := Decode(text, func(d *Decoder) { d.Skip() }); (skipped == nil) != (err == nil) {
			t.Fatalf("read: %v; skipped: %v", err, skipped)
		}
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("several lines: %q", err)
			}
			return
		}
		var want any
		if err := json.Unmarshal([]byte(strings.TrimPrefix(string(text), "\ufeff")), &want); err != nil {
			t.Fatalf("accepted %q, which is no JSON: %v", text, err)
		}
		if !equal(got, want) {
			t.Fatalf("%q: %#v, want %#v", text, got, want)
		}
	})
}

// equal is deep equality, a zero being a zero whatever its sign.
func equal(a, b any) bool {
	x, isNumber := a.(float64)
	y, too := b.(float64)
	if isNumber && too {
		return x == y && !math.IsNaN(x)
	}
	return reflect.DeepEqual(a, b)
}

func BenchmarkDecode(b *testing.B) {
	var text strings.Builder
	text.WriteString(`[`)
	for i := range 5000 {
		if i > 0 {
			text.WriteString(`,`)
		}
		text.WriteString(`{"id":"question-0001","model":"2PL","a":1.2345678,"b":-0.3456789,"dim":"1.1","tags":["key:1","vignette"]}`)
	}
	text.WriteString(`]`)
	data := []byte(text.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Decode(data, func(d *Decoder) { d.Skip() }); err != nil {
			b.Fatal(err)
		}
	}
}
