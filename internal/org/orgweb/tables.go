package orgweb

import (
	"context"
	"time"

	"galien/internal/org"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// organisationTable lists organisations; one that the reader works in leads to its page.
func organisationTable(ctx context.Context, all []org.Listed) ui.TableProps {
	t := ui.TableProps{ID: "liste", Caption: i18n.T(ctx, "org.list.caption"), Columns: []ui.Column{{Label: i18n.T(ctx, "org.name")},
		{Label: i18n.T(ctx, "org.kind")}, {Label: i18n.T(ctx, "org.learners.title"), Numeric: true}, {Label: i18n.T(ctx, "org.join.code")}}}
	for _, o := range all {
		name, code := ui.Cell{Text: o.Name}, o.JoinCode
		if o.Opens {
			name.Href = Path(o.ID)
		}
		if !o.Joinable() {
			code = "–"
		}
		t.Rows = append(t.Rows, []ui.Cell{name, {Text: i18n.T(ctx, "org.kind_"+string(o.Kind))},
			{Text: i18n.Number(ctx, float64(o.Learners), 0)}, {Text: code}})
	}
	return t
}

func kindOptions(ctx context.Context, chosen org.Kind) []ui.Option {
	var out []ui.Option
	for _, k := range []org.Kind{org.School, org.Order, org.Employer} {
		out = append(out, ui.Option{Value: string(k), Label: i18n.T(ctx, "org.kind_"+string(k)), Chosen: k == chosen})
	}
	return out
}

func shareMeta(ctx context.Context, s org.Share) string {
	return i18n.T(ctx, "org.shares.until", "date", date(ctx, s.EndsAt))
}

func date(ctx context.Context, micros int64) string { return i18n.Date(ctx, time.UnixMicro(micros)) }
