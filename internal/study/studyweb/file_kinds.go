package studyweb

import (
	"context"
	"math"
	"strconv"
	"strings"

	"galien/internal/measure/simulation"
	"galien/internal/study"
)

// qualityLines are the items of an analysis. What is not defined, and what is hidden, is empty.
func qualityLines(ctx context.Context, q *study.Quality) [][]string {
	lines := [][]string{{"item", "version", "competency", "status", "n", "ease", "outfit", "infit", "misfit_x2", "misfit_df", "misfit_p", "misfit_rmsea", "misfit_z",
		"skipped", "time_median", "time_lower", "time_upper", "rapid", "flags"}}
	for _, it := range q.Items {
		status, n := "answered", strconv.FormatInt(it.N, 10)
		switch {
		case it.Hidden:
			status, n = "hidden", ""
		case it.N == 0:
			status = "not_answered"
		}
		line := []string{it.ID, strconv.Itoa(it.Version), it.Competency, status, n, known(ctx, it.Ease), known(ctx, it.Outfit), known(ctx, it.Infit)}
		if m := it.Misfit; m != nil {
			line = append(line, rounded(ctx, m.X2), strconv.Itoa(m.DF), rounded(ctx, m.P), rounded(ctx, m.RMSEA), rounded(ctx, m.Z))
		} else {
			line = append(line, "", "", "", "", "")
		}
		line = append(line, known(ctx, it.Skipped))
		if t := it.Time; t != nil {
			line = append(line, rounded(ctx, t.Median), rounded(ctx, t.Lower), rounded(ctx, t.Upper), rounded(ctx, t.Rapid))
		} else {
			line = append(line, "", "", "", "")
		}
		var flags []string
		for _, s := range it.Flags {
			flags = append(flags, string(s.Code))
		}
		lines = append(lines, append(line, strings.Join(flags, " ")))
	}
	return lines
}

// rateLines are the items of a simulation with the share of people who got them, of all and by band of their estimated score.
func rateLines(ctx context.Context, o *simulation.Report) [][]string {
	head := []string{"item", "rate"}
	for _, b := range o.Exposure.Bands {
		from, to := float64(b.From), float64(b.To)
		name := "rate"
		if finite(from) {
			name += "_from_" + rounded(ctx, from)
		}
		if finite(to) {
			name += "_under_" + rounded(ctx, to)
		}
		head = append(head, name)
	}
	lines := [][]string{head}
	for _, it := range o.Exposure.Items {
		line := []string{it.ID, rounded(ctx, it.Rate)}
		for _, rate := range it.Bands {
			line = append(line, rounded(ctx, float64(rate)))
		}
		lines = append(lines, line)
	}
	return lines
}

func known(ctx context.Context, v *float64) string {
	if v == nil {
		return ""
	}
	return rounded(ctx, *v)
}

// rounded writes a number to a millionth, and nothing for what is none.
func rounded(ctx context.Context, v float64) string {
	if !finite(v) {
		return ""
	}
	return decimal(ctx, math.Round(v*1e6)/1e6)
}
