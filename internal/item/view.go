package item

import (
	"slices"
	"strconv"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

// ImageURL gives the address of a picture. An address made of the digest says nothing of the answer; a file's name may.
type ImageURL func(Image) string

// View is what a candidate sees of an item before the answer is closed: no key, no reason, no source, no level. The
// identifiers in it are places on the screen («1», «2»…), as the author's may tell the order or the key; Decode turns
// them back.
type View struct {
	Type       Type     `json:"type"`
	Lang       string   `json:"lang"`
	Seconds    int      `json:"seconds"`
	StemHTML   string   `json:"stemHTML"`             // sanitised
	Label      string   `json:"label,omitempty"`      // of the field of a text item
	Options    []Choice `json:"options,omitempty"`    // single, multiple
	Steps      []Choice `json:"steps,omitempty"`      // order
	Rows       []Choice `json:"rows,omitempty"`       // match
	Categories []Choice `json:"categories,omitempty"` // match, in the author's order
}

// Choice is one text to choose, to move or to place. Text is plain, not HTML.
type Choice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// View shows the item under a seed, always alike for the same seed.
func (it *Item) View(seed uint64, url ImageURL) View {
	s := &it.set
	v := View{Type: it.Type, Lang: it.Lang, Seconds: it.Seconds, StemHTML: it.prose(s.stemHTML, it.doc.Stem, url), Label: s.label}
	switch it.Type {
	case Single, Multiple:
		v.Options = numbered(it.permutation(seed), s.options)
	case Order:
		v.Steps = numbered(it.permutation(seed), s.steps)
	case Match:
		v.Rows = numbered(it.permutation(seed), s.rows)
		v.Categories = numbered(ascending(len(s.categories)), s.categories)
	}
	return v
}

// typeset is what is read of an item, typeset and rendered once: an item is shown thousands of times.
type typeset struct {
	stemHTML, explanationHTML        string // "" for an item with pictures, whose addresses change with the attempt
	label                            string
	options, steps, rows, categories []string
	sources                          []Source
}

func (it *Item) typesetAll() typeset {
	s := &it.doc.Source
	var t typeset
	if len(it.doc.Images) == 0 {
		t.stemHTML, t.explanationHTML = it.prose("", it.doc.Stem, nil), it.prose("", it.doc.Explanation, nil)
	}
	if s.Answer != nil {
		t.label = it.typeset(s.Answer.Label)
	}
	for _, source := range s.Sources {
		source.Title, source.Section, source.Verified.How = it.typeset(source.Title), it.typeset(source.Section), it.typeset(source.Verified.How)
		t.sources = append(t.sources, source)
	}
	for _, o := range s.Options {
		t.options = append(t.options, it.typeset(o.Text))
	}
	for _, c := range s.Steps {
		t.steps = append(t.steps, it.typeset(c.Text))
	}
	for _, r := range s.Rows {
		t.rows = append(t.rows, it.typeset(r.Text))
	}
	for _, c := range s.Categories {
		t.categories = append(t.categories, it.typeset(c.Text))
	}
	return t
}

// prose is an authored text as sanitised HTML: as rendered once, or now.
func (it *Item) prose(rendered, source string, url ImageURL) string {
	if rendered != "" {
		return rendered
	}
	return render(it.typeset(source), it.doc.Images, url)
}

// typeset gives a French text its no-break spaces and apostrophes; the authored file and its digest keep what was typed.
func (it *Item) typeset(text string) string {
	if it.Lang == string(i18n.French) {
		return i18n.Typography(text)
	}
	return text
}

func numbered(order []int, texts []string) []Choice {
	list := make([]Choice, len(order))
	for place, i := range order {
		list[place] = Choice{ID: strconv.Itoa(place + 1), Text: texts[i]}
	}
	return list
}

// permutation returns, for each place on the screen, the index of the authored option, step or row.
func (it *Item) permutation(seed uint64) []int {
	s := &it.doc.Source
	n := max(len(s.Options), len(s.Steps), len(s.Rows))
	if !s.shuffled() && it.Type != Order {
		return ascending(n)
	}
	random := it.random(seed)
	order := random.Perm(n)
	for it.Type == Order && !scrambled(order) {
		order = random.Perm(n)
	}
	return order
}

// scrambled reports that steps left as they are shown earn nothing: neither right nor one exchange away from it.
func scrambled(order []int) bool {
	wrong := 0
	for place, i := range order {
		if place != i {
			wrong++
		}
	}
	return wrong > 2
}

func ascending(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// Decode turns a response in places of the screen, as the view of that seed shows them, into one in the author's
// identifiers, and checks it. The error is that of Check.
func (it *Item) Decode(seed uint64, shown Response) (Response, error) {
	names := it.names(seed)
	r := Response{Text: shown.Text}
	var err error
	if r.Choices, err = rename(shown.Choices, names.items); err != nil {
		return Response{}, err
	}
	if r.Order, err = rename(shown.Order, names.items); err != nil {
		return Response{}, err
	}
	for row, category := range shown.Match {
		pair, err := rename([]string{row}, names.items)
		if err != nil {
			return Response{}, err
		}
		to, err := rename([]string{category}, names.categories)
		if err != nil {
			return Response{}, err
		}
		if r.Match == nil {
			r.Match = make(map[string]string, len(shown.Match))
		}
		r.Match[pair[0]] = to[0]
	}
	return r, it.Check(r)
}

// Shown is the inverse of Decode: it puts a response that Check accepts in places of the screen, to show a page again
// with its answer.
func (it *Item) Shown(seed uint64, r Response) Response {
	names := it.names(seed)
	place := func(list []string, id string) string { return strconv.Itoa(slices.Index(list, id) + 1) }
	out := Response{Text: r.Text}
	for _, id := range r.Choices {
		out.Choices = append(out.Choices, place(names.items, id))
	}
	for _, id := range r.Order {
		out.Order = append(out.Order, place(names.items, id))
	}
	for row, category := range r.Match {
		if out.Match == nil {
			out.Match = make(map[string]string, len(r.Match))
		}
		out.Match[place(names.items, row)] = place(names.categories, category)
	}
	return out
}

// names are the author's identifiers in the order of the screen.
type names struct{ items, categories []string }

func (it *Item) names(seed uint64) names {
	s := &it.doc.Source
	authored := slices.Concat(s.optionIDs(), choiceIDs(s.Steps), s.rowIDs()) // only one of the three is filled
	n := names{categories: choiceIDs(s.Categories)}
	for _, i := range it.permutation(seed) {
		n.items = append(n.items, authored[i])
	}
	return n
}

func rename(shown, names []string) ([]string, error) {
	var out []string
	for _, place := range shown {
		n, err := strconv.Atoi(place)
		if err != nil || n < 1 || n > len(names) || strconv.Itoa(n) != place {
			return nil, errs.New(errs.Invalid, CodeUnknownOption)
		}
		out = append(out, names[n-1])
	}
	return out, nil
}
