package item

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"galien/internal/platform/audit"
	"galien/internal/platform/errs"
)

// Limits of a response: what a client can make the server keep.
const (
	MaxText = 200 // characters of a text answer
	maxID   = 32  // bytes of one identifier
)

// Response is an answer in the author's identifiers, as stored and scored. Its zero value is «je ne sais pas». Only the
// field of the item's type is used: Choices for single and multiple, and so on; a scenario is answered by acts.
type Response struct {
	Choices []string          `json:"choices,omitempty"` // option ids, in any order
	Text    string            `json:"text,omitempty"`
	Order   []string          `json:"order,omitempty"` // all step ids, first to last
	Match   map[string]string `json:"match,omitempty"` // row id to category id, for all rows
}

// Skipped reports whether no answer was given.
func (r Response) Skipped() bool {
	return len(r.Choices) == 0 && strings.TrimSpace(r.Text) == "" && len(r.Order) == 0 && len(r.Match) == 0
}

// Canonical returns the JSON under which equal answers are equal bytes: choices sorted, then audit.Canonical.
func (r Response) Canonical() ([]byte, error) {
	r.Choices = slices.Sorted(slices.Values(r.Choices))
	return audit.Canonical(r)
}

// Codes of the refusals of a response; each is an errs.Invalid.
const (
	CodeUnknownOption = "item.unknown_option" // an identifier that the item does not have
	CodeRepeated      = "item.repeated"       // the same identifier twice
	CodeTooMany       = "item.too_many"       // more than one choice for a single
	CodeMissing       = "item.missing"        // a step or a row is left out
	CodeTooLong       = "item.text_too_long"  // more than MaxText characters; argument max
	CodeTextInvalid   = "item.text_invalid"   // not UTF-8, or control characters
	CodeWrongType     = "item.wrong_type"     // the answer to another type of item
)

// Check refuses a response that the item cannot have. An empty response is accepted: it scores 0.
func (it *Item) Check(r Response) error {
	if r.Skipped() {
		return nil
	}
	if !it.onlyOwnField(r) {
		return errs.New(errs.Invalid, CodeWrongType)
	}
	s := &it.doc.Source
	switch it.Type {
	case Single:
		if len(r.Choices) > 1 {
			return errs.New(errs.Invalid, CodeTooMany, "max", 1)
		}
		return among(s.optionIDs(), r.Choices)
	case Multiple:
		return among(s.optionIDs(), r.Choices)
	case Text:
		return checkText(r.Text)
	case Order:
		if err := among(choiceIDs(s.Steps), r.Order); err != nil {
			return err
		}
		return complete(len(s.Steps), len(r.Order))
	default:
		return it.checkMatch(r.Match)
	}
}

// onlyOwnField reports that no field but that of the item's type is filled. A scenario has none.
func (it *Item) onlyOwnField(r Response) bool {
	switch it.Type {
	case Single, Multiple:
		r.Choices = nil
	case Text:
		r.Text = ""
	case Order:
		r.Order = nil
	case Match:
		r.Match = nil
	}
	return r.Skipped()
}

// among refuses an identifier that is not allowed or comes twice.
func among(allowed, given []string) error {
	for i, id := range given {
		if len(id) > maxID || !slices.Contains(allowed, id) {
			return errs.New(errs.Invalid, CodeUnknownOption)
		}
		if slices.Contains(given[:i], id) {
			return errs.New(errs.Invalid, CodeRepeated)
		}
	}
	return nil
}

func complete(want, have int) error {
	if have < want {
		return errs.New(errs.Invalid, CodeMissing, "missing", want-have)
	}
	return nil
}

func checkText(text string) error {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errs.New(errs.Invalid, CodeTextInvalid)
	}
	if utf8.RuneCountInString(text) > MaxText {
		return errs.New(errs.Invalid, CodeTooLong, "max", MaxText)
	}
	return nil
}

func (it *Item) checkMatch(match map[string]string) error {
	rows, categories := it.doc.Source.rowIDs(), choiceIDs(it.doc.Source.Categories)
	for row, category := range match {
		if !slices.Contains(rows, row) || !slices.Contains(categories, category) {
			return errs.New(errs.Invalid, CodeUnknownOption)
		}
	}
	return complete(len(rows), len(match))
}

// Key returns the best response: what an expert answers. It has the first accepted text of a text item, and nothing for a
// scenario.
func (it *Item) Key() Response {
	s := &it.doc.Source
	switch it.Type {
	case Single, Multiple:
		var r Response
		for _, o := range s.Options {
			if o.Key {
				r.Choices = append(r.Choices, o.ID)
			}
		}
		return r
	case Text:
		return Response{Text: s.Answer.Accept[0]}
	case Order:
		return Response{Order: choiceIDs(s.Steps)}
	case Match:
		match := make(map[string]string, len(s.Rows))
		for _, r := range s.Rows {
			match[r.ID] = r.Category
		}
		return Response{Match: match}
	default:
		return Response{}
	}
}

// flatten writes a response as a list, the form of the reviews in an item's file: option ids, one text, step ids, or
// row=category.
func (it *Item) flatten(r Response) []string {
	switch it.Type {
	case Single, Multiple:
		return slices.Sorted(slices.Values(r.Choices))
	case Order:
		return slices.Clone(r.Order)
	case Match:
		var list []string
		for _, row := range it.doc.Source.rowIDs() {
			if category, ok := r.Match[row]; ok {
				list = append(list, row+"="+category)
			}
		}
		return list
	default:
		if strings.TrimSpace(r.Text) == "" {
			return nil
		}
		return []string{r.Text}
	}
}

// unflatten is the inverse of flatten.
func (it *Item) unflatten(list []string) (Response, error) {
	var r Response
	switch it.Type {
	case Single, Multiple:
		r.Choices = list
	case Order:
		r.Order = list
	case Match:
		r.Match = make(map[string]string, len(list))
		for _, pair := range list {
			row, category, ok := strings.Cut(pair, "=")
			if !ok {
				return r, fmt.Errorf("%q: row=category is expected", pair)
			}
			r.Match[row] = category
		}
	default:
		r.Text = strings.Join(list, " ")
	}
	return r, it.Check(r)
}
