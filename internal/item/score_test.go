package item

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"galien/internal/platform/errs"
	"galien/internal/scenario"
)

func TestScoreFollowsTheRulesOfEachType(t *testing.T) {
	match := func(press, drug, device, hospital string) map[string]string {
		return map[string]string{"press": press, "drug": drug, "device": device, "hospital": hospital}
	}
	for _, c := range []struct {
		kind     Type
		response Response
		want     Credit
	}{
		{Single, Response{}, Credit{0, 1, RuleSkipped}},
		{Single, Response{Choices: []string{"b"}}, Credit{1, 1, RuleSingleRight}},
		{Single, Response{Choices: []string{"c"}}, Credit{0, 1, RuleSingleWrong}},
		{Multiple, Response{}, Credit{0, 2, RuleSkipped}},
		{Multiple, Response{Choices: []string{"e", "a", "b"}}, Credit{2, 2, RuleMultipleAll}},
		{Multiple, Response{Choices: []string{"a", "b"}}, Credit{1, 2, RuleMultipleOne}},
		{Multiple, Response{Choices: []string{"a", "b", "e", "c"}}, Credit{1, 2, RuleMultipleOne}},
		{Multiple, Response{Choices: []string{"a", "b", "c"}}, Credit{0, 2, RuleMultipleNone}},
		{Multiple, Response{Choices: []string{"a", "b", "c", "d", "e"}}, Credit{0, 2, RuleMultipleNone}},
		{Order, Response{}, Credit{0, 2, RuleSkipped}},
		{Order, Response{Order: []string{"look", "press", "lay", "call"}}, Credit{2, 2, RuleOrderAll}},
		{Order, Response{Order: []string{"look", "lay", "press", "call"}}, Credit{1, 2, RuleOrderSwap}},
		{Order, Response{Order: []string{"lay", "press", "look", "call"}}, Credit{0, 2, RuleOrderNone}},
		{Order, Response{Order: []string{"press", "look", "call", "lay"}}, Credit{0, 2, RuleOrderNone}},
		{Match, Response{}, Credit{0, 2, RuleSkipped}},
		{Match, Response{Match: match("you", "rescuers", "you", "rescuers")}, Credit{2, 2, RuleMatchAll}},
		{Match, Response{Match: match("you", "you", "you", "rescuers")}, Credit{1, 2, RuleMatchOne}},
		{Match, Response{Match: match("you", "you", "you", "you")}, Credit{0, 2, RuleMatchNone}},
		{Scenario, Response{}, Credit{0, 3, RuleSkipped}},
	} {
		it := sampleItem(t, c.kind)
		if err := it.Check(c.response); err != nil {
			t.Errorf("%s %v is refused: %v", c.kind, c.response, err)
		}
		if diff := cmp.Diff(c.want, it.Score(c.response)); diff != "" {
			t.Errorf("%s %v: %s", c.kind, c.response, diff)
		}
	}
}

// Check refuses it; a log that holds it all the same must not earn anything.
func TestIncompleteOrderScoresNothing(t *testing.T) {
	if got := sampleItem(t, Order).Score(Response{Order: []string{"look", "press"}}); got != (Credit{0, 2, RuleOrderNone}) {
		t.Errorf("%+v", got)
	}
}

func TestScenarioIsScoredByItsState(t *testing.T) {
	it := sampleItem(t, Scenario)
	for want, acts := range map[int][]string{
		0: {},
		1: {"mail.open:m2"},
		2: {"mail.open:m1", "mail.report:m1"},
		3: {"mail.open:m1", "mail.report:m1", "mail.open:m2"},
	} {
		var events []scenario.Event
		for i, do := range acts {
			events = append(events, scenario.Event{Seq: i + 1, T: int64(i), Do: do})
		}
		st, err := it.World().Fold(events)
		if err != nil {
			t.Fatal(err)
		}
		if got := it.ScoreState(st); got != (Credit{want, 3, RuleScenario}) {
			t.Errorf("%v: %+v, want category %d", acts, got, want)
		}
		f := it.FeedbackState(st, byDigest)
		if f.Credit.Category != want || f.Scenario == nil || len(f.Scenario.Rules) != 2 || f.ExplanationHTML == "" {
			t.Errorf("%v: feedback %+v", acts, f)
		}
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		kind     Type
		response Response
		want     string
	}{
		{Single, Response{Choices: []string{"a", "b"}}, CodeTooMany},
		{Single, Response{Choices: []string{"z"}}, CodeUnknownOption},
		{Single, Response{Text: "b"}, CodeWrongType},
		{Single, Response{Choices: []string{"b"}, Text: "b"}, CodeWrongType},
		{Multiple, Response{Choices: []string{"a", "a"}}, CodeRepeated},
		{Multiple, Response{Choices: []string{strings.Repeat("a", 1<<16)}}, CodeUnknownOption},
		{Text, Response{Text: strings.Repeat("é", MaxText+1)}, CodeTooLong},
		{Text, Response{Text: "a\x00b"}, CodeTextInvalid},
		{Text, Response{Text: "a\xffb"}, CodeTextInvalid},
		{Order, Response{Order: []string{"look", "press"}}, CodeMissing},
		{Order, Response{Order: []string{"look", "look", "press", "lay"}}, CodeRepeated},
		{Match, Response{Match: map[string]string{"press": "you"}}, CodeMissing},
		{Match, Response{Match: map[string]string{"press": "me"}}, CodeUnknownOption},
		{Match, Response{Match: map[string]string{"pull": "you"}}, CodeUnknownOption},
		{Scenario, Response{Text: "x"}, CodeWrongType},
	} {
		err := sampleItem(t, c.kind).Check(c.response)
		if !errs.Is(err, errs.Invalid) || !errs.HasCode(err, c.want) {
			t.Errorf("%s %.60v: got %v, want %s", c.kind, c.response, err, c.want)
		}
	}
	if err := sampleItem(t, Text).Check(Response{Text: strings.Repeat("é", MaxText)}); err != nil {
		t.Errorf("the longest text is refused: %v", err)
	}
}

