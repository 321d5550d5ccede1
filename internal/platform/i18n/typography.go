package i18n

import "regexp"

// No-break spaces. French sets a narrow one before ; ! ? and between thousands, a full one before a colon and
// inside guillemets (Lexique des règles typographiques en usage à l'Imprimerie nationale).
const (
	noBreak       = "\u00a0"
	narrowNoBreak = "\u202f"
)

var (
	beforeHighMark   = regexp.MustCompile(`[ \x{00a0}\x{202f}]+([;!?])`)
	beforeColon      = regexp.MustCompile(`[ \x{00a0}\x{202f}]+:`)
	afterGuillemet   = regexp.MustCompile(`«[ \x{00a0}\x{202f}]*`)
	beforeGuillemet  = regexp.MustCompile(`[ \x{00a0}\x{202f}]*»`)
	beforeUnit       = regexp.MustCompile(`([0-9}]) (%|€|h\b|min\b|s\b|kB\b|ko\b|Mo\b)`)
	apostropheInWord = regexp.MustCompile(`(\pL)'(\pL|\{|«)`)
)

// Typography sets the spaces and apostrophes of a French text. It never adds a space before ; : ! ? where the
// author typed none (URLs, times), and applying it twice changes nothing.
func Typography(text string) string {
	text = beforeHighMark.ReplaceAllString(text, narrowNoBreak+"$1")
	text = beforeColon.ReplaceAllString(text, noBreak+":")
	text = afterGuillemet.ReplaceAllString(text, "«"+noBreak)
	text = beforeGuillemet.ReplaceAllString(text, noBreak+"»")
	text = beforeUnit.ReplaceAllString(text, "$1"+noBreak+"$2")
	return apostropheInWord.ReplaceAllString(text, "$1’$2")
}
