package scenario

import (
	"strings"
	"unicode"
)

// accents pairs the accented letters of French, and of names met in France, with their base letters.
const accents = "àaáaâaäaãaåaçcèeéeêeëeìiíiîiïiñnòoóoôoöoõoùuúuûuüuýyÿy"

// normalise makes typed values comparable: lower case, French accents and ligatures folded, every run of anything
// that is neither a letter nor a digit turned into one space, ends trimmed.
func normalise(s string) string {
	var out strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte(' ')
		}
		gap = false
		out.WriteString(fold(r))
	}
	return out.String()
}

func fold(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	}
	letters := []rune(accents)
	for i := 0; i < len(letters); i += 2 {
		if letters[i] == r {
			return string(letters[i+1])
		}
	}
	return string(r)
}
