package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// In one dimension the posterior moments are exact: nothing is approximated.
func TestOneDimensionIsExact(t *testing.T) {
	r := random(1)
	for range 50 {
		responses := randomResponses(r, 1, 1+r.IntN(40), TwoPL, ThreePL, FourPL, GRM, GPCM)
		got := posterior(t, Prior{Mean: []float64{0.2}, Cov: []float64{1.44}}, responses).Score([]float64{1})
		want, err := EAP(responses, Normal{0.2, 1.2}, Grid{-11, 11, 2001, Trapezoid})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "mean", got.Mean, want.Mean, 1e-7)
		near(t, "SE", got.SE, want.SE, 1e-7)
	}
}

// dense2 returns by a 2-D trapezoid rule the posterior means and covariance, and how
// much of each marginal posterior lies in the 95 % interval that p states.
func dense2(prior Prior, responses []Response, p *Posterior) (mean [2]float64, cov [3]float64, covered [2]float64) {
	const n, reach = 401, 7.0
	det := prior.Cov[0]*prior.Cov[3] - prior.Cov[1]*prior.Cov[2]
	var logs, marginal [2][n]float64
	for q := range n {
		for _, r := range responses {
			l, _, _ := r.Item.LogProbability(reach*(2*float64(q)/(n-1)-1), r.Category)
			logs[r.Item.Dim][q] += l
		}
	}
	var sum float64
	for i := range n {
		for j := range n {
			x, y := reach*(2*float64(i)/(n-1)-1), reach*(2*float64(j)/(n-1)-1)
			u, v := x-prior.Mean[0], y-prior.Mean[1]
			form := (prior.Cov[3]*u*u - 2*prior.Cov[1]*u*v + prior.Cov[0]*v*v) / det
			w := math.Exp(logs[0][i] + logs[1][j] - form/2)
			sum += w
			marginal[0][i] += w
			marginal[1][j] += w
			mean[0] += w * x
			mean[1] += w * y
			cov[0] += w * x * x
			cov[1] += w * x * y
			cov[2] += w * y * y
		}
	}
	mean[0], mean[1] = mean[0]/sum, mean[1]/sum
	cov[0] = cov[0]/sum - mean[0]*mean[0]
	cov[1] = cov[1]/sum - mean[0]*mean[1]
	cov[2] = cov[2]/sum - mean[1]*mean[1]
	for k := range 2 {
		half := normal95 * math.Sqrt(p.cov[3*k])
		for q, w := range marginal[k] { // a node stands for the cell around it
			const step = 2 * reach / (n - 1)
			low, high := -reach+(float64(q)-0.5)*step, -reach+(float64(q)+0.5)*step
			inside := math.Min(high, p.mean[k]+half) - math.Max(low, p.mean[k]-half)
			covered[k] += w / sum * math.Max(inside, 0) / step
		}
	}
	return mean, cov, covered
}

// normal95 is half the width of a 95 % interval, in standard deviations.
const normal95 = 1.959963984540054

// The tolerance is the bias of the Gaussian approximation itself, in posterior
// standard deviations: what the answers on one ability tell the other one is not
// quite normal. It is far under the standard errors that are reported.
func TestTwoDimensionsAgreeWithDenseQuadrature(t *testing.T) {
	r := random(2)
	prior := Prior{Mean: []float64{0.1, -0.2}, Cov: []float64{1, 0.7, 0.7, 1.2}}
	var worstMean, worstSD float64
	lowest, highest := 1.0, 0.0
	for range 100 {
		responses := randomResponses(r, 2, 2+r.IntN(30), TwoPL, ThreePL, GRM, GPCM)
		p := posterior(t, prior, responses)
		mean, cov, covered := dense2(prior, responses, p)
		lowest, highest = min(lowest, covered[0], covered[1]), max(highest, covered[0], covered[1])
		for k, v := range [2]float64{cov[0], cov[2]} {
			worstMean = math.Max(worstMean, math.Abs(p.mean[k]-mean[k])/math.Sqrt(v))
			worstSD = math.Max(worstSD, math.Abs(math.Sqrt(p.cov[3*k]/v)-1))
		}
		correlation := p.cov[1] / math.Sqrt(p.cov[0]*p.cov[3])
		near(t, "correlation", correlation, cov[1]/math.Sqrt(cov[0]*cov[2]), 0.005)
	}
	t.Logf("largest bias of a mean %.4f posterior SD, of an SD %.4f; 95 %% intervals cover %.2f to %.2f %%", worstMean, worstSD, 100*lowest, 100*highest)
	if lowest < 0.94 || highest > 0.96 {
		t.Errorf("95 %% intervals cover %.2f to %.2f %%", 100*lowest, 100*highest)
	}
	if worstMean > 0.005 || worstSD > 0.005 {
		t.Errorf("bias of a mean %.4f posterior SD, of an SD %.4f, want at most 0.005", worstMean, worstSD)
	}
}

