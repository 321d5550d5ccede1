package scenario

// Offers returns every act that the state allows, each without a value, in the order of the file. A page that shows
// no other act than these never provokes a refusal other than by a value.
func (s *Scenario) Offers(st State) []string {
	if st.Finished {
		return nil
	}
	var out []string
	for _, id := range s.order {
		t := s.targets[id]
		for _, verb := range s.acting[t.kind] {
			act := verb.Name + ":" + id
			if !s.spent(st, verb, act) && s.ready(st, verb, t) {
				out = append(out, act)
			}
		}
	}
	if s.ready(st, Verb{Name: BrowserClose}, nil) {
		out = append(out, BrowserClose)
	}
	return append(out, Finish)
}
