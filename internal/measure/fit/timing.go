package fit

import (
	"fmt"
	"math"
	"slices"
)

// Timing is how long one person took to answer an item.
type Timing struct {
	Seconds float64 // positive
	Ability float64 // NaN where there is none
}

// TimeReport describes the times of an item.
type TimeReport struct {
	Persons int
	// Median is in seconds; LogQuartiles are the lower quartile, the median and the upper
	// quartile of the natural logarithm of the seconds.
	Median       float64
	LogQuartiles [3]float64
	// Threshold is the time, in seconds, under which an answer is taken for a rapid guess, and
	// Rapid the share of such answers.
	Threshold, Rapid float64
	// Correlation is that of the logarithm of the time with the ability, over the persons who
	// have one; NaN if it is not defined.
	Correlation float64
}

const (
	normativeShare  = 0.10
	longestRapidSec = 10.0
)

// Times returns the time analysis of an item. The threshold of rapid guessing is 10 % of the
// median, at most ten seconds: the normative threshold method (NT10) of Wise & Ma (2012), with
// the median in the place of their mean, which a few long pauses carry away. It refuses a time
// that is not a positive number.
func Times(timings []Timing) (*TimeReport, error) {
	if len(timings) == 0 {
		return nil, ErrEmpty
	}
	logs := make([]float64, len(timings))
	var with products
	for i, t := range timings {
		if !(t.Seconds > 0) || math.IsInf(t.Seconds, 0) {
			return nil, fmt.Errorf("fit: time %d: %v seconds is not a positive number", i, t.Seconds)
		}
		logs[i] = math.Log(t.Seconds)
		if finite(t.Ability) {
			with.add(logs[i], t.Ability)
		}
	}
	r := &TimeReport{Persons: len(timings)}
	_, r.Correlation = with.correlation()
	slices.Sort(logs)
	for i := range r.LogQuartiles {
		r.LogQuartiles[i] = quantile(float64(i+1)/4, logs)
	}
	r.Median = math.Exp(r.LogQuartiles[1])
	r.Threshold = min(longestRapidSec, normativeShare*r.Median)
	for _, t := range timings {
		if t.Seconds < r.Threshold {
			r.Rapid += 1 / float64(len(timings))
		}
	}
	return r, nil
}

// quantile interpolates between the order statistics (type 7 of Hyndman & Fan 1996).
func quantile(p float64, sorted []float64) float64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// Flags returns RapidAnswers when the share of rapid answers is over the limit, and SlowItem when
// the median is over the limit times the seconds planned, if they are positive. It gives
// FewAnswers alone under the minimum.
func (r *TimeReport) Flags(planned int, l Limits) []Flag {
	if r.Persons < l.MinimumPersons {
		return []Flag{l.few(r.Persons)}
	}
	var flags []Flag
	if r.Rapid > l.Rapid {
		flags = append(flags, Flag{Code: RapidAnswers, Value: r.Rapid, Limit: l.Rapid})
	}
	if longest := l.Slow * float64(planned); planned > 0 && r.Median > longest {
		flags = append(flags, Flag{Code: SlowItem, Value: r.Median, Limit: longest})
	}
	return flags
}
