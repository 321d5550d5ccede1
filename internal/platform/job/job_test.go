package job

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"galien/internal/platform/db"
	"galien/internal/testkit"
)

type greeting struct {
	Name string `json:"name"`
}

// Kind names the job.
func (greeting) Kind() string { return "greeting" }

// patience is how long a test waits for what must happen, in real time: River polls by itself.
const patience = 30 * time.Second

// running starts a queue whose handler sends each job to the channel.
func running(t *testing.T, d *db.DB, handle func(context.Context, greeting) error, every ...time.Duration) *Queue {
	t.Helper()
	q := New(d, slog.New(slog.DiscardHandler))
	Handle(q, handle)
	for _, period := range every {
		q.Every(period, greeting{"periodic"})
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

func enqueue(t *testing.T, q *Queue, name string, after error) error {
	t.Helper()
	return q.db.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(q.Enqueue(t.Context(), tx, greeting{name}), after)
	})
}

func wait(t *testing.T, done <-chan string) string {
	t.Helper()
	select {
	case name := <-done:
		return name
	case <-time.After(patience):
		t.Fatal("the job did not run")
		return ""
	}
}

func TestAJobExistsExactlyWhenItsTransactionDoes(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		done := make(chan string, 10)
		q := running(t, d, func(_ context.Context, g greeting) error { done <- g.Name; return nil })
		undone := errors.New("undone")
		if err := enqueue(t, q, "rolled back", undone); !errors.Is(err, undone) {
			t.Fatalf("got %v", err)
		}
		if err := enqueue(t, q, "committed", nil); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, done); got != "committed" {
			t.Errorf("the job %q ran", got)
		}
	})
}

func TestAJobThatFailsIsTriedAgain(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		done := make(chan string, 10)
		first := true
		q := running(t, d, func(_ context.Context, g greeting) error {
			if first {
				first = false
				return errors.New("not now")
			}
			done <- g.Name
			return nil
		})
		if err := enqueue(t, q, "stubborn", nil); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, done); got != "stubborn" || first {
			t.Errorf("%q ran", got)
		}
	})
}

func TestAPeriodicJobRunsFromTheStartOn(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		done := make(chan string, 10)
		running(t, d, func(_ context.Context, g greeting) error { done <- g.Name; return nil }, time.Hour)
		if got := wait(t, done); got != "periodic" {
			t.Errorf("the job %q ran", got)
		}
	})
}

// Its next period is soon enough: tries that pile up would meet it.
func TestAPeriodicJobIsTriedOnceAPeriod(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		done := make(chan string, 10)
		running(t, d, func(_ context.Context, g greeting) error { done <- g.Name; return nil }, time.Hour)
		wait(t, done)
		var tries []int
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			tries, err = db.Many[int](t.Context(), tx, "SELECT max_attempts FROM river_job WHERE kind = 'greeting'")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(tries) != 1 || tries[0] != 1 {
			t.Errorf("tries allowed: %v, want one job with 1", tries)
		}
	})
}

func TestAQueueThatIsNotStartedRefusesJobsAndStops(t *testing.T) {
	q := New(testkit.SQLite(t), slog.New(slog.DiscardHandler))
	if err := enqueue(t, q, "too early", nil); err == nil {
		t.Error("a job was lost without a word")
	}
	if err := q.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheQueueSpeaksOfWarningsOnly(t *testing.T) {
	h := quiet{slog.DiscardHandler}
	if h.Enabled(t.Context(), slog.LevelInfo) {
		t.Error("rounds of maintenance are logged")
	}
	h = quiet{slog.NewTextHandler(t.Output(), nil)}
	if !h.Enabled(t.Context(), slog.LevelWarn) {
		t.Error("warnings are not logged")
	}
}

type march struct {
	Long
	Miles int `json:"miles"`
}

// Kind names the job.
func (march) Kind() string { return "march" }

func TestALongJobHoldsUpNoOther(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		done, begun, end := make(chan string, 10), make(chan string, 10), make(chan struct{})
		q := New(d, slog.New(slog.DiscardHandler))
		Handle(q, func(_ context.Context, g greeting) error { done <- g.Name; return nil })
		Handle(q, func(context.Context, march) error { begun <- "march"; <-end; return nil })
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			close(end)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
			defer cancel()
			if err := q.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
		err := d.Write(t.Context(), func(tx *db.Tx) error { return q.Enqueue(t.Context(), tx, march{Miles: 40}) })
		if err != nil {
			t.Fatal(err)
		}
		wait(t, begun)
		if err := enqueue(t, q, "meanwhile", nil); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, done); got != "meanwhile" {
			t.Errorf("the job %q ran", got)
		}
	})
}
