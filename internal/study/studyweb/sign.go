package studyweb

import (
	"context"
	"slices"
	"strings"

	"galien/internal/item"
	"galien/internal/measure/fit"
	"galien/internal/platform/i18n"
	"galien/internal/study"
)

// signKey is the name of a flag in the catalogue.
func signKey(code fit.Code) string { return strings.ReplaceAll(string(code), "-", "_") }

// signLabel is a flag in a few words.
func signLabel(ctx context.Context, s study.Sign) string {
	return i18n.T(ctx, "study.sign."+signKey(s.Code))
}

// signText says what a flag means, with its numbers; of is what else it is about, an item or an option in words.
func signText(ctx context.Context, s study.Sign, of string) string {
	value, limit := signNumber(ctx, s.Code, s.Value), signNumber(ctx, s.Code, s.Limit)
	return i18n.T(ctx, "study.sign_means."+signKey(s.Code), "of", of, "value", value, "limit", limit)
}

// signAdvice says what to do about a flag.
func signAdvice(ctx context.Context, s study.Sign) string {
	return i18n.T(ctx, "study.sign_do."+signKey(s.Code))
}

// signNumber writes the statistic of a flag in its unit.
func signNumber(ctx context.Context, code fit.Code, v *float64) string {
	if v == nil {
		return "–"
	}
	switch code {
	case fit.TooEasy, fit.TooHard, fit.OptionAboveKey, fit.RapidAnswers, fit.OptionUnused:
		return i18n.Percent(ctx, *v, 0)
	case fit.FewAnswers, fit.SlowItem:
		return i18n.Number(ctx, *v, 0)
	case fit.ScoreMisfit, fit.PredictMisfit:
		return probability(ctx, *v)
	}
	return i18n.Number(ctx, *v, 2)
}

// probability writes a probability, with a bound when it is very small.
func probability(ctx context.Context, p float64) string {
	if p < 0.001 {
		return i18n.T(ctx, "study.under", "least", 0.001)
	}
	return i18n.Number(ctx, p, 3)
}

// about names what a flag is about: another item, or an option by its text when the bank has the version.
func about(s study.Sign, it *item.Item) string {
	if s.Code == fit.LocalDepend || it == nil {
		return s.Of
	}
	return optionText(it, s.Of)
}

// merged says once with which items an item shares more than the ability, with the largest value.
func merged(flags []study.Sign) []study.Sign {
	var out []study.Sign
	shared := -1
	for _, s := range flags {
		switch {
		case s.Code != fit.LocalDepend:
			out = append(out, s)
		case shared < 0:
			shared = len(out)
			out = append(out, s)
		default:
			first := &out[shared]
			first.Of += ", " + s.Of
			if s.Value != nil && first.Value != nil && *s.Value > *first.Value {
				first.Value = s.Value
			}
		}
	}
	return out
}

// signLabels names the flags in a few words, each kind once.
func signLabels(ctx context.Context, flags []study.Sign) string {
	var labels []string
	for _, s := range flags {
		if label := signLabel(ctx, s); !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return strings.Join(labels, ", ")
}

// optionText is the text of an option, or its name when the item has none of that name.
func optionText(it *item.Item, name string) string {
	options := it.Feedback(item.Response{}, noImage).Options
	for i, id := range it.OptionIDs() {
		if id == name && i < len(options) {
			return options[i].Text
		}
	}
	return name
}

// noImage gives no address to pictures: only texts are read.
func noImage(item.Image) string { return "" }
