package psy

import (
	"errors"
	"io"
	"strings"

	"galien/internal/measure"
	"galien/internal/measure/linking"
	"galien/internal/psy/strictjson"
)

type links struct {
	Common  []string       `json:"common"`
	Methods map[string]any `json:"methods"` // by name: link, or unlinked
	Drift   *drift         `json:"drift,omitempty"`
}

// link is θ_to = A·θ_from + B.
type link struct {
	A         number  `json:"A"`
	B         number  `json:"B"`
	Criterion *number `json:"criterion,omitempty"`
}

// unlinked says why a method has no constants.
type unlinked struct {
	A      *number `json:"A"`
	B      *number `json:"B"`
	Reason string  `json:"reason"`
}

type drift struct {
	Items []movement `json:"items"`
	Link  link       `json:"link"` // that rests on the items that did not drift
}

type movement struct {
	ID          string  `json:"id"`
	Difficulty  numbers `json:"difficulty"`
	DifficultyZ numbers `json:"difficultyZ"`
	Slope       number  `json:"slope"`
	SlopeZ      number  `json:"slopeZ"`
	Drifted     bool    `json:"drifted"`
}

// linkRequest is that of Link.
type linkRequest struct {
	from, to itemSet
	options  linking.Options
	critical float64
}

// Link answers with the constants that put the items "from" on the scale of the items "to", by each method, and with
// the common items that moved more than the others.
func Link(in io.Reader, out io.Writer) error {
	var r linkRequest
	err := fields{
		"from":     func(d *strictjson.Decoder) { itemsOrSet(d, &r.from) },
		"to":       func(d *strictjson.Decoder) { itemsOrSet(d, &r.to) },
		"both":     func(d *strictjson.Decoder) { r.options.Both = d.Bool() },
		"grid":     func(d *strictjson.Decoder) { r.options.To = linkNodes(d) },
		"critical": func(d *strictjson.Decoder) { r.critical = real(d) },
	}.read(in)
	for _, set := range []struct {
		items *itemSet
		field string
	}{{&r.from, "from"}, {&r.to, "to"}} {
		if err == nil {
			err = set.items.required(set.field)
		}
	}
	if err != nil {
		return err
	}
	answer := links{Methods: map[string]any{}}
	for name, method := range map[string]linking.Method{
		"meanMean": linking.MeanMean, "meanSigma": linking.MeanSigma,
		"haebara": linking.Haebara, "stockingLord": linking.StockingLord,
	} {
		l, err := linking.Between(r.from.plain(), r.to.plain(), method, r.options)
		switch {
		case errors.Is(err, linking.ErrNoMinimum):
			answer.Methods[name] = unlinked{Reason: plainly(err)}
			continue
		case err != nil:
			return fieldError("from", "%s", plainly(err))
		}
		answer.Common, answer.Methods[name] = l.Common, newLink(l)
	}
	if len(answer.Common) > 2 {
		answer.Drift = r.drift()
	}
	return respond(out, answer)
}

func newLink(l linking.Link) link {
	n := link{A: number(l.A), B: number(l.B)}
	if l.Steps > 0 {
		n.Criterion = finiteOrNil(l.Criterion)
	}
	return n
}

// drift is nil when the common items do not tell which of them moved.
func (r *linkRequest) drift() *drift {
	m, err := linking.Drift(r.to.plain(), r.from.plain(), linking.DriftOptions{Linking: r.options, Critical: r.critical})
	if err != nil {
		return nil
	}
	d := &drift{Link: newLink(m.Link)}
	for _, it := range m.Items {
		d.Items = append(d.Items, movement{it.Item, it.Difficulty, it.DifficultyZ, number(it.Slope), number(it.SlopeZ), it.Drifted})
	}
	return d
}

// itemsOrSet reads an array of items, or an object that holds it as "items", such as the answer of psy calibrate.
func itemsOrSet(d *strictjson.Decoder, set *itemSet) {
	if d.IsArray() {
		set.read(d)
		return
	}
	calibratedFields(set).object(d)
}

// linkNodes reads a grid into nodes of standard normal weights.
func linkNodes(d *strictjson.Decoder) []linking.Node {
	g := measure.Grid{Min: -4, Max: 4, Points: 41}
	readGrid(d, &g)
	if d.Failed() {
		return nil
	}
	return linking.NormalNodes(g.Min, g.Max, g.Points)
}

// plainly is an error without the name of its package.
func plainly(err error) string {
	_, text, _ := strings.Cut(err.Error(), ": ")
	return text
}
