package item

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reading is one second reading of an item: someone who answered before seeing the key.
type Reading struct {
	Item   string   `yaml:"-"`
	Reader string   `yaml:"reader"`
	On     string   `yaml:"on"`     // YYYY-MM-DD
	Answer []string `yaml:"answer"` // in the author's identifiers: option ids, the text, step ids, or row=category
	Agrees bool     `yaml:"agrees"` // the answer is the key
}

// blindSeed shuffles what second readers see: fixed, so that Compare can read their answers.
const blindSeed = 0

// BlindItem is an item as a second reader sees it: as a candidate does, without the key.
type BlindItem struct {
	ID         string `json:"id"`
	Competency string `json:"competency"`
	View       View   `json:"view"`
}

// Blind lists the items of a bank for a second reader; scenarios are left out, as their transcripts are their reading.
// Images keep their place by digest: /DIGEST.
func Blind(b *Bank) []BlindItem {
	var out []BlindItem
	for _, it := range b.items {
		if it.Type != Scenario {
			view := it.View(blindSeed, func(image Image) string { return "/" + image.SHA256 })
			out = append(out, BlindItem{ID: it.ID, Competency: it.Competency, View: view})
		}
	}
	return out
}

// Compare turns a reader's answers, in the identifiers of Blind, by item id, into readings, in the bank's order. An item
// without an answer gives no reading; an empty answer gives one that does not agree. The errors of all answers that an
// item cannot have, and of unknown items, are joined in one.
func Compare(b *Bank, reader string, on time.Time, answers map[string]Response) ([]Reading, error) {
	var out []Reading
	var wrong []string
	seen := 0
	for _, it := range b.items {
		shown, ok := answers[it.ID]
		if !ok {
			continue
		}
		seen++
		r, err := it.Decode(blindSeed, shown)
		if err != nil || it.Type == Scenario {
			wrong = append(wrong, it.ID)
			continue
		}
		out = append(out, Reading{
			Item: it.ID, Reader: reader, On: on.Format(time.DateOnly), Answer: it.flatten(r), Agrees: it.Score(r).Category == it.Max(),
		})
	}
	if seen < len(answers) {
		for id := range answers {
			if _, ok := b.Item(id); !ok {
				wrong = append(wrong, id)
			}
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return nil, fmt.Errorf("answers that the items cannot have, or to unknown items: %s", strings.Join(wrong, ", "))
	}
	return out, nil
}
