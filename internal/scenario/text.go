package scenario

import (
	"fmt"
	"strings"
)

// passage is a text that the learner may read, where it stands and the target it belongs to.
type passage struct {
	path, owner, text string
}

// picture is an image and where it stands.
type picture struct {
	path  string
	image image
}

// passages returns every text of the world that a learner may read.
func (src *source) passages() []passage {
	out := []passage{{path: "title", text: src.Title}, {path: "intro", text: src.Intro}}
	for i := range src.Widgets {
		w := &src.Widgets[i]
		path := fmt.Sprintf("widgets[%d]", i)
		out = append(out, passage{path, w.ID, w.Title})
		switch {
		case w.Mailbox != nil:
			out = append(out, w.Mailbox.passages(path+".mailbox")...)
		case w.Browser != nil:
			out = append(out, w.Browser.passages(path+".browser")...)
		case w.Desk != nil:
			out = append(out, w.Desk.passages(path+".desk")...)
		case w.Form != nil:
			p := path + ".form"
			out = append(out, passage{p, w.ID, joined(w.Form.Intro, w.Form.Submit, w.Form.Done)})
			out = append(out, fieldPassages(p, w.Form.Fields)...)
		}
	}
	return out
}

func (m *mailbox) passages(path string) []passage {
	var out []passage
	for i, msg := range m.Messages {
		p := item(path, "messages", i)
		out = append(out, passage{p, msg.ID, joined(msg.From.Name, msg.Subject, msg.Body)})
		for _, l := range msg.Links {
			out = append(out, passage{p, l.ID, l.Text})
		}
		for _, a := range msg.Attachments {
			out = append(out, passage{p, a.ID, joined(a.Name, a.Text)})
		}
		for _, r := range msg.Replies {
			out = append(out, passage{p, r.ID, r.Text})
		}
	}
	return out
}

func (b *browser) passages(path string) []passage {
	var out []passage
	for i, pg := range b.Pages {
		p := item(path, "pages", i)
		out = append(out, passage{p, pg.ID, joined(pg.Title, pg.Body)})
		for _, l := range pg.Links {
			out = append(out, passage{p, l.ID, l.Text})
		}
		out = append(out, fieldPassages(p, pg.Fields)...)
	}
	return out
}

func (d *desk) passages(path string) []passage {
	var out []passage
	for i, c := range d.Contacts {
		p := item(path, "contacts", i)
		out = append(out, passage{p, c.ID, joined(c.Name, c.From, c.Says)})
		for _, t := range c.Topics {
			out = append(out, passage{p, t.ID, joined(t.Text, t.Answer)})
		}
	}
	for i, doc := range d.Documents {
		out = append(out, passage{item(path, "documents", i), doc.ID, joined(doc.Title, doc.Text)})
	}
	for i, n := range d.Notes {
		out = append(out, passage{item(path, "notes", i), n.ID, n.Label})
	}
	return out
}

func fieldPassages(path string, fields []field) []passage {
	var out []passage
	for _, f := range fields {
		text := f.Label
		for _, o := range f.Options {
			text = joined(text, o.Text)
		}
		out = append(out, passage{path, f.ID, text})
	}
	return out
}

func joined(parts ...string) string { return strings.Join(parts, "\n") }

// pictures returns every image of the world.
func (src *source) pictures() []picture {
	var out []picture
	add := func(path string, list []image) {
		for i, img := range list {
			out = append(out, picture{item(path, "images", i), img})
		}
	}
	for i := range src.Widgets {
		w := &src.Widgets[i]
		path := fmt.Sprintf("widgets[%d]", i)
		switch {
		case w.Mailbox != nil:
			for j, m := range w.Mailbox.Messages {
				add(item(path+".mailbox", "messages", j), m.Images)
			}
		case w.Browser != nil:
			for j, p := range w.Browser.Pages {
				add(item(path+".browser", "pages", j), p.Images)
			}
		case w.Desk != nil:
			for j, d := range w.Desk.Documents {
				add(item(path+".desk", "documents", j), d.Images)
			}
		}
	}
	return out
}
