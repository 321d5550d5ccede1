package pages

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// Heading returns the title and the lead of a page in the language of ctx.
func Heading(ctx context.Context, slug Slug) (title, lead string) {
	return i18n.T(ctx, "pages."+string(slug)+".title"), i18n.T(ctx, "pages."+string(slug)+".lead")
}

// LinkGroup is a part of the site map.
type LinkGroup struct {
	Title string
	Links []ui.Link
}

// SiteMapHeading returns the title and the lead of the site map.
func SiteMapHeading(ctx context.Context) (title, lead string) { return Heading(ctx, siteMap) }

// StatusHeading returns the title and the lead of the service status.
func StatusHeading(ctx context.Context) (title, lead string) { return Heading(ctx, status) }

// VersionsHeading returns the title and the lead of the versions page.
func VersionsHeading(ctx context.Context) (title, lead string) { return Heading(ctx, versions) }

// State is how a part of the service works.
type State int

// The states of a part, from best to worst.
const (
	Works State = iota
	Slow
	Down
)

// Part is one line of the service status.
type Part struct {
	Name  string
	State State
}

// Status shows how each part works, as measured at checked. No parts says that nothing was measured.
func Status(parts []Part, checked time.Time) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		table := ui.TableProps{
			Caption: i18n.T(ctx, "pages.status.caption"),
			Columns: []ui.Column{
				{Label: i18n.T(ctx, "pages.status.part")}, {Label: i18n.T(ctx, "pages.status.state")},
			},
			Empty: ui.EmptyProps{Title: i18n.T(ctx, "pages.status.none_title"), Text: i18n.T(ctx, "pages.status.none_text")},
		}
		for _, part := range parts {
			table.Rows = append(table.Rows, []ui.Cell{
				{Text: part.Name}, {Content: ui.Tag(part.State.tag(ctx))},
			})
		}
		if err := ui.DataTable(table).Render(ctx, w); err != nil || len(parts) == 0 {
			return err
		}
		return measured(i18n.T(ctx, "pages.status.checked", "date", i18n.DateTimeZone(ctx, checked))).Render(ctx, w)
	})
}

func (s State) tag(ctx context.Context) ui.TagProps {
	switch s {
	case Works:
		return ui.TagProps{Label: i18n.T(ctx, "pages.status.ok"), Tone: ui.Success}
	case Slow:
		return ui.TagProps{Label: i18n.T(ctx, "pages.status.degraded"), Tone: ui.Warning}
	}
	return ui.TagProps{Label: i18n.T(ctx, "pages.status.down"), Tone: ui.Bad}
}

// Versions shows what runs: program, schema, frameworks, scale and parameters.
func Versions(pairs []ui.Pair) templ.Component { return ui.DescriptionList(pairs) }
