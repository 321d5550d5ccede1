package psy

import (
	"io"

	"galien/internal/psy/strictjson"
)

// curveRequest is that of Probability and of Information.
type curveRequest struct {
	items  itemSet
	thetas []float64
}

func readCurves(in io.Reader) (r curveRequest, err error) {
	err = fields{
		"items": r.items.read,
		"theta": func(d *strictjson.Decoder) { r.thetas = reals(d, maxThetas) },
	}.read(in)
	switch {
	case err != nil:
		return r, err
	case len(r.thetas) == 0:
		return r, fieldError("theta", "missing: at least one ability is needed")
	}
	if err := r.items.required("items"); err != nil {
		return r, err
	}
	cells := 0
	for i := range r.items.items {
		cells += r.items.items[i].Categories()
	}
	if cells*len(r.thetas) > maxCells {
		return r, fieldError("theta", "the answer would hold more than %d numbers", maxCells)
	}
	return r, nil
}

type probabilities struct {
	Theta numbers             `json:"theta"`
	Items []itemProbabilities `json:"items"`
}

type itemProbabilities struct {
	ID            string    `json:"id"`
	Probabilities []numbers `json:"probabilities"` // by theta, then by category
}

// Probability answers with the probability of each category of each item at each ability.
func Probability(in io.Reader, out io.Writer) error {
	r, err := readCurves(in)
	if err != nil {
		return err
	}
	answer := probabilities{Theta: r.thetas}
	for i := range r.items.items {
		it := &r.items.items[i]
		p := itemProbabilities{ID: it.ID, Probabilities: make([]numbers, len(r.thetas))}
		for t, theta := range r.thetas {
			p.Probabilities[t] = it.Probabilities(theta, make([]float64, 0, it.Categories()))
		}
		answer.Items = append(answer.Items, p)
	}
	return respond(out, answer)
}

type informations struct {
	Theta numbers           `json:"theta"`
	Items []itemInformation `json:"items"`
	Test  numbers           `json:"test"` // their sum
}

type itemInformation struct {
	ID          string  `json:"id"`
	Information numbers `json:"information"` // by theta
}

// Information answers with the Fisher information of each item at each ability, and with that of the whole test.
func Information(in io.Reader, out io.Writer) error {
	r, err := readCurves(in)
	if err != nil {
		return err
	}
	answer := informations{Theta: r.thetas, Test: make(numbers, len(r.thetas))}
	for i := range r.items.items {
		it := &r.items.items[i]
		info := itemInformation{ID: it.ID, Information: make(numbers, len(r.thetas))}
		for t, theta := range r.thetas {
			info.Information[t] = it.Item.Information(theta)
			answer.Test[t] += info.Information[t]
		}
		answer.Items = append(answer.Items, info)
	}
	return respond(out, answer)
}
