package ui

import (
	"context"
	"strconv"

	"galien/internal/platform/i18n"
)

func toneName(t Tone) string { return firstOf(string(t), "neutral") }

// toneWord is what assistive technology reads before a notice, where sight has a colour and a sign.
func toneWord(ctx context.Context, t Tone) string {
	switch t {
	case Success:
		return i18n.T(ctx, "ui.tone_success")
	case Warning:
		return i18n.T(ctx, "ui.tone_warning")
	case Bad:
		return i18n.T(ctx, "ui.error_prefix")
	}
	return i18n.T(ctx, "ui.tone_info")
}

func (n Notice) role() string {
	if n.Tone == Bad {
		return "alert"
	}
	return "status"
}

func (s Step) name() string { return firstOf(string(s.State), "todo") }

func stepWord(ctx context.Context, s StepState) string {
	switch s {
	case StepDone:
		return i18n.T(ctx, "ui.step_done")
	case StepCurrent:
		return i18n.T(ctx, "ui.step_current")
	}
	return i18n.T(ctx, "ui.step_todo")
}

func (t TableProps) column(i int) Column {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return Column{}
}

// share returns done over total within 0 and 1, 0 where nothing is asked.
func share(done, total int) float64 {
	if total <= 0 {
		return 0
	}
	return min(max(float64(done)/float64(total), 0), 1)
}

// percent writes a ratio as an SVG length.
func percent(ratio float64) string {
	return strconv.FormatFloat(ratio*100, 'f', 2, 64) + "%"
}
