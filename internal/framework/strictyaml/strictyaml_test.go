package strictyaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type sample struct {
	Name string `yaml:"name"`
	List []struct {
		Text string `yaml:"text"`
	} `yaml:"list"`
}

func TestDecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown field":     {"name: a\nnam: b", `f:12: unknown field "nam"`},
		"repeated field":    {"name: a\nname: b", `f:12: mapping key "name" already defined`},
		"case variant":      {"Name: a", `f:11: unknown field "Name"`},
		"alias":             {"name: &a x\nlist: *a", "f:11: anchors, aliases, merge keys and tags are not allowed"},
		"tag":               {"name: !!binary aGk=", "f:11: anchors, aliases, merge keys and tags are not allowed"},
		"two documents":     {"name: a\n---\nname: b", "f:11: exactly one YAML document is expected"},
		"nothing":           {"", "f:11: exactly one YAML document is expected"},
		"not UTF-8":         {"name: \xff", "f: not UTF-8 text"},
		"nested brackets":   {"name: a\nlist: " + strings.Repeat("[", 40), "f:12: nested too deeply"},
		"nested list marks": {"list:\n" + strings.Repeat("- ", 40), "f:12: nested too deeply"},
		"too large":         {strings.Repeat("#", maxBytes+1), "f: larger than 524288 bytes"},
	} {
		var out sample
		_, err := Decode("f", 10, []byte(c.text), &out)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestLineIsThatOfTheValueOrOfItsNearestParent(t *testing.T) {
	var out sample
	d, err := Decode("f", 10, []byte("name: a\nlist:\n  - text: b\n  -\n    text: c\n"), &out)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"name": 11, "list[1].text": 15, "list[0].missing": 13, "list[7].text": 13, "absent": 11, "": 11} {
		if got := d.Line(path); got != want {
			t.Errorf("%q: line %d, want %d", path, got, want)
		}
	}
}

func TestProblemsListsWhatWasRecorded(t *testing.T) {
	var out sample
	d, err := Decode("f", 0, []byte("name: a"), &out)
	if err != nil {
		t.Fatal(err)
	}
	if d.Err() != nil {
		t.Error("an error without a problem")
	}
	d.Addf("name", "first")
	d.AddLine(7, "second")
	got := Problems(errors.Join(fmt.Errorf("in a wrapper: %w", d.Err()), errors.New("of another kind")))
	if len(got) != 2 || got[0].Error() != "f:1: first" || got[1].Line != 7 {
		t.Errorf("got %v", got)
	}
}
