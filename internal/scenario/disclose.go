package scenario

import (
	"cmp"
	"slices"
)

// View returns what the screen shows in a state: what the learner has opened, inspected, called or read, and nothing
// before that.
func (s *Scenario) View(st State) View {
	if st.Finished {
		st = s.settled(st)
	}
	return s.disclose(st, false)
}

// World returns the whole world, everything disclosed as if nothing were done yet, for a player that must go on
// without the server. It holds no rule either, but it holds texts that the learner has not found yet.
func (s *Scenario) World() View { return s.disclose(State{}, true) }

// discloser builds a view; all discloses everything.
type discloser struct {
	s   *Scenario
	st  State
	all bool
}

func (s *Scenario) disclose(st State, all bool) View {
	d := discloser{s: s, st: st, all: all}
	v := View{
		ID: s.ID, Version: s.Version, Lang: s.Lang, Title: s.Title, Seconds: s.Seconds,
		Intro: paragraphs(s.src.Intro, nil), Seq: st.Seq, Finished: st.Finished, Widgets: []WidgetView{},
	}
	for _, w := range s.src.Widgets {
		v.Widgets = append(v.Widgets, d.widget(w))
	}
	return v
}

func (d discloser) widget(w widget) WidgetView {
	v := WidgetView{ID: w.ID, Title: w.Title}
	switch {
	case w.Mailbox != nil:
		v.Mailbox = d.mailbox(w.Mailbox)
	case w.Browser != nil:
		v.Browser = d.browser(w.Browser)
	case w.Desk != nil:
		v.Desk = d.desk(w.Desk)
	default:
		v.Form = d.form(w.ID, w.Form)
	}
	return v
}

func (d discloser) did(verb, id string) bool { return d.st.Did(verb + ":" + id) }

func (d discloser) mailbox(m *mailbox) *MailboxView {
	v := &MailboxView{Owner: m.Owner, Recipients: []RecipientView{}, Messages: []MessageView{}}
	for _, r := range m.Recipients {
		v.Recipients = append(v.Recipients, RecipientView(r))
	}
	for _, msg := range m.Messages {
		v.Messages = append(v.Messages, d.message(msg))
	}
	return v
}

func (d discloser) message(m message) MessageView {
	v := MessageView{
		ID: m.ID, From: m.From.Name, Date: m.Date, Subject: m.Subject,
		Opened: d.did(MailOpen, m.ID), Inspected: d.did(MailInspect, m.ID),
		Reported: d.did(MailReport, m.ID), Deleted: d.did(MailDelete, m.ID),
	}
	if !v.Opened && !d.all {
		return v
	}
	inspected := v.Inspected || d.all
	v.Body, v.Images = paragraphs(m.Body, m.Links), images(m.Images)
	v.Links = links(m.Links, inspected)
	for _, a := range m.Attachments {
		v.Attachments = append(v.Attachments, d.attachment(a, inspected))
	}
	v.Replies, v.Replied = options(m.Replies), d.s.replied(d.st, m.ID)
	for _, ev := range d.st.Log {
		if ev.Do == MailForward+":"+m.ID {
			v.ForwardedTo = append(v.ForwardedTo, ev.V)
		}
	}
	if inspected {
		v.Details = &DetailsView{Address: m.From.Address, ReplyTo: m.From.ReplyTo}
	}
	return v
}

func (d discloser) attachment(a attachment, inspected bool) AttachmentView {
	v := AttachmentView{ID: a.ID, Name: a.Name, Size: a.Size, Opened: d.did(MailAttachment, a.ID)}
	if inspected {
		v.Type = a.Type
	}
	if v.Opened || d.all {
		v.Text = paragraphs(a.Text, nil)
	}
	return v
}

func (d discloser) browser(b *browser) *BrowserView {
	v := &BrowserView{Bookmarks: []BookmarkView{}, NoAnswer: d.st.NoAnswer}
	for _, p := range b.Pages {
		if d.s.targets[p.ID].free {
			v.Bookmarks = append(v.Bookmarks, BookmarkView{ID: p.ID, Title: p.Title, URL: p.URL})
		}
		if p.ID == d.st.Page {
			page := d.page(p)
			v.Page = &page
		}
		if d.all {
			v.Pages = append(v.Pages, d.page(p))
		}
	}
	return v
}

