package fit

import (
	"math"

	"galien/internal/measure"
)

// moments of an answer at an ability, or their sums over items. Information is the variance of
// the derivative of the log-probability, logScore its covariance with the log-probability, and j
// is Warm's J = Σ P'P”/P.
type moments struct {
	score, variance, fourth float64 // of the category: mean, variance, fourth central moment
	log, logVariance        float64 // of the log-probability: mean and variance
	information, logScore   float64
	j                       float64
	logLikelihood           float64 // of the category given
}

// momentsOf looks at an item of which a category was given.
func momentsOf(it *measure.Item, theta float64, category int) (m moments) {
	var room [3][8]float64
	ps, logs, scores := room[0][:0], room[1][:0], room[2][:0]
	for k := range it.Categories() {
		log, d1, d2 := it.LogProbability(theta, k)
		p := math.Exp(log)
		ps, logs, scores = append(ps, p), append(logs, log), append(scores, d1)
		m.score += float64(k) * p
		m.log += p * log
		m.information += p * d1 * d1
		m.j += p * d1 * (d2 + d1*d1)
	}
	for k, p := range ps {
		e, l := float64(k)-m.score, logs[k]-m.log
		m.variance += p * e * e
		m.fourth += p * e * e * e * e
		m.logVariance += p * l * l
		m.logScore += p * scores[k] * l
	}
	m.logLikelihood = logs[category]
	return m
}

func (m *moments) add(o *moments) {
	m.log += o.log
	m.logVariance += o.logVariance
	m.information += o.information
	m.logScore += o.logScore
	m.j += o.j
	m.logLikelihood += o.logLikelihood
}
