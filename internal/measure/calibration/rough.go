package calibration

import "math"

// rough is a quick scaling of incomplete data: PROX, the normal approximation to the
// Rasch model (Cohen 1979; Linacre 1994). In turn, a person is put at the mean
// difficulty of the items answered plus the stretched logit of the score, and an item
// at the mean ability of the persons less the stretched logit of its share. Shares of
// right answers say little by themselves when each person got items to their measure.
// It gives EM its start, and the order of the persons: those who stand together
// answered the same items, whose tables then stay in the processor's cache.
type rough struct {
	difficulty []float64 // of each item, in logits
	ability    []float64 // of each person
	mean       []float64 // of the abilities of each group
	spread     float64   // SD of the abilities in the first group that has persons, without the error
}

// roughRounds is the number of turns: information spreads from item to item through
// the persons they share, and a dozen turns reach across a bank.
const roughRounds = 12

// gathered are the sums over what a person or an item met: number, values, squares of
// the values, and scores as a share of the highest.
type gathered struct{ n, value, square, score float64 }

func (g *gathered) add(value, square, score float64) {
	g.n++
	g.value += value
	g.square += square
	g.score += score
}

// logit returns the logit of the share, stretched for the variance of what was met.
func (g *gathered) logit() (mean, stretched, errorVariance float64) {
	mean = g.value / g.n
	expansion := 1 + max(0, g.square/g.n-mean*mean)/(1.7*1.7)
	right, wrong := g.score+0.5, g.n-g.score+0.5
	return mean, math.Sqrt(expansion) * math.Log(right/wrong), expansion * (g.n + 1) / (right * wrong)
}

// exact rounds to a multiple of 2⁻²⁰, so that sums are exact and do not depend on the
// order of the rows.
func exact(v float64) float64 { return math.Round(v*(1<<20)) / (1 << 20) }

// scale runs PROX on the responses of a collation.
func (c *collation) scale() *rough {
	b := c.builder
	r := &rough{
		difficulty: make([]float64, len(b.items)),
		ability:    make([]float64, len(c.rows)),
		mean:       make([]float64, len(b.groups)),
	}
	share := make([]float64, len(b.items)) // of the highest score, for one point
	for j := range share {
		share[j] = exact(1 / float64(c.top[j]))
	}
	items := make([]gathered, len(b.items))
	errors := make([]float64, len(c.rows))
	for range roughRounds {
		clear(items)
		for p := range r.ability {
			row := c.row(uint32(p))
			if len(row) == 0 {
				continue
			}
			var met gathered
			for _, v := range row {
				j := c.byRank[v>>8]
				d := r.difficulty[j]
				met.add(d, d*d, share[j]*float64(v&0xff))
			}
			mean, stretched, variance := met.logit()
			ability := exact(mean + stretched)
			square := exact(ability * ability)
			r.ability[p], errors[p] = ability, exact(variance)
			for _, v := range row {
				j := c.byRank[v>>8]
				items[j].add(ability, square, share[j]*float64(v&0xff))
			}
		}
		for j := range items {
			if items[j].n > 0 {
				mean, stretched, _ := items[j].logit()
				r.difficulty[j] = exact(mean - stretched)
			}
		}
	}
	r.populations(c, errors)
	return r
}

// populations summarises the abilities by group.
func (r *rough) populations(c *collation, errors []float64) {
	groups, noise := make([]gathered, len(r.mean)), make([]float64, len(r.mean))
	for p, ability := range r.ability {
		if g := c.builder.groupOf[uint32(p)]; len(c.row(uint32(p))) > 0 {
			groups[g].add(ability, exact(ability*ability), 0)
			noise[g] += errors[p]
		}
	}
	for g := range groups {
		if groups[g].n == 0 {
			continue
		}
		r.mean[g] = groups[g].value / groups[g].n
		if r.spread == 0 {
			variance := (groups[g].square-noise[g])/groups[g].n - r.mean[g]*r.mean[g]
			r.spread = math.Sqrt(clamp(variance, 0.5, 4))
		}
	}
}
