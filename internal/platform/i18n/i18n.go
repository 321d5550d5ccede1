// Package i18n gives the interface its two languages: French, the source, and English, complete.
//
// A page puts its language in the context once (With); everything it renders asks the context (T, Date, Number).
// The texts are in /locales; see catalog.go for the file format and typography.go for what French needs.
package i18n

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"galien/locales"
)

// Lang is a language of the interface, as the value of the HTML lang attribute.
type Lang string

// The languages of the interface.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Langs returns the languages of the interface, the source language first.
func Langs() []Lang { return []Lang{French, English} }

// ParseLang returns the language named s and whether the interface has it.
func ParseLang(s string) (Lang, bool) {
	lang := Lang(s)
	return lang, slices.Contains(Langs(), lang)
}

// Bundle holds every message of every language. It is safe for concurrent use.
type Bundle struct {
	messages   map[Lang]map[string]message
	localizers map[Lang]*goi18n.Localizer
}

// Load reads the embedded locales. It fails on a malformed line or template, which it names: call it when the
// program starts.
func Load() (*Bundle, error) {
	bundle := &Bundle{messages: map[Lang]map[string]message{}, localizers: map[Lang]*goi18n.Localizer{}}
	for _, lang := range Langs() {
		name := string(lang) + ".toml"
		text, err := locales.Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("i18n: read %s: %w", name, err)
		}
		parsed, err := parseCatalog(string(text))
		if err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
		if err := bundle.add(lang, parsed); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
	}
	return bundle, nil
}

func (b *Bundle) add(lang Lang, entries []entry) error {
	tag := language.MustParse(string(lang))
	source := goi18n.NewBundle(tag)
	b.messages[lang] = make(map[string]message, len(entries))
	for _, e := range entries {
		if lang == French {
			e.one, e.other = Typography(e.one), Typography(e.other)
		}
		b.messages[lang][e.key] = e.message
		// French has a third form, «many», from one million on; our messages read the same there.
		msg := &goi18n.Message{ID: e.key, One: e.one, Many: e.other, Other: e.other}
		if err := source.AddMessages(tag, msg); err != nil {
			return fmt.Errorf("%s: %w", e.key, err)
		}
	}
	b.localizers[lang] = goi18n.NewLocalizer(source, string(lang))
	return nil
}

// Keys returns every key of lang, sorted.
func (b *Bundle) Keys(lang Lang) []string { return slices.Sorted(maps.Keys(b.messages[lang])) }

// Has tells whether lang has the key.
func (b *Bundle) Has(lang Lang, key string) bool {
	_, ok := b.messages[lang][key]
	return ok
}

// Text returns the message in lang with its placeholders replaced. args are name and value pairs; the int named
// «count» chooses the plural form; numbers are written as the language writes them. A missing key, or a pair that
// is not one, returns the key.
func (b *Bundle) Text(lang Lang, key string, args ...any) string {
	if m := b.messages[lang][key]; len(args) == 0 && m.plain() {
		return m.other
	}
	localizer, ok := b.localizers[lang]
	if !ok || len(args)%2 != 0 {
		return key
	}
	config := &goi18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i < len(args); i += 2 {
			name, value := fmt.Sprint(args[i]), args[i+1]
			if name == "count" {
				config.PluralCount = value
			}
			data[name] = display(lang, value)
		}
		config.TemplateData = data
	}
	text, err := localizer.Localize(config)
	if err != nil {
		return key
	}
	return text
}

// shared parses the locales once for the program; the texts never change after that.
var shared = sync.OnceValues(Load)

// T returns the message in the language of ctx. See Bundle.Text for args.
func T(ctx context.Context, key string, args ...any) string {
	bundle, err := shared()
	if err != nil {
		return key
	}
	return bundle.Text(From(ctx), key, args...)
}
