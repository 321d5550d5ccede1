package web

import (
	"context"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// Faults turns a refused form into the messages of its fields; an error that names no field goes under "".
func Faults(ctx context.Context, refused *errs.Error) ui.Faults {
	if refused == nil {
		return nil
	}
	f := ui.Faults{}
	for _, field := range refused.Fields {
		f[field.Name] = i18n.T(ctx, "error."+field.Code, field.Args...)
	}
	if len(f) == 0 {
		f[""] = Message(ctx, refused)
	}
	return f
}
