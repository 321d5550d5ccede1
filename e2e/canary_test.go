package e2e

import (
	"bytes"
	"fmt"
	"html"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"

	"galien/content"
	"galien/internal/item"
)

// secret is a text that belongs to the key of an item: who reads it before their attempt ends knows what is right.
type secret struct{ item, what, text string }

// leastSecret is how many letters a secret has at least: a shorter one may stand in a page by chance.
const leastSecret = 12

// fold keeps the letters and digits of a text, in lower case: typography and markup do not hide a secret.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

func tags() *regexp.Regexp { return regexp.MustCompile(`<[^>]*>`) }

// visible folds what a response shows: the text of a document without its tags, and its attributes too.
func visible(body []byte) (words, whole string) {
	unescaped := html.UnescapeString(string(body))
	return fold(tags().ReplaceAllString(unescaped, " ")), fold(unescaped)
}

// secrets lists those of the whole bank in service, but for the texts that a question shows of itself.
func (s *site) secrets(t *testing.T) []secret {
	t.Helper()
	published, err := s.app.Items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []secret
	var public strings.Builder
	accepted := acceptLists(t)
	for _, it := range published.Bank.Items() {
		all = append(all, secretsOf(t, it, accepted[it.ID])...)
		public.WriteString(" " + fold(fmt.Sprint(it.View(1, func(item.Image) string { return "" }))))
	}
	shown := public.String()
	var kept []secret
	for _, s := range all {
		if s.text = fold(html.UnescapeString(s.text)); len(s.text) >= leastSecret && !strings.Contains(shown, s.text) {
			kept = append(kept, s)
		}
	}
	t.Logf("%d secrets of %d items; %d more are too short or stand in a question", len(kept), published.Bank.Len(), len(all)-len(kept))
	return kept
}

// secretsOf lists the reasons, the sentences of the explanation, the sources and the accepted answers of an item.
func secretsOf(t *testing.T, it *item.Item, accepted []string) []secret {
	t.Helper()
	var all []secret
	add := func(what string, texts ...string) {
		for _, text := range texts {
			all = append(all, secret{it.ID, what, text})
		}
	}
	nowhere := func(item.Image) string { return "" }
	f := item.Feedback{}
	if world := it.World(); world != nil {
		state, err := world.Fold(nil)
		if err != nil {
			t.Fatal(err)
		}
		f = it.FeedbackState(state, nowhere)
		for _, r := range f.Scenario.Rules {
			add("rule", r.Why)
		}
		for _, c := range f.Scenario.Caps {
			add("cap", c.Why)
		}
	} else {
		f = it.Feedback(it.Key(), nowhere)
	}
	for _, o := range f.Options {
		add("option", o.Why)
	}
	for _, r := range f.Rows {
		add("row", r.Why)
	}
	add("explanation", strings.Split(tags().ReplaceAllString(f.ExplanationHTML, " "), ". ")...)
	for _, source := range f.Sources {
		add("source", source.Title, source.URL)
	}
	add("accepted", accepted...)
	return all
}

// acceptLists reads the accepted answers from the authored files, by item.
func acceptLists(t *testing.T) map[string][]string {
	t.Helper()
	lists := map[string][]string{}
	err := fs.WalkDir(content.FS(), "items", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".md") {
			return err
		}
		data, err := fs.ReadFile(content.FS(), name)
		if err != nil {
			return err
		}
		parts := bytes.SplitN(data, []byte("---\n"), 3)
		var head struct {
			ID     string
			Answer struct{ Accept []string }
		}
		if err := yaml.Unmarshal(parts[1], &head); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		lists[head.ID] = head.Answer.Accept
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lists
}
