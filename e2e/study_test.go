package e2e

import (
	"strings"
	"testing"
)

// A psychometrician counts what there is, runs a calibration, reads it, and accepts what is not flagged; then puts it back.
func TestAPsychometricianCalibratesAndAccepts(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	p.enter(p.shownAccount(p.say("org.role.psychometrician")))
	p.arrive("/")
	p.ClickRole("link", p.say("nav.studies"))
	p.mustShow(p.say("study.list.lead"))
	p.ClickRole("link", p.say("study.new.title"))
	p.ClickRole("radio", p.say("study.extent.any"))
	p.Fill(p.say("study.minimum"), "11")
	p.ClickRole("button", p.say("study.new.count"))
	p.until("with the count", func() bool { return p.shows(p.say("study.count.title")) })
	p.mustShow(p.say("study.enough", "minimum", "11"))
	p.ClickRole("button", p.say("study.new.do"))
	p.until("at the study", func() bool { return strings.HasPrefix(p.path(), "/etudes/0") })
	study := p.path()
	p.until("done", func() bool {
		if p.shows(p.say("study.status.done")) {
			return true
		}
		if p.shows(p.say("study.progress_title")) {
			p.ClickRole("link", p.say("study.reload"))
		}
		return false
	})
	p.mustShow(p.say("study.chart.title"), p.say("study.table_title"), p.say("study.item_status.hidden"))
	p.ClickRole("link", p.say("study.tick"))
	p.ClickRole("button", p.say("study.accept"))
	p.until("refused", func() bool { return p.shows(p.say("error.study.unconfirmed")) })
	p.ClickRole("checkbox", p.say("study.confirm_do"))
	p.ClickRole("button", p.say("study.accept"))
	p.until("accepted", func() bool { return p.shows(p.say("study.done.accepte")) })
	p.mustShow("Inès Démonstration")
	accepted, err := s.app.Items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	calibrated := 0
	for _, e := range accepted.Manifest.Items {
		if e.Parameters.Study == strings.TrimPrefix(study, "/etudes/") {
			calibrated++
			p.ClickRole("checkbox", p.say("study.choose_item", "item", e.ID))
		}
	}
	if calibrated == 0 {
		t.Fatal("nothing without a flag was there to accept")
	}
	p.ClickRole("checkbox", p.say("study.confirm_do"))
	p.ClickRole("button", p.say("study.take_back"))
	p.until("taken back", func() bool { return p.shows(p.say("study.done.retour")) })
	p.Quiet(t)
}
