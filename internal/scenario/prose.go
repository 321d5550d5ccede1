package scenario

import (
	"regexp"
	"strings"
)

var (
	blankLine   = regexp.MustCompile(`\n[ \t]*\n\s*`)
	placeholder = regexp.MustCompile(`\{([a-z][a-z0-9-]*)\}`)
)

// paragraphs cuts a text at its blank lines and replaces each {id} of a link by a run with the link's text.
func paragraphs(text string, links []link) []Paragraph {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	var out []Paragraph
	for _, block := range blankLine.Split(text, -1) {
		out = append(out, runs(block, links))
	}
	return out
}

func runs(block string, links []link) Paragraph {
	var out Paragraph
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(block, -1) {
		l, ok := linkByID(links, block[at[2]:at[3]])
		if !ok {
			continue
		}
		if at[0] > end {
			out = append(out, Run{Text: block[end:at[0]]})
		}
		out = append(out, Run{Text: l.Text, Link: l.ID})
		end = at[1]
	}
	if end < len(block) {
		out = append(out, Run{Text: block[end:]})
	}
	return out
}

func linkByID(links []link, id string) (link, bool) {
	for _, l := range links {
		if l.ID == id {
			return l, true
		}
	}
	return link{}, false
}

// placed returns the ids that stand between braces in a text.
func placed(text string) []string {
	var ids []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}
