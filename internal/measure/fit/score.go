package fit

// fold adds items to the distribution of a score: the recursion of Lord & Wingersky (1984) and,
// with more than two categories, of Thissen, Pommerich, Billeaud & Williams (1995). p holds the
// category probabilities of each item at one ability.
func fold(score []float64, p [][]float64) []float64 {
	for _, categories := range p {
		next := make([]float64, len(score)+len(categories)-1)
		for s, w := range score {
			for k, pk := range categories {
				next[s+k] += w * pk
			}
		}
		score = next
	}
	return score
}

// eachWithout calls visit with each item and the distribution of the score on the others. One
// half of the items is folded in before the other half is looked into: n·log n foldings instead
// of n².
func eachWithout(p [][]float64, score []float64, first int, visit func(item int, score []float64)) {
	if len(p) == 1 {
		visit(first, score)
		return
	}
	half := len(p) / 2
	eachWithout(p[:half], fold(score, p[half:]), first, visit)
	eachWithout(p[half:], fold(score, p[:half]), first+half, visit)
}
