package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"

	"galien/internal/item"
	"galien/internal/platform/clock"
)

// paper is what a second reader is given and gives back: each item as a candidate sees it, and a place for the answer.
type paper struct {
	Items []paperItem `yaml:"items"`
}

type paperItem struct {
	ID         string        `yaml:"id"`
	Competency string        `yaml:"competency"`
	Type       item.Type     `yaml:"type"`
	Stem       string        `yaml:"stem"` // HTML
	Label      string        `yaml:"label,omitempty"`
	Options    []item.Choice `yaml:"options,omitempty"`
	Steps      []item.Choice `yaml:"steps,omitempty"`
	Rows       []item.Choice `yaml:"rows,omitempty"`
	Categories []item.Choice `yaml:"categories,omitempty"`
	Answer     *paperAnswer  `yaml:"answer"`
}

// paperAnswer uses the numbers of the paper. Only the field of the item's type is filled; an item left without answer is not
// read, and one that the reader does not know has an empty answer: {}.
type paperAnswer struct {
	Choices []string          `yaml:"choices,omitempty"`
	Text    string            `yaml:"text,omitempty"`
	Order   []string          `yaml:"order,omitempty"`
	Match   map[string]string `yaml:"match,omitempty"`
}

const paperHelp = `# Answer each item without looking at its file, in the numbers of this paper:
#   single, multiple   answer: { choices: ["2"] }
#   text               answer: { text: the word }
#   order              answer: { order: ["3", "1", "2", "4"] }
#   match              answer: { match: { "1": "2", "2": "1" } }     row: category
# An item left at null is not read; {} says that you do not know. Then: galien content review --reader NAME --answers THIS_FILE DIR
`

type contentBlindCmd struct {
	folder
	Competency string `help:"Only the items of this competency." placeholder:"CODE"`
}

// Run prints the paper as YAML.
func (c *contentBlindCmd) Run(out io.Writer) error {
	a, err := c.read()
	if err != nil {
		return err
	}
	var p paper
	for _, b := range a.banks {
		for _, it := range item.Blind(b) {
			if c.Competency == "" || c.Competency == it.Competency {
				v := it.View
				p.Items = append(p.Items, paperItem{it.ID, it.Competency, v.Type, v.StemHTML, v.Label, v.Options, v.Steps, v.Rows, v.Categories, nil})
			}
		}
	}
	if len(p.Items) == 0 {
		return fmt.Errorf("no item to read for the competency %q: run `galien content report` for those that have some", c.Competency)
	}
	text, err := yaml.MarshalWithOptions(p, yaml.UseLiteralStyleIfMultiline(true))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s%s", paperHelp, text)
	return err
}

type contentReviewCmd struct {
	Dir     string `arg:"" optional:"" help:"Content folder whose items are reviewed." default:"content" placeholder:"DIR"`
	Reader  string `help:"Who answered, as the reviews name them." required:"" placeholder:"NAME"`
	Answers string `help:"The paper of galien content blind, with its answers." required:"" placeholder:"FILE"`
}

// Run writes a review into each item answered, and lists those whose answer is not the key. A faulty paper changes nothing.
func (c *contentReviewCmd) Run(_ context.Context, out io.Writer) error {
	answers, err := c.answers()
	if err != nil {
		return err
	}
	a, err := folder{Dir: c.Dir}.read()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	var edits []edit
	for _, b := range a.banks {
		mine := map[string]item.Response{}
		for _, it := range b.Items() {
			if r, ok := answers[it.ID]; ok {
				mine[it.ID], known[it.ID] = r, true
			}
		}
		readings, err := item.Compare(b, c.Reader, clock.System{}.Now(), mine)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Answers, err)
		}
		some, err := c.edits(b, readings)
		if err != nil {
			return err
		}
		edits = append(edits, some...)
	}
	for id := range answers {
		if !known[id] {
			return fmt.Errorf("%s answers the item %s, which %s has not: is it the paper of this content?", c.Answers, id, c.Dir)
		}
	}
	return c.write(out, edits)
}

// answers reads the paper.
func (c *contentReviewCmd) answers() (map[string]item.Response, error) {
	data, err := os.ReadFile(c.Answers)
	if err != nil {
		return nil, fmt.Errorf("the answers %s cannot be read: check the name", c.Answers)
	}
	var p paper
	if err := yaml.UnmarshalWithOptions(data, &p, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s is not a paper of `galien content blind`: %s", c.Answers, firstLine(err))
	}
	answers := map[string]item.Response{}
	for _, it := range p.Items {
		if it.Answer != nil {
			answers[it.ID] = item.Response(*it.Answer)
		}
	}
	if len(answers) == 0 {
		return nil, fmt.Errorf("%s holds no answer: fill in the answer of each item", c.Answers)
	}
	return answers, nil
}

// edit is a file with its new text.
type edit struct {
	path    string
	text    []byte
	reading item.Reading
}

func (c *contentReviewCmd) edits(b *item.Bank, readings []item.Reading) ([]edit, error) {
	var edits []edit
	for _, r := range readings {
		it, _ := b.Item(r.Item)
		path := filepath.Join(c.Dir, filepath.FromSlash(it.File))
		before, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		after, err := item.Record(before, r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		edits = append(edits, edit{path, after, r})
	}
	return edits, nil
}

func (c *contentReviewCmd) write(out io.Writer, edits []edit) error {
	for _, e := range edits {
		if err := os.WriteFile(e.path, e.text, 0o644); err != nil {
			return err
		}
	}
	agree := 0
	for _, e := range edits {
		if e.reading.Agrees {
			agree++
			continue
		}
		fmt.Fprintf(out, "%s: %s answered %v, which is not the key\n", e.path, c.Reader, e.reading.Answer)
	}
	disagree := slices.DeleteFunc(edits, func(e edit) bool { return e.reading.Agrees })
	fmt.Fprintf(out, "%d items read by %s: %d agree, %d do not\n", agree+len(disagree), c.Reader, agree, len(disagree))
	if len(disagree) > 0 {
		return errors.New("items are not answered as their key says: mend each item, then have it read again")
	}
	return nil
}
