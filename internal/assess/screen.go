package assess

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// Screen is what the learner has in front of them: a question, a simulated world, or the end.
type Screen struct {
	Attempt   id.ID
	Framework *framework.Framework
	Scope     string
	Seq       int // number under which the next answer or act counts
	Number    int // of this question, from 1
	AtMost    int // questions in all
	Minutes   int // left, at most, at the authors' pace
	Length    Length
	CanStop   bool
	Item      string         // names the question in this attempt, without telling its author's name; "" at the end
	Type      item.Type      // of the item
	World     *scenario.View // nil outside a scenario
	Over      bool           // the result is ready

	item *item.Item
	seed uint64
}

// Screen returns what to show next. An attempt whose last question is answered is finished first.
func (s *Service) Screen(ctx context.Context, a identity.Actor, attempt id.ID) (Screen, error) {
	l, err := s.settle(ctx, a, attempt)
	if err != nil {
		return Screen{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.screen()
}

// settle loads an attempt and does what its last event calls for: the score of a finished scenario, the result after the
// last answer. Where another process did it meanwhile, the log is read again.
func (s *Service) settle(ctx context.Context, a identity.Actor, attempt id.ID) (*live, error) {
	for try := 0; ; try++ {
		l, err := s.load(ctx, a, attempt)
		if err != nil {
			return nil, err
		}
		if err = s.resumeWorld(ctx, a, l); err == nil {
			err = s.complete(ctx, l)
		}
		if !errs.HasCode(err, "assess.out_of_order") || try == 1 {
			return l, err
		}
		s.live.Remove(attempt)
	}
}

// resumeWorld scores a scenario that was finished when the server stopped between its last act and its score.
func (s *Service) resumeWorld(ctx context.Context, a identity.Actor, l *live) error {
	l.mu.Lock()
	pending, seq := l.world.Finished, l.last.Seq+1
	l.mu.Unlock()
	if !pending {
		return nil
	}
	_, err := s.scoreWorld(ctx, a, l.attempt.ID, seq)
	return err
}

func (l *live) screen() (Screen, error) {
	sc := Screen{Attempt: l.attempt.ID, Framework: l.plan.framework, Scope: l.start.Scope, Seq: l.last.Seq + 1,
		Number: len(l.answers) + 1, AtMost: l.plan.stop.MaxItems, Length: l.plan.length(), CanStop: len(l.answers) >= minForResult}
	if l.attempt.State == Finished {
		sc.Over = true
		return sc, nil
	}
	it, err := l.item()
	if err != nil {
		return sc, err
	}
	sc.Item, sc.Type, sc.item, sc.seed = l.alias(it.ID), it.Type, it, l.start.Seed
	sc.Minutes = l.minutesLeft(it)
	if it.Type == item.Scenario {
		world := it.World().View(l.world)
		sc.World = &world
	}
	return sc, nil
}

// alias names an item in this attempt. The author's identifier often tells what the question is about, sometimes its key.
func (l *live) alias(itemID string) string {
	sum := sha256.Sum256([]byte(strconv.FormatUint(l.start.Seed, 16) + " " + itemID))
	return hex.EncodeToString(sum[:6])
}

// Subject is the item on the screen, with its key: for a simulated learner, never for a page.
func (sc Screen) Subject() *item.Item { return sc.item }

// Question shows the item, with its pictures at the addresses that url gives.
func (sc Screen) Question(url item.ImageURL) item.View { return sc.item.View(sc.seed, url) }

// Picture returns the address of a picture of the simulated world, by its file as the view names it: url gives an address
// made of the content's digest, as a file's name may tell the answer. It is "" for a file that the world does not have.
func (sc Screen) Picture(file string, url item.ImageURL) string {
	if sc.item == nil {
		return ""
	}
	for _, image := range sc.item.Images() {
		if image.Name == file {
			return url(image)
		}
	}
	return ""
}

// Image returns a picture of the item on the learner's screen, or of any item of the attempt once it is finished, by the
// digest of its content.
func (s *Service) Image(ctx context.Context, a identity.Actor, attempt id.ID, digest string) (item.Image, error) {
	l, err := s.load(ctx, a, attempt)
	if err != nil {
		return item.Image{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range l.visible() {
		for _, image := range l.plan.items[i].Images() {
			if image.SHA256 == digest {
				return image, nil
			}
		}
	}
	return item.Image{}, errs.New(errs.NotFound, "web.not_found")
}

// visible is the items whose pictures may be shown now.
func (l *live) visible() []int {
	if l.attempt.State == Finished {
		return l.answered
	}
	if i, err := l.plan.at(l.next); err == nil {
		return []int{i}
	}
	return nil
}

// Shown puts a response in the author's identifiers into places of this screen: what a simulated learner sends.
func (sc Screen) Shown(r item.Response) item.Response { return sc.item.Shown(sc.seed, r) }
