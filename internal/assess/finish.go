package assess

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// minForResult is how few answers still give a result when a learner stops early: fewer say next to nothing.
const minForResult = 5

// Stop ends the attempt at the learner's wish, with the answers given so far.
func (s *Service) Stop(ctx context.Context, a identity.Actor, attempt id.ID) error {
	l, err := s.load(ctx, a, attempt)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attempt.State == Finished {
		return nil
	}
	if len(l.answers) < minForResult {
		return errs.New(errs.Conflict, "assess.too_few", "min", minForResult, "given", len(l.answers))
	}
	return s.finish(ctx, l, ReasonChosen)
}

// complete finishes an attempt whose last question is answered, if it is not finished yet.
func (s *Service) complete(ctx context.Context, l *live) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attempt.State == Finished || l.next != "" {
		return nil
	}
	return s.finish(ctx, l, l.stop)
}

// finish closes the log and stores the result, in one transaction with the audit event that puts the head of the log in
// the ledger and the job that computes the result a second time. The attempt's mutex is held.
func (s *Service) finish(ctx context.Context, l *live, reason string) error {
	result := l.result()
	text, err := canonical(result)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	now := s.clock.Now().UnixMicro()
	e, err := newEvent(l.key, l.last, now, EventFinish, FinishBody{Reason: reason, Result: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.storeFinish(ctx, tx, l.attempt, e, text) })
	if err != nil {
		s.reread(l)
		return err
	}
	l.attempt.State, l.attempt.FinishedAt, l.attempt.Result = Finished, &e.At, &text
	return l.apply(e)
}

func (s *Service) storeFinish(ctx context.Context, tx *db.Tx, t Attempt, e Event, result string) error {
	n, err := tx.Exec(ctx, appendEvent, e.args()...)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.Conflict, "assess.out_of_order")
	}
	if _, err := tx.Exec(ctx, finishAttempt, t.PersonID, t.ID, e.At, result); err != nil {
		return err
	}
	if err := s.jobs.Enqueue(ctx, tx, RecomputeArgs{Person: t.PersonID, Attempt: t.ID}); err != nil {
		return err
	}
	return s.audit.Record(ctx, tx, audit.Event{Action: "assess.finish", Actor: t.PersonID, Subject: t.PersonID,
		Object: "attempt:" + t.ID.String(), Details: map[string]any{"seq": e.Seq, "head": hex.EncodeToString(e.Commitment)}})
}

// RecomputeArgs is the job that computes a finished attempt's result again from its stored log.
type RecomputeArgs struct {
	Person  id.ID `json:"person"`
	Attempt id.ID `json:"attempt"`
}

// Kind names the job.
func (RecomputeArgs) Kind() string { return "assess.recompute" }

// recompute replays the log from the database, deciding everything anew, and compares with what was decided then: each
// score, each provisional estimate, each choice of item, and the result. A difference is an error of ours: it is logged,
// audited, and the report says that the result is being checked (Report.BeingChecked).
func (s *Service) recompute(ctx context.Context, args RecomputeArgs) error {
	differences, err := s.Replay(ctx, args.Person, args.Attempt)
	if err != nil {
		return err
	}
	if len(differences) == 0 {
		return nil
	}
	s.log.Error("a result is not reproduced from its log", "attempt", args.Attempt, "differences", differences)
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.audit.Record(ctx, tx, audit.Event{Action: "assess.not_reproduced", Subject: args.Person,
			Object: "attempt:" + args.Attempt.String(), Details: map[string]any{"differences": differences}})
	})
}

// beingChecked reports whether a recomputation disagreed with the attempt's result.
func (s *Service) beingChecked(ctx context.Context, t Attempt) (bool, error) {
	var times int
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		times, err = db.One[int](ctx, tx, notReproduced, t.PersonID, "attempt:"+t.ID.String())
		return err
	})
	return times > 0, err
}

// Replay decides a stored attempt again and returns in what the log differs; nothing when all agrees.
func (s *Service) Replay(ctx context.Context, person, attempt id.ID) ([]string, error) {
	again, events, err := s.stored(ctx, person, attempt)
	if err != nil {
		return nil, err
	}
	if err := s.fold(ctx, again, events[:min(1, len(events))]); err != nil {
		return nil, err
	}
	var differences []string
	for _, e := range events[1:] {
		what, err := again.decideAgain(e)
		if err != nil {
			return nil, err
		}
		differences = append(differences, what...)
		if err := again.apply(e); err != nil {
			return nil, err
		}
	}
	return differences, nil
}

func (l *live) decideAgain(e Event) ([]string, error) {
	switch e.Kind {
	case EventAnswer:
		return l.judgeAgain(e)
	case EventFinish:
		return l.resultAgain(e)
	}
	return nil, nil
}

func (l *live) judgeAgain(e Event) ([]string, error) {
	var b AnswerBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		return nil, err
	}
	it, err := l.item()
	if err != nil {
		return nil, err
	}
	again, err := l.judge(it, b.Response)
	if err != nil {
		return nil, err
	}
	text, err := canonical(again)
	if err != nil || text == e.Body {
		return nil, err
	}
	return []string{"answer " + b.Item}, nil
}

func (l *live) resultAgain(e Event) ([]string, error) {
	var b FinishBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		return nil, err
	}
	text, err := canonical(l.result())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	if hex.EncodeToString(sum[:]) == b.Result {
		return nil, nil
	}
	return []string{"result"}, nil
}

func (s *Service) events(ctx context.Context, t Attempt) ([]Event, error) {
	var events []Event
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		events, err = db.Many[Event](ctx, tx, eventsOf, t.PersonID, t.ID)
		return err
	})
	return events, err
}

func (s *Service) eventAt(ctx context.Context, t Attempt, seq int) (Event, error) {
	var e Event
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		e, err = db.One[Event](ctx, tx, eventAt, t.PersonID, t.ID, seq)
		return err
	})
	return e, err
}
