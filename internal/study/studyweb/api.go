package studyweb

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure/simulation"
	"galien/internal/platform/errs"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// StudyRef is a study in a list.
type StudyRef struct {
	ID        string       `json:"id" format:"uuid"`
	Kind      study.Kind   `json:"kind" example:"calibration"`
	Bank      string       `json:"bank"`
	Release   string       `json:"release" doc:"SHA-256 of the release in service when it was asked for"`
	Status    study.Status `json:"status" enum:"queued,running,done,failed,cancelled"`
	Choice    *StudyChoice `json:"choice,omitempty" doc:"of a calibration or an analysis"`
	Trial     *StudyTrial  `json:"trial,omitempty" doc:"of a simulation"`
	AskedAt   time.Time    `json:"askedAt"`
	EndedAt   *time.Time   `json:"endedAt,omitempty"`
	Fault     string       `json:"fault,omitempty" doc:"code of what made it fail"`
	Iteration int          `json:"iteration" doc:"of a simulation, how many people had their exam"`
	Left      float64      `json:"left" doc:"seconds, as estimated; 0: unknown"`
}

// StudyChoice is which answers a study takes and how it treats them.
type StudyChoice struct {
	From     *time.Time `json:"from,omitempty"`
	To       time.Time  `json:"to" doc:"excluded"`
	Extent   string     `json:"extent"`
	Minimum  int        `json:"minimum"`
	Models   string     `json:"models"`
	Priors   string     `json:"priors"`
	Anchored bool       `json:"anchored"`
}

// Study is a study, whole.
type Study struct {
	StudyRef
	Result   *study.Result        `json:"result,omitempty" doc:"of a calibration"`
	Quality  *study.Quality       `json:"quality,omitempty" doc:"of an analysis"`
	Outcome  *simulation.Report   `json:"outcome,omitempty" doc:"of a simulation"`
	Accepted []AcceptedParameters `json:"accepted" doc:"parameters in force of the bank's items, those of the author's level apart"`
}

// AcceptedParameters says since when an item serves with accepted parameters.
type AcceptedParameters struct {
	item.Ref
	Revision   int              `json:"revision"`
	Study      string           `json:"study" format:"uuid"`
	AcceptedAt time.Time        `json:"acceptedAt"`
	Parameters *item.Parameters `json:"parameters,omitempty" doc:"absent: back to those of the author's level"`
}

type studiesOutput struct {
	Body struct {
		Studies []StudyRef `json:"studies"`
	}
}

type studyOutput struct{ Body Study }

// StudyInput names a study in the path. It is exported because huma does not see the fields of an embedded type that is not.
type StudyInput struct {
	Study string `path:"study" format:"uuid" maxLength:"36"`
}

type createStudyInput struct {
	Body struct {
		Wish
		Minimum  int  `json:"minimum,omitempty" doc:"answers under which no estimate may be accepted; 0: 200"`
		Anchored bool `json:"anchored,omitempty" doc:"hold the items that have calibrated parameters"`
	}
}

type createStudyOutput struct {
	Body struct {
		Study string `json:"study" format:"uuid"`
	}
}

type acceptEstimatesInput struct {
	StudyInput
	Body struct {
		Items []item.Ref `json:"items" minItems:"1" maxItems:"65536"`
	}
}

