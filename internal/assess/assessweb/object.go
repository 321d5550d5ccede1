package assessweb

import (
	"context"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/scenario"
)

// entry is a line of a window's list. What was opened before is a link; opening for the first time is an act.
type entry struct {
	ID, Title string
	Before    string // above the title: sender
	After     string // below it: date, number
	Act       string // "" when Href leads there
	Href      string
	Do        string // what the act does, for assistive technology
	Tags      []ui.TagProps
	Fresh     bool // not opened yet
	Current   bool
}

// group is a part of a window's list.
type group struct {
	Title   string
	Entries []entry
}

func (v worldView) mails(ctx context.Context) []group {
	g := group{Title: i18n.T(ctx, "assess.mail.list")}
	for _, m := range v.Widget.Mailbox.Messages {
		e := entry{ID: m.ID, Title: m.Subject, Before: m.From, After: m.Date, Tags: mailTags(ctx, m), Fresh: !m.Opened, Current: m.ID == v.Object}
		if m.Opened {
			e.Href = v.at(v.Window, m.ID)
		} else {
			e.Act, e.Do = scenario.MailOpen+":"+m.ID, i18n.T(ctx, "assess.mail.open")
		}
		g.Entries = append(g.Entries, e)
	}
	return []group{g}
}

// mailTags says in words what was done of a message.
func mailTags(ctx context.Context, m scenario.MessageView) []ui.TagProps {
	var out []ui.TagProps
	add := func(is bool, key string, tone ui.Tone) {
		if is {
			out = append(out, ui.TagProps{Label: i18n.T(ctx, key), Tone: tone})
		}
	}
	add(!m.Opened, "assess.mail.unread", ui.Info)
	add(m.Opened, "assess.mail.read", ui.Neutral)
	add(m.Replied != "", "assess.mail.replied", ui.Neutral)
	add(len(m.ForwardedTo) > 0, "assess.mail.forwarded", ui.Neutral)
	add(m.Reported, "assess.mail.reported", ui.Warning)
	add(m.Deleted, "assess.mail.deleted", ui.Neutral)
	return out
}

func (v worldView) deskEntries(ctx context.Context) []group {
	d := v.Widget.Desk
	phone, papers, notes := group{Title: i18n.T(ctx, "assess.desk.phone")}, group{Title: i18n.T(ctx, "assess.desk.papers")}, group{Title: i18n.T(ctx, "assess.desk.notes")}
	for _, c := range d.Contacts {
		e := v.opened(ctx, c.ID, c.Called, scenario.DeskCall, "assess.desk.call", "assess.desk.called")
		e.Title, e.Before, e.After = c.Name, c.From, c.Number
		phone.Entries = append(phone.Entries, e)
	}
	for _, doc := range d.Documents {
		e := v.opened(ctx, doc.ID, doc.Read, scenario.DeskRead, "assess.desk.read", "assess.desk.was_read")
		e.Title = doc.Title
		papers.Entries = append(papers.Entries, e)
	}
	for _, n := range d.Notes {
		e := entry{ID: n.ID, Title: n.Label, Href: v.at(v.Window, n.ID), Current: n.ID == v.Object}
		if n.Text != "" {
			e.Tags = []ui.TagProps{{Label: i18n.T(ctx, "assess.desk.written")}}
		}
		notes.Entries = append(notes.Entries, e)
	}
	var out []group
	for _, g := range []group{phone, papers, notes} {
		if len(g.Entries) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// opened is an entry that an act opens the first time.
func (v worldView) opened(ctx context.Context, id string, done bool, verb, do, was string) entry {
	e := entry{ID: id, Fresh: !done, Current: id == v.Object}
	if done {
		e.Href, e.Tags = v.at(v.Window, id), []ui.TagProps{{Label: i18n.T(ctx, was)}}
		return e
	}
	e.Act, e.Do = verb+":"+id, i18n.T(ctx, do)
	return e
}

// message is the open message, if one is.
func (v worldView) message() (scenario.MessageView, bool) {
	for _, m := range v.Widget.Mailbox.Messages {
		if m.ID == v.Object && m.Opened {
			return m, true
		}
	}
	return scenario.MessageView{}, false
}

func (v worldView) contact() (scenario.ContactView, bool) {
	for _, c := range v.Widget.Desk.Contacts {
		if c.ID == v.Object && c.Called {
			return c, true
		}
	}
	return scenario.ContactView{}, false
}

func (v worldView) document() (scenario.DocumentView, bool) {
	for _, d := range v.Widget.Desk.Documents {
		if d.ID == v.Object && d.Read {
			return d, true
		}
	}
	return scenario.DocumentView{}, false
}

func (v worldView) note() (scenario.NoteView, bool) {
	for _, n := range v.Widget.Desk.Notes {
		if n.ID == v.Object {
			return n, true
		}
	}
	return scenario.NoteView{}, false
}

// recipientOptions lists the address book; those the message went to already say so.
func (v worldView) recipientOptions() []ui.Option {
	var out []ui.Option
	for _, r := range v.Widget.Mailbox.Recipients {
		out = append(out, ui.Option{Value: r.ID, Label: r.Name + " – " + r.Address, Chosen: r.ID == v.Typed[fieldValue]})
	}
	return out
}

// recipients names those a message was forwarded to.
func (v worldView) recipients(ids []string) []string {
	var out []string
	for _, id := range ids {
		for _, r := range v.Widget.Mailbox.Recipients {
			if r.ID == id {
				out = append(out, r.Name)
			}
		}
	}
	return out
}

func (v worldView) replyOptions(m scenario.MessageView) []ui.Option {
	var out []ui.Option
	for _, o := range m.Replies {
		do := scenario.MailReply + ":" + o.ID
		out = append(out, ui.Option{Value: do, Content: choiceText(o.Text, v.World.Lang), Chosen: do == v.Typed[fieldDo]})
	}
	return out
}

func textOf(options []scenario.OptionView, id string) string {
	for _, o := range options {
		if o.ID == id {
			return o.Text
		}
	}
	return ""
}
