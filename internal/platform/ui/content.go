package ui

import "github.com/a-h/templ"

// Tone is the meaning of a notice or tag. It is always shown by a sign and words as well as a colour.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Info    Tone = "info"
	Success Tone = "success"
	Warning Tone = "warning"
	Bad     Tone = "bad"
)

// Notice is a message in the page.
//
// Contract: a sign and a word («Important :») beside the colour; Live notices answer the person's own action and
// are announced (role=status, or role=alert for Bad); others are plain text in the reading order.
type Notice struct {
	Tone  Tone
	Title string
	Text  string
	Live  bool
}

// CardProps is a block about one thing, with its content as children.
//
// Contract: an <article> with a heading of Level (2 to 4, default 3); when Href is set the heading holds the only
// link and the whole card is its target; Meta is read after the heading.
type CardProps struct {
	Title string
	Href  string
	Level int
	Meta  string
	Tag   TagProps
}

// TagProps is a state in one or two words.
//
// Contract: text, never only a colour; the sign is decoration. The zero value shows nothing.
type TagProps struct {
	Label string
	Tone  Tone
}

// StepState says where a step stands.
type StepState string

// The states of a step.
const (
	StepTodo    StepState = ""
	StepCurrent StepState = "current"
	StepDone    StepState = "done"
)

// Step is one step of a path, in an ordered list.
type Step struct {
	Label  string
	Detail string // one line, or ""
	Href   string // "" where the step cannot be opened
	State  StepState
}

// StepsProps is a path in steps.
//
// Contract: an ordered list; the state is in words, the current step has aria-current=step.
type StepsProps struct {
	Label string // name of the list
	Steps []Step
}

// ProgressProps says how much is done, in words first.
//
// Contract: the sentence is the content («3 épreuves sur 12»); the bar is decoration. Never a percentage alone.
type ProgressProps struct {
	Label string // what is counted, «Épreuves»
	Done  int
	Total int
}

// Column is the head of a table column. Numeric columns align on the right.
type Column struct {
	Label   string
	Numeric bool
}

// Cell is one cell: text, a link when Href is set, or Content.
type Cell struct {
	Text    string
	Href    string
	Content templ.Component
}

// TableProps is a data table; the first cell of each row is its header.
//
// Contract: <caption>, th scope=col and scope=row; below 40rem each row becomes a block whose cells repeat the
// column name; no rows shows Empty instead of an empty table.
type TableProps struct {
	Caption   string
	HideTitle bool // the caption is only read, where a heading says the same
	Columns   []Column
	Rows      [][]Cell
	Empty     EmptyProps
	ID        string
}

// Pair is a term and its description.
type Pair struct {
	Term    string
	Text    string
	Content templ.Component // replaces Text
}

// EmptyProps says why there is nothing and what to do.
//
// Contract: text in the reading order, then at most one action.
type EmptyProps struct {
	Title  string
	Text   string
	Action LinkProps // no Href: no action
}

// PaginationProps walks through a list.
//
// Contract: a <nav> with a name; the current page has aria-current=page; each link says «page n»; at most seven
// links whatever the number of pages; nothing for a single page.
type PaginationProps struct {
	Page  int // from 1
	Pages int
	Href  func(page int) string
}

// ErrorPageProps is the page shown when something failed.
//
// Contract: what happened, what to do, whether the person's work is safe; a reference to quote to support; never a
// technical detail. The h1 is Page.Title, which the caller sets to Title.
type ErrorPageProps struct {
	Status    int
	Title     string
	What      string
	Do        string
	Safe      string
	Reference string
	Home      LinkProps
}

// pages returns the page numbers to show around the current one; 0 stands for a gap.
func (p PaginationProps) pages() []int {
	var shown []int
	for n := 1; n <= p.Pages; n++ {
		near := n >= p.Page-1 && n <= p.Page+1
		switch {
		case n == 1 || n == p.Pages || near:
			shown = append(shown, n)
		case len(shown) > 0 && shown[len(shown)-1] != 0:
			shown = append(shown, 0)
		}
	}
	return shown
}
