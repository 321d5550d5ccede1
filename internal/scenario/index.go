package scenario

import "fmt"

// indexer lists the targets of a source and notes the identifiers that repeat.
type indexer struct {
	s     *Scenario
	found problems
}

func (x *indexer) add(t target) {
	x.found.identifier(t.path+".id", t.id)
	if _, twice := x.s.targets[t.id]; twice {
		x.found.addf(t.path+".id", "identifier %q is used twice", t.id)
		return
	}
	x.s.targets[t.id] = &t
	x.s.order = append(x.s.order, t.id)
}

func (x *indexer) widget(path string, w *widget) {
	switch {
	case w.Mailbox != nil:
		x.mailbox(path+".mailbox", w.Mailbox)
	case w.Browser != nil:
		x.browser(path+".browser", w.Browser)
	case w.Desk != nil:
		x.desk(path+".desk", w.Desk)
	case w.Form != nil:
		x.add(target{id: w.ID, kind: KindForm, label: w.Title, path: path, sends: true})
		x.fields(path+".form.fields", KindFormField, w.ID, w.Form.Fields)
	}
}

func (x *indexer) mailbox(path string, m *mailbox) {
	for i, r := range m.Recipients {
		x.found.identifier(fmt.Sprintf("%s.recipients[%d].id", path, i), r.ID)
		x.s.recipients = append(x.s.recipients, r.ID)
	}
	for i := range m.Messages {
		msg := &m.Messages[i]
		p := fmt.Sprintf("%s.messages[%d]", path, i)
		x.add(target{id: msg.ID, kind: KindMessage, label: msg.Subject, path: p})
		x.links(p+".links", KindMailLink, msg.ID, msg.Links)
		for j, a := range msg.Attachments {
			x.add(target{id: a.ID, kind: KindAttachment, owner: msg.ID, label: a.Name, path: item(p, "attachments", j)})
		}
		for j, r := range msg.Replies {
			x.add(target{id: r.ID, kind: KindReply, owner: msg.ID, label: r.Text, path: item(p, "replies", j)})
		}
	}
}

func (x *indexer) links(path string, kind Kind, owner string, links []link) {
	for i, l := range links {
		p := fmt.Sprintf("%s[%d]", path, i)
		x.add(target{id: l.ID, kind: kind, owner: owner, page: l.Page, label: l.Text, path: p})
	}
}

func (x *indexer) browser(path string, b *browser) {
	for i := range b.Pages {
		pg := &b.Pages[i]
		p := item(path, "pages", i)
		t := target{id: pg.ID, kind: KindPage, label: pg.URL, path: p, sends: pg.Submit != nil}
		if pg.Submit != nil {
			t.page = pg.Submit.Page
		}
		x.add(t)
		x.links(p+".links", KindPageLink, pg.ID, pg.Links)
		x.fields(p+".fields", KindPageField, pg.ID, pg.Fields)
	}
	for i, id := range b.Bookmarks {
		t := x.s.targets[id]
		if t == nil || t.kind != KindPage {
			x.found.addf(item(path, "bookmarks", i), "no page %q", id)
			continue
		}
		t.free = true
	}
}

func (x *indexer) fields(path string, kind Kind, owner string, fields []field) {
	for i := range fields {
		f := &fields[i]
		t := target{id: f.ID, kind: kind, owner: owner, field: f, max: f.Max, label: f.Label, path: fmt.Sprintf("%s[%d]", path, i)}
		if t.max == 0 {
			t.max = defaultText
			if f.Type == FieldLong {
				t.max = defaultLong
			}
		}
		x.add(t)
	}
}

func (x *indexer) desk(path string, d *desk) {
	for i, c := range d.Contacts {
		p := item(path, "contacts", i)
		x.add(target{id: c.ID, kind: KindContact, needs: c.Needs, label: c.Name, path: p})
		for j, t := range c.Topics {
			x.add(target{id: t.ID, kind: KindTopic, owner: c.ID, needs: t.Needs, reopens: t.Reopens, label: t.Text, path: item(p, "topics", j)})
		}
	}
	for i, doc := range d.Documents {
		x.add(target{id: doc.ID, kind: KindDocument, label: doc.Title, path: item(path, "documents", i)})
	}
	for i, n := range d.Notes {
		t := target{id: n.ID, kind: KindNote, max: n.Max, label: n.Label, path: item(path, "notes", i)}
		if t.max == 0 {
			t.max = defaultLong
		}
		x.add(t)
	}
}

// item is the path of the i-th element of a list.
func item(path, list string, i int) string { return fmt.Sprintf("%s.%s[%d]", path, list, i) }
