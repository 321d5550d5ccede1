package id

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestNewIsAUUIDv7OfItsInstant(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 123_456_000, time.UTC)
	seen := map[ID]bool{}
	for range 1000 {
		u := New(at)
		if u.Version() != 7 || u.Variant() != uuid.RFC4122 || seen[u] {
			t.Fatalf("%s: version %d, variant %s, seen before: %v", u, u.Version(), u.Variant(), seen[u])
		}
		if seconds, nanos := u.Time().UnixTime(); time.Unix(seconds, nanos).UnixMilli() != at.UnixMilli() {
			t.Fatalf("%s is of %s", u, time.Unix(seconds, nanos).UTC())
		}
		seen[u] = true
	}
}

func TestLaterIDsSortAfterEarlierOnes(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	before := New(at).String()
	for range 100 {
		at = at.Add(time.Millisecond)
		after := New(at).String()
		if after <= before {
			t.Fatalf("%s does not sort after %s", after, before)
		}
		before = after
	}
}

func TestParseTakesOnlyTheCanonicalForm(t *testing.T) {
	u := New(time.Unix(0, 0))
	s := u.String()
	if got, ok := Parse(s); !ok || got != u {
		t.Errorf("Parse(%s) = %s, %v", s, got, ok)
	}
	bare := strings.ReplaceAll(s, "-", "")
	for _, other := range []string{"", "x", bare, "{" + s + "}", "urn:uuid:" + s, strings.ToUpper("abcdefab" + s[8:]), s + " ", " " + s[1:], s[:35] + "g", strings.Replace(s, "-", "0", 1)} {
		if got, ok := Parse(other); ok || got != Nil {
			t.Errorf("Parse(%q) = %s, %v", other, got, ok)
		}
	}
}