func TestKeyScoresFullOnEveryItem(t *testing.T) {
	real, _ := realBank(t)
	for _, it := range slices.Concat(sampleBank(t).items, real.items) {
		if it.Type == Scenario {
			continue
		}
		if c := it.Score(it.Key()); it.Check(it.Key()) != nil || c.Category != it.Max() || c.Max != it.Max() {
			t.Errorf("%s: %+v", it.ID, c)
		}
	}
}

// ids draws a subset of the options.
func ids(all []string) *rapid.Generator[[]string] {
	return rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string])
}

func TestScoreOfChoicesDoesNotDependOnTheirOrder(t *testing.T) {
	it := sampleItem(t, Multiple)
	rapid.Check(t, func(t *rapid.T) {
		given := ids(it.doc.Source.optionIDs()).Draw(t, "choices")
		other := rapid.Permutation(given).Draw(t, "permuted")
		a, b := it.Score(Response{Choices: given}), it.Score(Response{Choices: other})
		if a != b {
			t.Fatalf("%v scores %v and %v scores %v", given, a, other, b)
		}
		x, _ := Response{Choices: given}.Canonical()
		y, _ := Response{Choices: other}.Canonical()
		if string(x) != string(y) {
			t.Fatalf("%s and %s", x, y)
		}
	})
}

// Correcting one mark, one row or one exchange never takes a category away.
func TestScoreRisesWithEachCorrection(t *testing.T) {
	multiple, match := sampleItem(t, Multiple), sampleItem(t, Match)
	rapid.Check(t, func(t *rapid.T) {
		given := ids(multiple.doc.Source.optionIDs()).Filter(func(s []string) bool { return len(s) > 0 }).Draw(t, "choices")
		better := slices.Clone(given)
		for _, o := range multiple.doc.Source.Options {
			if at := slices.Index(better, o.ID); o.Key && at < 0 {
				better = append(better, o.ID)
				break
			} else if !o.Key && at >= 0 {
				better = slices.Delete(better, at, at+1)
				break
			}
		}
		if len(better) > 0 && multiple.Score(Response{Choices: better}).Category < multiple.Score(Response{Choices: given}).Category {
			t.Fatalf("%v scores less than %v", better, given)
		}
		placed, corrected, done := map[string]string{}, map[string]string{}, false
		for _, r := range match.doc.Source.Rows {
			placed[r.ID] = rapid.SampledFrom([]string{"you", "rescuers"}).Draw(t, r.ID)
			corrected[r.ID] = placed[r.ID]
			if !done && placed[r.ID] != r.Category {
				corrected[r.ID], done = r.Category, true
			}
		}
		if match.Score(Response{Match: corrected}).Category < match.Score(Response{Match: placed}).Category {
			t.Fatalf("%v scores less than %v", corrected, placed)
		}
	})
}

func TestOrderEarnsPartOfTheCreditForExactlyOneExchangeOfNeighbours(t *testing.T) {
	it := sampleItem(t, Order)
	right := it.Key().Order
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.Permutation(right).Draw(t, "order")
		want := 0
		if slices.Equal(given, right) {
			want = 2
		}
		for i := range len(right) - 1 {
			swapped := slices.Clone(right)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			if slices.Equal(given, swapped) {
				want = 1
			}
		}
		if got := it.Score(Response{Order: given}); got.Category != want {
			t.Fatalf("%v: %+v, want %d", given, got, want)
		}
	})
}