func (p *Pages) operations() []web.Route {
	route := func(pattern string, audit web.Audit, limit web.Limit) web.Route {
		return web.Route{Pattern: pattern, Policy: p.policy(), Audit: audit, Limit: limit}
	}
	op := func(name, summary string) huma.Operation {
		return huma.Operation{OperationID: name, Summary: summary, Tags: []string{"studies"}}
	}
	accept := web.Form()
	accept.Body = 8 << 20
	return []web.Route{
		web.Operation(route("GET /api/v1/studies", web.NotAudited(aggregate), web.Page()), op("list-studies", "List the latest studies of the bank"), p.apiList),
		web.Operation(route("POST /api/v1/studies", web.Audited("study.create"), web.Form()), op("create-study", "Ask for a calibration, which runs in the background"), p.apiCreate),
		web.Operation(route("POST /api/v1/studies/analyses", web.Audited("study.create"), web.Form()), op("create-analysis", "Ask for an analysis, which runs in the background"), p.apiAnalyse),
		web.Operation(route("POST /api/v1/studies/simulations", web.Audited("study.create"), web.Form()), op("create-simulation", "Ask for a simulation, which runs in the background"), p.apiSimulate),
		web.Operation(route("GET /api/v1/studies/{study}", web.NotAudited(aggregate), web.Page()), op("get-study", "Read a study and what became of its estimates"), p.apiGet),
		web.Operation(route("POST /api/v1/studies/{study}/acceptances", web.Audited("item.accept"), accept), op("accept-estimates", "Put estimates of a study in force, for new attempts"), p.apiAccept),
	}
}

func (p *Pages) apiList(ctx context.Context, _ *struct{}) (*studiesOutput, error) {
	all, err := p.Service.List(ctx, identity.ActorOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &studiesOutput{}
	out.Body.Studies = []StudyRef{}
	for _, s := range all {
		out.Body.Studies = append(out.Body.Studies, refOf(s))
	}
	return out, nil
}

func refOf(s study.Study) StudyRef {
	ref := StudyRef{ID: s.ID.String(), Kind: s.Kind, Bank: s.Bank, Release: s.Release, Status: s.Status, AskedAt: instant(s.AskedAt),
		Fault: s.Fault, Iteration: s.Iteration, Left: float64(s.LeftMS) / 1000}
	if s.Kind == study.Simulation {
		ref.Trial = trialOf(s.Trial)
	} else {
		ref.Choice = choiceOf(s.Choice)
	}
	if s.EndedAt != nil {
		ended := instant(*s.EndedAt)
		ref.EndedAt = &ended
	}
	return ref
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func (p *Pages) apiGet(ctx context.Context, in *StudyInput) (*studyOutput, error) {
	s, err := named(in.Study)
	if err != nil {
		return nil, err
	}
	r, err := p.Service.Get(ctx, identity.ActorOf(ctx), s)
	if err != nil {
		return nil, err
	}
	out := &studyOutput{Body: Study{StudyRef: refOf(r.Study), Result: r.Result, Quality: r.Quality, Outcome: r.Outcome, Accepted: []AcceptedParameters{}}}
	for ref := range r.Entries {
		if a, ok := r.InForce[ref]; ok {
			out.Body.Accepted = append(out.Body.Accepted, AcceptedParameters{ref, a.Revision, a.Study.String(), instant(a.At), a.Parameters})
		}
	}
	slices.SortFunc(out.Body.Accepted, func(a, b AcceptedParameters) int { return cmp.Compare(a.Ref.ID, b.Ref.ID) })
	return out, nil
}

func (p *Pages) apiCreate(ctx context.Context, in *createStudyInput) (*createStudyOutput, error) {
	w := in.Body.Wish
	if in.Body.Minimum != 0 {
		w.Minimum = strconv.Itoa(in.Body.Minimum)
	}
	w.Anchored = yesNo(in.Body.Anchored)
	c, err := w.completed().choice(ctx)
	if err != nil {
		return nil, err
	}
	s, err := p.Service.Create(ctx, identity.ActorOf(ctx), c)
	out := &createStudyOutput{}
	out.Body.Study = s.String()
	return out, err
}

func (p *Pages) apiAccept(ctx context.Context, in *acceptEstimatesInput) (*struct{}, error) {
	s, err := named(in.Study)
	if err != nil {
		return nil, err
	}
	if len(in.Body.Items) == 0 {
		return nil, errs.New(errs.Invalid, "study.nothing_chosen")
	}
	return nil, p.Service.Accept(ctx, identity.ActorOf(ctx), s, in.Body.Items)
}
