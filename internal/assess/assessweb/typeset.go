package assessweb

import (
	"galien/internal/platform/i18n"
	"galien/internal/scenario"
)

// typeset gives the French texts of a world their no-break spaces and apostrophes. What was typed, addresses and names of
// files stay as they are: they are looked at to the letter.
func typeset(v *scenario.View) {
	if v.Lang != string(i18n.French) {
		return
	}
	set(&v.Title)
	setProse(v.Intro)
	for i := range v.Widgets {
		w := &v.Widgets[i]
		set(&w.Title)
		switch {
		case w.Mailbox != nil:
			typesetMailbox(w.Mailbox)
		case w.Browser != nil:
			typesetBrowser(w.Browser)
		case w.Desk != nil:
			typesetDesk(w.Desk)
		case w.Form != nil:
			set(&w.Form.Submit)
			setProse(w.Form.Intro, w.Form.Done)
			typesetFields(w.Form.Fields)
		}
	}
}

// typesetRules does the same for what is said of the points.
func typesetRules(lang string, r *scenario.Result) {
	if lang != string(i18n.French) || r == nil {
		return
	}
	for i := range r.Rules {
		set(&r.Rules[i].Title, &r.Rules[i].Group, &r.Rules[i].Else, &r.Rules[i].Why)
	}
	for i := range r.Caps {
		set(&r.Caps[i].Title, &r.Caps[i].Why)
	}
}

// typesetDeeds does the same for what was done, but for a note that was written and the name of a file.
func typesetDeeds(lang string, list []scenario.Deed) {
	if lang != string(i18n.French) {
		return
	}
	for i := range list {
		d := &list[i]
		set(&d.Of)
		if d.Verb != scenario.DeskNote && d.Verb != scenario.MailAttachment {
			set(&d.What)
		}
	}
}

func typesetMailbox(m *scenario.MailboxView) {
	for i := range m.Recipients {
		set(&m.Recipients[i].Name)
	}
	for i := range m.Messages {
		msg := &m.Messages[i]
		set(&msg.From, &msg.Date, &msg.Subject)
		setProse(msg.Body)
		for k := range msg.Attachments {
			setProse(msg.Attachments[k].Text)
		}
		typesetOptions(msg.Replies)
		typesetPictures(msg.Images)
	}
}

func typesetBrowser(b *scenario.BrowserView) {
	for i := range b.Bookmarks {
		set(&b.Bookmarks[i].Title)
	}
	if b.Page == nil {
		return
	}
	set(&b.Page.Title, &b.Page.Submit)
	setProse(b.Page.Body)
	typesetFields(b.Page.Fields)
	typesetPictures(b.Page.Images)
}

func typesetDesk(d *scenario.DeskView) {
	for i := range d.Contacts {
		c := &d.Contacts[i]
		set(&c.Name, &c.From)
		setProse(c.Says)
		for k := range c.Topics {
			set(&c.Topics[k].Text)
			setProse(c.Topics[k].Answer)
		}
	}
	for i := range d.Documents {
		doc := &d.Documents[i]
		set(&doc.Title)
		setProse(doc.Text)
		typesetPictures(doc.Images)
	}
	for i := range d.Notes {
		set(&d.Notes[i].Label)
	}
}

func typesetFields(list []scenario.FieldView) {
	for i := range list {
		set(&list[i].Label)
		typesetOptions(list[i].Options)
	}
}

func typesetOptions(list []scenario.OptionView) {
	for i := range list {
		set(&list[i].Text)
	}
}

func typesetPictures(list []scenario.ImageView) {
	for i := range list {
		set(&list[i].Alt)
	}
}

func setProse(texts ...[]scenario.Paragraph) {
	for _, text := range texts {
		for _, p := range text {
			for i := range p {
				set(&p[i].Text)
			}
		}
	}
}

func set(texts ...*string) {
	for _, t := range texts {
		*t = i18n.Typography(*t)
	}
}
