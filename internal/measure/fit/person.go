package fit

import (
	"errors"
	"fmt"
	"math"

	"galien/internal/measure"
)

// Method is how an ability was estimated; lz* depends on it.
type Method uint8

// The methods, which are those of package measure.
const (
	ML Method = iota + 1
	WLE
	MAP
	PosteriorMean // EAP: the posterior mean, for which lz* is not defined
)

// Ability is an estimate with the method that gave it.
type Ability struct {
	Theta  float64
	Method Method
	Prior  measure.Normal // of MAP
}

// PersonFit tells how well the answers of a person follow the model. NaN stands for what is not
// defined.
type PersonFit struct {
	Answers       int
	LogLikelihood float64 // of the answers at the ability

	// LZ is the standardised log-likelihood (Drasgow, Levine & Williams 1985). Low values, under
	// -1.645 or -2, are aberrant. Its variance is under 1, because the ability is an estimate.
	LZ float64
	// LZStar is LZ corrected for the estimate (Snijders 2001; Sinharay 2016 for more than two
	// categories). It is not defined for the posterior mean, nor when the items are alike, so that
	// the score tells all.
	LZStar float64

	Outfit, Infit   float64 // mean squares, 1 under the model
	ZOutfit, ZInfit float64 // their cube-root normal transformations (Wright & Masters 1982)
}

// Person returns the fit of one person. The ability must be finite: there is none from ML for all
// answers right or all wrong, and WLE or MAP must then be used.
//
// lz* follows N(0, 1) when answers had no part in the choice of the items, as the test gets long;
// with 40 items its mean is still about 0.1. In an adaptive test the items are near the ability
// that the answers point to, the log-likelihood hardly varies, and lz and lz* are biased (van
// Krimpen-Stoop & Meijer 1999): of simulated adaptive tests of 30 items, lz* had mean 0.87 and
// standard deviation 0.84, and was under -1.645 for 0.5 % of the persons instead of 5 %. Use
// SequentialFits there.
func Person(responses []measure.Response, a Ability) (PersonFit, error) {
	if err := a.validate(); err != nil {
		return PersonFit{}, err
	}
	if len(responses) == 0 {
		return PersonFit{}, ErrEmpty
	}
	for _, r := range responses {
		if err := r.Item.Validate(); err != nil {
			return PersonFit{}, fmt.Errorf("fit: %w", err)
		}
		if r.Category < 0 || r.Category >= r.Item.Categories() {
			top := r.Item.Categories() - 1
			return PersonFit{}, fmt.Errorf("fit: item %q: category %d is outside [0, %d]", r.Item.ID, r.Category, top)
		}
	}
	return person(responses, a), nil
}

func (a Ability) validate() error {
	switch {
	case !finite(a.Theta):
		return errors.New("fit: the ability is not a finite number")
	case a.Method < ML || a.Method > PosteriorMean:
		return fmt.Errorf("fit: unknown method of estimation %d", a.Method)
	case a.Method == MAP && (!finite(a.Prior.Mean) || !(a.Prior.SD > 0) || math.IsInf(a.Prior.SD, 0)):
		return fmt.Errorf("fit: prior: mean %v, standard deviation %v", a.Prior.Mean, a.Prior.SD)
	}
	return nil
}

// PersonFits returns the fit of every person, one ability each. A person whose ability is not
// finite has NaN everywhere.
func PersonFits(d *Data, abilities []Ability) ([]PersonFit, error) {
	if err := d.checkAbilities(len(abilities)); err != nil {
		return nil, err
	}
	fits := make([]PersonFit, len(d.persons))
	for p, a := range abilities {
		if !finite(a.Theta) {
			nan := math.NaN()
			fits[p] = PersonFit{len(d.answersOf(p)), nan, nan, nan, nan, nan, nan, nan}
			continue
		}
		if err := a.validate(); err != nil {
			return nil, fmt.Errorf("person %q: %w", d.persons[p], err)
		}
		fits[p] = person(d.responses(p), a)
	}
	return fits, nil
}

func (d *Data) responses(person int) []measure.Response {
	answers := d.answersOf(person)
	responses := make([]measure.Response, len(answers))
	for i, a := range answers {
		responses[i] = measure.Response{Item: &d.items[a.item()], Category: a.category()}
	}
	return responses
}

func person(responses []measure.Response, a Ability) PersonFit {
	var sum moments
	var residuals squares
	for _, r := range responses {
		m := momentsOf(r.Item, a.Theta, r.Category)
		sum.add(&m)
		residuals.add(float64(r.Category)-m.score, m.variance, m.fourth)
	}
	f := PersonFit{Answers: len(responses), LogLikelihood: sum.logLikelihood}
	w := sum.logLikelihood - sum.log
	f.LZ = standardise(w, sum.logVariance)
	f.LZStar = sum.corrected(w, a)
	f.Outfit, f.ZOutfit, f.Infit, f.ZInfit = residuals.conclude()
	return f
}

// corrected returns lz*. With w the log-probability of an answer and r its derivative in the
// ability, c = Σcov(w, r)/Σvar(r); the estimate takes c·r away from w, and the estimating
// equation Σr + r0 = 0 tells what is left: r0 is 0 for ML, the derivative of the log-prior for
// MAP, J/2I for WLE.
func (m *moments) corrected(w float64, a Ability) float64 {
	c := m.logScore / m.information
	r0 := 0.0
	switch a.Method {
	case WLE:
		r0 = m.j / (2 * m.information)
	case MAP:
		r0 = (a.Prior.Mean - a.Theta) / (a.Prior.SD * a.Prior.SD)
	case PosteriorMean:
		return math.NaN()
	}
	variance := m.logVariance - c*m.logScore
	if !(variance > 1e-10*m.logVariance) {
		return math.NaN()
	}
	return standardise(w+c*r0, variance)
}

// standardise divides a sum of log-probabilities by its standard deviation. A variance that is
// rounding is none: the answers were all as likely as the others, or certain.
func standardise(w, variance float64) float64 {
	if variance < 1e-20 {
		return math.NaN()
	}
	return w / math.Sqrt(variance)
}

// quotient is NaN where the denominator is 0.
func quotient(x, y float64) float64 {
	if y == 0 {
		return math.NaN()
	}
	return x / y
}
