package item

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"galien/content"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// site is a database with its secrets, which several processes share.
type site struct {
	db   *db.DB
	keys string
}

func newSite(t *testing.T, d *db.DB) site { return site{d, filepath.Join(t.TempDir(), "keys")} }

// process is one process of a site: its own caches.
type process struct {
	items      *Service
	frameworks *framework.Service
	clock      *clock.Manual
}

func (s site) process(t *testing.T) process {
	t.Helper()
	d, c := s.db, clock.NewManual(start)
	ring, err := keyring.Open(s.keys, "", c)
	if err != nil {
		t.Fatal(err)
	}
	log := audit.New(c, ring, d, filepath.Join(t.TempDir(), "ledger"))
	frameworks := framework.New(d, c, log)
	return process{New(d, c, log, frameworks), frameworks, c}
}

func (p process) publish(t *testing.T, b *Bank) Release {
	t.Helper()
	if _, _, err := p.frameworks.Import(t.Context(), identity.Actor{}, "f.yaml", b.fw.Document()); err != nil {
		t.Fatal(err)
	}
	r, err := p.items.Publish(t.Context(), identity.Actor{}, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func count(t *testing.T, d *db.DB, statement string) int {
	t.Helper()
	var n int
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One[int](t.Context(), tx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPublishedBankIsRebuiltFromTheDatabaseAlone(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		b, s := sampleBank(t), newSite(t, d)
		r := s.process(t).publish(t, b)
		p, err := s.process(t).items.Release(t.Context(), r.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, p.Release); diff != "" {
			t.Error(diff)
		}
		if p.Bank.Len() != b.Len() || p.Bank.Licence != b.Licence || p.Framework.Name() != "FIRST-AID 2026.1" {
			t.Fatalf("%+v", p.Bank)
		}
		for i, it := range b.items {
			again := p.Bank.items[i]
			if diff := cmp.Diff(it.View(9, byDigest), again.View(9, byDigest)); diff != "" {
				t.Errorf("%s is shown otherwise: %s", it.ID, diff)
			}
			if diff := cmp.Diff(it.Feedback(it.Key(), byDigest), again.Feedback(it.Key(), byDigest)); it.Type != Scenario && diff != "" {
				t.Errorf("%s is explained otherwise: %s", it.ID, diff)
			}
			if diff := cmp.Diff(it.Images(), again.Images(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s", it.ID, diff)
			}
			if (it.World() == nil) != (again.World() == nil) {
				t.Errorf("%s: the scenario is lost", it.ID)
			}
			if diff := cmp.Diff(it.Measure(2), p.Measure(again, 2)); diff != "" {
				t.Errorf("%s is measured otherwise: %s", it.ID, diff)
			}
		}
	})
}

func TestPublishingTwiceStoresOnce(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		first, second := s.process(t), s.process(t)
		a, b := first.publish(t, sampleBank(t)), second.publish(t, sampleBank(t))
		if a.SHA256 != b.SHA256 {
			t.Errorf("%s and %s", a.SHA256, b.SHA256)
		}
		for statement, want := range map[string]int{
			`SELECT COUNT(*) FROM bank_release`:                                  1,
			`SELECT COUNT(*) FROM item_document`:                                 6,
			`SELECT COUNT(*) FROM audit_event WHERE action = 'item.publish'`:     1,
			`SELECT COUNT(*) FROM audit_event WHERE action = 'framework.import'`: 1,
		} {
			if got := count(t, d, statement); got != want {
				t.Errorf("%s: %d, want %d", statement, got, want)
			}
		}
	})
}

func TestCurrentIsWhatThisProcessPublishedElseTheLatest(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		old := s.process(t)
		before := old.publish(t, sampleBank(t))
		files := sample(t)
		edit(t, files, orderFile, "Put the steps in order.", "Put these steps in order.")
		newer := s.process(t)
		newer.clock.Advance(time.Hour)
		after := newer.publish(t, bankOf(t, files))
		if before.SHA256 == after.SHA256 {
			t.Fatal("another text, the same digest")
		}
		if got := count(t, d, `SELECT COUNT(*) FROM item_document`); got != 7 {
			t.Errorf("%d documents, want the six and the changed one", got)
		}
		for name, c := range map[string]struct {
			p    process
			want string
		}{"old": {old, before.SHA256}, "newer": {newer, after.SHA256}, "reader": {s.process(t), after.SHA256}} {
			p, err := c.p.items.Current(t.Context())
			if err != nil || p.SHA256 != c.want {
				t.Errorf("%s: %v, %v", name, p, err)
			}
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	p := newSite(t, testkit.SQLite(t)).process(t)
	if _, err := p.items.Publish(t.Context(), identity.Actor{}, sampleBank(t)); !errs.Is(err, errs.NotFound) {
		t.Errorf("framework not imported: %v", err)
	}
	b := sampleBank(t)
	p.publish(t, b)
	b.FrameworkSHA256 = "0"
	if _, err := p.items.Publish(t.Context(), identity.Actor{}, b); !errs.HasCode(err, "item.framework_changed") {
		t.Errorf("another framework: %v", err)
	}
	b.items = nil
	if _, err := p.items.Publish(t.Context(), identity.Actor{}, b); !errs.Is(err, errs.Invalid) {
		t.Errorf("empty bank: %v", err)
	}
}

func TestReleaseRefusesAStoredTextThatChanged(t *testing.T) {
	for name, statement := range map[string]string{
		"document": `UPDATE item_document SET document = replace(document, 'Cut the power', 'Cut the cable') WHERE item_id = 'wet-floor'`,
		"manifest": `UPDATE bank_release SET manifest = replace(manifest, '"a":1000000', '"a":2000000')`,
	} {
		d := testkit.SQLite(t)
		s := newSite(t, d)
		r := s.process(t).publish(t, sampleBank(t))
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			n, err := tx.Exec(t.Context(), statement)
			if n != 1 {
				t.Errorf("%s: %d rows", name, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.process(t).items.Release(t.Context(), r.SHA256); err == nil || !strings.Contains(err.Error(), "is not the one that was published") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReleaseSaysNotFound(t *testing.T) {
	p := newSite(t, testkit.SQLite(t)).process(t)
	if _, err := p.items.Release(t.Context(), "00"); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := p.items.Current(t.Context()); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestReleaseNamesEverythingThatMatters(t *testing.T) {
	b := sampleBank(t)
	before, err := Released(b)
	if err != nil {
		t.Fatal(err)
	}
	if e := before.Manifest.Items[1]; e.ID != "what-to-say" || e.Version != 2 || e.Competency != "B1" || e.Family != "calls" || e.Accessible || e.Seconds != 60 {
		t.Errorf("%+v", e)
	}
	for name, c := range map[string]struct{ file, from, to string }{
		"key": {multipleFile, "    key: true\n    why: The answer decides who", "    why: The answer decides who"}, "level": {orderFile, "level: 4", "level: 3"},
		"image": {imageFile, "#000", "#111"}, "scenario": {kitchenFile, "points: 2", "points: 3"}, "licence": {bankFile, "CC-BY-SA-4.0", "CC0-1.0"},
	} {
		files := sample(t)
		edit(t, files, c.file, c.from, c.to)
		after, err := Released(bankOf(t, files))
		if err != nil || after.SHA256 == before.SHA256 {
			t.Errorf("%s: the release does not change, %v", name, err)
		}
	}
}

func TestBankOfTheProductCanBePublished(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	b, err := Load(content.FS(), "items/socle-ns", frameworkOf(t, content.FS(), "frameworks/socle-ns-1.2022.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	r := s.process(t).publish(t, b)
	p, err := s.process(t).items.Release(t.Context(), r.SHA256)
	if err != nil || p.Bank.Len() != b.Len() {
		t.Fatalf("%v", err)
	}
}
