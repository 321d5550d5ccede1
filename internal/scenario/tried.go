package scenario

import "slices"

// tried reports whether something of what a rule expects was done, of a rule that is not satisfied.
//
// An ordinary rule is tried when an act of its attempt was done or, without attempt, an act it asks for; see asked. A rule of restraint asks for nothing on what it
// protects: it is tried when it was broken, that is when one of its conditions that hold a never or a not fails. Where
// they all hold, only its gate is missing.
func (s *Scenario) tried(r *rule, st State) bool {
	if !r.Restraint {
		acts := r.Attempt
		if len(acts) == 0 {
			acts = r.If.asked()
		}
		return slices.ContainsFunc(acts, func(act string) bool { return s.gave(st, act) })
	}
	for _, p := range r.If.conditions() {
		if p.forbids() && !p.holds(st) {
			return true
		}
	}
	return false
}

// gave reports whether the act was done, and left something: an emptied field and a box unticked are as nothing.
func (s *Scenario) gave(st State, act string) bool {
	value, done := st.Value(act)
	name, id := Event{Do: act}.Act()
	if !done || s.verbs[name].Value == ValueNone {
		return done
	}
	t := s.targets[id]
	box := t.field != nil && t.field.Type == FieldBox
	return value != "" && !(box && value == BoxOff)
}

// asked returns the acts that a predicate asks for. Of before it is the first act, of within the act and not what it
// comes after: the others say when. Nothing under never or not is asked for, nor the acts of a count that allows none.
func (p *predicate) asked() []string {
	switch {
	case p.Never != "" || p.Not != nil || p.Count != nil && p.Count.Max != nil && *p.Count.Max == 0:
		return nil
	case len(p.Before) > 0:
		return p.Before[:1]
	case p.Within != nil:
		return []string{p.Within.Of}
	case len(p.All) == 0 && len(p.Any) == 0:
		return p.acts()
	}
	var out []string
	for _, child := range p.children() {
		out = append(out, child.asked()...)
	}
	return out
}

// conditions are what a predicate joins with all, or the predicate alone.
func (p *predicate) conditions() []predicate {
	if len(p.All) > 0 {
		return p.All
	}
	return []predicate{*p}
}

// forbids reports whether a never or a not stands in the predicate.
func (p *predicate) forbids() bool {
	return p.Never != "" || p.Not != nil || slices.ContainsFunc(p.children(), func(c inner) bool { return c.forbids() })
}
