package scenario

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestApplyRefusesWithAStableCode(t *testing.T) {
	s := small(t)
	opened := play(t, s, "mail.open:m1")
	full := State{Seq: MaxEvents, Log: make([]Event, MaxEvents)}
	tests := []struct {
		name  string
		state State
		ev    Event
		want  Code
	}{
		{"unknown verb", State{}, Event{Seq: 1, Do: "mail.forge:m1"}, CodeUnknownVerb},
		{"no verb", State{}, Event{Seq: 1}, CodeUnknownVerb},
		{"very long act", State{}, Event{Seq: 1, Do: "mail.open:" + strings.Repeat("m", 100)}, CodeUnknownVerb},
		{"unknown target", State{}, Event{Seq: 1, Do: "mail.open:m9"}, CodeUnknownTarget},
		{"missing target", State{}, Event{Seq: 1, Do: "mail.open"}, CodeUnknownTarget},
		{"target of another kind", State{}, Event{Seq: 1, Do: "mail.open:p1"}, CodeWrongTarget},
		{"target where none is taken", State{}, Event{Seq: 1, Do: "finish:m1"}, CodeWrongTarget},
		{"link of a closed message", State{}, Event{Seq: 1, Do: "mail.link:l1"}, CodeUnmet},
		{"details of a closed message", State{}, Event{Seq: 1, Do: "mail.inspect:m1"}, CodeUnmet},
		{"page without a bookmark", State{}, Event{Seq: 1, Do: "browser.visit:p1"}, CodeUnmet},
		{"field of another page", opened, Event{Seq: 2, T: 1000, Do: "browser.fill:f1", V: "x"}, CodeUnmet},
		{"button of a page without one", play(t, s, "browser.visit:p2"), Event{Seq: 2, T: 1000, Do: "browser.submit:p2"}, CodeUnmet},
		{"closing no page", State{}, Event{Seq: 1, Do: "browser.close"}, CodeUnmet},
		{"question before the call", State{}, Event{Seq: 1, Do: "desk.ask:q1"}, CodeUnmet},
		{"question that needs a message", play(t, s, "desk.call:c1"), Event{Seq: 2, T: 1000, Do: "desk.ask:q2"}, CodeUnmet},
		{"number not read yet", State{}, Event{Seq: 1, Do: "desk.call:c2"}, CodeUnmet},
		{"form without its required fields", State{}, Event{Seq: 1, Do: "form.submit:w4"}, CodeUnmet},
		{"form with its box off", play(t, s, "form.fill:f2=x", "form.fill:f4=off"), Event{Seq: 3, T: 2000, Do: "form.submit:w4"}, CodeUnmet},
		{"field of a form that was sent", play(t, s, "form.fill:f2=x", "form.fill:f4=on", "form.submit:w4"), Event{Seq: 4, T: 3000, Do: "form.fill:f2", V: "y"}, CodeUnmet},
		{"second reply to a message", play(t, s, "mail.open:m1", "mail.reply:r1"), Event{Seq: 3, T: 2000, Do: "mail.reply:r2"}, CodeUnmet},
		{"second report", play(t, s, "mail.report:m1"), Event{Seq: 2, T: 1000, Do: "mail.report:m1"}, CodeRepeated},
		{"value where none is taken", State{}, Event{Seq: 1, Do: "mail.open:m1", V: "x"}, CodeValueRefused},
		{"forward to nobody", opened, Event{Seq: 2, T: 1000, Do: "mail.forward:m1"}, CodeValueRequired},
		{"forward to a stranger", opened, Event{Seq: 2, T: 1000, Do: "mail.forward:m1", V: "b9"}, CodeValueUnknown},
		{"option that is not there", State{}, Event{Seq: 1, Do: "form.fill:f3", V: "o9"}, CodeValueUnknown},
		{"empty secret", play(t, s, "mail.open:m1", "mail.link:l1"), Event{Seq: 3, T: 2000, Do: "browser.fill:f1"}, CodeValueRequired},
		{"empty note", State{}, Event{Seq: 1, Do: "desk.note:n1"}, CodeValueRequired},
		{"blank note", State{}, Event{Seq: 1, Do: "desk.note:n1", V: " \n\t\u00a0"}, CodeValueRequired},
		{"note too long", State{}, Event{Seq: 1, Do: "desk.note:n1", V: strings.Repeat("é", 31)}, CodeValueTooLong},
		{"control character", State{}, Event{Seq: 1, Do: "desk.note:n1", V: "a\x00"}, CodeValueInvalid},
		{"not UTF-8", State{}, Event{Seq: 1, Do: "desk.note:n1", V: "\xff"}, CodeValueInvalid},
		{"gap in the sequence", State{}, Event{Seq: 2, Do: "mail.open:m1"}, CodeWrongSeq},
		{"same number again", opened, Event{Seq: 1, T: 1000, Do: "mail.open:m1"}, CodeWrongSeq},
		{"going back in time", opened, Event{Seq: 2, T: 999, Do: "mail.open:m2"}, CodeWrongTime},
		{"negative time", State{}, Event{Seq: 1, T: -1, Do: "mail.open:m2"}, CodeWrongTime},
		{"too many events", full, Event{Seq: MaxEvents + 1, Do: "mail.open:m1"}, CodeTooMany},
		{"after the end", play(t, s, "finish"), Event{Seq: 2, T: 1000, Do: "mail.open:m1"}, CodeFinished},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st, kept, err := s.Apply(tt.state, tt.ev)
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if diff := cmp.Diff(tt.state, st); diff != "" || kept != (Event{}) {
				t.Errorf("a refused event left something: %v %s", kept, diff)
			}
		})
	}
}

