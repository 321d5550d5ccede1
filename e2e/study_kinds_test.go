package e2e

import (
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/platform/id"
	"galien/internal/study"
)

// castKinds asks for an analysis of the demonstration's answers and for a simulation, and waits for them.
func (c *cast) castKinds(t *testing.T) {
	t.Helper()
	who := c.site.actor(t, demoAccount(t, "psychometrician"))
	done := func(s id.ID, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			r, err := c.site.app.Studies.Get(t.Context(), who, s)
			switch {
			case err != nil:
				t.Fatal(err)
			case r.Status == study.Done:
				return "/etudes/" + s.String()
			case r.Status.Over() || time.Since(began) > 3*patience:
				t.Fatalf("the study is %s", r.Status)
			}
		}
	}
	c.analysis = done(c.site.app.Studies.Analyse(t.Context(), who, study.Choice{To: time.Now().UnixMicro(), Extent: assess.AnyExtent, Minimum: study.MinPersons}))
	trial := study.DefaultTrial()
	trial.People, trial.Ceiling = study.LeastPeople, 40
	c.simulation = done(c.site.app.Studies.Simulate(t.Context(), who, trial))
	r, err := c.site.app.Studies.Bank(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	c.item = "/etudes/questions/" + r.Manifest.Items[0].ID + "/fiche"
}
