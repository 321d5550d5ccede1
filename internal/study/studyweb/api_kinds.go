package studyweb

import (
	"cmp"
	"context"
	"math"
	"strconv"

	"galien/internal/identity"
	"galien/internal/study"
)

// StudyTrial is which exam a simulation gives, and to whom.
type StudyTrial struct {
	Scope      string  `json:"scope" doc:"a domain's code; empty: the whole framework"`
	Accessible bool    `json:"accessible" doc:"only the items that everyone can use"`
	People     int     `json:"people"`
	Mean       float64 `json:"mean" doc:"of their abilities, logits"`
	Ceiling    int     `json:"ceiling" doc:"exposure, in hundredths of the people; 100: none"`
	Fixed      bool    `json:"fixed" doc:"everyone gets the whole length"`
	Seed       int64   `json:"seed"`
}

type createAnalysisInput struct {
	Body struct {
		From    string `json:"from,omitempty" format:"date" doc:"first day of the answers; empty: from the beginning"`
		To      string `json:"to,omitempty" format:"date" doc:"last day of the answers; empty: until now"`
		Extent  string `json:"extent,omitempty" enum:"whole,domain,any" doc:"positionings on the whole framework, on one domain, or both; empty: whole"`
		Minimum int    `json:"minimum,omitempty" doc:"answers under which an item is not judged; 0: 200"`
	}
}

type createSimulationInput struct {
	Body struct {
		Scope      string  `json:"scope,omitempty" doc:"a domain's code; empty: the whole framework"`
		Accessible bool    `json:"accessible,omitempty" doc:"only the items that everyone can use"`
		People     int     `json:"people,omitempty" doc:"0: 1000"`
		Mean       float64 `json:"mean,omitempty" minimum:"-2" maximum:"2" doc:"of their abilities, logits"`
		Ceiling    int     `json:"ceiling,omitempty" doc:"exposure, in hundredths of the people; 0 or 100: none"`
		Fixed      bool    `json:"fixed,omitempty" doc:"everyone gets the whole length"`
		Seed       int64   `json:"seed,omitempty" doc:"0: 1"`
	}
}

func trialOf(t study.Trial) *StudyTrial {
	return &StudyTrial{t.Scope, t.Accessible, t.People, float64(t.Mean) / 100, t.Ceiling, t.Fixed, t.Seed}
}

func choiceOf(c study.Choice) *StudyChoice {
	out := &StudyChoice{To: instant(c.To), Extent: string(c.Extent), Minimum: c.Minimum, Models: string(c.Models), Priors: string(c.Priors), Anchored: c.Anchored}
	if c.From != 0 {
		from := instant(c.From)
		out.From = &from
	}
	return out
}

func (p *Pages) apiAnalyse(ctx context.Context, in *createAnalysisInput) (*createStudyOutput, error) {
	w := Wish{From: in.Body.From, To: in.Body.To, Extent: in.Body.Extent}
	if in.Body.Minimum != 0 {
		w.Minimum = strconv.Itoa(in.Body.Minimum)
	}
	c, err := w.completed().choice(ctx)
	if err != nil {
		return nil, err
	}
	s, err := p.Service.Analyse(ctx, identity.ActorOf(ctx), c)
	out := &createStudyOutput{}
	out.Body.Study = s.String()
	return out, err
}

func (p *Pages) apiSimulate(ctx context.Context, in *createSimulationInput) (*createStudyOutput, error) {
	b, t := in.Body, study.DefaultTrial()
	t.Scope, t.Accessible, t.Fixed, t.Mean = b.Scope, b.Accessible, b.Fixed, int(math.Round(100*b.Mean))
	t.People, t.Ceiling, t.Seed = cmp.Or(b.People, t.People), cmp.Or(b.Ceiling, t.Ceiling), cmp.Or(b.Seed, t.Seed)
	s, err := p.Service.Simulate(ctx, identity.ActorOf(ctx), t)
	out := &createStudyOutput{}
	out.Body.Study = s.String()
	return out, err
}