// metropolis returns the moments of a long random walk and how often it is in the 95 %
// intervals that p states. Its steps follow the approximation's covariance, the optimal
// scale for a normal target being 2.38/√d.
func metropolis(r *rand.Rand, p *Posterior, responses []Response, steps int) (mean, sd, covered []float64) {
	d := p.Dims()
	invPrior, step := inverse(p.prior.Cov, d), cholesky(p.cov, d)
	target := func(x []float64) float64 {
		form := 0.0
		for i := range d {
			for j := range d {
				form += (x[i] - p.prior.Mean[i]) * invPrior[i*d+j] * (x[j] - p.prior.Mean[j])
			}
		}
		return log(responses, x) - form/2
	}
	x, next, z := p.Mean(), make([]float64, d), make([]float64, d)
	mean, sd, covered = make([]float64, d), make([]float64, d), make([]float64, d)
	at := target(x)
	for range steps {
		for i := range z {
			z[i] = r.NormFloat64() * 2.38 / math.Sqrt(float64(d))
		}
		for i := range next {
			next[i] = x[i]
			for j := range i + 1 {
				next[i] += step[i*d+j] * z[j]
			}
		}
		if to := target(next); to >= at || r.Float64() < math.Exp(to-at) {
			x, next, at = next, x, to
		}
		for i, v := range x {
			mean[i] += v
			sd[i] += v * v
			if math.Abs(v-p.mean[i]) <= normal95*math.Sqrt(p.cov[i*d+i]) {
				covered[i]++
			}
		}
	}
	for i := range mean {
		mean[i] /= float64(steps)
		covered[i] /= float64(steps)
		sd[i] = math.Sqrt(sd[i]/float64(steps) - mean[i]*mean[i])
	}
	return mean, sd, covered
}

// The tolerance adds the Monte Carlo error of the walk (about 0.007 posterior
// standard deviations, and 0.3 % of coverage) to the bias of the approximation.
func TestFiveDimensionsAgreeWithALongRandomWalk(t *testing.T) {
	const steps = 2_000_000
	r := random(3)
	prior := Hierarchical([]int{0, 0, 1, 1, 2}, 0.5, 0.2, 0.3)
	for range 2 {
		responses := randomResponses(r, 5, 12, TwoPL, ThreePL, GPCM)
		p := posterior(t, prior, responses)
		mean, sd, covered := metropolis(r, p, responses, steps)
		for k := range mean {
			biasMean := math.Abs(p.mean[k]-mean[k]) / sd[k]
			biasSD := math.Abs(math.Sqrt(p.cov[k*6])/sd[k] - 1)
			t.Logf("ability %d: bias of the mean %.4f SD, of the SD %.4f; the 95 %% interval covers %.2f %%", k, biasMean, biasSD, 100*covered[k])
			if math.Abs(covered[k]-0.95) > 0.01 {
				t.Errorf("ability %d: the 95 %% interval covers %.2f %%", k, 100*covered[k])
			}
			if biasMean > 0.02 || biasSD > 0.015 {
				t.Errorf("ability %d: %v ± %v, random walk %v ± %v", k, p.mean[k], math.Sqrt(p.cov[k*6]), mean[k], sd[k])
			}
		}
	}
}

func log(responses []Response, theta []float64) float64 {
	sum := 0.0
	for _, r := range responses {
		l, _, _ := r.Item.LogProbability(theta[r.Item.Dim], r.Category)
		sum += l
	}
	return sum
}
