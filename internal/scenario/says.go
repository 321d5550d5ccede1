package scenario

import (
	"slices"
	"strings"
)

// statement holds when a typed text says something and nowhere the contrary. The text is read clause by clause, folded as
// normalise does: a phrase of Any says it, one of None says the contrary, and a denial turns the one into the other («ne pas
// isoler», «ne plus utiliser»). A phrase of Aside says neither. What is said of one of But, and not of one of About, is left out.
//
// It is a reading of words, not of meaning: it is fair to varied wordings, and is not to be the only proof of a dangerous act.
type statement struct {
	Of    string   `yaml:"of"`
	Any   []string `yaml:"any"`
	None  []string `yaml:"none"`
	Aside []string `yaml:"aside"`
	About []string `yaml:"about"`
	But   []string `yaml:"but"`

	lang                         grammar
	yes, no, skip, names, others phrases
}

// nearby is how many words before a phrase of Any a denial counts; before one of None, it counts in the whole clause.
const nearby = 3

func (p *statement) holds(st State) bool {
	text, _ := st.Value(p.Of)
	said, elsewhere := false, false // elsewhere: the last name met is one of But
	for _, words := range p.lang.clauses(text) {
		other, here := p.subjects(words)
		for _, c := range p.claims(words) {
			switch {
			case c.says && !(here && other[c.at]):
				said = true
			case !c.says && (here && !other[c.at] || !here && !elsewhere):
				return false
			}
		}
		if here {
			elsewhere = other[len(words)-1]
		}
	}
	return said
}

// claim is a phrase met in a clause, at a word: it says what is looked for, or the contrary.
type claim struct {
	at   int
	says bool
}

// claims reads a clause from its first word to its last. A denial that a phrase of None has used is not used again.
func (p *statement) claims(words []string) []claim {
	var out []claim
	for i, used := 0, 0; i < len(words); {
		yes, no, skip := p.yes.longest(words[i:]), p.no.longest(words[i:]), p.skip.longest(words[i:])
		n := max(yes, no)
		if n == 0 || skip > n {
			i += max(skip, 1)
			continue
		}
		c, from := claim{at: i, says: yes >= no}, 0
		if c.says {
			from = max(used, i-nearby)
		} else {
			used = i + n
		}
		if p.lang.denied(words, from, i, i+n) {
			c.says = !c.says
		}
		out = append(out, c)
		i += n
	}
	return out
}

// subjects tells of each word of a clause whether it is about one of But: by the last name before it, else by the first
// after it. Here is false of a clause that names nothing.
func (p *statement) subjects(words []string) (other []bool, here bool) {
	other = make([]bool, len(words))
	current := false
	for i := range words {
		about, but := p.names.longest(words[i:]) > 0, p.others.longest(words[i:]) > 0
		if about || but {
			current = but
			if !here {
				here = true
				for k := range i {
					other[k] = but
				}
			}
		}
		other[i] = current
	}
	return other, here
}

// phrases are sequences of words; * ends the beginning of a word or, alone, stands for one word.
type phrases [][]string

func newPhrases(list []string) phrases {
	var out phrases
	for _, text := range list {
		var words []string
		for _, w := range strings.Fields(text) {
			stem, begins := strings.CutSuffix(w, "*")
			stem = normalise(stem)
			if begins {
				stem += "*"
			}
			words = append(words, strings.Fields(stem)...)
		}
		out = append(out, words)
	}
	return out
}

// longest is the length of the longest phrase that the words begin with.
func (list phrases) longest(words []string) int {
	best := 0
	for _, phrase := range list {
		if len(phrase) > best && len(phrase) <= len(words) && slices.EqualFunc(phrase, words[:len(phrase)], matchesWord) {
			best = len(phrase)
		}
	}
	return best
}

func matchesWord(pattern, word string) bool {
	if stem, begins := strings.CutSuffix(pattern, "*"); begins {
		return strings.HasPrefix(word, stem)
	}
	return pattern == word
}
