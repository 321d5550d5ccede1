package studyweb

import (
	"context"
	"strings"

	"galien/internal/framework"
	"galien/internal/platform/i18n"
)

// constraints says in words which rules of the blueprint conflict (measure.InfeasibleError).
func (w *writer) constraints(fw *framework.Framework, binding []string) string {
	words := make([]string, len(binding))
	for i, name := range binding {
		words[i] = constraintText(w.ctx, fw, name)
	}
	return strings.Join(words, " · ")
}

func constraintText(ctx context.Context, fw *framework.Framework, name string) string {
	side, group, bounded := strings.Cut(name, " ")
	switch {
	case name == "length" || name == "familyMax" || name == "seconds" || name == "enemies":
		return i18n.T(ctx, "study.constraint."+strings.ToLower(name))
	case bounded && (side == "min" || side == "max"):
		return i18n.T(ctx, "study.constraint."+side, "group", groupName(ctx, fw, group))
	}
	return name
}

// groupName names what a rule of the blueprint counts.
func groupName(ctx context.Context, fw *framework.Framework, group string) string {
	if code, ok := strings.CutPrefix(group, "domain "); ok {
		return scopeName(ctx, fw, code)
	}
	if code, ok := strings.CutPrefix(group, "competency "); ok {
		return competencyName(fw, code)
	}
	return group
}

// scopeName names a domain, or the whole framework.
func scopeName(ctx context.Context, fw *framework.Framework, code string) string {
	if code == "" {
		return i18n.T(ctx, "study.scope_whole")
	}
	if d, ok := fw.Domain(code); ok {
		return i18n.T(ctx, "study.scope_domain", "code", code, "title", typeset(fw, d.Title))
	}
	return code
}
