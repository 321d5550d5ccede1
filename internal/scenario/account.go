package scenario

// Deed is an act told to the person who did it, once the attempt is closed.
type Deed struct {
	Verb string `json:"verb"`
	What string `json:"what"`         // name of the target; of a message forwarded, who it went to; of a note, what was written
	Of   string `json:"of,omitempty"` // what the target belongs to, or the message that was forwarded
}

// Account tells the acts of a state in their order. What was only opened, looked at in passing or typed in a form is
// left out. An act done again is told the first time, a message forwarded once for each recipient, but each sending of a
// form, page or note is told, and each call that gave a form back. What was typed on a web page is not told, only that it was.
func (s *Scenario) Account(st State) []Deed {
	var out []Deed
	told := map[Event]bool{}
	for _, ev := range st.Log {
		key := Event{Do: ev.Do}
		switch verb, _ := ev.Act(); verb {
		case MailOpen, BrowserClose, FormFill, Finish:
			continue
		case MailForward:
			key.V = ev.V
		case FormSubmit, BrowserSubmit, DeskNote:
			key.Seq = ev.Seq
		case DeskAsk:
			if s.reopened(ev) != "" {
				key.Seq = ev.Seq
			}
		}
		if !told[key] {
			told[key] = true
			out = append(out, s.deed(ev))
		}
	}
	return out
}

func (s *Scenario) deed(ev Event) Deed {
	verb, id := ev.Act()
	t := s.targets[id]
	d := Deed{Verb: verb, What: s.nameOf(id), Of: s.nameOf(t.owner)}
	switch verb {
	case MailForward:
		d.What, d.Of = s.recipientName(ev.V), d.What
	case DeskNote:
		d.What, d.Of = ev.V, d.What
	}
	return d
}

// nameOf is what a learner calls a target: a page by its title, the others by their label.
func (s *Scenario) nameOf(id string) string {
	t := s.targets[id]
	if t == nil {
		return ""
	}
	for _, w := range s.src.Widgets {
		if w.Browser == nil || t.kind != KindPage {
			continue
		}
		for _, p := range w.Browser.Pages {
			if p.ID == id {
				return p.Title
			}
		}
	}
	return t.label
}

func (s *Scenario) recipientName(id string) string {
	for _, w := range s.src.Widgets {
		if w.Mailbox == nil {
			continue
		}
		for _, r := range w.Mailbox.Recipients {
			if r.ID == id {
				return r.Name
			}
		}
	}
	return id
}
