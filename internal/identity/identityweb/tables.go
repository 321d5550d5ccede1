package identityweb

import (
	"context"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// demoTable shows the accounts of a demonstration, each with a button that enters as it and leads back.
func demoTable(ctx context.Context, demo []DemoAccount, back string) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, "identity.demo.title"), HideTitle: true, ID: "demo-comptes", Columns: []ui.Column{
		{Label: i18n.T(ctx, "identity.demo.role")}, {Label: i18n.T(ctx, "identity.email")}, {Label: i18n.T(ctx, "identity.password")},
		{Label: i18n.T(ctx, "identity.demo.action")}}}
	for _, d := range demo {
		t.Rows = append(t.Rows, []ui.Cell{{Text: i18n.T(ctx, "org.role."+d.Role)}, {Text: d.Email}, {Text: d.Password}, {Content: enterAs(d, back)}})
	}
	return t
}

func langOptions(ctx context.Context, chosen i18n.Lang) []ui.Option {
	var out []ui.Option
	for _, l := range i18n.Langs() {
		out = append(out, ui.Option{Value: string(l), Label: i18n.T(ctx, "identity.lang_"+string(l)), Chosen: l == chosen})
	}
	return out
}
