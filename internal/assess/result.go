package assess

import (
	"math"

	"galien/internal/measure"
)

// Result is what an attempt established. It is stored as canonical JSON; numbers are rounded to 1e-6.
type Result struct {
	Framework    string     `json:"framework"`
	Version      string     `json:"version"`
	Scope        string     `json:"scope"`
	Provisional  bool       `json:"provisional"` // levels or parameters are experts' statements, not calibrated
	Answers      int        `json:"answers"`
	Reason       string     `json:"reason"`
	Main         Measured   `json:"main"`
	Domains      []Measured `json:"domains"`
	Competencies []Measured `json:"competencies"`
}

// Measured is one reported score: where, how sure, which level.
//
// The level is the one whose band holds the mean, so that the level, the value and the scale say the same. It is not always
// the most probable one: near a cut, the band on the other side may weigh a little more, as the last bands have no end.
// Levels says by how much.
type Measured struct {
	Code    string    `json:"code"` // of the domain or competency; empty for the whole
	Number            // on the ability scale
	Level   int       `json:"level"`  // the one that holds the mean, from 0
	Levels  []float64 `json:"levels"` // probability of each level
	Answers int       `json:"answers"`
}

// Enough reports whether there are answers enough for the result to be read: one that was ended sooner, for another to begin,
// says next to nothing.
func (r Result) Enough() bool { return r.Answers >= minForResult }

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func number(e measure.Estimate) Number { return Number{Mean: round(e.Mean), SE: round(e.SE)} }

// result reports what the posterior says now, for what is in the attempt's scope.
func (l *live) result() Result {
	fw := l.plan.framework
	r := Result{Framework: fw.Code, Version: fw.Version, Scope: l.start.Scope, Provisional: true, Answers: len(l.answers), Reason: l.stop}
	if r.Reason == "" {
		r.Reason = ReasonChosen
	}
	perDim := make([]int, fw.Dims())
	for _, i := range l.answered {
		perDim[l.plan.bank.Item(i).Dim]++
	}
	r.Main = l.measured(l.start.Scope, l.plan.main.Weights, len(l.answers))
	first := 0
	for _, d := range fw.Domains {
		inScope := l.plan.main.Weights[first] > 0
		total := 0
		for k, c := range d.Competencies {
			total += perDim[first+k]
			if inScope {
				w := make([]float64, fw.Dims())
				w[first+k] = 1
				r.Competencies = append(r.Competencies, l.measured(c.Code, w, perDim[first+k]))
			}
		}
		first += len(d.Competencies)
		if w, ok := fw.DomainWeights(d.Code); ok && inScope {
			r.Domains = append(r.Domains, l.measured(d.Code, w, total))
		}
	}
	return r
}

func (l *live) measured(code string, weights []float64, answers int) Measured {
	e, cuts := l.posterior.Score(weights), l.plan.framework.Scale.Cuts
	m := Measured{Code: code, Number: number(e), Answers: answers}
	m.Level = band(m.Mean, cuts)
	for _, p := range measure.LevelProbabilities(e, cuts) {
		m.Levels = append(m.Levels, round(p))
	}
	return m
}

// band is the level whose band holds the ability: level k+1 begins at cut k, included.
func band(ability float64, cuts []float64) int {
	level := 0
	for level < len(cuts) && ability >= cuts[level] {
		level++
	}
	return level
}
