package scenario

import "slices"

// target is something a verb acts on. Identifiers are unique in the whole scenario.
type target struct {
	id      string
	kind    Kind
	owner   string // the message, page, contact or form it belongs to
	page    string // where a link, or the button of a page, leads
	needs   string // act that must be done first
	reopens string // form that a topic gives back
	field   *field // for fields
	max     int    // characters of a value
	label   string // name, title, address: what the texts may call it
	path    string // in the YAML file
	free    bool   // page that browser.visit opens
	sends   bool   // page with a button, or form
}

// ready reports whether the prerequisites of an act are met.
func (s *Scenario) ready(st State, verb Verb, t *target) bool {
	switch verb.Name {
	case MailInspect, MailForward:
		return st.Did(MailOpen + ":" + t.id)
	case MailLink, MailAttachment:
		return st.Did(MailOpen + ":" + t.owner)
	case MailReply:
		return st.Did(MailOpen+":"+t.owner) && s.replied(st, t.owner) == ""
	case BrowserVisit:
		return t.free
	case BrowserFollow, BrowserFill:
		return st.Page == t.owner
	case BrowserSubmit:
		return st.Page == t.id && t.sends && s.filled(st, BrowserFill, t.id)
	case BrowserClose:
		return st.Page != "" || st.NoAnswer
	case DeskCall:
		return t.needs == "" || st.Did(t.needs)
	case DeskAsk:
		return st.Did(DeskCall+":"+t.owner) && s.raised(st, t)
	case FormFill:
		return !s.sent(st, t.owner)
	case FormSubmit:
		return s.filled(st, FormFill, t.id)
	}
	return true
}

// raised reports whether a topic may be raised with who was called: one that reopens a form, while the form is sent.
func (s *Scenario) raised(st State, t *target) bool {
	return (t.needs == "" || st.Did(t.needs)) && (t.reopens == "" || s.sent(st, t.reopens))
}

// filled reports whether the required fields of a page or form have a value; a required box must be on.
func (s *Scenario) filled(st State, verb, owner string) bool {
	for _, id := range s.order {
		t := s.targets[id]
		if t.owner != owner || t.field == nil || !t.field.Required {
			continue
		}
		value, done := st.Value(verb + ":" + id)
		if !done || value == "" || value == BoxOff && t.field.Type == FieldBox {
			return false
		}
	}
	return true
}

// replied returns the reply that was sent to a message, or an empty id.
func (s *Scenario) replied(st State, message string) string {
	i := slices.IndexFunc(st.Log, func(ev Event) bool {
		verb, id := ev.Act()
		return verb == MailReply && s.targets[id].owner == message
	})
	if i < 0 {
		return ""
	}
	_, id := st.Log[i].Act()
	return id
}
