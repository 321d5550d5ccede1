package study

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"runtime"
	"time"

	"galien/internal/measure/calibration"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/job"
)

// runArgs are a study's job.
type runArgs struct {
	job.Long
	Study id.ID `json:"study"`
}

// Kind names the job.
func (runArgs) Kind() string { return "study.run" }

// errOver says that the study was cancelled, or ended by another run of the same work.
var errOver = errors.New("the study is over")

// run does a study's work, or goes on with it where a run that was stopped left it. A fault of the choice or of the answers
// ends the study; any other error has the job tried again.
func (s *Service) run(ctx context.Context, args runArgs) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.stopping, func() { cancel(context.Canceled) })()
	w := &work{service: s, id: args.Study, cancel: cancel}
	out, err := w.do(ctx)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	switch {
	case errors.Is(err, errOver):
		return nil
	case errs.Is(err, errs.Invalid):
		return s.end(ctx, args.Study, Failed, outcome{}, errs.As(err).Code)
	case err != nil:
		return errs.Wrap(err, "study %s", args.Study)
	}
	return s.end(ctx, args.Study, Done, out, "")
}

// work is one run of a study.
type work struct {
	service *Service
	id      id.ID
	cancel  context.CancelCauseFunc

	written   time.Time // when progress was last written
	iteration int
	left      time.Duration
	state     *calibration.State // not yet written
}

// outcome is what came out of a study, to be kept as JSON, and what the audit log keeps of it.
type outcome struct {
	result any
	logged map[string]any
}

func (w *work) do(ctx context.Context) (outcome, error) {
	s := w.service
	var st Study
	var saved *string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if st, err = find(ctx, tx, w.id); err != nil {
			return err
		}
		saved, err = db.One[*string](ctx, tx, savedState, w.id)
		return err
	})
	if err != nil {
		return outcome{}, err
	}
	if st.Status.Over() {
		return outcome{}, errOver
	}
	w.iteration = st.Iteration
	if err := w.write(ctx); err != nil {
		return outcome{}, err
	}
	p, err := s.items.Release(ctx, st.Release)
	if err != nil {
		return outcome{}, err
	}
	if st.Kind == Simulation {
		r, err := w.simulate(ctx, st.Trial, p)
		return outcome{r, map[string]any{"seed": st.Trial.Seed}}, err
	}
	alive := func() error { return w.alive(ctx) }
	found, err := s.gather(ctx, st.Choice.sample(st.Bank), st.Kind == Analysis, alive)
	if err != nil {
		return outcome{}, err
	}
	k, err := s.newCalibrator(ctx, st.Choice, p, found)
	if err != nil {
		return outcome{}, err
	}
	if st.Kind == Analysis {
		q, err := (&analyser{calibrator: k, bank: p.Bank, alive: alive}).analyse()
		return outcome{q, map[string]any{"data": found.data()}}, err
	}
	r, err := w.calibrate(ctx, k, saved)
	if err != nil {
		return outcome{}, err
	}
	return outcome{r, map[string]any{"data": r.Data, "converged": r.Fit.Converged}}, nil
}

// calibrate runs the engine from the saved state, when it is of the same answers and items, else from the beginning.
func (w *work) calibrate(ctx context.Context, k *calibrator, saved *string) (*Result, error) {
	items, anchors, err := k.items()
	if err != nil {
		return nil, err
	}
	data, err := k.answers.build(items)
	if err != nil {
		return nil, err
	}
	o := k.options()
	o.Now, o.Workers = w.service.clock.Now, max(1, runtime.GOMAXPROCS(0)-1) // learners' answers come first
	o.Progress = func(p calibration.Progress) {
		w.iteration, w.left = p.Iteration, p.Left
		if err := w.alive(ctx); err != nil {
			w.cancel(err)
		}
	}
	o.Checkpoint = func(state *calibration.State) { w.state = state }
	if saved != nil {
		if o.Resume, err = calibration.ParseState([]byte(*saved)); err != nil {
			o.Resume = nil
		}
	}
	r, err := calibration.Calibrate(ctx, data, o)
	if errors.Is(err, calibration.ErrState) {
		o.Resume = nil
		r, err = calibration.Calibrate(ctx, data, o)
	}
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // stopped in the middle, or before the standard errors
		w.state = r.State
		return nil, errors.Join(ctx.Err(), w.write(context.WithoutCancel(ctx)))
	}
	return k.result(r, anchors), nil
}

// alive writes how far the work is, once a second at most.
func (w *work) alive(ctx context.Context) error {
	if w.service.clock.Now().Sub(w.written) < time.Second {
		return ctx.Err()
	}
	return w.write(ctx)
}

func (w *work) write(ctx context.Context) error {
	now := w.service.clock.Now()
	var state *string
	if w.state != nil {
		text, err := json.Marshal(w.state)
		if err != nil {
			return err
		}
		state = new(string(text))
	}
	err := w.service.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, touchStudy, w.id, now.UnixMicro(), w.iteration, w.left.Milliseconds(), state)
		if err == nil && n == 0 {
			err = errOver
		}
		return err
	})
	if err == nil {
		w.written, w.state = now, nil
	}
	return err
}

// end records how a study ended, unless it was cancelled meanwhile.
func (s *Service) end(ctx context.Context, study id.ID, status Status, out outcome, fault string) error {
	var result, code *string
	details := map[string]any{"status": status}
	if out.result != nil {
		text, err := json.Marshal(out.result)
		if err != nil {
			return err
		}
		result = new(string(text))
	}
	maps.Copy(details, out.logged)
	if fault != "" {
		code, details["fault"] = &fault, fault
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, endStudy, study, status, result, code, s.clock.Now().UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "study.end", Object: object(study), Details: details})
	})
}

// stalled is how long a study may give no sign of life before it is taken up again.
const stalled = 2 * time.Minute

// Resume takes up the studies whose work stopped without a word, as when the program was killed.
func (s *Service) Resume(ctx context.Context) error {
	now := s.clock.Now()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ids, err := db.Many[id.ID](ctx, tx, stalledStudies, now.Add(-stalled).UnixMicro())
		if err != nil {
			return err
		}
		for _, study := range ids {
			if _, err := tx.Exec(ctx, wakeStudy, study, now.UnixMicro()); err != nil {
				return err
			}
			if err := s.jobs.Enqueue(ctx, tx, runArgs{Study: study}); err != nil {
				return err
			}
		}
		return nil
	})
}
