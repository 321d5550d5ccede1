package measure

import (
	"math"
	"testing"
)

// slowly is expectation propagation written again without any economy: every answer's probability at every node of a
// fine grid, every matrix inverted anew, and no stop before the last digits. The sites' precision has the same floor.
func slowly(prior Prior, responses []Response, floor float64) (mean, cov []float64) {
	d := len(prior.Mean)
	root := inverse(prior.Cov, d)
	precision, shift := make([]float64, d), make([]float64, d)
	moments := func() {
		sum := append([]float64(nil), root...)
		linear := make([]float64, d)
		for i := range d {
			sum[i*d+i] += precision[i]
			linear[i] = shift[i]
			for j := range d {
				linear[i] += root[i*d+j] * prior.Mean[j]
			}
		}
		cov, mean = inverse(sum, d), make([]float64, d)
		for i := range d {
			for j := range d {
				mean[i] += cov[i*d+j] * linear[j]
			}
		}
	}
	moments()
	for range 40 {
		for k := range d {
			v := cov[k*d+k]
			cavity := 1/v - precision[k]
			centre := (mean[k]/v - shift[k]) / cavity
			m, s := dense1(prior.Mean[k], math.Sqrt(prior.Cov[k*d+k]), centre, 1/math.Sqrt(cavity), k, responses)
			precision[k] = max(1/s-cavity, floor)
			shift[k] = m*(cavity+precision[k]) - centre*cavity
			moments()
		}
	}
	return mean, cov
}

// dense1 returns the mean and variance of a normal times the likelihood of the answers on dimension k.
func dense1(origin, reach, mean, sd float64, k int, responses []Response) (m, v float64) {
	const n = 801
	var sum, first, second float64
	for q := range n {
		x := origin + reach*8*(2*float64(q)/(n-1)-1)
		w := -(x - mean) * (x - mean) / (2 * sd * sd)
		for _, r := range responses {
			if r.Item.Dim == k {
				l, _, _ := r.Item.LogProbability(x, r.Category)
				w += l
			}
		}
		w = math.Exp(w)
		sum, first, second = sum+w, first+w*(x-mean), second+w*(x-mean)*(x-mean)
	}
	first /= sum
	return mean + first, second/sum - first*first
}

// The tolerance of the sweeps, the windows, the strides and the rank-one changes between two rebuilds together leave
// the posterior within 1e-7 posterior standard deviations of the fixed point.
func TestThePosteriorIsTheFixedPoint(t *testing.T) {
	r := random(31)
	priors := []Prior{
		newPositioning(30).prior,
		Hierarchical([]int{0, 0, 1, 1}, 0.8, 0.1, 0.1),
		{Mean: []float64{0.1, -0.2}, Cov: []float64{1, 0.7, 0.7, 1.2}},
	}
	worstMean, worstSD := 0.0, 0.0
	for n := range 12 {
		prior := priors[n%len(priors)]
		d := len(prior.Mean)
		responses := randomResponses(r, d, 1+r.IntN(48), OnePL, TwoPL, ThreePL, FourPL, GRM, GPCM)
		p := posterior(t, prior, responses)
		mean, cov := slowly(prior, responses, p.floor)
		for k := range d {
			sd := math.Sqrt(cov[k*d+k])
			worstMean = max(worstMean, math.Abs(p.mean[k]-mean[k])/sd)
			worstSD = max(worstSD, math.Abs(math.Sqrt(p.cov[k*d+k])/sd-1))
		}
	}
	t.Logf("largest distance of a mean %.1e posterior SD, of an SD %.1e", worstMean, worstSD)
	if !(worstMean <= 1e-7 && worstSD <= 1e-7) {
		t.Errorf("distance of a mean %.1e posterior SD, of an SD %.1e, want at most 1e-7", worstMean, worstSD)
	}
}
