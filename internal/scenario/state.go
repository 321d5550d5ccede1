package scenario

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// State is where the learner stands: the fold of the accepted events. Its zero value is the start. A State is never
// changed: Apply returns another one.
type State struct {
	Seq      int     // of the last accepted event, 0 at the start
	At       int64   // milliseconds since the start, of the last accepted event
	Finished bool    // finish was accepted
	Page     string  // page on the browser's screen, empty for none
	NoAnswer bool    // the last link led to a site that does not answer
	Log      []Event // accepted events, secrets masked
}

// Did reports whether the act, for example "mail.report:m2", was done.
func (st State) Did(act string) bool { return st.first(act) >= 0 }

// Value returns the last value given with the act, for example "form.fill:f3", and whether it was done at all.
func (st State) Value(act string) (value string, done bool) {
	for _, ev := range slices.Backward(st.Log) {
		if ev.Do == act {
			return ev.V, true
		}
	}
	return "", false
}

// first returns the index in the log of the first event that does the act, or -1.
func (st State) first(act string) int {
	return slices.IndexFunc(st.Log, func(ev Event) bool { return ev.Do == act })
}

// Fold replays a log from the start. The error is the *Refusal of the first event that does not apply; the state is
// then the one before it.
func (s *Scenario) Fold(events []Event) (State, error) {
	var st State
	for _, ev := range events {
		next, _, err := s.Apply(st, ev)
		if err != nil {
			return st, err
		}
		st = next
	}
	return st, nil
}

// Apply validates an event and returns the state after it and the event to store, in which the value of a secret
// field is masked: the event received must not be stored. Applying a stored event again gives the same result. The
// error is a *Refusal; the state is then the one given.
func (s *Scenario) Apply(st State, ev Event) (State, Event, error) {
	if code := s.examine(st, ev); code != "" {
		return st, Event{}, refuse(ev, code)
	}
	verb, id := ev.Act()
	t := s.targets[id]
	if t != nil && t.field != nil && t.field.Secret {
		ev.V = Masked
	}
	next := st
	next.Seq, next.At = ev.Seq, ev.T
	next.Log = append(slices.Clip(st.Log), ev)
	next.Finished = verb == Finish
	next.browse(verb, t)
	return next, ev, nil
}

// browse follows what the act does to the browser.
func (st *State) browse(verb string, t *target) {
	switch verb {
	case MailLink, BrowserFollow:
		st.Page, st.NoAnswer = t.page, t.page == ""
	case BrowserVisit:
		st.Page, st.NoAnswer = t.id, false
	case BrowserSubmit:
		if t.page != "" {
			st.Page = t.page
		}
	case BrowserClose:
		st.Page, st.NoAnswer = "", false
	}
}

// examine returns why the event is refused, or an empty code.
func (s *Scenario) examine(st State, ev Event) Code {
	if code := s.examineOrder(st, ev); code != "" {
		return code
	}
	name, id := ev.Act()
	verb, known := s.verbs[name]
	if !known || len(ev.Do) > MaxDo {
		return CodeUnknownVerb
	}
	if verb.On == KindNone {
		if ev.Do != name {
			return CodeWrongTarget
		}
	} else if t := s.targets[id]; t == nil {
		return CodeUnknownTarget
	} else if t.kind != verb.On {
		return CodeWrongTarget
	}
	if s.spent(st, verb, ev.Do) {
		return CodeRepeated
	}
	if !s.ready(st, verb, s.targets[id]) {
		return CodeUnmet
	}
	return s.examineValue(verb, s.targets[id], ev.V)
}

// examineOrder checks what does not depend on the act.
func (s *Scenario) examineOrder(st State, ev Event) Code {
	switch {
	case st.Finished:
		return CodeFinished
	case ev.Seq != st.Seq+1:
		return CodeWrongSeq
	case ev.T < st.At:
		return CodeWrongTime
	case len(st.Log) >= MaxEvents && ev.Do != Finish:
		return CodeTooMany
	}
	return ""
}

func (s *Scenario) examineValue(verb Verb, t *target, v string) Code {
	if verb.Value == ValueNone {
		if v != "" {
			return CodeValueRefused
		}
		return ""
	}
	if !utf8.ValidString(v) || strings.ContainsFunc(v, forbidden) {
		return CodeValueInvalid
	}
	switch {
	case verb.Value == ValueRecipient:
		return among(s.recipients, v)
	case verb.Value == ValueText && strings.TrimSpace(v) == "":
		return CodeValueRequired // a note is sent: an empty one would be told as passed on
	case verb.Value == ValueText:
		return fits(v, t.max)
	case t.field.Type == FieldChoice:
		return among(optionIDs(t.field.Options), v)
	case t.field.Type == FieldBox:
		return among([]string{BoxOn, BoxOff}, v)
	case t.field.Secret && v == "":
		return CodeValueRequired
	}
	return fits(v, t.max)
}

func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func among(allowed []string, v string) Code {
	switch {
	case v == "":
		return CodeValueRequired
	case !slices.Contains(allowed, v):
		return CodeValueUnknown
	}
	return ""
}

func fits(v string, limit int) Code {
	if utf8.RuneCountInString(v) > limit {
		return CodeValueTooLong
	}
	return ""
}

func optionIDs(options []choice) []string {
	ids := make([]string, len(options))
	for i, o := range options {
		ids[i] = o.ID
	}
	return ids
}
