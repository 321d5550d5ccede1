package e2e

import (
	"strconv"
	"strings"

	"galien/internal/item"
)

// over is the screen of an attempt that has no question left.
const over item.Type = "over"

// mostAnswers bounds the answers of an attempt, whatever its plan.
const mostAnswers = 40

// screen tells which type of question is shown, as its controls say it.
func (p *person) screen() item.Type {
	p.t.Helper()
	if strings.HasSuffix(p.path(), "/resultat") {
		return over
	}
	seen := map[string]int{}
	for _, e := range p.Elements("radio", "checkbox", "textbox", "combobox", "button", "link") {
		switch {
		case e.Role == "link" && e.Name == plain(p.say("assess.world.end_tab")):
			return item.Scenario
		case e.Role == "button" && strings.HasPrefix(e.Name, plain(p.say("ui.move_down"))):
			seen["move"]++
		default:
			seen[e.Role]++
		}
	}
	for _, kind := range []struct {
		control string
		is      item.Type
	}{{"move", item.Order}, {"combobox", item.Match}, {"checkbox", item.Multiple}, {"radio", item.Single}, {"textbox", item.Text}} {
		if seen[kind.control] > 0 {
			return kind.is
		}
	}
	p.t.Fatalf("%s shows no question that a person could answer:\n%s", p, p.Text())
	return over
}

// saved reads how many answers the page says are saved, -1 when it says nothing of it.
func (p *person) saved() int {
	p.t.Helper()
	shown := plain(p.Text())
	for n := mostAnswers; n >= 0; n-- { // «11 réponses» holds «1 réponses»
		if strings.Contains(shown, plain(p.say("assess.question.saved", "count", n))) {
			return n
		}
	}
	return -1
}

// finish answers what is shown until the result, and returns the types of question met, in order.
func (p *person) finish() []item.Type {
	p.t.Helper()
	var met []item.Type
	for range mostAnswers {
		kind := p.screen()
		if kind == over {
			return met
		}
		met = append(met, kind)
		p.answer(kind, len(met))
	}
	p.t.Fatalf("%s: still a question after %d answers", p, mostAnswers)
	return met
}

// answer gives an answer to the question shown, of that type, and waits until it is saved. turn varies the choice.
func (p *person) answer(kind item.Type, turn int) {
	p.t.Helper()
	before := p.saved()
	p.choose(kind, turn)
	if kind != item.Scenario {
		p.ClickRole("button", p.say("assess.question.submit"))
	}
	p.advanced(before)
}

// advanced waits until one answer more is saved, or the result is there.
func (p *person) advanced(before int) {
	p.t.Helper()
	p.until("past its question", func() bool {
		return p.saved() == before+1 || p.path() != "" && strings.HasSuffix(p.path(), "/resultat")
	})
}

// choose fills in an answer without sending it; a scenario is played to its end.
func (p *person) choose(kind item.Type, turn int) {
	p.t.Helper()
	switch kind {
	case item.Single:
		all := p.Elements("radio")
		p.ClickRole("radio", all[turn%len(all)].Name)
	case item.Multiple:
		all := p.Elements("checkbox")
		p.ClickRole("checkbox", all[turn%len(all)].Name)
		p.ClickRole("checkbox", all[(turn+1)%len(all)].Name)
	case item.Text:
		p.Fill(p.Elements("textbox")[0].Name, strconv.Itoa(42+turn))
	case item.Order:
		p.reorder()
	case item.Match:
		p.classify(turn)
	case item.Scenario:
		p.playMailbox()
	}
}

// reorder moves the first step down by one place.
func (p *person) reorder() {
	p.t.Helper()
	steps := p.moves()
	first := steps[0]
	p.ClickRole("button", first)
	p.until("with the first step moved", func() bool { now := p.moves(); return len(now) > 1 && now[1] == first })
}

// moves lists the names of the buttons that move a step down, in the order of the steps.
func (p *person) moves() []string {
	p.t.Helper()
	var names []string
	for _, e := range p.Elements("button") {
		if strings.HasPrefix(e.Name, plain(p.say("ui.move_down"))) {
			names = append(names, e.Name)
		}
	}
	return names
}

// classify chooses a category for each row.
func (p *person) classify(turn int) {
	p.t.Helper()
	options := p.categories()
	for i, row := range p.Elements("combobox") {
		p.Select(row.Name, options[(turn+i)%len(options)])
	}
}

// categories lists the options of the selects shown, which are the same in each, without the prompt.
func (p *person) categories() []string {
	p.t.Helper()
	var names []string
	seen := map[string]bool{plain(p.say("assess.world.choose")): true}
	for _, e := range p.Elements("option") {
		if !seen[e.Name] {
			seen[e.Name] = true
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		p.t.Fatalf("%s: the selects have no option: %v", p, p.Elements())
	}
	return names
}
