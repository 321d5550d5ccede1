package item

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"galien/internal/platform/audit"
	"galien/internal/scenario"
)

// document is a whole item with its keys, its scenario and its images. The SHA-256 of its
// canonical JSON (audit.Canonical, empty optional fields left out) identifies the item as it was shown and scored.
type document struct {
	Source         source  `json:"source"`
	Stem           string  `json:"stem"` // Markdown
	Explanation    string  `json:"explanation"`
	Images         []Image `json:"images,omitempty"`
	ScenarioYAML   string  `json:"scenarioYAML,omitempty"`
	ScenarioImages []Image `json:"scenarioImages,omitempty"`
}

// source is the YAML head of an item's file.
type source struct {
	ID            string    `yaml:"id" json:"id"`
	Version       int       `yaml:"version" json:"version"`
	Lang          string    `yaml:"lang" json:"lang"`
	Type          Type      `yaml:"type" json:"type"`
	Competency    string    `yaml:"competency" json:"competency"`
	Capacities    []string  `yaml:"capacities" json:"capacities"`
	Level         int       `yaml:"level" json:"level"`
	Family        string    `yaml:"family" json:"family,omitempty"`
	Seconds       int       `yaml:"seconds" json:"seconds"`
	Accessible    *bool     `yaml:"accessible" json:"accessible"`
	AccessibleWhy string    `yaml:"accessibleWhy" json:"accessibleWhy,omitempty"`
	Shuffle       *bool     `yaml:"shuffle" json:"shuffle,omitempty"`
	Options       []option  `yaml:"options" json:"options,omitempty"`
	Answer        *answer   `yaml:"answer" json:"answer,omitempty"`
	Steps         []choice  `yaml:"steps" json:"steps,omitempty"`
	Categories    []choice  `yaml:"categories" json:"categories,omitempty"`
	Rows          []row     `yaml:"rows" json:"rows,omitempty"`
	Scenario      string    `yaml:"scenario" json:"scenario,omitempty"`
	Sources       []Source  `yaml:"sources" json:"sources"`
	Reviews       []Reading `yaml:"reviews" json:"-"` // a second reading changes nothing of what is shown or scored
}

type option struct {
	ID   string `yaml:"id" json:"id"`
	Text string `yaml:"text" json:"text"`
	Key  bool   `yaml:"key" json:"key,omitempty"`
	Why  string `yaml:"why" json:"why"`
}

type choice struct {
	ID   string `yaml:"id" json:"id"`
	Text string `yaml:"text" json:"text"`
}

type row struct {
	ID       string `yaml:"id" json:"id"`
	Text     string `yaml:"text" json:"text"`
	Category string `yaml:"category" json:"category"`
	Why      string `yaml:"why" json:"why"`
}

type answer struct {
	Label  string   `yaml:"label" json:"label"`
	Accept []string `yaml:"accept" json:"accept"`
	Refuse []string `yaml:"refuse" json:"refuse,omitempty"` // close to an accepted answer, and wrong
	Near   *bool    `yaml:"near" json:"near,omitempty"`     // absent: true
}

// near reports whether a spelling slip is forgiven.
func (a *answer) near() bool { return a.Near == nil || *a.Near }

// shuffled reports whether the options, steps or rows are shuffled for each attempt.
func (s *source) shuffled() bool { return s.Shuffle == nil || *s.Shuffle }

// optionIDs, and the like below, return the authored identifiers in the authored order.
func (s *source) optionIDs() []string {
	ids := make([]string, len(s.Options))
	for i, o := range s.Options {
		ids[i] = o.ID
	}
	return ids
}

func (s *source) rowIDs() []string {
	ids := make([]string, len(s.Rows))
	for i, r := range s.Rows {
		ids[i] = r.ID
	}
	return ids
}

func choiceIDs(list []choice) []string {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

// UnmarshalYAML reads `false`, or `{ how, on }`.
func (v *Verification) UnmarshalYAML(unmarshal func(any) error) error {
	var done bool
	if err := unmarshal(&done); err == nil {
		if done {
			return fmt.Errorf("verified: say how and when, { how: …, on: YYYY-MM-DD }, or false")
		}
		*v = Verification{}
		return nil
	}
	type plain Verification
	return unmarshal((*plain)(v))
}

// newItem makes an item of a checked document.
func newItem(doc document, file string, world *scenario.Scenario) *Item {
	s := &doc.Source
	it := &Item{
		ID: s.ID, Version: s.Version, Lang: s.Lang, Type: s.Type, Competency: s.Competency, Capacities: s.Capacities,
		Level: s.Level, Family: s.Family, Seconds: s.Seconds, Accessible: s.Accessible != nil && *s.Accessible,
		AccessibleWhy: s.AccessibleWhy, File: file, doc: doc, scenario: world,
	}
	it.set = it.typesetAll()
	return it
}

// Document returns the canonical JSON of the whole item, keys, scenario and images included, without its reviews, and
// its SHA-256 in hexadecimal.
func (it *Item) Document() (text []byte, sha string, err error) {
	text, err = audit.Canonical(it.doc)
	if err != nil {
		return nil, "", fmt.Errorf("item %s: %w", it.ID, err)
	}
	return text, digest(text), nil
}

// digest is the SHA-256 in hexadecimal.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// parseDocument is the inverse of Document, for what this program stored.
func parseDocument(text []byte) (*Item, error) {
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("item document: %w", err)
	}
	var world *scenario.Scenario
	if doc.ScenarioYAML != "" {
		var err error
		if world, err = scenario.Parse(doc.Source.Scenario, []byte(doc.ScenarioYAML)); err != nil {
			return nil, fmt.Errorf("item document %s: %w", doc.Source.ID, err)
		}
	}
	return newItem(doc, "", world), nil
}
