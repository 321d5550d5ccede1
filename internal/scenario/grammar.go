package scenario

import (
	"slices"
	"strings"
)

// grammar is what says needs to know of a language, in folded words.
type grammar struct {
	deny   []string // before a word, they deny it
	after  []string // right after a verb, they deny it too: «utilisez pas»
	lift   phrases  // verbs whose denial asks for what follows: «n'oubliez pas d'isoler»
	except []string // they open an exception, which no denial before them reaches: «ne plus utiliser, sauf urgence»
	join   []string // conjunctions, which begin a clause
}

// grammarOf returns what is known of a language, by its code; ok is false of an unknown one.
func grammarOf(lang string) (g grammar, ok bool) {
	code, _, _ := strings.Cut(lang, "-")
	switch code {
	case "fr":
		return grammar{
			deny:   []string{"ne", "n", "pas", "plus", "ni", "jamais", "aucun", "aucune", "non", "inutile"},
			after:  []string{"pas", "plus", "jamais"},
			lift:   newPhrases([]string{"oubli*", "hesit*", "manqu*", "confond*", "attend*", "tard*"}),
			except: []string{"sauf", "excepte", "hormis", "moins"},
			join:   []string{"et", "mais", "ou", "car", "donc", "alors", "tandis"},
		}, true
	case "en":
		return grammar{
			deny:   []string{"not", "no", "never", "nor", "t", "dont", "cannot"},
			lift:   newPhrases([]string{"forget*", "hesitat*", "fail*", "confus*", "wait*"}),
			except: []string{"except", "unless"},
			join:   []string{"and", "but", "or", "so", "while"},
		}, true
	}
	return grammar{}, false
}

// clauses cuts a text at its punctuation and conjunctions, into folded words.
func (g grammar) clauses(text string) [][]string {
	var out [][]string
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(text, " - ", ";"), stops) {
		var clause []string
		for _, word := range strings.Fields(normalise(part)) {
			if slices.Contains(g.join, word) {
				out = append(out, clause)
				clause = nil
				continue
			}
			clause = append(clause, word)
		}
		out = append(out, clause)
	}
	return slices.DeleteFunc(out, func(clause []string) bool { return len(clause) == 0 })
}

func stops(r rune) bool { return strings.ContainsRune(".,;:!?()[]…–—\r\n", r) }

// denied reports whether the phrase words[i:end] is denied by a word at from or after. A phrase that begins with a denial
// or an exception says already what it says.
func (g grammar) denied(words []string, from, i, end int) bool {
	if slices.Contains(g.deny, words[i]) || slices.Contains(g.except, words[i]) {
		return false
	}
	if end < len(words) && slices.Contains(g.after, words[end]) {
		return true
	}
	if slices.ContainsFunc(words[:i], func(w string) bool { return g.lift.longest([]string{w}) > 0 }) {
		return false
	}
	return from < i && slices.ContainsFunc(words[from:i], func(w string) bool { return slices.Contains(g.deny, w) })
}
