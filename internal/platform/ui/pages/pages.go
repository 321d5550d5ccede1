// Package pages holds the pages a public service shows: help, site map, accessibility, legal notice, personal data,
// cookies, service status, eco-design, source code, versions, and security.txt.
//
// Their prose is Markdown in fr/ and en/, completed with what the operator states about itself; each function
// returns the content of a page to be placed in ui.Shell, and Heading gives its title and lead.
package pages

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/a-h/templ"
	"github.com/yuin/goldmark"

	"galien/internal/platform/i18n"
)

//go:embed fr/*.md en/*.md
var prose embed.FS

// Operator is who runs this installation, in its own words. In a list of facts an empty field reads «à compléter par
// l'exploitant»; a sentence that needs it is left out or says what is missing. Texts are plain: Markdown and HTML in them are shown as typed.
type Operator struct {
	Name        string // legal name
	Contact     string // email address of the help desk
	Phone       string
	Address     string
	Director    string // publication director (law 2004-575, article 1-1)
	DPO         string // data protection officer: name or address
	Host        string
	HostAddress string
	SourceURL   string    // where the running code is published
	Security    string    // «mailto:» or «https:» URI for security reports; "" uses Contact
	BaseURL     string    // «https://galien.example.org», without a final slash
	Updated     time.Time // when the statements were last reviewed
}

// Slug names a page written in Markdown.
type Slug string

// The pages written in Markdown.
const (
	Help          Slug = "help"
	Accessibility Slug = "accessibility"
	Legal         Slug = "legal"
	Privacy       Slug = "privacy"
	Cookies       Slug = "cookies"
	EcoDesign     Slug = "eco_design"
	Source        Slug = "source"
)

// The other pages, made of data.
const (
	siteMap  Slug = "site_map"
	status   Slug = "status"
	versions Slug = "versions"
)

// Slugs returns the pages written in Markdown.
func Slugs() []Slug {
	return []Slug{Help, Accessibility, Legal, Privacy, Cookies, EcoDesign, Source}
}

// Prose returns the content of a page in the language of the context it is rendered in.
func Prose(slug Slug, operator Operator) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		html, err := convert(ctx, slug, operator)
		if err != nil {
			return fmt.Errorf("pages: %s: %w", slug, err)
		}
		_, err = fmt.Fprintf(w, `<div class="g-prose">%s</div>`, html)
		return err
	})
}

func convert(ctx context.Context, slug Slug, operator Operator) (string, error) {
	text, err := prose.ReadFile(string(i18n.From(ctx)) + "/" + string(slug) + ".md")
	if err != nil {
		return "", err
	}
	source, err := template.New(string(slug)).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return "", err
	}
	var filled, html bytes.Buffer
	if err := source.Execute(&filled, operator.values(ctx)); err != nil {
		return "", err
	}
	markdown := filled.String()
	if i18n.From(ctx) == i18n.French {
		markdown = i18n.Typography(markdown)
	}
	// Raw HTML stays off: what the operator typed can only be text.
	if err := goldmark.Convert([]byte(markdown), &html); err != nil {
		return "", err
	}
	return html.String(), nil
}

// values gives the operator's fields to the templates, "" for what is missing; Todo is what a fact then reads.
func (o Operator) values(ctx context.Context) map[string]string {
	values := map[string]string{
		"Name": o.Name, "Contact": o.Contact, "Phone": o.Phone, "Address": o.Address, "Director": o.Director, "DPO": o.DPO,
		"Host": o.Host, "HostAddress": o.HostAddress, "SourceURL": o.SourceURL, "Updated": "",
	}
	for name, value := range values {
		values[name] = autolink(plain(value), value)
	}
	if !o.Updated.IsZero() {
		values["Updated"] = i18n.Date(ctx, o.Updated)
	}
	values["SecurityTxt"] = o.security()
	values["Todo"] = "*" + i18n.T(ctx, "pages.todo") + "*"
	return values
}

// plain escapes every character that Markdown could read as a sign.
func plain(text string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\\`*_{}[]()#+-.!|<>&~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

var address = regexp.MustCompile(`^(https://[^\s<>"]+|[\w.+-]+@[\w.-]+\.\w+)$`)

// autolink makes a web or email address a link; anything else stays text.
func autolink(text, typed string) string {
	if address.MatchString(typed) {
		return "<" + typed + ">"
	}
	return text
}

// security is where a flaw is reported, as a URI; "" when the operator gives no address.
func (o Operator) security() string {
	if o.Security == "" && o.Contact != "" {
		return "mailto:" + o.Contact
	}
	return o.Security
}

// SecurityTxt returns the body of /.well-known/security.txt (RFC 9116); ok is false when there is nobody to write to, and so
// no such file. expires must be less than a year ahead.
func SecurityTxt(o Operator, expires time.Time) (text string, ok bool) {
	contact := o.security()
	if contact == "" {
		return "", false
	}
	lines := []string{
		"Contact: " + contact,
		"Expires: " + expires.UTC().Truncate(time.Second).Format(time.RFC3339),
		"Preferred-Languages: fr, en",
	}
	if o.BaseURL != "" {
		lines = append(lines, "Canonical: "+o.BaseURL+"/.well-known/security.txt")
	}
	return strings.Join(lines, "\n") + "\n", true
}