func (d discloser) page(p page) PageView {
	v := PageView{
		ID: p.ID, URL: p.URL, Title: p.Title, Body: paragraphs(p.Body, p.Links), Images: images(p.Images),
		Links: links(p.Links, true), Fields: d.fields(BrowserFill, p.Fields),
	}
	if p.Submit != nil {
		v.Submit = p.Submit.Text
	}
	return v
}

func (d discloser) desk(k *desk) *DeskView {
	v := &DeskView{Contacts: []ContactView{}, Documents: []DocumentView{}, Notes: []NoteView{}}
	for _, c := range k.Contacts {
		if d.all || c.Needs == "" || d.st.Did(c.Needs) {
			v.Contacts = append(v.Contacts, d.contact(c))
		}
	}
	for _, doc := range k.Documents {
		dv := DocumentView{ID: doc.ID, Title: doc.Title, Read: d.did(DeskRead, doc.ID)}
		if dv.Read || d.all {
			dv.Text, dv.Images = paragraphs(doc.Text, nil), images(doc.Images)
		}
		v.Documents = append(v.Documents, dv)
	}
	for _, n := range k.Notes {
		text, _ := d.st.Value(DeskNote + ":" + n.ID)
		v.Notes = append(v.Notes, NoteView{ID: n.ID, Label: n.Label, Max: d.s.targets[n.ID].max, Text: text})
	}
	return v
}

func (d discloser) contact(c contact) ContactView {
	v := ContactView{ID: c.ID, Name: c.Name, Number: c.Number, From: c.From, Called: d.did(DeskCall, c.ID)}
	if !v.Called && !d.all {
		return v
	}
	v.Says = paragraphs(c.Says, nil)
	for _, t := range c.Topics {
		open := d.s.raised(d.st, d.s.targets[t.ID])
		tv := TopicView{ID: t.ID, Text: t.Text, Asked: d.did(DeskAsk, t.ID) && (t.Reopens == "" || !open)}
		if !d.all && !tv.Asked && !open {
			continue
		}
		if tv.Asked || d.all {
			tv.Answer = paragraphs(t.Answer, nil)
		}
		v.Topics = append(v.Topics, tv)
	}
	slices.SortStableFunc(v.Topics, func(a, b TopicView) int { return cmp.Compare(d.turn(a), d.turn(b)) })
	return v
}

// turn orders what was said on the phone as it was said, before what was not.
func (d discloser) turn(t TopicView) int {
	if !t.Asked {
		return len(d.st.Log)
	}
	return d.st.first(DeskAsk + ":" + t.ID)
}

func (d discloser) form(id string, f *form) *FormView {
	v := &FormView{
		Intro: paragraphs(f.Intro, nil), Fields: d.fields(FormFill, f.Fields), Submit: f.Submit,
		Sent: d.s.sent(d.st, id),
	}
	if v.Sent || d.all {
		v.Done = paragraphs(f.Done, nil)
	}
	return v
}

func (d discloser) fields(verb string, fields []field) []FieldView {
	var out []FieldView
	for _, f := range fields {
		value, typed := d.st.Value(verb + ":" + f.ID)
		v := FieldView{
			ID: f.ID, Label: f.Label, Type: f.Type, Secret: f.Secret, Required: f.Required,
			Options: options(f.Options), Typed: typed && value != "",
		}
		if f.Type == FieldText || f.Type == FieldLong {
			v.Max = d.s.targets[f.ID].max
		}
		if !f.Secret {
			v.Value = value
		}
		out = append(out, v)
	}
	return out
}

func images(list []image) []ImageView {
	var out []ImageView
	for _, img := range list {
		out = append(out, ImageView(img))
	}
	return out
}

func links(list []link, address bool) []LinkView {
	var out []LinkView
	for _, l := range list {
		v := LinkView{ID: l.ID, Text: l.Text}
		if address {
			v.URL = l.URL
		}
		out = append(out, v)
	}
	return out
}

func options(list []choice) []OptionView {
	var out []OptionView
	for _, o := range list {
		out = append(out, OptionView(o))
	}
	return out
}
