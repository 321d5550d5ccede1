package measure

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

func inverse(cov []float64, d int) []float64 {
	var inv mat.Dense
	if err := inv.Inverse(mat.NewDense(d, d, slices.Clone(cov))); err != nil {
		panic(err)
	}
	return inv.RawMatrix().Data
}

// cholesky returns the lower triangular root, row-major.
func cholesky(cov []float64, d int) []float64 {
	var c mat.Cholesky
	if !c.Factorize(mat.NewSymDense(d, slices.Clone(cov))) {
		panic("covariance is not positive definite")
	}
	var l mat.TriDense
	c.LTo(&l)
	root := make([]float64, d*d)
	for i := range d {
		for j := range i + 1 {
			root[i*d+j] = l.At(i, j)
		}
	}
	return root
}
