package assembly

import "slices"

// cliques covers the pairs of items that never meet by sets of mutual enemies,
// grown greedily. A form means the same with either, but one row over a set
// bounds the relaxation much better than a row for each pair.
func cliques(sets [][]int) [][]int {
	enemies := map[int][]int{}
	covered := map[[2]int]bool{} // by pair, the lower item first
	for _, set := range sets {
		for _, i := range set {
			for _, j := range set {
				if i != j && !slices.Contains(enemies[i], j) {
					enemies[i] = append(enemies[i], j)
					covered[[2]int{min(i, j), max(i, j)}] = false
				}
			}
		}
	}
	var cover [][]int
	for _, i := range sortedKeys(enemies) {
		slices.Sort(enemies[i])
		for _, j := range enemies[i] {
			if j < i || covered[[2]int{i, j}] {
				continue
			}
			clique := grow([]int{i, j}, enemies[i], covered)
			for n, k := range clique {
				for _, l := range clique[:n] {
					covered[[2]int{min(k, l), max(k, l)}] = true
				}
			}
			slices.Sort(clique)
			cover = append(cover, clique)
		}
	}
	return cover
}

// grow adds the items that are enemies of all the clique.
func grow(clique, items []int, pairs map[[2]int]bool) []int {
	for _, k := range items {
		if !slices.ContainsFunc(clique, func(l int) bool {
			_, enemies := pairs[[2]int{min(k, l), max(k, l)}]
			return !enemies
		}) {
			clique = append(clique, k)
		}
	}
	return clique
}

func sortedKeys(lists map[int][]int) []int {
	keys := make([]int, 0, len(lists))
	for k := range lists {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
