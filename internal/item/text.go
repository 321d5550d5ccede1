package item

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// score compares a text answer with the accepted ones: what the author refuses first, then equality once folded, then a
// spelling slip.
func (a *answer) score(text string) (category int, rule string) {
	given := fold(text)
	equal := func(variant string) bool { return fold(variant) == given }
	if slices.ContainsFunc(a.Refuse, equal) {
		return 0, RuleTextRefused
	}
	switch slices.IndexFunc(a.Accept, equal) {
	case -1:
	case 0:
		return 1, RuleTextExact
	default:
		return 1, RuleTextVariant
	}
	if a.near() && slices.ContainsFunc(a.Accept, func(variant string) bool { return isNear(variant, given) }) {
		return 1, RuleTextNear
	}
	return 0, RuleTextWrong
}

// isNear reports that given, folded, is the accepted variant with a spelling slip. The slips allowed grow with the length
// of the variant. Three guards keep another word from passing for a slip: numbers and acronyms must be there unchanged,
// no number may be added, and the first letter must be right (misspellings seldom touch it, while the prefixes that
// reverse a meaning do).
func isNear(variant, given string) bool {
	want := fold(variant)
	limit := slips(want)
	if limit == 0 || given == "" || []rune(want)[0] != []rune(given)[0] {
		return false
	}
	if !slices.Equal(protected(variant), numbersAnd(protected(variant), given)) {
		return false
	}
	return distance([]rune(want), []rune(given), limit) <= limit
}

// slips is the number of edits forgiven: none up to 4 letters, 1 up to 8, 2 beyond.
func slips(folded string) int {
	switch n := len([]rune(folded)); {
	case n <= 4:
		return 0
	case n <= 8:
		return 1
	}
	return 2
}

// protected lists the words of an authored answer that no slip may touch, folded and sorted: those with a digit, and
// acronyms, which are written in capitals.
func protected(variant string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(variant, isGap) {
		if hasDigit(word) || isAcronym(word) {
			words = append(words, fold(word))
		}
	}
	slices.Sort(words)
	return words
}

// numbersAnd lists the words of a folded answer that have a digit or are in list, sorted.
func numbersAnd(list []string, given string) []string {
	var words []string
	for _, word := range strings.Fields(given) {
		if hasDigit(word) || slices.Contains(list, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return words
}

func hasDigit(word string) bool { return strings.ContainsFunc(word, unicode.IsDigit) }

// isAcronym reports a word of at least two letters, all capitals.
func isAcronym(word string) bool {
	letters := []rune(word)
	return len(letters) >= 2 && !slices.ContainsFunc(letters, func(r rune) bool { return !unicode.IsUpper(r) })
}

// isGap reports what separates words: anything but letters, digits and the marks that accent them.
func isGap(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// fold makes answers comparable: compatibility decomposition without its marks (accents), lower case, ligatures
// spelled out, every run of spaces and punctuation as one space, ends trimmed.
func fold(s string) string {
	var out strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsMark(r) {
			continue
		}
		if isGap(r) {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte(' ')
		}
		gap = false
		out.WriteString(lower(r))
	}
	return out.String()
}

func lower(r rune) string {
	switch r = unicode.ToLower(r); r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	}
	return string(r)
}

// distance is the optimal string alignment distance (Damerau–Levenshtein with each substring edited once): insertions,
// deletions, substitutions and exchanges of neighbours. Beyond limit it returns some number above limit.
func distance(a, b []rune, limit int) int {
	if abs := len(a) - len(b); abs > limit || -abs > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
