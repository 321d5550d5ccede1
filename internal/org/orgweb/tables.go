package orgweb

import (
	"context"
	"strconv"
	"time"

	"galien/internal/org"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

func organisationTable(ctx context.Context, all []org.Organisation) ui.TableProps {
	t := ui.TableProps{ID: "liste", Caption: i18n.T(ctx, "org.list.caption"), Columns: []ui.Column{{Label: i18n.T(ctx, "org.name")},
		{Label: i18n.T(ctx, "org.kind")}, {Label: i18n.T(ctx, "org.join.code")}}}
	for _, o := range all {
		t.Rows = append(t.Rows, []ui.Cell{{Text: o.Name}, {Text: i18n.T(ctx, "org.kind_"+string(o.Kind))}, {Text: o.JoinCode}})
	}
	return t
}

func learnerTable(ctx context.Context, v showView) ui.TableProps {
	t := ui.TableProps{ID: "apprenants-liste", Caption: i18n.T(ctx, "org.learners.title"), HideTitle: true,
		Columns: []ui.Column{{Label: i18n.T(ctx, "org.learners.name")}, {Label: i18n.T(ctx, "org.learners.since")}, {Label: i18n.T(ctx, "org.learners.results")}},
		Empty:   ui.EmptyProps{Title: i18n.T(ctx, "org.learners.none"), Text: i18n.T(ctx, "org.learners.none_text", "code", v.Organisation.JoinCode)}}
	for _, m := range v.Learners {
		results := ui.Cell{Text: i18n.T(ctx, "org.learners.not_shared")}
		if m.Shared {
			results = ui.Cell{Text: i18n.T(ctx, "org.learners.open", "name", m.Name), Href: Path(v.Organisation.ID) + "/apprenants/" + m.PersonID.String()}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: m.Name}, {Text: i18n.Date(ctx, time.UnixMicro(m.Since))}, results})
	}
	return t
}

func pagination(v showView) ui.PaginationProps {
	return ui.PaginationProps{Page: v.Number, Pages: (v.Total + org.PageSize - 1) / org.PageSize,
		Href: func(n int) string { return Path(v.Organisation.ID) + "?page=" + strconv.Itoa(n) }}
}

func kindOptions(ctx context.Context, chosen org.Kind) []ui.Option {
	var out []ui.Option
	for _, k := range []org.Kind{org.School, org.Order, org.Employer} {
		out = append(out, ui.Option{Value: string(k), Label: i18n.T(ctx, "org.kind_"+string(k)), Chosen: k == chosen})
	}
	return out
}

func shareMeta(ctx context.Context, s org.Share) string {
	return i18n.T(ctx, "org.shares.until", "date", i18n.Date(ctx, time.UnixMicro(s.EndsAt)))
}
