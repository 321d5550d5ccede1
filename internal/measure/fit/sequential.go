package fit

import "math"

// SequentialFits returns, for each person, the standardised log-likelihood of the predictions
// from the past: lz with the predictive probability of each answer, given the answers before it
// and the population, in the place of its probability at an estimate. NaN stands for a person
// whose answers were all certain, or all as likely as the others.
//
// Under the model the terms are martingale differences, whatever chose the items (Dawid 1984;
// Seillier-Moiseiwitsch & Dawid 1993): their sum has mean 0 and the variance that it is divided
// by, and the quotient tends to N(0, 1) as the test gets long. It is the statistic of persons for
// adaptive tests, where lz* does not hold (see Person): of simulated adaptive tests of 20 and 32
// items, 4.5 to 5.2 % were under -1.645. Low values are aberrant: answers that those before made
// unlikely. Answers that are about equally likely, which an adaptive test looks for, say little:
// a few wrong or lucky answers are not seen, a change of ability half-way is.
func SequentialFits(d *Data, o Options) ([]float64, error) {
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	t := newPredictions(d, &o)
	fits := make([]float64, len(d.persons))
	for p := range fits {
		answers := d.answersOf(p)
		t.lookAhead(answers)
		var surprise, variance float64
		for i, a := range answers {
			w, v := t.logScore(a, t.before[i])
			surprise += w
			variance += v
		}
		fits[p] = standardise(surprise, variance)
	}
	return fits, nil
}

// logScore returns the logarithm of the predictive probability of an answer less its expectation,
// and its variance.
func (t *predictions) logScore(a answer, posterior []float64) (surprise, variance float64) {
	var room [8]float64
	p, mean := room[:0], 0.0
	for _, likelihood := range t.curves[a.item()] {
		pk := dot(posterior, likelihood)
		p = append(p, pk)
		mean += pk * math.Log(pk)
	}
	for _, pk := range p {
		e := math.Log(pk) - mean
		variance += pk * e * e
	}
	return math.Log(p[a.category()]) - mean, variance
}
