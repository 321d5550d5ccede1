package scenario

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Lengths of a random walk: from a few acts, which spares the dangerous ones, to twice what an expert does.
const (
	shortestWalk = 5
	longestWalk  = 60
)

// player plays a strategy, one act every pace.
type player struct {
	s  *Scenario
	st State
}

// try does an act and reports whether it was accepted.
func (p *player) try(act, v string) bool {
	next, _, err := p.s.Apply(p.st, Event{Seq: p.st.Seq + 1, T: p.st.At + pace*1000, Do: act, V: v})
	if err != nil {
		return false
	}
	p.st = next
	return true
}

func (s *Scenario) idle() State {
	p := player{s: s}
	p.try(Finish, "")
	return p.st
}

// spray opens, reads and follows all there is, as someone who clicks on everything.
func (s *Scenario) spray() State {
	p := player{s: s}
	p.exhaust(MailOpen, MailLink, MailAttachment, BrowserVisit, BrowserFollow)
	p.try(Finish, "")
	return p.st
}

// reportAll reports every message; with looking, it opens and inspects them before.
func (s *Scenario) reportAll(looking bool) State {
	p := player{s: s}
	if looking {
		p.exhaust(MailOpen)
		p.exhaust(MailInspect)
	}
	p.exhaust(MailReport)
	p.try(Finish, "")
	return p.st
}

// exhaust does every act of these verbs that is offered and not done yet, until there is none.
func (p *player) exhaust(verbs ...string) {
	for {
		offers := p.s.Offers(p.st)
		i := slices.IndexFunc(offers, func(act string) bool {
			verb, _ := Event{Do: act}.Act()
			return slices.Contains(verbs, verb) && !p.st.Did(act)
		})
		if i < 0 || !p.try(offers[i], "") {
			return
		}
	}
}

// wander picks each act at random among those offered, and each value at random among the choices. It prefers what it
// has not done yet, as a person does, and then finishes.
func (s *Scenario) wander(seed uint64) State {
	rnd := rand.New(rand.NewPCG(seed, 2022))
	p := player{s: s}
	for range shortestWalk + rnd.IntN(longestWalk-shortestWalk+1) {
		offers := slices.DeleteFunc(s.Offers(p.st), func(act string) bool { return act == Finish })
		if len(offers) == 0 {
			break
		}
		if fresh := slices.DeleteFunc(slices.Clone(offers), p.st.Did); len(fresh) > 0 {
			offers = fresh
		}
		act := offers[rnd.IntN(len(offers))]
		p.try(act, s.someValue(rnd, act))
	}
	p.try(Finish, "")
	return p.st
}

// someValue returns a value that the act accepts, or none.
func (s *Scenario) someValue(rnd *rand.Rand, act string) string {
	name, id := Event{Do: act}.Act()
	pick := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return list[rnd.IntN(len(list))]
	}
	switch t := s.targets[id]; {
	case s.verbs[name].Value == ValueNone:
		return ""
	case s.verbs[name].Value == ValueRecipient:
		return pick(s.recipients)
	case t.field == nil:
		return s.someWord(rnd)
	case t.field.Type == FieldChoice:
		return pick(optionIDs(t.field.Options))
	case t.field.Type == FieldBox:
		return pick([]string{BoxOn, BoxOff})
	}
	return s.someWord(rnd)
}

// someWord returns a word of the world, short enough for any field.
func (s *Scenario) someWord(rnd *rand.Rand) string {
	passages := s.src.passages()
	words := strings.Fields(passages[rnd.IntN(len(passages))].text)
	if len(words) == 0 {
		return ""
	}
	word := []rune(words[rnd.IntN(len(words))])
	return string(word[:min(len(word), 8)])
}
