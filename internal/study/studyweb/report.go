package studyweb

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/document"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// title names a study by its kind and date.
func title(ctx context.Context, s study.Study) string {
	return i18n.T(ctx, "study.title."+string(s.Kind), "date", i18n.DateTime(ctx, time.UnixMicro(s.AskedAt)))
}

// described is the report of a study that is done.
func described(ctx context.Context, r study.Report) *document.Document {
	switch {
	case r.Outcome != nil:
		return simulationReport(ctx, r)
	case r.Quality != nil:
		return analysisReport(ctx, r)
	}
	return calibrationReport(ctx, r)
}

// made is when a study was done.
func made(s study.Study) time.Time {
	if s.EndedAt != nil {
		return time.UnixMicro(*s.EndedAt)
	}
	return time.UnixMicro(s.AskedAt)
}

// reportFile gives the report of a study as a file.
func (p *Pages) reportFile(extension string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
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
		return send(w, r, described(r.Context(), report), extension)
	}
}

// send gives a document as a file. It is written whole before anything is sent: half a report must not pass for one.
func send(w http.ResponseWriter, r *http.Request, d *document.Document, extension string) error {
	var file bytes.Buffer
	var err error
	media := "text/html; charset=utf-8"
	if extension == "pdf" {
		media, err = "application/pdf", d.WritePDF(r.Context(), &file)
	} else {
		err = d.WriteHTML(r.Context(), &file)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+d.Filename(extension)+`"`)
	_, err = file.WriteTo(w)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// files are the forms in which the report of a study can be taken.
func files(s study.Study) []ui.ExportLink {
	path := Path(s.ID)
	return []ui.ExportLink{{Format: "PDF", Href: path + "/rapport.pdf"}, {Format: "HTML", Href: path + "/rapport.html"},
		{Format: "CSV", Href: path + "/items.csv"}, {Format: "JSON", Href: "/api/v1/studies/" + s.ID.String()}}
}

// calibrationReport is the report of a calibration.
func calibrationReport(ctx context.Context, r study.Report) *document.Document {
	w := newWriter(ctx, title(ctx, r.Study), r.Bank, made(r.Study))
	end := convergence(ctx, r.Result.Fit)
	w.heading(w.t("study.result"))
	w.say(end.Title+". "+end.Text, w.t("study.limits"))
	var facts []string
	for _, pair := range append(asked(ctx, r), found(ctx, r.Result)...) {
		switch {
		case pair.Text != "":
			facts = append(facts, pair.Term, pair.Text)
		case pair.Term == w.t("study.digest"):
			facts = append(facts, pair.Term, r.Result.Data.SHA256)
		}
	}
	w.facts(facts...)
	w.heading(w.t("study.chart_title"))
	w.Add(chart(ctx, r.Result).Blocks...)
	w.heading(w.t("study.table_title"))
	t := document.Table{Caption: w.t("study.table.caption"), Columns: []document.Column{{Label: w.t("study.item")}, {Label: w.t("study.answers"), Numeric: true},
		{Label: w.t("study.a")}, {Label: w.t("study.b")}, {Label: w.t("study.c")}, {Label: w.t("study.flags")}}}
	for _, e := range r.Result.Items {
		var flags []string
		for _, tag := range flagsOf(ctx, e) {
			flags = append(flags, tag.Label)
		}
		t.Rows = append(t.Rows, []string{e.Ref.String(), countText(ctx, e), changed(ctx, e, slopes), changed(ctx, e, difficulties),
			asymptotes(ctx, e.InForce, e.Estimated), strings.Join(flags, ", ")})
	}
	w.table(t)
	return w.Document
}
