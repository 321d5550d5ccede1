package calibration

import "math"

// groupFit is the M-step of a population that is estimated: its mean and log-SD
// maximise the expected log-likelihood of its weights on the nodes,
// -Σ(t-μ)²/2σ² - n·log Σ_q exp(-(t_q-μ)²/2σ²), in the units of the expansion. On nodes
// that hold the whole normal the answer is the moments; near their ends it is not.
type groupFit struct {
	grid *grid
	unit expansion

	n, first, second float64 // persons, Σ E(t), Σ E(t²)

	value    float64
	gradient [2]float64
	info     [3]float64 // mean-mean, mean-SD, SD-SD
}

func newGroupFit(e *engine, group int, unit expansion) *groupFit {
	m := e.total.groups[group]
	return &groupFit{
		grid: &e.grid, unit: unit, n: m.n,
		first:  (m.first - m.n*unit.mean) / unit.sd,
		second: (m.second - 2*unit.mean*m.first + m.n*unit.mean*unit.mean) / (unit.sd * unit.sd),
	}
}

// evaluate computes the objective at a mean and a log-SD.
func (f *groupFit) evaluate(mean, logSD float64) {
	sd := math.Exp(logSD)
	var z, z1, z2, z3, z4 float64 // sums of the weights and of the powers of (t-μ)/σ
	for _, theta := range f.grid.nodes[:f.grid.count] {
		u := (f.unit.node(theta) - mean) / sd
		w := math.Exp(-u * u / 2)
		z += w
		w *= u
		z1 += w
		w *= u
		z2 += w
		w *= u
		z3 += w
		z4 += w * u
	}
	z1, z2, z3, z4 = z1/z, z2/z, z3/z, z4/z
	square := (f.second - 2*mean*f.first + f.n*mean*mean) / (sd * sd)
	f.value = -square/2 - f.n*math.Log(z)
	f.gradient = [2]float64{((f.first-f.n*mean)/sd - f.n*z1) / sd, square - f.n*z2}
	f.info = [3]float64{f.n * (z2 - z1*z1) / (sd * sd), f.n * (z3 - z1*z2) / sd, f.n * (z4 - z2*z2)}
}

// maximise climbs from x[0], the mean, and x[1], the log-SD, and writes the result
// there.
func (f *groupFit) maximise(l *layout, x []float64) {
	f.evaluate(x[0], x[1])
	for range newtonSteps {
		step, info := f.gradient[:], []float64{f.info[0], 0, f.info[1], f.info[2]}
		at, bounds := [2]float64{x[0], x[1]}, [2][2]float64{l.means, l.logSDs}
		for i, b := range bounds {
			if at[i] <= b[0] && step[i] < 0 || at[i] >= b[1] && step[i] > 0 {
				step[i], info[2], info[3*i] = 0, 0, 1
			}
		}
		direction := [2]float64{step[0], step[1]}
		solve(info, direction[:], 2)
		before, moved, scale := f.value, 0.0, 1.0
		for range newtonHalvings {
			moved = 0
			for i, b := range bounds {
				x[i] = clamp(at[i]+scale*direction[i], b[0], b[1])
				moved = max(moved, math.Abs(x[i]-at[i]))
			}
			if f.evaluate(x[0], x[1]); f.value >= before-1e-13*math.Abs(before) {
				break
			}
			x[0], x[1], moved = at[0], at[1], 0
			scale /= 2
		}
		if moved < newtonTolerance {
			return
		}
	}
}

// populations writes the means and log-SDs of the groups that are estimated.
func (e *engine) populations(unit expansion, x []float64) {
	for group, at := range e.layout.mean {
		if at >= 0 {
			newGroupFit(e, group, unit).maximise(e.layout, x[at:at+2])
		}
	}
}
