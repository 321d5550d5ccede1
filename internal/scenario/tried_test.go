package scenario

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestARuleIsTriedWhenAnActItAsksForWasDone(t *testing.T) {
	tests := []struct {
		name, condition string
		acts            []string
		want            bool
	}{
		{"nothing done", "did: mail.open:m1", nil, false},
		{"something else done", "did: mail.open:m1", []string{"mail.open:m2"}, false},
		{"satisfied is not tried", "did: mail.open:m1", []string{"mail.open:m1"}, false},
		{"one of all", "all: [did: mail.open:m1, did: desk.read:d1]", []string{"desk.read:d1"}, true},
		{"an act asked for, and one that is never to be done", "all: [did: mail.open:m1, never: mail.open:m2]", []string{"mail.open:m1", "mail.open:m2"}, true},
		{"only the act that is never to be done", "all: [did: mail.open:m1, never: mail.open:m2]", []string{"mail.open:m2"}, false},
		{"under not", "all: [did: mail.open:m1, not: { did: mail.open:m2 }]", []string{"mail.open:m2"}, false},
		{"a circumstance, under not and never", "all: [did: mail.open:m1, not: { never: mail.open:m2 }]", []string{"mail.open:m2"}, false},
		{"first act of before, too late", "before: [desk.read:d1, mail.report:m1]", []string{"mail.report:m1", "desk.read:d1"}, true},
		{"second act of before alone", "before: [desk.read:d1, mail.report:m1]", []string{"mail.report:m1"}, false},
		{"another value", "eq: { of: form.fill:f2, value: yes }", []string{"form.fill:f2=no"}, true},
		{"emptied field", "eq: { of: form.fill:f2, value: yes }", []string{"form.fill:f2=no", "form.fill:f2="}, false},
		{"box unticked", "all: [did: finish, eq: { of: form.fill:f4, value: 'on' }]", []string{"form.fill:f4=off"}, false},
		{"another recipient", "eq: { of: mail.forward:m1, value: b1 }", []string{"mail.open:m1", "mail.forward:m1=b2"}, true},
		{"other words", "matches: { of: desk.note:n1, re: '^lot$' }", []string{"desk.note:n1=other"}, true},
		{"not enough of a count", "count: { of: ['mail.open:m1', 'mail.open:m2'], min: 2 }", []string{"mail.open:m2"}, true},
		{"count that allows none", "all: [did: finish, count: { of: ['mail.open:m1'], max: 0 }]", []string{"mail.open:m1"}, false},
		{"too late", "within: { of: mail.open:m2, after: mail.open:m1, seconds: 1 }", []string{"mail.open:m1", "desk.read:d1", "mail.open:m2"}, true},
		{"a circumstance, with an attempt", "all: [did: mail.open:m1, did: desk.read:d1]\n    attempt: [mail.open:m1]", []string{"desk.read:d1"}, false},
		{"an act of the attempt", "all: [did: mail.open:m1, did: desk.read:d1]\n    attempt: [mail.open:m1]", []string{"mail.open:m1"}, true},
		{"act after which time counts", "within: { of: mail.open:m2, after: mail.open:m1, seconds: 1 }", []string{"mail.open:m1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := withRule(t, tt.condition)
			if got := s.Score(play(t, s, tt.acts...)).Rules[0]; got.Tried != tt.want {
				t.Errorf("tried: %v, %+v", got.Tried, got)
			}
		})
	}
}

func TestARuleOfRestraintIsTriedWhenItIsBroken(t *testing.T) {
	s := withRule(t, "all: [never: mail.report:m2, any: [never: mail.delete:m2, before: [mail.open:m2, mail.delete:m2]], did: mail.report:m1]\n    restraint: true")
	tests := []struct {
		name             string
		acts             []string
		satisfied, tried bool
	}{
		{"the rest is not done", nil, false, false},
		{"the rest is not done, read then deleted", []string{"mail.open:m2", "mail.delete:m2"}, false, false},
		{"respected", []string{"mail.report:m1"}, true, false},
		{"broken", []string{"mail.report:m1", "mail.report:m2"}, false, true},
		{"broken in the other way", []string{"mail.delete:m2", "mail.report:m1"}, false, true},
		{"broken, and the rest is not done", []string{"mail.report:m2"}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.Score(play(t, s, tt.acts...)).Rules[0]
			if got.Satisfied != tt.satisfied || got.Tried != tt.tried || !got.Restraint {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestNothingIsTriedAtTheStartNorOnceSatisfied(t *testing.T) {
	s := small(t)
	for _, r := range s.Score(State{}).Rules {
		if r.Tried {
			t.Errorf("at the start: %+v", r)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		st, err := s.Fold(offered(rt, s))
		if err != nil {
			rt.Fatal(err)
		}
		for _, r := range s.Score(st).Rules {
			if r.Tried && r.Satisfied {
				rt.Fatalf("%+v", r)
			}
		}
	})
}

func TestAScenarioWithoutTitlesIsStillRead(t *testing.T) {
	var lines []string
	for line := range strings.Lines(testFile(t, "small.yaml")) {
		if !strings.Contains(line, ": Canary title") && !strings.Contains(line, ": Canary group") {
			lines = append(lines, line)
		}
	}
	if _, err := Parse("old.yaml", []byte(strings.Join(lines, ""))); err != nil {
		t.Error(err)
	}
}
