package studyweb

import (
	"context"
	"time"

	"galien/internal/measure/calibration"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/study"
)

// faultText says why a study failed.
func faultText(ctx context.Context, code string) string {
	return i18n.T(ctx, "error."+code, "least", study.MinPersons, "most", calibration.MaxItems)
}

// progressText says how far a study is.
func progressText(ctx context.Context, s study.Study) string {
	if s.Status == study.Queued {
		return i18n.T(ctx, "study.progress.queued")
	}
	if s.Kind == study.Simulation {
		return trialProgress(ctx, s)
	}
	if s.Iteration == 0 {
		return i18n.T(ctx, "study.progress.reading")
	}
	left := time.Duration(s.LeftMS) * time.Millisecond
	switch {
	case left == 0:
		return i18n.T(ctx, "study.progress.iteration", "iteration", s.Iteration)
	case left < time.Minute:
		return i18n.T(ctx, "study.progress.soon", "iteration", s.Iteration)
	}
	return i18n.T(ctx, "study.progress.left", "iteration", s.Iteration, "count", int(left/time.Minute)+1)
}

// trialProgress says how long a simulation still takes.
func trialProgress(ctx context.Context, s study.Study) string {
	left := time.Duration(s.LeftMS) * time.Millisecond
	switch {
	case left == 0:
		return i18n.T(ctx, "study.progress.begun")
	case left < time.Minute:
		return i18n.T(ctx, "study.progress.trial_soon")
	}
	return i18n.T(ctx, "study.progress.trial_left", "count", int(left/time.Minute)+1)
}

// convergence says how the estimation ended, plainly.
func convergence(ctx context.Context, f study.Fit) ui.Notice {
	if !f.Converged {
		return ui.Notice{Tone: ui.Bad, Title: i18n.T(ctx, "study.fit.limit"), Text: i18n.T(ctx, "study.fit.limit_text", "iterations", f.Iterations, "change", i18n.Number(ctx, f.Change, 4))}
	}
	return ui.Notice{Tone: ui.Success, Title: i18n.T(ctx, "study.fit."+f.Reason), Text: i18n.T(ctx, "study.fit.text", "iterations", f.Iterations, "change", i18n.Number(ctx, f.Change, 5))}
}
