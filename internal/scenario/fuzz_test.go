package scenario

import (
	"encoding/json"
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(testFile(f, "small.yaml")))
	f.Add([]byte(testFile(f, "expert.yaml")))
	f.Add([]byte("id: a\nwidgets: [{ id: w1, title: t, desk: {} }]\nrules: [{ id: r, points: 1, if: { did: finish } }]\n"))
	f.Add([]byte("a: &x [*x]\n? b\n: !!c d\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("fuzz.yaml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.yaml:") {
				t.Fatalf("error without its file: %v", err)
			}
			return
		}
		st, err := s.Fold([]Event{{Seq: 1, Do: Finish}})
		if err != nil {
			t.Fatalf("a scenario that cannot be finished: %v", err)
		}
		if r := s.Score(st); r.Credit < 0 || r.Credit > 1 {
			t.Fatalf("credit %v", r.Credit)
		}
		dump(t, s.World())
	})
}

func FuzzApply(f *testing.F) {
	s := small(f)
	for _, log := range []string{
		`[{"seq":1,"t":1,"do":"mail.open:m1"},{"seq":2,"t":2,"do":"mail.link:l1"},{"seq":3,"t":3,"do":"browser.fill:f1","v":"secret"}]`,
		`[{"seq":1,"t":1,"do":"desk.note:n1","v":"x"},{"seq":1,"t":0,"do":"finish:"},{"seq":2,"t":1,"do":"finish"}]`,
		`[{"seq":1,"t":-1,"do":":"}]`,
	} {
		f.Add([]byte(log))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var events []Event
		if json.Unmarshal(data, &events) != nil {
			return
		}
		var st State
		for _, ev := range events {
			next, kept, err := s.Apply(st, ev)
			if err == nil && (kept.Do != ev.Do || next.Log[len(next.Log)-1] != kept) {
				t.Fatalf("kept %+v of %+v", kept, ev)
			}
			st = next
		}
		again, err := s.Fold(st.Log)
		if err != nil || dump(t, again) != dump(t, st) {
			t.Fatalf("the stored log does not give the state back: %v", err)
		}
		dump(t, s.View(st))
	})
}
