package item

import (
	"strings"
	"testing"
	"testing/fstest"

	"galien/content"
)

// codes counts the findings by severity and code.
func codes(findings []Finding) map[string]int {
	out := map[string]int{}
	for _, f := range findings {
		out[string(f.Severity)+" "+f.Code]++
	}
	return out
}

// The sample has one item a competency, so that coverage always complains: the tests look at the other codes.
func TestCheckFindsEachFault(t *testing.T) {
	clean := codes(Check(sampleBank(t)))
	long := strings.Repeat("word word word word word word word word word word. ", 13)
	for name, c := range map[string]struct{ file, from, to, want string }{
		"long stem":             {orderFile, "Put the steps in order.", long, "error " + FindStem},
		"short explanation":     {orderFile, "A calm person sees more than a hurried one. Whoever acts without looking may become the second victim, and then two people need help.", "", "error " + FindExplanation},
		"long explanation":      {orderFile, "A calm person sees more than a hurried one.", long, "error " + FindExplanation},
		"long sentence":         {orderFile, "Put the steps in order.", "Put " + strings.Repeat("all ", 30) + "steps in order.", "warning " + FindSentence},
		"several unsaid":        {multipleFile, " Several answers are expected.", "", "error " + FindMultiple},
		"negation":              {orderFile, "Put the steps in order.", "Which step is not the first?", "warning " + FindNegation},
		"négation":              {orderFile, "Put the steps in order.", "Que ne faut-il pas faire d'abord ?", "warning " + FindNegation},
		"all of the above":      {singleFile, "Leave the room and wait for the end of the shift.", "All of the above.", "error " + FindReference},
		"toutes les réponses":   {singleFile, "Leave the room and wait for the end of the shift.", "Toutes les réponses sont justes.", "error " + FindReference},
		"the first answer":      {singleFile, "The person on the floor would stay", "Unlike the first answer, the person would stay", "error " + FindReference},
		"short alternative":     {singleFile, "A drawing of a wet floor: a cable with bare wires lies in the water, beside the colleague.", "A wet floor", "error " + FindAlternative},
		"source without place":  {orderFile, "    section: Chapter one\n", "", "error " + FindSource},
		"source without a date": {orderFile, "    year: 2025\n    verified: { how: invented for the tests, on: 2026-11-22 }", "    verified: false", "error " + FindSource},
		"source not read":       {orderFile, "verified: { how: invented for the tests, on: 2026-11-22 }", "verified: false", "warning " + FindUnverified},
		"reading that differs":  {singleFile, "answer: [b]\n    agrees: true", "answer: [a]\n    agrees: false", "error " + FindReviewKey},
		"key changed since":     {singleFile, "answer: [b]", "answer: [a]", "error " + FindReviewStale},
		"option gone since":     {singleFile, "answer: [b]", "answer: [d]", "error " + FindReviewStale},
		"reason in the stem":    {orderFile, "Put the steps in order.", "First look, then act, then ask for help if you are not sure.", "error " + FindCanary},
	} {
		files := sample(t)
		edit(t, files, c.file, c.from, c.to)
		if got := codes(Check(bankOf(t, files))); got[c.want] != clean[c.want]+1 {
			t.Errorf("%s: %d times %s, %d when clean", name, got[c.want], c.want, clean[c.want])
		}
	}
}

func TestNegationInBoldOrOutsideTheQuestionPasses(t *testing.T) {
	for _, stem := range []string{"Which step is **not** the first?", "It is not cold. Which step is the first?", "Il n'a pas froid. Que faites-vous ?"} {
		files := sample(t)
		edit(t, files, orderFile, "Put the steps in order.", stem)
		if got := codes(Check(bankOf(t, files))); got["warning "+FindNegation] != 0 {
			t.Errorf("%s", stem)
		}
	}
}

func TestUnreadItemWarns(t *testing.T) {
	if got := codes(Check(sampleBank(t)))["warning "+FindReviewNone]; got != 4 { // six items, one read, one scenario
		t.Errorf("%d warnings", got)
	}
}

func TestFindingsNameFileAndLine(t *testing.T) {
	files := sample(t)
	edit(t, files, singleFile, "answer: [b]\n    agrees: true", "answer: [a]\n    agrees: false")
	for _, f := range Check(bankOf(t, files)) {
		if f.Code == FindReviewKey {
			want := singleFile + ":28: error: Second reader answered a, which is not the key: correct the item, then have it read again [review.mismatch]"
			if f.String() != want {
				t.Errorf("got  %s\nwant %s", f, want)
			}
			return
		}
	}
	t.Error("no finding")
}

func TestNearlyTheSameStemIsFound(t *testing.T) {
	files := sample(t)
	edit(t, files, orderFile, "A colleague bleeds from the arm. Put the steps in order.", "A colleague does not breathe at all. Who does what in this kitchen?")
	edit(t, files, matchFile, "A colleague does not breathe. Who does what?", "A colleague does not breathe at all. Who does what in the kitchen?")
	if got := codes(Check(bankOf(t, files))); got["error "+FindDuplicate] != 1 {
		t.Errorf("%v", got)
	}
	for _, name := range []string{orderFile, matchFile} {
		edit(t, files, name, "version: 1", "version: 1\nfamily: together")
	}
	// Variants of one family may look alike; a family stays within one competency, so both move to C1.
	moved := strings.NewReplacer("competency: C2", "competency: C1", "C2.b", "C1.b").Replace(string(files[matchFile].Data))
	files["items/first-aid/C1/who-does-what.md"] = &fstest.MapFile{Data: []byte(moved)}
	delete(files, matchFile)
	if got := codes(Check(bankOf(t, files))); got["error "+FindDuplicate] != 0 {
		t.Errorf("%v", got)
	}
}

