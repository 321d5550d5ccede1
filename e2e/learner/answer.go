package learner

import (
	"net/url"
	"strconv"
	"strings"

	"galien/internal/item"
	"galien/internal/scenario"
)

// Answer is what a learner sends for a screen: the response to its question, or an act in its scenario. Sending the same
// Answer again is sending the same request again.
type Answer struct {
	Seq      int
	Item     string
	Response item.Response // in places of the screen; its zero value is «je ne sais pas»
	Act      string        // in a scenario, as verb:target; else empty
}

// looks is how many messages a learner opens in a scenario before finishing it.
const looks = 2

// Choose makes an answer that the screen allows, at random: one time in eight «je ne sais pas».
func (l *Learner) Choose(sc Screen) Answer {
	a := Answer{Seq: sc.Seq, Item: sc.Item}
	switch {
	case sc.world:
		a.Act = l.act(sc)
	case l.random.IntN(8) == 0:
	case sc.multiple:
		l.random.Shuffle(len(sc.choices), func(i, j int) { sc.choices[i], sc.choices[j] = sc.choices[j], sc.choices[i] })
		a.Response.Choices = sc.choices[:1+l.random.IntN(len(sc.choices))]
	case len(sc.choices) > 0:
		a.Response.Choices = []string{l.one(sc.choices)}
	case sc.text:
		a.Response.Text = strconv.Itoa(l.random.IntN(10_000))
	case len(sc.steps) > 0:
		l.random.Shuffle(len(sc.steps), func(i, j int) { sc.steps[i], sc.steps[j] = sc.steps[j], sc.steps[i] })
		a.Response.Order = sc.steps
	case len(sc.rows) > 0:
		a.Response.Match = map[string]string{}
		for _, row := range sc.rows {
			a.Response.Match[row.id] = l.one(row.options)
		}
	}
	return a
}

func (l *Learner) one(of []string) string { return of[l.random.IntN(len(of))] }

// act opens a message, or finishes the scenario once in looks+1: every scenario offers both at any moment.
func (l *Learner) act(sc Screen) string {
	var opens []string
	for _, act := range sc.acts {
		if strings.HasPrefix(act, scenario.MailOpen+":") {
			opens = append(opens, act)
		}
	}
	if len(opens) == 0 || l.random.IntN(looks+1) == 0 {
		return scenario.Finish
	}
	return l.one(opens)
}

// door is where the form is sent, below the attempt.
func (a Answer) door() string {
	if a.Act != "" {
		return doorAct
	}
	return doorAnswer
}

func (a Answer) values() url.Values {
	v := url.Values{fieldSeq: {strconv.Itoa(a.Seq)}}
	if a.Act != "" {
		v.Set(fieldDo, a.Act)
		return v
	}
	v.Set(fieldItem, a.Item)
	r := a.Response
	if r.Skipped() {
		v.Set(fieldSkip, "1")
		return v
	}
	for _, c := range r.Choices {
		v.Add(fieldChoice, c)
	}
	for _, s := range r.Order {
		v.Add(fieldStep, s)
	}
	for id, category := range r.Match {
		v.Set(fieldRow+id, category)
	}
	if r.Text != "" {
		v.Set(fieldText, r.Text)
	}
	return v
}
