package assess

import (
	"context"
	"encoding/json"
	"errors"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// Ack says that an answer or an act is durable.
type Ack struct {
	Seq  int  // of the event
	Over bool // no question is left
}

// Answer takes the response to the item on the screen, in places of that screen (see item.View). question is the screen's
// Item and seq its number: the same request sent again gives the same Ack, another response under the same number gives
// Conflict. When Answer returns without an error, the answer is on disk.
func (s *Service) Answer(ctx context.Context, a identity.Actor, attempt id.ID, seq int, question string, shown item.Response) (Ack, error) {
	return s.record(ctx, a, attempt, seq, func(l *live) (EventKind, any, error) {
		it, err := l.item()
		if err != nil {
			return "", nil, err
		}
		if l.alias(it.ID) != question || it.Type == item.Scenario {
			return "", nil, errs.New(errs.Conflict, "assess.other_item")
		}
		response, err := it.Decode(l.start.Seed, shown)
		if err != nil {
			return "", nil, err
		}
		body, err := l.judge(it, response)
		return EventAnswer, body, err
	}, func(l *live, e Event) bool {
		var b AnswerBody
		return e.Kind == EventAnswer && json.Unmarshal([]byte(e.Body), &b) == nil && l.alias(b.Item) == question && l.equal(b, shown)
	})
}

// equal reports whether the stored answer is the response shown.
func (l *live) equal(b AnswerBody, shown item.Response) bool {
	i, err := l.plan.at(b.Item)
	if err != nil {
		return false
	}
	response, err := l.plan.items[i].Decode(l.start.Seed, shown)
	if err != nil {
		return false
	}
	had, err1 := b.Response.Canonical()
	has, err2 := response.Canonical()
	return err1 == nil && err2 == nil && string(had) == string(has)
}

// Act takes an act in the scenario on the screen. The act that finishes the scenario is followed by its score, as an
// answer of its own.
func (s *Service) Act(ctx context.Context, a identity.Actor, attempt id.ID, seq int, do, value string) (Ack, error) {
	ack, err := s.record(ctx, a, attempt, seq, func(l *live) (EventKind, any, error) {
		it, err := l.item()
		if err != nil {
			return "", nil, err
		}
		if it.Type != item.Scenario {
			return "", nil, errs.New(errs.Conflict, "assess.other_item")
		}
		act := scenario.Event{Seq: l.world.Seq + 1, T: (s.clock.Now().UnixMicro() - l.worldFrom) / 1000, Do: do, V: value}
		act.T = max(act.T, l.world.At)
		_, stored, err := it.World().Apply(l.world, act)
		var refused *scenario.Refusal
		if errors.As(err, &refused) {
			return "", nil, errs.New(errs.Invalid, string(refused.Code)).Cause(err)
		}
		return EventAct, ActBody{Item: it.ID, Act: stored}, err
	}, func(_ *live, e Event) bool {
		var b ActBody
		return e.Kind == EventAct && json.Unmarshal([]byte(e.Body), &b) == nil && b.Act.Do == do && (b.Act.V == value || b.Act.V == scenario.Masked)
	})
	if err != nil || do != scenario.Finish {
		return ack, err
	}
	return s.scoreWorld(ctx, a, attempt, ack.Seq+1)
}

// scoreWorld answers the scenario's item once it is finished.
func (s *Service) scoreWorld(ctx context.Context, a identity.Actor, attempt id.ID, seq int) (Ack, error) {
	return s.record(ctx, a, attempt, seq, func(l *live) (EventKind, any, error) {
		it, err := l.item()
		if err != nil {
			return "", nil, err
		}
		body, err := l.judge(it, item.Response{})
		return EventAnswer, body, err
	}, func(_ *live, e Event) bool { return e.Kind == EventAnswer })
}

// record decides an event and makes it durable, once. same tells whether a stored event is what the request asks for.
func (s *Service) record(ctx context.Context, a identity.Actor, attempt id.ID, seq int,
	decide func(*live) (EventKind, any, error), same func(*live, Event) bool) (Ack, error) {
	for try := 0; ; try++ {
		l, err := s.load(ctx, a, attempt)
		if err != nil {
			return Ack{}, err
		}
		ack, overtaken, err := s.recordIn(ctx, l, seq, decide, same)
		if !overtaken || try == 1 {
			return ack, err
		}
		s.reread(l) // another process wrote, or erased the person: the database decides
	}
}

func (s *Service) recordIn(ctx context.Context, l *live, seq int,
	decide func(*live) (EventKind, any, error), same func(*live, Event) bool) (ack Ack, overtaken bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case seq <= l.last.Seq:
		ack, err := s.repeated(ctx, l, seq, same)
		return ack, errors.Is(err, db.ErrNoRow), err // gone: another process erased the person
	case seq > l.last.Seq+1:
		return Ack{}, false, errs.New(errs.Conflict, "assess.out_of_order")
	case l.attempt.State == Finished || l.next == "":
		return Ack{}, false, errs.New(errs.Conflict, "assess.finished")
	}
	kind, body, err := decide(l)
	if err != nil {
		return Ack{}, false, err
	}
	e, err := newEvent(l.key, l.last, s.clock.Now().UnixMicro(), kind, body)
	if err != nil {
		return Ack{}, false, err
	}
	fresh, err := s.writer.append(ctx, e)
	if err != nil {
		s.live.Remove(l.attempt.ID) // it may or may not have been written: the next request reads the log
		return Ack{}, false, err
	}
	if !fresh {
		return Ack{}, true, errs.New(errs.Conflict, "assess.out_of_order")
	}
	if err := l.apply(e); err != nil {
		s.live.Remove(l.attempt.ID)
		return Ack{}, false, errs.Wrap(err, "assess: apply")
	}
	return Ack{Seq: seq, Over: l.next == ""}, false, nil
}

// reread has the next request build the attempt from the database, the person's key included.
func (s *Service) reread(l *live) {
	s.live.Remove(l.attempt.ID)
	s.ring.Forget(l.attempt.PersonID)
}

// repeated answers a request whose number is taken: the same content is acknowledged again, other content is refused.
func (s *Service) repeated(ctx context.Context, l *live, seq int, same func(*live, Event) bool) (Ack, error) {
	e, err := s.eventAt(ctx, l.attempt, seq)
	if err != nil {
		return Ack{}, err
	}
	if !same(l, e) {
		return Ack{}, errs.New(errs.Conflict, "assess.already_answered")
	}
	return Ack{Seq: seq, Over: l.next == ""}, nil
}
