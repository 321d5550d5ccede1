package studyweb

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/study"
)

// byteOrderMark tells a French Excel that a file is UTF-8; it splits at semicolons.
const byteOrderMark = "\ufeff"

// file is the table of items as a file.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	s, err := named(r.PathValue("study"))
	if err != nil {
		return err
	}
	report, err := p.Service.Get(r.Context(), identity.ActorOf(r.Context()), s)
	if err != nil {
		return err
	}
	if report.Status != study.Done {
		return errs.New(errs.NotFound, "study.not_done")
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="items-`+s.String()+`.csv"`)
	if err := writeItems(r.Context(), w, report); err != nil {
		panic(http.ErrAbortHandler) // half a table must not pass for a whole one
	}
	return nil
}

func writeItems(ctx context.Context, w io.Writer, r study.Report) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	file := csv.NewWriter(w)
	file.Comma, file.UseCRLF = ';', true
	return file.WriteAll(itemLines(ctx, r))
}

// itemLines are the lines of the table of items of a study, whatever its kind.
func itemLines(ctx context.Context, r study.Report) [][]string {
	switch {
	case r.Quality != nil:
		return qualityLines(ctx, r.Quality)
	case r.Outcome != nil:
		return rateLines(ctx, r.Outcome)
	}
	lines := [][]string{{"item", "version", "competency", "status", "n", "flags", "model", "a", "a_estimated", "a_se", "b", "b_estimated", "b_se",
		"c", "c_estimated", "c_se", "in_force_study", "in_force_revision"}}
	for _, e := range r.Result.Items {
		lines = append(lines, itemLine(ctx, r, e))
	}
	return lines
}

// itemLine has the three places of each number even when nothing was estimated; several difficulties are apart by spaces.
func itemLine(ctx context.Context, r study.Report, e study.Estimate) []string {
	line := []string{e.ID, strconv.Itoa(e.Version), e.Competency, string(e.Status), strconv.FormatInt(e.N, 10), joined(e.Flags)}
	before, after, model := e.InForce, item.Parameters{}, e.InForce.Model
	if e.Status == study.Hidden {
		line[4] = ""
	}
	se := item.StandardErrors{}
	if e.Estimated != nil {
		after, model = *e.Estimated, e.Estimated.Model
		if after.SE != nil {
			se = *after.SE
		}
	}
	one := func(m item.Millionth, known bool) string {
		if !known {
			return ""
		}
		return numbers(ctx, m)
	}
	line = append(line, model, numbers(ctx, before.A), one(after.A, e.Estimated != nil), one(se.A, after.SE != nil),
		numbers(ctx, before.B...), numbers(ctx, after.B...), numbers(ctx, se.B...),
		numbers(ctx, before.C), one(after.C, e.Estimated != nil), one(se.C, after.SE != nil))
	a, ok := r.InForce[e.Ref]
	if !ok || a.Parameters == nil {
		return append(line, "", strconv.Itoa(a.Revision))
	}
	return append(line, a.Parameters.Study, strconv.Itoa(a.Revision))
}

func joined(flags []study.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}

// numbers are written as a spreadsheet in the reader's language takes them.
func numbers(ctx context.Context, values ...item.Millionth) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = decimal(ctx, v.Float())
	}
	return strings.Join(texts, " ")
}

func decimal(ctx context.Context, v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if i18n.From(ctx) == i18n.French {
		return strings.ReplaceAll(text, ".", ",")
	}
	return text
}
