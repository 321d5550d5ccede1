package assessweb

import (
	"context"
	"strings"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/scenario"
)

// fieldKeep names the button that keeps without sending: by its name the script finds it again, and leaves the focus on it
// where nothing was to keep.
const fieldKeep = "garder"

// fieldProps is a text field of a page or form of the world. A secret is a password field that is never filled again and
// that no browser keeps: only the fact that it was typed comes back.
func (v worldView) fieldProps(ctx context.Context, f scenario.FieldView) ui.FieldProps {
	props := ui.FieldProps{Name: fieldTyped + f.ID, Label: f.Label, Optional: !f.Required, MaxLength: f.Max, Value: v.value(f),
		Error: v.Faults[fieldTyped+f.ID], Autocomplete: "off"}
	switch {
	case f.Secret:
		props.Type, props.Value, props.Chars = "password", "", 24
		if f.Typed {
			props.Hint = i18n.T(ctx, "assess.world.secret_typed")
		}
	case f.Type == scenario.FieldLong:
		props.Rows, props.Autocomplete = 4, ""
	case f.Max <= 40:
		props.Chars = 24
	}
	return props
}

func (v worldView) fieldOptions(f scenario.FieldView) []ui.Option {
	var out []ui.Option
	for _, o := range f.Options {
		out = append(out, ui.Option{Value: o.ID, Label: o.Text, Chosen: o.ID == v.value(f)})
	}
	return out
}

// noteText is what a pad shows: what was typed and refused, else what is kept.
func (v worldView) noteText(n scenario.NoteView) string {
	if t, ok := v.Typed[fieldValue]; ok {
		return t
	}
	return n.Text
}

func unasked(c scenario.ContactView) []scenario.TopicView {
	var out []scenario.TopicView
	for _, t := range c.Topics {
		if !t.Asked {
			out = append(out, t)
		}
	}
	return out
}

// sentPairs recalls what a form sent.
func sentPairs(ctx context.Context, fields []scenario.FieldView) []ui.Pair {
	var out []ui.Pair
	for _, f := range fields {
		text := f.Value
		switch {
		case f.Type == scenario.FieldChoice:
			text = textOf(f.Options, f.Value)
		case f.Type == scenario.FieldBox && f.Value == scenario.BoxOn:
			text = i18n.T(ctx, "assess.world.box_on")
		case f.Type == scenario.FieldBox:
			text = i18n.T(ctx, "assess.world.box_off")
		case f.Secret && f.Typed:
			text = i18n.T(ctx, "assess.world.secret_typed")
		}
		if text == "" {
			text = "–"
		}
		out = append(out, ui.Pair{Term: f.Label, Text: text})
	}
	return out
}

// fieldIDs lists the ids of the fields of a type, of all for "", with a space between.
func fieldIDs(list []scenario.FieldView, kind string) string {
	var ids []string
	for _, f := range list {
		if kind == "" || f.Type == kind {
			ids = append(ids, f.ID)
		}
	}
	return strings.Join(ids, " ")
}
