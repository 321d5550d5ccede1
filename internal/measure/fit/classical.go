package fit

import "math"

// ClassicalReport holds the statistics of classical test theory.
type ClassicalReport struct {
	Items []ClassicalItem
	// Status is that of what follows and of the correlations: NoCommonForm unless every person
	// answered every item.
	Status Status
	// Alpha is Cronbach's coefficient (1951); NaN with one item or without variance.
	Alpha              float64
	ScoreMean, ScoreSD float64 // of the sum of the scores
}

// ClassicalItem holds the statistics of one item.
type ClassicalItem struct {
	Item    string
	Persons int
	// Mean is the mean score, SD its standard deviation (n - 1), Ease the mean over the highest
	// score: the share of right answers (p-value) of an item of two categories.
	Mean, SD, Ease float64
	// Total and Rest are the correlations with the sum of all scores and of the other scores.
	Total, Rest float64
}

// Classical returns means for any data, and correlations and alpha for complete data. In an
// adaptive test the mean says what the item was given to, not how hard it is.
func Classical(d *Data) *ClassicalReport {
	nan := math.NaN()
	r := &ClassicalReport{
		Items:  make([]ClassicalItem, len(d.items)),
		Status: NoCommonForm, Alpha: nan, ScoreMean: nan, ScoreSD: nan,
	}
	total := make([]products, len(d.items)) // the score on the item, the sum of the scores
	rest := make([]products, len(d.items))
	var scores products
	for p := range d.persons {
		sum := 0
		for _, a := range d.answersOf(p) {
			sum += a.category()
		}
		scores.add(float64(sum), 0)
		for _, a := range d.answersOf(p) {
			total[a.item()].add(float64(a.category()), float64(sum))
			rest[a.item()].add(float64(a.category()), float64(sum-a.category()))
		}
	}
	within := 0.0
	for j := range r.Items {
		s, it := &total[j], &r.Items[j]
		it.Item, it.Persons, it.Total, it.Rest = d.items[j].ID, int(s.n), nan, nan
		it.Mean, it.SD = quotient(s.x, s.n), math.Sqrt(s.variance())
		it.Ease = it.Mean / float64(d.items[j].Categories()-1)
		within += s.variance()
		if d.Complete() {
			_, it.Total = s.correlation()
			_, it.Rest = rest[j].correlation()
		}
	}
	if d.Complete() {
		r.Status = Computed
		r.ScoreMean, r.ScoreSD = scores.x/scores.n, math.Sqrt(scores.variance())
		n := float64(len(d.items))
		r.Alpha = quotient(n, n-1) * (1 - quotient(within, scores.variance()))
	}
	return r
}

// variance is that of x, with n - 1; NaN for fewer than two persons.
func (s *products) variance() float64 {
	if s.n < 2 {
		return math.NaN()
	}
	return max(0, s.xx-s.x*s.x/s.n) / (s.n - 1)
}
