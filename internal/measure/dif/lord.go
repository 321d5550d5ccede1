package dif

import (
	"fmt"
	"math"
)

// Calibrated is an item's slope and difficulty in one group, with their sampling
// variances and covariance.
type Calibrated struct {
	Item              string
	A, B              float64
	VarA, VarB, CovAB float64
}

// Distance is how far apart an item's parameters are in two groups.
type Distance struct {
	Item      string
	ChiSquare float64 // two degrees of freedom
	P         float64
}

// Lord compares slopes and difficulties calibrated in two groups (Lord 1980), the same
// items in the same order. The focal group's are first put on the reference group's
// scale by mean-sigma. At least two items, of positive slopes and of difficulties that
// differ.
func Lord(reference, focal []Calibrated) ([]Distance, error) {
	if len(reference) != len(focal) || len(reference) < 2 {
		return nil, fmt.Errorf("dif: %d items of the reference group, %d of the focal group", len(reference), len(focal))
	}
	for j := range reference {
		if reference[j].Item != focal[j].Item {
			return nil, fmt.Errorf("dif: item %q faces item %q", reference[j].Item, focal[j].Item)
		}
		for _, c := range [2]Calibrated{reference[j], focal[j]} {
			if err := c.validate(); err != nil {
				return nil, err
			}
		}
	}
	meanR, sdR := difficulties(reference)
	meanF, sdF := difficulties(focal)
	if !(sdR > 0 && sdF > 0) {
		return nil, fmt.Errorf("dif: the difficulties of a group are all the same: they give no scale")
	}
	a := sdR / sdF
	b := meanR - a*meanF
	distances := make([]Distance, len(reference))
	for j, r := range reference {
		distances[j] = r.distance(focal[j].onScale(a, b))
	}
	return distances, nil
}

func (c Calibrated) validate() error {
	for _, v := range []float64{c.A, c.B, c.VarA, c.VarB, c.CovAB} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("dif: item %q: a parameter or variance is %v", c.Item, v)
		}
	}
	if c.A <= 0 || c.VarA <= 0 || c.VarB <= 0 || c.VarA*c.VarB <= c.CovAB*c.CovAB {
		return fmt.Errorf("dif: item %q: slope and variances must be positive", c.Item)
	}
	return nil
}

// onScale transforms the parameters as θ to aθ + b.
func (c Calibrated) onScale(a, b float64) Calibrated {
	return Calibrated{Item: c.Item, A: c.A / a, B: a*c.B + b, VarA: c.VarA / (a * a), VarB: a * a * c.VarB, CovAB: c.CovAB}
}

// distance is the difference of the parameters in the metric of its covariance.
func (c Calibrated) distance(f Calibrated) Distance {
	da, db := c.A-f.A, c.B-f.B
	va, vb, cov := c.VarA+f.VarA, c.VarB+f.VarB, c.CovAB+f.CovAB
	x := (vb*da*da - 2*cov*da*db + va*db*db) / (va*vb - cov*cov)
	return Distance{Item: c.Item, ChiSquare: x, P: chiSquareP(x, 2)}
}

func difficulties(items []Calibrated) (mean, sd float64) {
	for _, it := range items {
		mean += it.B / float64(len(items))
	}
	for _, it := range items {
		sd += (it.B - mean) * (it.B - mean)
	}
	return mean, math.Sqrt(sd)
}
