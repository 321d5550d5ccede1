package assessweb

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/i18n"
)

// byteOrderMark tells a French Excel that a file is UTF-8; it splits at semicolons.
const byteOrderMark = "\ufeff"

// cohortFile is the list of learners as a file: all of them, the columns of the page. It is sent while it is read; what fails
// on the way cuts the connection, so that half a list does not pass for a whole one.
func (p *Pages) cohortFile(w http.ResponseWriter, r *http.Request) error {
	organisation, err := pathID(r, "org", "org.not_found")
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), identity.ActorOf(r.Context())
	c, err := p.Service.ExportCohort(ctx, actor, organisation, org.Member{})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="apprenants.csv"`)
	next := func(after org.Member) (assess.Cohort, error) {
		return p.Service.ExportCohort(ctx, actor, organisation, after)
	}
	if err := writeCohort(ctx, w, c, next); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// writeCohort writes the head and a line for each learner, a part after the other until there are none.
func writeCohort(ctx context.Context, w io.Writer, c assess.Cohort, next func(org.Member) (assess.Cohort, error)) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	file := csv.NewWriter(w)
	file.Comma, file.UseCRLF = ';', true
	lines := [][]string{cohortHead(ctx)}
	for {
		for _, s := range c.Learners {
			lines = append(lines, cohortLine(ctx, c, s))
		}
		if err := file.WriteAll(lines); err != nil || len(c.Learners) == 0 {
			return err
		}
		lines = nil
		var err error
		if c, err = next(c.Learners[len(c.Learners)-1].Member); err != nil {
			return err
		}
	}
}

func cohortHead(ctx context.Context) []string {
	return []string{i18n.T(ctx, "org.learners.name"), i18n.T(ctx, "org.learners.since"), i18n.T(ctx, "assess.cohort.latest"),
		i18n.T(ctx, "assess.result.date"), i18n.T(ctx, "assess.cohort.level"), i18n.T(ctx, "assess.cohort.chances"), i18n.T(ctx, "ui.chart_date")}
}

// cohortLine has a day as 2026-11-22 and a number bare, which a spreadsheet reads as what they are; what is not known is empty.
func cohortLine(ctx context.Context, c assess.Cohort, s assess.Standing) []string {
	line := []string{inert(s.Name), i18n.ISODate(ctx, time.UnixMicro(s.Since)), i18n.T(ctx, "org.learners.not_shared"), "", "", "", ""}
	if !s.Shared {
		return line
	}
	line[2] = stateWord(ctx, s.State)
	if s.State == assess.Done {
		line[3] = i18n.ISODate(ctx, time.UnixMicro(s.At))
	}
	if l := levelShown(c.Framework, s); l.Title != "" {
		line[4], line[5], line[6] = inert(l.Title), strconv.Itoa(l.Chances), i18n.ISODate(ctx, l.At)
	}
	return line
}

// inert keeps a spreadsheet from taking a text for a formula (OWASP, CSV injection): what begins as one does is given an
// apostrophe, also behind spaces and in the wide forms that some of them fold.
func inert(text string) string {
	first := strings.TrimLeftFunc(text, func(r rune) bool { return r <= ' ' || r == '\u00a0' })
	if strings.ContainsAny(text, "\t\r\n") || first != "" && strings.ContainsRune("=+-@|＝＋－＠", []rune(first)[0]) {
		return "'" + text
	}
	return text
}
