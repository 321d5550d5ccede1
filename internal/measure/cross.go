package measure

import (
	"fmt"
	"slices"

	"galien/internal/measure/assembly"
)

// Tag bounds the number of items of a form that carry a tag of its name. Both
// bounds count; a Max of 0 means no such item at all.
type Tag = assembly.Tag

func (bp Blueprint) validateCrossing() error {
	if bp.MaxSeconds < 0 || bp.MaxSeconds > assembly.MaxSeconds {
		return fmt.Errorf("measure: blueprint: maxSeconds: %d is outside [0, %d]", bp.MaxSeconds, assembly.MaxSeconds)
	}
	for i, t := range bp.Tags {
		if t.Name == "" || slices.ContainsFunc(bp.Tags[:i], func(u Tag) bool { return u.Name == t.Name }) {
			return fmt.Errorf("measure: blueprint: tag %d: name %q is missing or taken", i, t.Name)
		}
		if t.Min < 0 || t.Max < t.Min {
			return fmt.Errorf("measure: blueprint: tag %q: minimum %d, maximum %d", t.Name, t.Min, t.Max)
		}
	}
	return nil
}

// cross fills the part of a plan that crosses the groups: the blueprint's seconds
// and tags, and the items' enemies. A tag that the blueprint does not bound is
// not counted.
func (b *Bank) cross(bp Blueprint, spec *assembly.Spec) error {
	spec.MaxSeconds, spec.Tags = bp.MaxSeconds, slices.Clone(bp.Tags)
	tags := make(map[string]int, len(bp.Tags))
	for t, tag := range bp.Tags {
		tags[tag.Name] = t
	}
	for i := range b.items {
		it, to := &b.items[i], &spec.Items[i]
		if it.Seconds > assembly.MaxSeconds {
			return it.invalid("seconds", "%d are more than %d", it.Seconds, assembly.MaxSeconds)
		}
		to.Seconds = it.Seconds
		for n, name := range it.Tags {
			if name == "" || slices.Contains(it.Tags[:n], name) {
				return it.invalid("tags", "%q is empty or repeated", name)
			}
			if t, counted := tags[name]; counted {
				to.Tags = append(to.Tags, t)
			}
		}
	}
	var err error
	spec.Enemies, err = b.enemies()
	return err
}

// enemies lists the pairs of items that never meet, each once.
func (b *Bank) enemies() ([][]int, error) {
	index := make(map[string]int, len(b.items))
	for i := range b.items {
		index[b.items[i].ID] = i
	}
	var pairs [][]int
	seen := map[[2]int]bool{}
	for i := range b.items {
		for _, id := range b.items[i].Enemies {
			j, known := index[id]
			if !known || i == j {
				return nil, b.items[i].invalid("enemies", "%q is not another item of the bank", id)
			}
			if pair := [2]int{min(i, j), max(i, j)}; !seen[pair] {
				seen[pair] = true
				pairs = append(pairs, []int{pair[0], pair[1]})
			}
		}
	}
	return pairs, nil
}
