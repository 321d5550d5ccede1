package scenario

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func small(t testing.TB) *Scenario {
	t.Helper()
	s, err := Parse("small.yaml", []byte(testFile(t, "small.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play does acts written "verb:target" or "verb:target=value", one a second, all of which must be accepted.
func play(t testing.TB, s *Scenario, acts ...string) State {
	t.Helper()
	var st State
	for _, act := range acts {
		do, v, _ := strings.Cut(act, "=")
		next, _, err := s.Apply(st, Event{Seq: st.Seq + 1, T: st.At + 1000, Do: do, V: v})
		if err != nil {
			t.Fatalf("%s: %v", act, err)
		}
		st = next
	}
	return st
}

// attempts draws acts, most of which exist, many of which are refused.
func attempts(rt *rapid.T, s *Scenario) []Event {
	verbs := []string{"mail.forge"}
	for _, v := range Verbs() {
		verbs = append(verbs, v.Name)
	}
	values := []string{"", "", "", "x", "b1", "o1", BoxOn, "a long value, longer than any field of the world allows", "\x00"}
	n := rapid.IntRange(0, 40).Draw(rt, "acts")
	var out []Event
	seq, now := 1, int64(0)
	for range n {
		if rapid.IntRange(0, 9).Draw(rt, "slip") > 0 {
			now += int64(rapid.IntRange(0, 5000).Draw(rt, "pause"))
		} else {
			now -= 10
		}
		do := rapid.SampledFrom(verbs).Draw(rt, "verb")
		if id := rapid.SampledFrom(append(s.order, "", "zz")).Draw(rt, "target"); id != "" {
			do += ":" + id
		}
		out = append(out, Event{Seq: seq, T: now, Do: do, V: rapid.SampledFrom(values).Draw(rt, "value")})
		if rapid.IntRange(0, 9).Draw(rt, "gap") > 0 {
			seq++
		}
	}
	return out
}

// offered draws acts among those that the state offers, so that long accepted logs are met too.
func offered(rt *rapid.T, s *Scenario) []Event {
	var st State
	var out []Event
	for range rapid.IntRange(0, 40).Draw(rt, "acts") {
		offers := s.Offers(st)
		if len(offers) == 0 {
			break
		}
		ev := Event{Seq: st.Seq + 1, T: st.At + int64(rapid.IntRange(0, 9000).Draw(rt, "pause"))}
		ev.Do = rapid.SampledFrom(offers).Draw(rt, "act")
		ev.V = rapid.SampledFrom([]string{"", "Typed Words", "o1", "o2", "b1", "b2", BoxOn, BoxOff}).Draw(rt, "value")
		next, kept, err := s.Apply(st, ev)
		if err != nil {
			continue
		}
		st, out = next, append(out, kept)
	}
	return out
}
