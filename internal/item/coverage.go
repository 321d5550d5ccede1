package item

import (
	"fmt"
	"strings"
)

// Coverage is how many items of each level (index 0 for level 1) measure a competency.
type Coverage struct {
	Competency string      `json:"competency"`
	Levels     [levels]int `json:"levels"`
}

// Items is the number of items of the competency.
func (c Coverage) Items() int {
	n := 0
	for _, k := range c.Levels {
		n += k
	}
	return n
}

// CoverageOf counts the items of each competency of the framework, in its order, those without item included.
func CoverageOf(b *Bank) []Coverage {
	var out []Coverage
	for _, c := range b.fw.Competencies() {
		row := Coverage{Competency: c.Code}
		for _, it := range b.items {
			if it.Competency == c.Code {
				row.Levels[it.Level-1]++
			}
		}
		out = append(out, row)
	}
	return out
}

func checkCoverage(b *Bank) []Finding {
	var out []Finding
	for _, c := range CoverageOf(b) {
		if n := c.Items(); n < minPerCompetency {
			out = append(out, Finding{Severity: SeverityError, Code: FindCoverage, Message: fmt.Sprintf(
				"competency %s has %d items; at least %d", c.Competency, n, minPerCompetency)})
		}
		for i, n := range c.Levels {
			if n == 0 {
				out = append(out, Finding{Severity: SeverityError, Code: FindLevel, Message: fmt.Sprintf(
					"competency %s has no item of level %d", c.Competency, i+1)})
			}
		}
	}
	return out
}

// Near-identical stems share this part of their shingles (Jaccard index): refused from the first, to be looked at from
// the second.
const (
	sameStem    = 0.5
	similarStem = 0.3
	shingle     = 4 // words
)

func checkDuplicates(b *Bank) []Finding {
	sets := make([]map[string]bool, len(b.items))
	for i, it := range b.items {
		sets[i] = shingles(inspect(it.doc.Stem).words)
	}
	var out []Finding
	for i, a := range b.items {
		for k := i + 1; k < len(b.items); k++ {
			other := b.items[k]
			if a.Family != "" && a.Family == other.Family {
				continue
			}
			index := jaccard(sets[i], sets[k])
			if index < similarStem {
				continue
			}
			severity := SeverityWarning
			if index >= sameStem {
				severity = SeverityError
			}
			out = append(out, Finding{severity, other.File, other.lines.stem, FindDuplicate, fmt.Sprintf(
				"the stem shares %.0f %% with that of %s: make them variants of one family, or change one", 100*index, a.ID)})
		}
	}
	return out
}

func shingles(text string) map[string]bool {
	list := strings.Fields(fold(text))
	set := map[string]bool{}
	for i := 0; i+shingle <= len(list); i++ {
		set[strings.Join(list[i:i+shingle], " ")] = true
	}
	return set
}

func jaccard(a, b map[string]bool) float64 {
	common := 0
	for s := range a {
		if b[s] {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
