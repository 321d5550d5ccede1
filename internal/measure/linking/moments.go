package linking

import (
	"errors"
	"math"
)

// meanMean takes A from the mean slopes, and B from the mean of all difficulties,
// boundaries or steps.
func meanMean(pairs []pair) (a, b float64) {
	var from, to float64
	for _, p := range pairs {
		from += slope(&p.from)
		to += slope(&p.to)
	}
	a = from / to
	meanF, _, meanT, _ := difficulties(pairs)
	return a, meanT - a*meanF
}

// meanSigma takes A from the standard deviations of the difficulties, and B as
// meanMean does.
func meanSigma(pairs []pair) (a, b float64, err error) {
	meanF, sdF, meanT, sdT := difficulties(pairs)
	a = sdT / sdF
	if !(a > 0) || math.IsInf(a, 0) {
		return 0, 0, errors.New("linking: the common items' difficulties are all the same: mean-sigma has no slope")
	}
	return a, meanT - a*meanF, nil
}

// difficulties returns the mean and standard deviation, n in the denominator, of the
// difficulties on each scale.
func difficulties(pairs []pair) (meanF, sdF, meanT, sdT float64) {
	var from, to []float64
	for _, p := range pairs {
		from = append(from, p.from.B...)
		to = append(to, p.to.B...)
	}
	meanF, sdF = moments(from)
	meanT, sdT = moments(to)
	return meanF, sdF, meanT, sdT
}

func moments(x []float64) (mean, sd float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		sd += (v - mean) * (v - mean) / n
	}
	return mean, math.Sqrt(sd)
}
