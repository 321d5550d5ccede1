package assessweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type cohortView struct {
	Page   ui.Page
	Cohort assess.Cohort
	Table  ui.TableProps
	Pages  ui.PaginationProps
	Files  []ui.ExportLink // none for an empty list
}

// standingLevel is a learner's level in words; Title is "" when nothing is measured.
type standingLevel struct {
	Title, Lang string
	Chances     int // out of 100, that it is so
	At          time.Time
}

// cohort lists an organisation's learners to its staff; the reading is recorded by the use case.
func (p *Pages) cohort(w http.ResponseWriter, r *http.Request) error {
	organisation, err := pathID(r, "org", "org.not_found")
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 || number > 100_000 {
		number = 1
	}
	ctx := r.Context()
	c, err := p.Service.Cohort(ctx, identity.ActorOf(ctx), organisation, number)
	if err != nil {
		return err
	}
	v := cohortView{Page: p.Page(r, c.Name), Cohort: c, Table: cohortTable(ctx, c), Pages: ui.PaginationProps{Page: number,
		Pages: (c.Total + org.PageSize - 1) / org.PageSize, Href: func(n int) string { return orgweb.Path(c.ID) + "?page=" + strconv.Itoa(n) }}}
	if c.Total > 0 {
		v.Files = []ui.ExportLink{{Format: "CSV", Href: cohortFilePath(c.ID)}}
	}
	v.Page.NoIndex = true
	return web.Render(w, r, http.StatusOK, cohortPage(v))
}

func cohortFilePath(organisation id.ID) string { return orgweb.Path(organisation) + "/apprenants.csv" }

// cohortTable has a line for each learner; the name of one who shares leads to where they stand.
func cohortTable(ctx context.Context, c assess.Cohort) ui.TableProps {
	t := ui.TableProps{ID: "apprenants-liste", Caption: i18n.T(ctx, "org.learners.title"), HideTitle: true,
		Columns: []ui.Column{{Label: i18n.T(ctx, "org.learners.name")}, {Label: i18n.T(ctx, "org.learners.since")},
			{Label: i18n.T(ctx, "assess.cohort.latest")}, {Label: i18n.T(ctx, "assess.cohort.level")}},
		Empty: ui.EmptyProps{Title: i18n.T(ctx, "org.learners.none")}}
	if c.Joinable() {
		t.Empty.Text = i18n.T(ctx, "org.learners.none_text", "code", c.JoinCode)
	}
	for _, s := range c.Learners {
		t.Rows = append(t.Rows, cohortRow(ctx, c, s))
	}
	return t
}

func cohortRow(ctx context.Context, c assess.Cohort, s assess.Standing) []ui.Cell {
	row := []ui.Cell{{Text: s.Name}, {Text: i18n.Date(ctx, time.UnixMicro(s.Since))}}
	if !s.Shared {
		hidden := ui.Cell{Text: i18n.T(ctx, "org.learners.not_shared")}
		return append(row, hidden, hidden)
	}
	row[0].Href = LearnerPath(c.ID, s.PersonID)
	latest := ui.Cell{Text: i18n.Date(ctx, time.UnixMicro(s.At))}
	if s.State != assess.Done {
		latest = ui.Cell{Content: ui.Tag(ui.TagProps{Label: stateWord(ctx, s.State), Tone: stateTone(s.State)})}
	}
	level := ui.Cell{Text: i18n.T(ctx, "assess.cohort.unmeasured")}
	if l := levelShown(c.Framework, s); l.Title != "" {
		level = ui.Cell{Content: levelCell(l)}
	}
	return append(row, latest, level)
}

func stateWord(ctx context.Context, p assess.Progress) string {
	switch p {
	case assess.UnderWay:
		return i18n.T(ctx, "assess.history.open")
	case assess.Done:
		return i18n.T(ctx, "ui.step_done")
	}
	return i18n.T(ctx, "assess.cohort.not_begun")
}

func stateTone(p assess.Progress) ui.Tone {
	if p == assess.UnderWay {
		return ui.Info
	}
	return ui.Neutral
}

// levelShown words a level as the learner's own page does: by the headline, and how sure it is.
func levelShown(fw *framework.Framework, s assess.Standing) standingLevel {
	if s.Whole == nil || s.Whole.Answers == 0 || s.Whole.Level >= len(s.Whole.Levels) {
		return standingLevel{}
	}
	low, high := headline(s.Whole.Measured)
	return standingLevel{Title: scaleOf(fw).titles(low, high), Lang: fw.Language, Chances: outOf100(total(s.Whole.Levels[low : high+1])),
		At: time.UnixMicro(s.Whole.At)}
}
