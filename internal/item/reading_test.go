package item

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var readOn = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// answersOf plays a reader who gives the answer that pick chooses for each item.
func answersOf(b *Bank, pick func(*Item) Response) map[string]Response {
	answers := map[string]Response{}
	for _, it := range b.items {
		if it.Type != Scenario {
			answers[it.ID] = it.Shown(blindSeed, pick(it))
		}
	}
	return answers
}

func TestBlindShowsEveryItemWithoutItsKey(t *testing.T) {
	b := sampleBank(t)
	blind := Blind(b)
	if len(blind) != 5 {
		t.Fatalf("%d items", len(blind))
	}
	text, err := json.Marshal(blind)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range b.items {
		for _, secret := range it.secrets() {
			if strings.Contains(fold(string(text)), fold(secret)) {
				t.Errorf("%s: %q is disclosed", it.ID, secret)
			}
		}
	}
}

func TestReaderWhoAnswersTheKeyAgrees(t *testing.T) {
	b := sampleBank(t)
	readings, err := Compare(b, "B", readOn, answersOf(b, (*Item).Key))
	if err != nil {
		t.Fatal(err)
	}
	want := []Reading{
		{"wet-floor", "B", "2026-11-22", []string{"b"}, true},
		{"what-to-say", "B", "2026-11-22", []string{"a", "b", "e"}, true},
		{"european-number", "B", "2026-11-22", []string{"defibrillator"}, true},
		{"bleeding", "B", "2026-11-22", []string{"look", "press", "lay", "call"}, true},
		{"who-does-what", "B", "2026-11-22", []string{"press=you", "drug=rescuers", "device=you", "hospital=rescuers"}, true},
	}
	if diff := cmp.Diff(want, readings); diff != "" {
		t.Error(diff)
	}
}

func TestPartlyRightOrSkippedAnswerDoesNotAgree(t *testing.T) {
	b := sampleBank(t)
	readings, err := Compare(b, "B", readOn, map[string]Response{
		"what-to-say": b.items[1].Shown(blindSeed, Response{Choices: []string{"a", "b"}}), "wet-floor": {},
	})
	if err != nil || len(readings) != 2 || readings[0].Agrees || readings[1].Agrees || len(readings[0].Answer) != 0 {
		t.Errorf("%v, %v", readings, err)
	}
}

func TestCompareNamesAnswersThatCannotBe(t *testing.T) {
	_, err := Compare(sampleBank(t), "B", readOn, map[string]Response{"wet-floor": {Choices: []string{"9"}}, "unknown": {}, "burn-in-the-kitchen": {}})
	if err == nil || !strings.HasSuffix(err.Error(), ": burn-in-the-kitchen, unknown, wet-floor") {
		t.Errorf("%v", err)
	}
}

func TestRecordedReadingsAreReadBackAndChangeNothingElse(t *testing.T) {
	b, files := sampleBank(t), sample(t)
	readings, err := Compare(b, `Reader "C", été`, readOn, answersOf(b, (*Item).Key))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		it, _ := b.Item(r.Item)
		before := files[it.File].Data
		after, err := Record(before, r)
		if err != nil {
			t.Fatalf("%s: %v", r.Item, err)
		}
		if again, err := Record(after, r); err != nil || !bytes.Equal(after, again) {
			t.Errorf("%s: recording twice changes the file, %v", r.Item, err)
		}
		if kept := removeAdded(string(before), string(after)); !kept {
			t.Errorf("%s: more than the reading changed:\n%s", r.Item, after)
		}
		files[it.File] = &fstest.MapFile{Data: after}
	}
	again := bankOf(t, files)
	for i, it := range again.items {
		reviews := it.Reviews()
		if it.Type == Scenario {
			continue
		}
		want := readings[i]
		want.Item = ""
		if diff := cmp.Diff(want, reviews[len(reviews)-1]); diff != "" {
			t.Errorf("%s: %s", it.ID, diff)
		}
		_, a, _ := b.items[i].Document()
		if _, c, _ := it.Document(); a == "" || a != c {
			t.Errorf("%s: the reading changed the document's digest", it.ID)
		}
	}
}

// removeAdded reports whether after is before with one run of lines more.
func removeAdded(before, after string) bool {
	added := len(after) - len(before)
	for i := range before {
		if added > 0 && before[:i]+before[i:] == after[:i]+after[i+added:] {
			return true
		}
	}
	return false
}

func TestRecordKeepsTheLineEndings(t *testing.T) {
	data := bytes.ReplaceAll(sample(t)[orderFile].Data, []byte("\n"), []byte("\r\n"))
	out, err := Record(data, Reading{Item: "bleeding", Reader: "B", On: "2026-11-22", Answer: []string{"look", "press", "call", "lay"}})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(out, []byte("\n")) != bytes.Count(out, []byte("\r\n")) {
		t.Errorf("mixed line endings:\n%q", out)
	}
}

func TestRecordRefusesWhatItCouldSpoil(t *testing.T) {
	reading := Reading{Item: "wet-floor", Reader: "B", On: "2026-11-22", Answer: []string{"b"}, Agrees: true}
	for name, c := range map[string]struct{ from, to, want string }{
		"another item":        {"id: wet-floor", "id: dry-floor", "the file is that of the item dry-floor"},
		"reviews on one line": {"reviews:\n  - reader: Second reader\n    on: 2026-11-21\n    answer: [b]\n    agrees: true", "reviews: []", "the reviews are written on one line"},
		"other indentation":   {"  - reader: Second reader\n    on: 2026-11-21\n    answer: [b]\n    agrees: true", "- reader: Second reader\n  on: 2026-11-21\n  answer: [b]\n  agrees: true", "indented otherwise"},
		"unreadable":          {"level: 2", "level: 2\nlevel: 3", "already defined"},
	} {
		files := sample(t)
		edit(t, files, singleFile, c.from, c.to)
		if _, err := Record(files[singleFile].Data, reading); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
