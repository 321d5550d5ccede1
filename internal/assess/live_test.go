package assess

import (
	"io/fs"
	"testing"

	"galien/content"
	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/keyring"
)

// The posterior that judge leaves for apply must be the one that folding the log computes, or a resumed attempt would ask
// other questions than the one in memory.
func TestTheStateInMemoryIsTheOneThatTheLogGives(t *testing.T) {
	p := wholePlan(t)
	for seed := range uint64(5) {
		lived := opened(t, p, seed)
		log := []Event{lived.last}
		for lived.next != "" {
			it, err := lived.item()
			if err != nil {
				t.Fatal(err)
			}
			response := item.Response{}
			if (seed+uint64(len(log)))%3 > 0 {
				response = it.Key()
			}
			body, err := lived.judge(it, response)
			if err != nil {
				t.Fatal(err)
			}
			e, err := newEvent(keyring.Key{}, lived.last, 0, EventAnswer, body)
			if err != nil {
				t.Fatal(err)
			}
			if err := lived.apply(e); err != nil {
				t.Fatal(err)
			}
			log = append(log, e)
		}
		folded := opened(t, p, seed)
		for _, e := range log[1:] {
			if err := folded.apply(e); err != nil {
				t.Fatal(err)
			}
		}
		for _, score := range p.objective {
			if has, want := lived.posterior.Score(score.Weights), folded.posterior.Score(score.Weights); has != want {
				t.Errorf("seed %d, %s: %v in memory, %v from the log", seed, score.Name, has, want)
			}
		}
	}
}

// An answer that was judged and not kept, because another came first under its number, leaves nothing behind.
func TestAJudgementThatIsNotAppliedLeavesNothing(t *testing.T) {
	p := wholePlan(t)
	lived, folded := opened(t, p, 1), opened(t, p, 1)
	it, err := lived.item()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := folded.judge(it, item.Response{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lived.judge(it, it.Key()); err != nil {
		t.Fatal(err)
	}
	e, err := newEvent(keyring.Key{}, lived.last, 0, EventAnswer, kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*live{lived, folded} {
		if err := l.apply(e); err != nil {
			t.Fatal(err)
		}
	}
	if has, want := lived.posterior.Score(p.main.Weights), folded.posterior.Score(p.main.Weights); has != want {
		t.Errorf("%v after another answer was judged, want %v", has, want)
	}
}

func wholePlan(t *testing.T) *plan {
	t.Helper()
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	fw, err := framework.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	bank, err := item.Load(content.FS(), "items/socle-ns", fw)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(fw, bank.Items(), (*item.Item).Measure, "", false)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// opened is an attempt that has just begun.
func opened(t *testing.T, p *plan, seed uint64) *live {
	t.Helper()
	post, err := measure.NewPosterior(p.prior)
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := p.next(post, nil, seed)
	if err != nil {
		t.Fatal(err)
	}
	l := &live{plan: p, posterior: post}
	e, err := newEvent(keyring.Key{}, Event{}, 0, EventStart, StartBody{Seed: seed, Next: p.items[next].ID})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.apply(e); err != nil {
		t.Fatal(err)
	}
	return l
}
