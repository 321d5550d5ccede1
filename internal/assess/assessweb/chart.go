package assessweb

import (
	"context"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// minAxes is the least a radar can draw.
const minAxes = 3

// domainRadar draws the latest measure of each domain; nil when none is measured.
func domainRadar(title string, p assess.Profile) *ui.RadarProps {
	if len(p.Domains) == 0 {
		return nil
	}
	s := scaleOf(p.Framework)
	r := ui.RadarProps{ID: "domaines", Title: title, Scale: s.chart()}
	for _, d := range p.Framework.Domains {
		m, ok := p.Domains[d.Code]
		r.Axes = append(r.Axes, dated(s, d.Code, d.Title, m, ok))
	}
	return enough(r)
}

// competencyBars draws the latest measure of each competency.
func competencyBars(title string, p assess.Profile) ui.BarsProps {
	s := scaleOf(p.Framework)
	b := ui.BarsProps{ID: "competences", Title: title, Scale: s.chart()}
	for _, c := range p.Framework.Competencies() {
		m, ok := p.Competencies[c.Code]
		b.Bars = append(b.Bars, dated(s, c.Code, c.Title, m, ok))
	}
	return b
}

func dated(s levelScale, code, label string, m assess.Dated, ok bool) ui.Estimate {
	if !ok {
		return ui.Estimate{Label: s.typeset(label), Short: code, Lang: s.lang, None: true}
	}
	return s.estimate(code, label, m.Measured, m.At)
}

// resultRadar draws the domains of one result; nil when there are too few for a radar.
func resultRadar(ctx context.Context, fw *framework.Framework, r assess.Result, at int64) *ui.RadarProps {
	s := scaleOf(fw)
	radar := ui.RadarProps{ID: "domaines", Title: i18n.T(ctx, "assess.chart.domains"), Scale: s.chart()}
	for _, m := range r.Domains {
		d, _ := fw.Domain(m.Code)
		radar.Axes = append(radar.Axes, s.estimate(m.Code, d.Title, m, at))
	}
	return enough(radar)
}

func resultBars(ctx context.Context, fw *framework.Framework, r assess.Result, at int64) ui.BarsProps {
	s := scaleOf(fw)
	b := ui.BarsProps{ID: "competences", Title: i18n.T(ctx, "assess.chart.competencies"), Scale: s.chart()}
	for _, m := range r.Competencies {
		c, _ := fw.Competency(m.Code)
		b.Bars = append(b.Bars, s.estimate(m.Code, c.Title, m, at))
	}
	return b
}

func enough(r ui.RadarProps) *ui.RadarProps {
	if len(r.Axes) < minAxes {
		return nil
	}
	return &r
}