// strategyBank has n singles whose key is the one the rule chooses.
func strategyBank(n int, options func(i int) []option) *Bank {
	b := &Bank{}
	for i := range n {
		s := source{ID: "x", Type: Single, Options: options(i)}
		b.items = append(b.items, newItem(document{Source: s}, "", nil))
	}
	return b
}

func TestStrategiesThatBeatChanceAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		options func(i int) []option
		want    string
	}{
		"longest": {func(i int) []option {
			o := []option{{Text: "aa"}, {Text: "bb"}, {Text: "cc"}, {Text: "dd"}}
			o[i%4].Key, o[i%4].Text = true, "eeee"
			return o
		}, "longest option finds a key in 100 % of 40 single items; chance is 25 %"},
		"place": {func(int) []option {
			return []option{{Text: "aa"}, {Text: "bb"}, {Text: "cc", Key: true}, {Text: "dd"}}
		}, "option 3 finds a key in 100 %"},
		"absolute words": {func(i int) []option {
			o := []option{{Text: "toujours aa"}, {Text: "jamais bbcc"}, {Text: "aucun ddeeff"}}
			o[i%3].Text = "rarement aabbdd"[:len(o[i%3].Text)]
			o[i%3].Key = true
			return o
		}, "fewest absolute words finds a key in 100 %"},
	} {
		found := false
		for _, f := range checkStrategies(strategyBank(40, c.options)) {
			found = found || f.Severity == SeverityError && strings.Contains(f.Message, c.want)
		}
		if !found {
			t.Errorf("%s: %v", name, checkStrategies(strategyBank(40, c.options)))
		}
	}
}

func TestBalancedBankPassesTheStrategies(t *testing.T) {
	balanced := func(i int) []option {
		o := []option{{Text: "aaaa"}, {Text: "bbb"}, {Text: "cc"}, {Text: "dddddd toujours"}}
		o[i%4].Key = true
		return o
	}
	if got := checkStrategies(strategyBank(40, balanced)); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestStrategyOverFewItemsOnlyWarns(t *testing.T) {
	first := func(int) []option { return []option{{Text: "a", Key: true}, {Text: "b"}, {Text: "c"}} }
	for _, f := range checkStrategies(strategyBank(fewItems-1, first)) {
		if f.Severity != SeverityWarning {
			t.Errorf("%v", f)
		}
	}
	if !HasErrors(checkStrategies(strategyBank(fewItems, first))) {
		t.Error("no error")
	}
}

func TestCoverageCountsCompetenciesAndLevels(t *testing.T) {
	b := sampleBank(t)
	rows := CoverageOf(b)
	if len(rows) != 6 || rows[0].Items() != 1 || rows[0].Levels != [levels]int{0, 1, 0, 0} {
		t.Errorf("%+v", rows)
	}
	if got := codes(checkCoverage(b)); got["error "+FindCoverage] != 6 || got["error "+FindLevel] != 18 {
		t.Errorf("%v", got)
	}
}

func TestInspectChecksWhatCouldBeRead(t *testing.T) {
	files := sample(t)
	edit(t, files, orderFile, "level: 4", "level: 9")
	b, findings := Inspect(files, sampleDir, sampleFramework(t))
	if b.Len() != 5 {
		t.Errorf("%d items", b.Len())
	}
	if f := findings[0]; f.Code != FindFormat || f.File != orderFile || f.Line != 8 || f.Severity != SeverityError {
		t.Errorf("%v", f)
	}
	if got := codes(findings); got["error "+FindCoverage] != 6 {
		t.Errorf("%v", got)
	}
}

func TestScenariosAreLinted(t *testing.T) {
	// The sample world is too small to resist someone who opens everything: the lint says so.
	if got := codes(CheckScenarios(sample(t))); got["error scenario.spray"] != 1 || got["error scenario.expert"] != 0 {
		t.Errorf("%v", got)
	}
	files := sample(t)
	edit(t, files, "scenarios/kitchen/transcripts/expert.yaml", "  - { do: mail.open:m2 }\n", "")
	if got := codes(CheckScenarios(files)); got["error scenario.expert"] == 0 || got["error scenario.transcript"] == 0 {
		t.Errorf("%v", got)
	}
	edit(t, files, kitchenFile, "points: 2", "points: two")
	if got := codes(CheckScenarios(files)); got["error "+FindFormat] == 0 {
		t.Errorf("%v", got)
	}
}

func TestContentOfTheProductHasNoError(t *testing.T) {
	b, findings := realBank(t)
	for _, f := range append(findings, CheckScenarios(content.FS())...) {
		if f.Severity == SeverityError {
			t.Error(f)
		}
	}
	if b.Len() < 75 {
		t.Errorf("%d items", b.Len())
	}
}
