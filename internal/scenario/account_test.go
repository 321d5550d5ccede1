package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAccountTellsWhatWasDoneInOrder(t *testing.T) {
	s := small(t)
	st := play(t, s, "desk.note:n1=draft", "mail.open:m1", "mail.inspect:m1", "mail.forward:m1=b2", "mail.forward:m1=b1", "mail.forward:m1=b2",
		"mail.attachment:a1", "mail.reply:r2", "mail.delete:m1", "desk.call:c1", "desk.ask:q1", "desk.call:c1", "desk.read:d1", "desk.note:n1=last words",
		"mail.report:m2", "browser.visit:p2", "browser.follow:l3", "browser.close", "form.fill:f2=x", "form.fill:f4=on", "form.submit:w4", "finish")
	want := []Deed{
		{DeskNote, "draft", "Pad"},
		{MailInspect, "Your account", ""},
		{MailForward, "Bob", "Your account"},
		{MailForward, "Ann", "Your account"},
		{MailAttachment, "note.pdf", "Your account"},
		{MailReply, "No", "Your account"},
		{MailDelete, "Your account", ""},
		{DeskCall, "Help desk", ""},
		{DeskAsk, "Ask about the bank", "Help desk"},
		{DeskRead, "Memo", ""},
		{DeskNote, "last words", "Pad"},
		{MailReport, "Lunch", ""},
		{BrowserVisit, "Home", ""},
		{BrowserFollow, "Next", "Home"},
		{FormSubmit, "Report", ""},
	}
	if diff := cmp.Diff(want, s.Account(st)); diff != "" {
		t.Error(diff)
	}
}

func TestAccountTellsEachSending(t *testing.T) {
	s := small(t)
	st := play(t, s, append(reported[:4:4], "desk.note:n1=first", "desk.ask:q3", "form.submit:w4", "desk.note:n1=second", "desk.ask:q3", "form.submit:w4", "desk.note:n1=first")...)
	again, sent := Deed{DeskAsk, "Ask for the report back", "Help desk"}, Deed{FormSubmit, "Report", ""}
	want := []Deed{{DeskCall, "Help desk", ""}, sent, {DeskNote, "first", "Pad"}, again, sent, {DeskNote, "second", "Pad"}, again, sent, {DeskNote, "first", "Pad"}}
	if diff := cmp.Diff(want, s.Account(st)); diff != "" {
		t.Error(diff)
	}
}

func TestAccountTellsThatASecretWasTypedAndNotWhat(t *testing.T) {
	s := small(t)
	st := play(t, s, "mail.open:m1", "mail.link:l1", "browser.fill:f1=hunter2-long", "browser.submit:p1")
	want := []Deed{{MailLink, "this link", "Your account"}, {BrowserFill, "Password", "Log in"}, {BrowserSubmit, "Log in", ""}}
	got := s.Account(st)
	if diff := cmp.Diff(want, got); diff != "" || strings.Contains(dump(t, got), "hunter2") {
		t.Error(diff)
	}
}
