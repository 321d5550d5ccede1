package i18n

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A locale file is UTF-8 text, a strict subset of TOML where one message is one line:
//
//	# comment
//	ui.save = "Enregistrer"
//	ui.results = { one = "{{.count}} résultat", other = "{{.count}} résultats" }
//
// Keys are lower case, with dots; strings are basic strings. Anything else is refused with its line number.

// message is one text; one is empty where the text does not depend on a count.
type message struct{ one, other string }

// plain reports whether the text is there and reads the same whatever the arguments: nothing to work out, which most of
// a page's texts are.
func (m message) plain() bool {
	return m.one == "" && m.other != "" && !strings.Contains(m.other, "{{")
}

type entry struct {
	key string
	message
	line int
}

var (
	keyPattern    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+$`)
	pluralPattern = regexp.MustCompile(`^\{ one = ("(?:[^"\\]|\\.)*"), other = ("(?:[^"\\]|\\.)*") \}$`)
)

// parseCatalog reads a locale file in order. It refuses a key given twice, and a key that is the table of another
// (`a.b` beside `a.b.c`), which TOML does not allow.
func parseCatalog(text string) ([]entry, error) {
	var entries []entry
	seen := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		e, err := parseEntry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if first, twice := seen[e.key]; twice {
			return nil, fmt.Errorf("line %d: key %s is already on line %d", i+1, e.key, first)
		}
		e.line, seen[e.key] = i+1, i+1
		entries = append(entries, e)
	}
	for _, e := range entries {
		for parent := parentKey(e.key); parent != ""; parent = parentKey(parent) {
			if seen[parent] != 0 {
				return nil, fmt.Errorf("line %d: key %s is inside the message %s", e.line, e.key, parent)
			}
		}
	}
	return entries, nil
}

// parentKey returns key without its last segment, "" where it has only one.
func parentKey(key string) string {
	return key[:max(strings.LastIndexByte(key, '.'), 0)]
}

func parseEntry(line string) (entry, error) {
	key, value, found := strings.Cut(line, " = ")
	if !found || !keyPattern.MatchString(key) {
		return entry{}, fmt.Errorf("not a message: %q", line)
	}
	if plural := pluralPattern.FindStringSubmatch(value); plural != nil {
		one, err := unquote(plural[1])
		if err != nil {
			return entry{}, fmt.Errorf("%s: one: %w", key, err)
		}
		other, err := unquote(plural[2])
		if err != nil {
			return entry{}, fmt.Errorf("%s: other: %w", key, err)
		}
		return entry{key: key, message: message{one, other}}, nil
	}
	text, err := unquote(value)
	if err != nil {
		return entry{}, fmt.Errorf("%s: %w", key, err)
	}
	return entry{key: key, message: message{other: text}}, nil
}

func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return "", fmt.Errorf("not a string: %s", s)
	}
	text, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("not a string: %s", s)
	}
	if text == "" {
		return "", fmt.Errorf("empty text")
	}
	return text, nil
}
