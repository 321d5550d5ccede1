package item

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTextIsComparedFolded(t *testing.T) {
	no := false
	for _, c := range []struct {
		a    answer
		text string
		rule string
	}{
		{answer{Accept: []string{"déréférencement", "droit au déréférencement"}}, "DEREFERENCEMENT", RuleTextExact},
		{answer{Accept: []string{"déréférencement", "droit au déréférencement"}}, "  Droit au de\u0301re\u0301fe\u0301rencement. ", RuleTextVariant},
		{answer{Accept: []string{"déréférencement"}}, "déréferencemnt", RuleTextNear},
		{answer{Accept: []string{"déréférencement"}}, "référencement", RuleTextWrong},                                 // two edits, but the first letter
		{answer{Accept: []string{"minimisation"}, Refuse: []string{"maximisation"}}, "Maximisation", RuleTextRefused}, // two edits
		{answer{Accept: []string{"minimisation"}}, "minimalisation", RuleTextNear},
		{answer{Accept: []string{"cœur"}}, "COEUR", RuleTextExact},
		{answer{Accept: []string{"Ex æquo"}}, "ex aequo", RuleTextExact},
		{answer{Accept: []string{"Straße"}}, "STRASSE", RuleTextExact},
		{answer{Accept: []string{"garde-fou"}}, "garde fou", RuleTextExact},
		{answer{Accept: []string{"CE"}}, "ce", RuleTextExact},
		{answer{Accept: []string{"CE"}}, "CEE", RuleTextWrong},
		{answer{Accept: []string{"CNIL"}}, "CNILL", RuleTextWrong},
		{answer{Accept: []string{"FINESS"}}, "FINES", RuleTextWrong},
		{answer{Accept: []string{"article 9"}}, "article 8", RuleTextWrong},
		{answer{Accept: []string{"article 9"}}, "articel 9", RuleTextNear},
		{answer{Accept: []string{"minimisation"}}, "minimisation 2", RuleTextWrong},
		{answer{Accept: []string{"INS qualifiée"}}, "INS qualifié", RuleTextNear},
		{answer{Accept: []string{"INS qualifiée"}}, "IPP qualifiée", RuleTextWrong},
		{answer{Accept: []string{"Kermadec"}, Near: &no}, "kermadec", RuleTextExact},
		{answer{Accept: []string{"Kermadec"}, Near: &no}, "kermadek", RuleTextWrong},
		{answer{Accept: []string{"Kermadec"}}, "kermadek", RuleTextNear},
		{answer{Accept: []string{"Kermadec"}}, "kremadek", RuleTextWrong}, // 8 letters: one slip
		{answer{Accept: []string{"lot"}}, "lots", RuleTextWrong},
		{answer{Accept: []string{"lots"}}, "...", RuleTextWrong},
	} {
		category, rule := c.a.score(c.text)
		if rule != c.rule {
			t.Errorf("%v, %q: %s, want %s", c.a.Accept, c.text, rule, c.rule)
		}
		if right := rule == RuleTextExact || rule == RuleTextVariant || rule == RuleTextNear; right != (category == 1) {
			t.Errorf("%v, %q: category %d by %s", c.a.Accept, c.text, category, rule)
		}
	}
}

// The distances are those of the definition, by hand.
func TestDistanceCountsAnExchangeOfNeighboursAsOne(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"abcdef", "abcdef", 0}, {"abc", "", 3}, {"ca", "abc", 3}, {"specter", "spectre", 1}} {
		if got := distance([]rune(c.a), []rune(c.b), 9); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDistanceIsSymmetricAndBounded(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		d := distance(a, b, 9)
		if d != distance(b, a, 9) || d > max(len(a), len(b)) || (d == 0) != (string(a) == string(b)) {
			t.Fatalf("distance %d of %q and %q", d, string(a), string(b))
		}
	})
}

// No slip makes a short answer, a number or an acronym right.
func TestNothingNearAShortAnswerANumberOrAnAcronymIsAccepted(t *testing.T) {
	for _, accept := range []string{"nuit", "2016", "RGPD", "PGSSI", "L1111"} {
		a := answer{Accept: []string{accept}}
		letters := []rune(accept)
		rapid.Check(t, func(t *rapid.T) {
			i := rapid.IntRange(0, len(letters)-1).Draw(t, "place")
			r := rapid.RuneFrom([]rune("abcxyz0123456789")).Draw(t, "letter")
			changed := string(letters[:i]) + string(r) + string(letters[i+1:])
			if category, _ := a.score(changed); category != 0 && fold(changed) != fold(accept) {
				t.Fatalf("%q is accepted for %q", changed, accept)
			}
		})
	}
}

func FuzzTextScore(f *testing.F) {
	f.Add("déréférencement", "dereferencemnt")
	f.Add("INS qualifiée", "ins")
	f.Add("CE", "\u0301\u0301")
	f.Fuzz(func(t *testing.T, accept, given string) {
		if !utf8.ValidString(accept) || fold(accept) == "" || len(accept)+len(given) > 2*MaxText {
			return
		}
		a := answer{Accept: []string{accept}}
		if category, rule := a.score(accept); category != 1 || rule != RuleTextExact {
			t.Errorf("%q does not equal itself: %s", accept, rule)
		}
		category, _ := a.score(given)
		if again, _ := a.score(strings.ToUpper(given)); utf8.ValidString(given) && fold(given) == fold(strings.ToUpper(given)) && again != category {
			t.Errorf("%q scores %d, in capitals %d", given, category, again)
		}
		if fold(fold(given)) != fold(given) {
			t.Errorf("folding %q twice differs from once", given)
		}
	})
}
