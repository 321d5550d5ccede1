package item

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"galien/internal/platform/errs"
)

// G6: no byte of a key leaves before the answer is closed. Every text that belongs to the key is searched in what the
// candidate receives, over the sample bank and the product's own.
func TestViewHoldsNothingOfTheKey(t *testing.T) {
	real, _ := realBank(t)
	for _, it := range slices.Concat(sampleBank(t).items, real.items) {
		secrets := it.secrets()
		if len(secrets) < 3 {
			t.Fatalf("%s: only %d canaries", it.ID, len(secrets))
		}
		for seed := range uint64(5) {
			seen, text, err := marshalled(it.View(seed, byDigest))
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if strings.Contains(seen, fold(secret)) {
					t.Errorf("%s: the view holds %q", it.ID, secret)
				}
			}
			for _, id := range []string{`"id":"` + it.ID, it.Competency + `.`, `"level"`, `"key"`, `.svg`} {
				if strings.Contains(text, id) {
					t.Errorf("%s: the view holds %s", it.ID, id)
				}
			}
		}
	}
}

// The same search finds the key when it is there: the test above can fail.
func TestCanaryIsFoundInTheFeedback(t *testing.T) {
	for _, it := range sampleBank(t).items {
		if it.Type == Scenario {
			continue
		}
		text, err := json.Marshal(it.Feedback(it.Key(), byDigest))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range it.secrets() {
			if !strings.Contains(fold(string(text)), fold(secret)) {
				t.Errorf("%s: the feedback does not hold %q", it.ID, secret)
			}
		}
	}
}

func TestMarshallingAnItemDisclosesNoKey(t *testing.T) {
	for _, it := range sampleBank(t).items {
		text, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range it.secrets() {
			if strings.Contains(fold(string(text)), fold(secret)) {
				t.Errorf("%s: %q is disclosed", it.ID, secret)
			}
		}
	}
}

func texts(list []Choice) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Text)
	}
	return out
}

func TestSameSeedShowsTheSameAndSeedsDiffer(t *testing.T) {
	it := sampleItem(t, Multiple)
	if diff := cmp.Diff(it.View(7, byDigest), it.View(7, byDigest)); diff != "" {
		t.Error(diff)
	}
	orders := map[string]bool{}
	for seed := range uint64(40) {
		shown := texts(it.View(seed, byDigest).Options)
		orders[strings.Join(shown, "|")] = true
		slices.Sort(shown)
		if len(slices.Compact(shown)) != 5 {
			t.Fatalf("options are lost: %v", shown)
		}
	}
	if len(orders) < 20 {
		t.Errorf("40 seeds give %d orders", len(orders))
	}
}

// Over many seeds each option stands first as often as another: 1000 draws of 1 in 5, within four standard deviations.
func TestShuffleFavoursNoOption(t *testing.T) {
	it := sampleItem(t, Multiple)
	first := map[string]int{}
	for seed := range uint64(1000) {
		first[it.View(seed, byDigest).Options[0].Text]++
	}
	for text, n := range first {
		if n < 150 || n > 250 {
			t.Errorf("%q stands first %d times of 1000", text, n)
		}
	}
}

func TestShuffleFalseKeepsTheOrder(t *testing.T) {
	files := sample(t)
	edit(t, files, multipleFile, "options:", "shuffle: false\noptions:")
	it, _ := bankOf(t, files).Item("what-to-say")
	for seed := range uint64(10) {
		if got := texts(it.View(seed, byDigest).Options); got[0] != "Where you are." || got[4] != "How many people are hurt." {
			t.Fatalf("seed %d: %v", seed, got)
		}
	}
}

func TestStepsLeftAsShownEarnNothing(t *testing.T) {
	it := sampleItem(t, Order)
	for seed := range uint64(200) {
		r, err := it.Decode(seed, Response{Order: []string{"1", "2", "3", "4"}})
		if err != nil {
			t.Fatal(err)
		}
		if c := it.Score(r); c.Category != 0 {
			t.Fatalf("seed %d: %v scores %+v", seed, r.Order, c)
		}
	}
}

func TestDecodeIsTheInverseOfShown(t *testing.T) {
	bank := sampleBank(t)
	rapid.Check(t, func(t *rapid.T) {
		it := rapid.SampledFrom(bank.items).Draw(t, "item")
		seed := rapid.Uint64().Draw(t, "seed")
		r := it.Key()
		back, err := it.Decode(seed, it.Shown(seed, r))
		if err != nil {
			t.Fatalf("%s: %v", it.ID, err)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Fatalf("%s: %s", it.ID, diff)
		}
	})
}

func TestWhatIsChosenOnTheScreenIsWhatIsScored(t *testing.T) {
	it := sampleItem(t, Single)
	for seed := range uint64(20) {
		for _, o := range it.View(seed, byDigest).Options {
			r, err := it.Decode(seed, Response{Choices: []string{o.ID}})
			if err != nil {
				t.Fatal(err)
			}
			if right := strings.HasPrefix(o.Text, "Cut the power"); right != (it.Score(r).Category == 1) {
				t.Errorf("seed %d: %q scores %+v", seed, o.Text, it.Score(r))
			}
		}
	}
}

func TestDecodeRefusesPlacesThatAreNotShown(t *testing.T) {
	for _, c := range []struct {
		kind  Type
		shown Response
	}{
		{Single, Response{Choices: []string{"0"}}},
		{Single, Response{Choices: []string{"4"}}},
		{Single, Response{Choices: []string{"01"}}},
		{Single, Response{Choices: []string{"+1"}}},
		{Single, Response{Choices: []string{"b"}}},
		{Order, Response{Order: []string{"1", "2", "3", "9"}}},
		{Match, Response{Match: map[string]string{"1": "3"}}},
		{Match, Response{Match: map[string]string{"5": "1"}}},
		{Text, Response{Choices: []string{"1"}}},
	} {
		if _, err := sampleItem(t, c.kind).Decode(1, c.shown); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s %v: %v", c.kind, c.shown, err)
		}
	}
}

func TestFeedbackShowsWhatWasGivenAndWhatWasRight(t *testing.T) {
	multiple := sampleItem(t, Multiple).Feedback(Response{Choices: []string{"a", "c"}}, byDigest)
	if got := multiple.Options[2]; got.Key || !got.Chosen || got.Why == "" || !multiple.Options[1].Key {
		t.Errorf("%+v", multiple.Options)
	}
	order := sampleItem(t, Order).Feedback(Response{Order: []string{"look", "lay", "press", "call"}}, byDigest)
	if diff := cmp.Diff([]int{1, 3, 2, 4}, []int{order.Steps[0].Given, order.Steps[1].Given, order.Steps[2].Given, order.Steps[3].Given}); diff != "" {
		t.Error(diff)
	}
	match := sampleItem(t, Match).Feedback(Response{}, byDigest)
	if got := match.Rows[1]; got.Category != "The rescuers" || got.Given != "" || got.Right || got.Why == "" {
		t.Errorf("%+v", got)
	}
	text := sampleItem(t, Text).Feedback(Response{Text: "aed"}, byDigest)
	if diff := cmp.Diff(&TextFeedback{"Name of the device", "defibrillator", "aed"}, text.Text); diff != "" {
		t.Error(diff)
	}
	if text.Credit.Rule != RuleTextVariant || text.ExplanationHTML == "" || len(text.Sources) != 1 {
		t.Errorf("%+v", text)
	}
}
