package dif

import (
	"cmp"
	"fmt"
	"slices"
)

// Purification says how the matching variable was cleaned.
type Purification struct {
	Rounds    int      // studies after the first
	Converged bool     // the flagged items no longer changed
	Excluded  []string // items left out of the total score
}

// study matches the persons and counts their answers.
type study struct {
	data    *Data
	options Options
	anchor  []bool // items that are in the total
	totals  []int  // by person, over the anchors
	top     int    // the highest total

	strata []int32 // of the answers to the item at hand
	order  []int32 // scratch: the same answers by ability
	counts tally
	cells  []cell // scratch of the regression
}

func newStudy(d *Data, o Options) (*study, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if d.Ability != nil && o.Purify {
		return nil, fmt.Errorf("dif: purification needs the total score: abilities are estimated elsewhere")
	}
	s := &study{data: d, options: o, totals: make([]int, len(d.Focal)), anchor: make([]bool, len(d.Items))}
	if d.Ability != nil {
		return s, nil
	}
	for j := range d.Items {
		if len(d.Items[j].Scores) != len(d.Focal) {
			return nil, fmt.Errorf("dif: item %q: %d of %d persons answered: match on ability", d.Items[j].ID, len(d.Items[j].Scores), len(d.Focal))
		}
	}
	s.match(make([]bool, len(d.Items)))
	return s, nil
}

// match sums the total score over the items that are not excluded.
func (s *study) match(excluded []bool) {
	clear(s.totals)
	s.top = 0
	for j := range s.data.Items {
		s.anchor[j] = !excluded[j]
		if excluded[j] {
			continue
		}
		s.top += s.data.Items[j].Top
		for i, score := range s.data.Items[j].Scores {
			s.totals[i] += int(score)
		}
	}
}

// total is a person's matching score on an item: the item itself always counts
// (Holland & Thayer 1988).
func (s *study) total(j, person int, score int8) int {
	if s.anchor[j] {
		return s.totals[person]
	}
	return s.totals[person] + int(score)
}

// stratify gives every answer to an item its stratum, and the number of strata.
func (s *study) stratify(j int) int {
	it := &s.data.Items[j]
	n := len(it.Scores)
	s.strata = slices.Grow(s.strata[:0], n)[:n]
	if s.data.Ability == nil {
		for i, score := range it.Scores {
			s.strata[i] = int32(s.total(j, i, score))
		}
		return s.top + it.Top + 1
	}
	s.order = slices.Grow(s.order[:0], n)[:n]
	for i := range s.order {
		s.order[i] = int32(i)
	}
	ability := func(answer int32) float64 { return s.data.Ability[it.person(int(answer))] }
	slices.SortFunc(s.order, func(a, b int32) int { return cmp.Compare(ability(a), ability(b)) })
	for rank, answer := range s.order {
		s.strata[answer] = int32(rank * s.options.Strata / n)
		if rank > 0 && ability(answer) == ability(s.order[rank-1]) {
			s.strata[answer] = s.strata[s.order[rank-1]]
		}
	}
	return s.options.Strata
}

// tally counts the answers to one item by stratum, group and score.
type tally struct {
	scores int
	counts []int
}

// stratum returns the counts by score of the reference and focal groups.
func (t *tally) stratum(k int) (reference, focal []int) {
	at := 2 * k * t.scores
	return t.counts[at : at+t.scores], t.counts[at+t.scores : at+2*t.scores]
}

// len is the number of strata, empty ones included.
func (t *tally) len() int { return len(t.counts) / (2 * t.scores) }

// tally counts the answers to item j. The tally is valid until the next one.
func (s *study) tally(j int) *tally {
	it, strata := &s.data.Items[j], s.stratify(j)
	t := &s.counts
	t.scores = it.Top + 1
	n := 2 * strata * t.scores
	t.counts = slices.Grow(t.counts[:0], n)[:n]
	clear(t.counts)
	for i, score := range it.Scores {
		group := 0
		if s.data.Focal[it.person(i)] {
			group = 1
		}
		t.counts[(2*int(s.strata[i])+group)*t.scores+int(score)]++
	}
	return t
}

// screen counts the groups and says whether there is anything to compare.
func (s *study) screen(j int) (Groups, Status) {
	it := &s.data.Items[j]
	var g Groups
	same := true
	for i, score := range it.Scores {
		if s.data.Focal[it.person(i)] {
			g.Focal++
		} else {
			g.Reference++
		}
		same = same && score == it.Scores[0]
	}
	switch {
	case min(g.Reference, g.Focal) < s.options.MinGroup:
		return g, TooFew
	case same:
		return g, OneScore
	}
	return g, Tested
}

// run studies every item, test telling whether it is flagged, and starts again
// without the flagged ones when the options ask for it.
func run[R any](s *study, test func(j int) (R, bool)) ([]R, Purification) {
	results := make([]R, len(s.data.Items))
	once := func() []bool {
		flagged := make([]bool, len(results))
		for j := range results {
			results[j], flagged[j] = test(j)
		}
		return flagged
	}
	p := Purification{Converged: true}
	flagged := once()
	for s.options.Purify && slices.Contains(flagged, true) {
		if p.Rounds == s.options.MaxRounds || !slices.Contains(flagged, false) {
			p.Converged = false
			break
		}
		s.match(flagged)
		p.Rounds++
		previous := flagged
		flagged = once()
		if slices.Equal(flagged, previous) {
			break
		}
	}
	for j, in := range s.anchor {
		if !in && s.data.Ability == nil {
			p.Excluded = append(p.Excluded, s.data.Items[j].ID)
		}
	}
	return results, p
}
