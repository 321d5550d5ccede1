package scenario

import "slices"

// A form is sent once. A telephone topic may reopen it: it is then filled and sent again, and what was sent last counts.

// submitting is the act that sends a form, or nothing for no form.
func submitting(form string) string {
	if form == "" {
		return ""
	}
	return FormSubmit + ":" + form
}

// sent reports whether a form is sent, and was not reopened since.
func (s *Scenario) sent(st State, form string) bool {
	act := submitting(form)
	for _, ev := range slices.Backward(st.Log) {
		if ev.Do == act {
			return true
		}
		if s.reopened(ev) == form {
			return false
		}
	}
	return false
}

// reopened is the form that an event gives back, or an empty id.
func (s *Scenario) reopened(ev Event) string {
	verb, id := ev.Act()
	if t := s.targets[id]; verb == DeskAsk && t != nil {
		return t.reopens
	}
	return ""
}

// spent reports whether an act that is done only once was done. A form that was reopened may be sent again.
func (s *Scenario) spent(st State, verb Verb, act string) bool {
	if verb.Name == FormSubmit {
		_, form := Event{Do: act}.Act()
		return s.sent(st, form)
	}
	return verb.Once && st.Did(act)
}

// settled is the state as the institution knows it: of each form that was sent, only the last sending, and nothing of what
// was typed after it and never sent.
func (s *Scenario) settled(st State) State {
	last := map[string]int{} // of a form, the event that sent it
	for i, ev := range st.Log {
		if verb, id := ev.Act(); verb == FormSubmit {
			last[id] = i
		}
	}
	kept := make([]Event, 0, len(st.Log))
	for i, ev := range st.Log {
		verb, id := ev.Act()
		form := s.reopened(ev)
		switch verb {
		case FormSubmit:
			form = id
		case FormFill:
			form = s.targets[id].owner
		}
		sending, sent := last[form]
		if superseded := verb == FormSubmit && i < sending; sent && (superseded || i > sending) {
			continue
		}
		kept = append(kept, ev)
	}
	st.Log = kept
	return st
}