func TestFinishIsAcceptedWhenTheLogIsFull(t *testing.T) {
	s := small(t)
	st := State{Seq: MaxEvents, Log: make([]Event, MaxEvents)}
	if st, _, err := s.Apply(st, Event{Seq: MaxEvents + 1, Do: Finish}); err != nil || !st.Finished {
		t.Fatalf("finished %v, %v", st.Finished, err)
	}
}

func TestSecretNeverLeavesTheEngine(t *testing.T) {
	const secret = "hunter2-long"
	s := small(t)
	st := play(t, s, "mail.open:m1", "mail.link:l1")
	next, kept, err := s.Apply(st, Event{Seq: 3, T: 2000, Do: "browser.fill:f1", V: secret})
	if err != nil {
		t.Fatal(err)
	}
	if kept.V != Masked || !next.Did("browser.fill:f1") {
		t.Errorf("kept %q, did %v", kept.V, next.Did("browser.fill:f1"))
	}
	_, _, refused := s.Apply(st, Event{Seq: 3, T: 2000, Do: "browser.fill:f1", V: secret + secret})
	for where, text := range map[string]string{"state": dump(t, next), "view": dump(t, s.View(next)), "score": dump(t, s.Score(next)), "refusal": refused.Error()} {
		if strings.Contains(text, secret) {
			t.Errorf("the %s holds the secret", where)
		}
	}
	if page := s.View(next).Widgets[1].Browser.Page; !page.Fields[0].Typed || page.Fields[0].Value != "" {
		t.Errorf("field %+v", page.Fields[0])
	}
}

func TestLinkWithoutAPageShowsNoAnswer(t *testing.T) {
	s := small(t)
	st := play(t, s, "browser.visit:p2", "mail.open:m2", "mail.link:l2")
	if b := s.View(st).Widgets[1].Browser; !b.NoAnswer || b.Page != nil {
		t.Errorf("browser %+v", b)
	}
	if st := play(t, s, "mail.open:m2", "mail.link:l2", "browser.close"); st.NoAnswer {
		t.Error("the closed browser still says that the site does not answer")
	}
}

func TestButtonOfAPageLeadsOn(t *testing.T) {
	st := play(t, small(t), "mail.open:m1", "mail.link:l1", "browser.fill:f1=whatever", "browser.submit:p1")
	if st.Page != "p3" {
		t.Errorf("page %q", st.Page)
	}
}

func TestFoldOfPrefixThenApplyIsFoldOfAll(t *testing.T) {
	s := small(t)
	rapid.Check(t, func(rt *rapid.T) {
		log := offered(rt, s)
		cut := rapid.IntRange(0, len(log)).Draw(rt, "cut")
		st, err := s.Fold(log[:cut])
		if err != nil {
			rt.Fatal(err)
		}
		for _, ev := range log[cut:] {
			if st, _, err = s.Apply(st, ev); err != nil {
				rt.Fatal(err)
			}
		}
		whole, err := s.Fold(log)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(whole, st); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(s.Score(whole), s.Score(st)); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(log, append([]Event(nil), whole.Log...)); diff != "" {
			rt.Fatalf("the stored log folds into another one: %s", diff)
		}
	})
}

func TestRefusedEventsLeaveTheStateUnchanged(t *testing.T) {
	s := small(t)
	rapid.Check(t, func(rt *rapid.T) {
		var st State
		for _, ev := range attempts(rt, s) {
			before, score := dump(rt, st), dump(rt, s.Score(st))
			next, _, err := s.Apply(st, ev)
			if dump(rt, st) != before {
				rt.Fatalf("%+v changed the state it was given", ev)
			}
			if err != nil && (dump(rt, next) != before || dump(rt, s.Score(next)) != score) {
				rt.Fatalf("refused %+v changed the state", ev)
			}
			if err == nil && len(next.Log) != len(st.Log)+1 {
				rt.Fatalf("accepted %+v is not in the log", ev)
			}
			st = next
		}
	})
}

func TestTwoContinuationsOfAStateDoNotMeet(t *testing.T) {
	s := small(t)
	st := play(t, s, "mail.open:m1", "mail.open:m2", "desk.read:d1")
	a, _, errA := s.Apply(st, Event{Seq: 4, T: 5000, Do: "mail.report:m1"})
	b, _, errB := s.Apply(st, Event{Seq: 4, T: 5000, Do: "mail.report:m2"})
	if errA != nil || errB != nil || !a.Did("mail.report:m1") || a.Did("mail.report:m2") || b.Did("mail.report:m1") {
		t.Errorf("a %v, b %v", a.Log, b.Log)
	}
}

func TestOfferedActsAreRefusedForTheirValueOnly(t *testing.T) {
	s := small(t)
	values := []Code{CodeValueRequired, CodeValueUnknown}
	rapid.Check(t, func(rt *rapid.T) {
		st, err := s.Fold(offered(rt, s))
		if err != nil {
			rt.Fatal(err)
		}
		offers := map[string]bool{}
		for _, act := range s.Offers(st) {
			offers[act] = true
		}
		for _, v := range Verbs() {
			for _, id := range append(s.order, "") {
				do := strings.TrimSuffix(v.Name+":"+id, ":")
				_, _, err := s.Apply(st, Event{Seq: st.Seq + 1, T: st.At, Do: do})
				var refusal *Refusal
				accepted := !errors.As(err, &refusal) || refusal.Code == values[0] || refusal.Code == values[1]
				if accepted != offers[do] {
					rt.Fatalf("%s: offered %v, %v", do, offers[do], err)
				}
			}
		}
	})
}
