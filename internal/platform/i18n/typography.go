package i18n

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// No-break spaces. French sets a narrow one before ; ! ? and between thousands, a full one before a colon and
// inside guillemets (Lexique des règles typographiques en usage à l'Imprimerie nationale).
const (
	noBreak       = "\u00a0"
	narrowNoBreak = "\u202f"
	anySpace      = " " + noBreak + narrowNoBreak
)

var beforeUnit = regexp.MustCompile(`([0-9}]) (%|€|°C|(?:h|min|s|ms|kB|MB|GB|ko|Ko|Mo|Go|To|g|mg|µg|kg|mL|ml|cL|cl|mm|cm|km|mmHg|UI|mmol|kcal)\b)`)

// Typography sets the spaces and apostrophes of a French text. It never adds a space before ; : ! ? where the
// author typed none (URLs, times), and applying it twice changes nothing.
func Typography(text string) string {
	text = spaceBefore(text, ";!?", narrowNoBreak, false)
	text = spaceBefore(text, ":", noBreak, false)
	text = spaceAfterGuillemet(text)
	text = spaceBefore(text, "»", noBreak, true)
	if strings.ContainsAny(text, "0123456789}") {
		text = beforeUnit.ReplaceAllString(text, "$1"+noBreak+"$2")
	}
	return apostrophes(text)
}

// spaceBefore sets one space before each of the marks: in place of those typed there, or always.
func spaceBefore(text, marks, space string, always bool) string {
	i := strings.IndexAny(text, marks)
	if i < 0 {
		return text
	}
	var b strings.Builder
	for ; i >= 0; i = strings.IndexAny(text, marks) {
		before := strings.TrimRight(text[:i], anySpace)
		b.WriteString(before)
		if always || len(before) < i {
			b.WriteString(space)
		}
		_, width := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+width])
		text = text[i+width:]
	}
	return b.String() + text
}

func spaceAfterGuillemet(text string) string {
	parts := strings.Split(text, "«")
	for i := range parts[1:] {
		parts[i+1] = noBreak + strings.TrimLeft(parts[i+1], anySpace)
	}
	return strings.Join(parts, "«")
}

// apostrophes curls those between a letter and a letter, a placeholder or a guillemet.
func apostrophes(text string) string {
	if !strings.Contains(text, "'") {
		return text
	}
	parts := strings.Split(text, "'")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		before, _ := utf8.DecodeLastRuneInString(parts[i])
		after, _ := utf8.DecodeRuneInString(part)
		if unicode.IsLetter(before) && (unicode.IsLetter(after) || after == '{' || after == '«') {
			b.WriteString("’")
		} else {
			b.WriteString("'")
		}
		b.WriteString(part)
	}
	return b.String()
}
