package psy

import (
	"strings"

	"galien/internal/measure"
	"galien/internal/measure/calibration"
)

type calibrated struct {
	Items         []calibratedItem `json:"items"`
	LogLikelihood number           `json:"logLikelihood"`
	Penalised     *number          `json:"penalised,omitempty"` // with the priors' densities
	Iterations    int              `json:"iterations"`
	Converged     bool             `json:"converged"`
	Reason        string           `json:"reason"`
	Change        number           `json:"change"`
	Parameters    int              `json:"parameters"`
	Persons       int              `json:"persons"`
	Responses     int              `json:"responses"`
	Groups        []populationOf   `json:"groups"`
	Errors        string           `json:"errors"`
	Warnings      []string         `json:"warnings"`
}

// calibratedItem can be read back as an item. B is a number under the dichotomous models and an array under the others.
type calibratedItem struct {
	ID     string      `json:"id"`
	Model  string      `json:"model"`
	A      *number     `json:"a"`
	B      any         `json:"b"`
	C      *number     `json:"c,omitempty"`
	U      *number     `json:"u,omitempty"`
	SE     *itemErrors `json:"se"`
	N      int64       `json:"n"`
	Status string      `json:"status"`
	Reason string      `json:"reason,omitempty"`
}

// notCalibrated is the status of an item that has no finite estimate.
const notCalibrated = "not calibrated"

type itemErrors struct {
	A number  `json:"a"`
	B any     `json:"b"`
	C *number `json:"c,omitempty"`
}

type populationOf struct {
	Name      string        `json:"name"`
	N         int           `json:"n"`
	Mean      number        `json:"mean"`
	SD        number        `json:"sd"`
	SE        *normalErrors `json:"se,omitempty"`
	Estimated bool          `json:"estimated"`
}

type normalErrors struct {
	Mean number `json:"mean"`
	SD   number `json:"sd"`
}

func newCalibrated(r *calibration.Result, d *calibration.Data, model measure.Model, priors calibration.Priors) calibrated {
	answer := calibrated{
		Items: []calibratedItem{}, LogLikelihood: number(r.LogLikelihood), Iterations: r.Iterations, Converged: r.Converged,
		Reason: r.Reason.String(), Change: number(r.Change), Parameters: r.Parameters, Persons: d.Persons(),
		Responses: d.Responses(), Errors: r.Errors.String(), Warnings: append([]string{}, r.Warnings...),
	}
	if priors != calibration.NoPriors() {
		answer.Penalised = finiteOrNil(r.Penalised)
	}
	for i := range r.Items {
		if it := &r.Items[i]; it.N > 0 {
			answer.Items = append(answer.Items, newCalibratedItem(it, model))
		}
	}
	for _, g := range r.Groups {
		if g.Persons == 0 {
			continue
		}
		p := populationOf{Name: g.Name, N: g.Persons, Mean: number(g.Mean), SD: number(g.SD), Estimated: g.Estimated}
		if g.MeanSE > 0 {
			p.SE = &normalErrors{number(g.MeanSE), number(g.SDSE)}
		}
		answer.Groups = append(answer.Groups, p)
	}
	return answer
}

func newCalibratedItem(e *calibration.Estimate, model measure.Model) calibratedItem {
	it := calibratedItem{ID: e.ID, Model: model.String(), N: e.N}
	if e.Item == nil {
		it.Status, it.Reason = notCalibrated, e.Status.String()
		return it
	}
	model = e.Item.Model
	polytomous := model == measure.GRM || model == measure.GPCM
	it.Model, it.Status = model.String(), e.Status.String()
	a := e.Item.A
	if a == 0 {
		a = 1
	}
	it.A, it.B = finiteOrNil(a), oneOrMany(e.Item.B, polytomous)
	if !polytomous {
		it.C = finiteOrNil(e.Item.C)
	}
	if model == measure.FourPL {
		it.U = finiteOrNil(e.Item.U)
	}
	if e.SE != nil {
		it.SE = &itemErrors{A: number(e.SE.A), B: oneOrMany(e.SE.B, polytomous)}
		if model == measure.ThreePL {
			it.SE.C = finiteOrNil(e.SE.C)
		}
	}
	if len(e.AtBound) > 0 {
		it.Reason = "held by a bound of the search: " + strings.Join(e.AtBound, ", ")
	}
	return it
}

func finiteOrNil(v float64) *number {
	if !finite(v) {
		return nil
	}
	return (*number)(&v)
}

// oneOrMany is an array of numbers, or the first of them alone.
func oneOrMany(v []float64, many bool) any {
	switch {
	case many:
		return numbers(v)
	case len(v) == 0:
		return nil
	}
	return number(v[0])
}
