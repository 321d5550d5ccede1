package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reported sends the report of the small world, and calls the help desk.
var reported = []string{"desk.call:c1", "form.fill:f2=first", "form.fill:f4=on", "form.submit:w4"}

func TestAReopenedFormIsSentAgainAndTheLastSendingCounts(t *testing.T) {
	s := withRule(t, "all: [before: [desk.read:d1, form.submit:w4], eq: { of: form.fill:f2, value: second }]")
	tests := []struct {
		name string
		then []string
		want bool
	}{
		{"not reopened", []string{"desk.read:d1"}, false},
		{"sent again", []string{"desk.read:d1", "desk.ask:q3", "form.fill:f2=second", "form.submit:w4"}, true},
		{"not sent again", []string{"desk.read:d1", "desk.ask:q3", "form.fill:f2=second"}, false},
		{"sent again, then changed and not sent", []string{"desk.read:d1", "desk.ask:q3", "form.fill:f2=second", "form.submit:w4", "desk.ask:q3", "form.fill:f2=third"}, true},
		{"sent a third time", []string{"desk.read:d1", "desk.ask:q3", "form.fill:f2=second", "form.submit:w4", "desk.ask:q3", "form.fill:f2=third", "form.submit:w4"}, false},
		{"what comes after the last sending", []string{"desk.ask:q3", "form.fill:f2=second", "form.submit:w4", "desk.read:d1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			acts := append(append([]string{}, reported...), tt.then...)
			if got := s.Score(play(t, s, acts...)).Points == 10; got != tt.want {
				t.Errorf("holds: %v", got)
			}
		})
	}
}

func TestAFormIsReopenedOnlyWhileItIsSent(t *testing.T) {
	s := small(t)
	for _, tt := range []struct {
		acts    []string
		offered bool
	}{
		{reported[:3], false},
		{reported, true},
		{append(reported[:4:4], "desk.ask:q3"), false},
		{append(reported[:4:4], "desk.ask:q3", "form.submit:w4"), true},
	} {
		st := play(t, s, tt.acts...)
		_, _, err := s.Apply(st, Event{Seq: st.Seq + 1, T: st.At, Do: "desk.ask:q3"})
		if (err == nil) != tt.offered {
			t.Errorf("%v: %v", tt.acts, err)
		}
		topics := s.View(st).Widgets[2].Desk.Contacts[0].Topics
		open := strings.Contains(dump(t, topics), `"text":"Ask for the report back","asked":false`)
		if open != tt.offered {
			t.Errorf("%v: %+v", tt.acts, topics)
		}
	}
}

func TestTheViewOfAReopenedForm(t *testing.T) {
	s := small(t)
	acts := append(reported[:4:4], "desk.ask:q3", "form.fill:f2=second")
	form := func(st State) *FormView { return s.View(st).Widgets[3].Form }
	if f := form(play(t, s, acts...)); f.Sent || f.Fields[0].Value != "second" {
		t.Errorf("while reopened: %+v", f)
	}
	if f := form(play(t, s, append(acts, "finish")...)); !f.Sent || f.Fields[0].Value != "first" {
		t.Errorf("finished without sending again: %+v", f)
	}
	if f := form(play(t, s, append(acts, "form.submit:w4", "finish")...)); !f.Sent || f.Fields[0].Value != "second" {
		t.Errorf("sent again: %+v", f)
	}
}

func TestTopicsAreToldInTheOrderInWhichTheyWereRaised(t *testing.T) {
	s := small(t)
	var got []string
	for _, topic := range s.View(play(t, s, "mail.open:m1", "desk.call:c1", "desk.ask:q2")).Widgets[2].Desk.Contacts[0].Topics {
		got = append(got, topic.ID)
	}
	if diff := cmp.Diff([]string{"q2", "q1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheRemarkThatHoldsIsSaid(t *testing.T) {
	s := withRule(t, "did: desk.read:d1\n    else: Otherwise.\n    cases:\n      - { if: { did: mail.report:m1 }, say: First. }\n"+
		"      - { if: { did: mail.open:m1 }, say: Second. }\ncaps:\n  - id: y\n    cap: 0.5\n    if: { did: mail.report:m2 }\n    why: Because.\n"+
		"    cases:\n      - { if: { did: mail.open:m2 }, say: And opened. }")
	for _, tt := range []struct {
		acts     []string
		rule, of string
	}{
		{nil, "Otherwise.", "Because."},
		{[]string{"mail.open:m1"}, "Second.", "Because."},
		{[]string{"mail.open:m1", "mail.report:m1"}, "First.", "Because."},
		{[]string{"mail.open:m2", "mail.report:m2"}, "Otherwise.", "Because. And opened."},
	} {
		got := s.Score(play(t, s, tt.acts...))
		if got.Rules[0].Else != tt.rule || got.Caps[0].Why != tt.of {
			t.Errorf("%v: %+v", tt.acts, got)
		}
	}
}

func TestParseRefusesWhatSaysAndReopensCannotMean(t *testing.T) {
	world := testFile(t, "small.yaml")
	for bad, change := range map[string][2]string{
		`no form "m1"`:                             {"reopens: w4", "reopens: m1"},
		"a text is missing":                        {"    why: Canary reason one.\n", "    why: Canary reason one.\n    cases:\n      - { if: { did: finish } }\n"},
		"says takes any":                           {"    if: { did: browser.fill:f1 }", "    if: { says: { of: desk.note:n1, none: [use] } }"},
		"a phrase begins with a word":              {"    if: { did: browser.fill:f1 }", "    if: { says: { of: desk.note:n1, any: ['* use'] } }"},
		"mail.open has no value":                   {"    if: { did: browser.fill:f1 }", "    if: { says: { of: mail.open:m1, any: [use] } }"},
		`says cannot read a text in "de"`:          {"    if: { did: browser.fill:f1 }", "    if: { says: { of: desk.note:n1, any: [use] } }"},
		"exactly one predicate is expected, among": {"    if: { did: browser.fill:f1 }", "    if: { did: finish, says: { of: desk.note:n1, any: [use] } }"},
	} {
		text := strings.Replace(world, change[0], change[1], 1)
		if strings.Contains(bad, `"de"`) {
			text = strings.Replace(text, "lang: en", "lang: de", 1)
		}
		if _, err := Parse("bad.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
