// Package item is the item bank: authored files are loaded strictly, checked, published as releases that an attempt
// pins, shown without their keys, scored, and explained once the answer is closed.
//
// Keys never leave the package except through [Item.Feedback], [Item.Key] and the stored document. The exported fields of
// an [Item] hold none, so that marshalling one by mistake discloses nothing.
package item

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"galien/internal/scenario"
)

// Type says how an item is answered and scored.
type Type string

// The types of docs/authoring.md.
const (
	Single   Type = "single"   // one of 3 to 5 options
	Multiple Type = "multiple" // several of 4 to 7 options
	Text     Type = "text"     // a word or a few
	Order    Type = "order"    // 4 to 6 steps to put in order
	Match    Type = "match"    // 4 to 7 rows, each to put in one of 2 to 4 categories
	Scenario Type = "scenario" // a simulated world, see internal/scenario
)

// Item is a checked item. It is never changed and may be shared between goroutines.
type Item struct {
	ID            string
	Version       int
	Lang          string // BCP 47, of every text of the item
	Type          Type
	Competency    string   // code in the framework
	Capacities    []string // codes in the framework, at least one
	Level         int      // 1..4: the difficulty the author aims at; not for the candidate
	Family        string   // variants of one question share a family; "" has none
	Seconds       int      // expected time to read and answer
	Accessible    bool
	AccessibleWhy string // why not, when it is not
	File          string // the authored file, for findings; "" for an item read back from a release

	doc      document
	scenario *scenario.Scenario
	set      typeset // what is read of it
	lines    lines
}

// lines says where the parts of an item begin in its file; all 0 for an item read back from a release.
type lines struct{ head, options, sources, reviews, stem, explanation int }

// Image is a picture of an item or of its scenario.
type Image struct {
	Name   string `json:"name"`   // file name, beside the item or in the scenario's folder
	Alt    string `json:"alt"`    // what it shows, in full; "" for a scenario's, whose view carries it
	Media  string `json:"media"`  // media type
	SHA256 string `json:"sha256"` // of Data, hexadecimal; the right name for an address: a file's name can hint at the key
	Data   []byte `json:"data"`   // base64 in JSON
}

// Source is where the answer can be verified.
type Source struct {
	Title    string       `yaml:"title" json:"title"`
	Section  string       `yaml:"section" json:"section,omitempty"`
	Year     int          `yaml:"year" json:"year,omitempty"`
	URL      string       `yaml:"url" json:"url,omitempty"`
	Verified Verification `yaml:"verified" json:"verified"`
}

// Verification says whether, how and when an author read the source. Its zero value is «not verified».
type Verification struct {
	How string `yaml:"how" json:"how,omitempty"`
	On  string `yaml:"on" json:"on,omitempty"` // YYYY-MM-DD
}

// Done reports whether the source was read.
func (v Verification) Done() bool { return v.On != "" }

// Images lists the pictures of the item, then those of its scenario. The caller does not change their data.
func (it *Item) Images() []Image { return slices.Concat(it.doc.Images, it.doc.ScenarioImages) }

// Sources lists where the answer can be verified. They often name the answer: not for an open attempt.
func (it *Item) Sources() []Source { return slices.Clone(it.doc.Source.Sources) }

// Reviews lists the second readings; none for an item read back from a release.
func (it *Item) Reviews() []Reading { return slices.Clone(it.doc.Source.Reviews) }

// World returns the scenario of a scenario item, nil for the other types.
func (it *Item) World() *scenario.Scenario { return it.scenario }

// Max is the highest category of credit: 1, 2, or 3 for a scenario.
func (it *Item) Max() int {
	switch it.Type {
	case Multiple, Order, Match:
		return 2
	case Scenario:
		return 3
	default:
		return 1
	}
}

// random returns the source of the item's permutations under a seed. The item's id takes part in it, so that one
// attempt's seed does not shuffle all its items alike.
func (it *Item) random(seed uint64) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(it.ID)) // never fails: hash.Hash says so
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
