package scenario

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type fataler interface {
	Helper()
	Fatal(args ...any)
}

func dump(t fataler, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestViewHoldsNothingOfTheRules(t *testing.T) {
	s := small(t)
	check := func(t fataler, where string, v any) {
		if text := strings.ToLower(dump(t, v)); strings.Contains(text, "canary") {
			t.Fatal(where, "holds a canary of the rules:", text)
		}
	}
	check(t, "the scenario", s)
	check(t, "the world", s.World())
	rapid.Check(t, func(rt *rapid.T) {
		st, err := s.Fold(offered(rt, s))
		if err != nil {
			rt.Fatal(err)
		}
		check(rt, "the view", s.View(st))
	})
	if !strings.Contains(strings.ToLower(dump(t, s.Score(State{}))), "canary") {
		t.Error("the canaries are not in the rules: this test proves nothing")
	}
}

func TestViewDisclosesNothingBeforeItsAct(t *testing.T) {
	s := small(t)
	if text := strings.ToLower(dump(t, s.View(State{}))); strings.Contains(text, "sealed") {
		t.Fatalf("the first view discloses: %s", text)
	}
	tests := []struct {
		shown string
		acts  []string
	}{
		{"Sealed body", []string{"mail.open:m1"}},
		{"Sealed number", []string{"mail.open:m1"}},
		{"sealed-address", []string{"mail.open:m1", "mail.inspect:m1"}},
		{"sealed-reply", []string{"mail.open:m1", "mail.inspect:m1"}},
		{"sealed-url", []string{"mail.open:m1", "mail.inspect:m1"}},
		{"sealed type", []string{"mail.open:m1", "mail.inspect:m1"}},
		{"Sealed attachment", []string{"mail.open:m1", "mail.attachment:a1"}},
		{"Sealed page", []string{"mail.open:m1", "mail.link:l1"}},
		{"Sealed home", []string{"browser.visit:p2"}},
		{"Sealed end", []string{"browser.visit:p2", "browser.follow:l3"}},
		{"Sealed greeting", []string{"desk.call:c1"}},
		{"Sealed answer", []string{"desk.call:c1", "desk.ask:q1"}},
		{"Sealed question", []string{"desk.call:c1", "mail.open:m1"}},
		{"Sealed voice", []string{"mail.open:m1", "desk.call:c2"}},
		{"Sealed memo", []string{"desk.read:d1"}},
		{"Sealed thanks", []string{"form.fill:f2=x", "form.fill:f4=on", "form.submit:w4"}},
	}
	world := dump(t, s.World())
	for _, tt := range tests {
		t.Run(tt.shown, func(t *testing.T) {
			last := len(tt.acts) - 1
			if before := dump(t, s.View(play(t, s, tt.acts[:last]...))); strings.Contains(before, tt.shown) {
				t.Error("disclosed before its act")
			}
			if after := dump(t, s.View(play(t, s, tt.acts...))); !strings.Contains(after, tt.shown) {
				t.Error("not disclosed by its act")
			}
			if !strings.Contains(world, tt.shown) {
				t.Error("not in the whole world")
			}
		})
	}
}

func TestViewShowsWhatWasDone(t *testing.T) {
	s := small(t)
	v := s.View(play(t, s, "mail.open:m1", "mail.reply:r2", "mail.forward:m1=b2", "mail.delete:m1", "mail.report:m2",
		"desk.note:n1=written", "form.fill:f2=words", "form.fill:f3=o2", "browser.visit:p2", "finish"))
	m := v.Widgets[0].Mailbox.Messages
	if !m[0].Opened || !m[0].Deleted || m[0].Replied != "r2" || m[0].ForwardedTo[0] != "b2" || !m[1].Reported || m[1].Opened {
		t.Errorf("messages %+v", m)
	}
	if p := v.Widgets[1].Browser.Page; p == nil || p.ID != "p2" || p.Links[0].URL == "" {
		t.Errorf("page %+v", p)
	}
	if n := v.Widgets[2].Desk.Notes[0]; n.Text != "written" || n.Max != 30 {
		t.Errorf("note %+v", n)
	}
	if f := v.Widgets[3].Form.Fields; f[0].Value != "words" || f[1].Value != "o2" || f[2].Typed {
		t.Errorf("fields %+v", f)
	}
	if v.Seq != 10 || !v.Finished {
		t.Errorf("seq %d, finished %v", v.Seq, v.Finished)
	}
}

func TestBodyIsCutIntoParagraphsAndLinks(t *testing.T) {
	s := small(t)
	got := s.View(play(t, s, "mail.open:m1")).Widgets[0].Mailbox.Messages[0].Body
	want := []Paragraph{
		{{Text: "Sealed body, first line."}},
		{{Text: "Follow "}, {Text: "this link", Link: "l1"}, {Text: " now."}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
