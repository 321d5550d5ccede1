package assessweb

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/item"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/web"
	"galien/internal/scenario"
)

// The API of attempts: the same use cases as the pages, for a client that signs in with the same cookie.

type startInput struct {
	Body struct {
		Scope      string `json:"scope,omitempty" maxLength:"16" doc:"code of a domain; empty: the whole framework"`
		Accessible bool   `json:"accessible,omitempty" doc:"only items that every assistive technology can present"`
		Restart    bool   `json:"restart,omitempty" doc:"end the open positioning of the same scope that was begun with another value of accessible"`
	}
}

type startOutput struct {
	Body struct {
		Attempt string `json:"attempt" format:"uuid"`
	}
}

// AttemptInput names an attempt in the path. It is exported because huma does not see the fields of an embedded type that is not.
type AttemptInput struct {
	Attempt string `path:"attempt" format:"uuid" maxLength:"36"`
}

// ScreenBody is what the learner has in front of them.
type ScreenBody struct {
	Seq      int            `json:"seq" doc:"number under which the next answer or act counts"`
	Number   int            `json:"number" doc:"of this question, from 1"`
	AtMost   int            `json:"atMost" doc:"questions in all"`
	Minutes  int            `json:"minutes" doc:"left, at most"`
	Over     bool           `json:"over" doc:"the result is ready"`
	Item     string         `json:"item,omitempty"`
	Question *item.View     `json:"question,omitempty"`
	World    *scenario.View `json:"world,omitempty" doc:"of a simulated situation"`
}

type screenOutput struct{ Body ScreenBody }

type answerInput struct {
	AttemptInput
	Body struct {
		Seq      int           `json:"seq" minimum:"1"`
		Item     string        `json:"item" maxLength:"100"`
		Response item.Response `json:"response" doc:"in the identifiers of the question shown; empty: no answer"`
	}
}

type actInput struct {
	AttemptInput
	Body struct {
		Seq   int    `json:"seq" minimum:"1"`
		Do    string `json:"do" maxLength:"80" doc:"verb, or verb:target"`
		Value string `json:"value,omitempty" maxLength:"2000"`
	}
}

type ackOutput struct {
	Body struct {
		Seq  int  `json:"seq" doc:"of the event, which is on disk"`
		Over bool `json:"over" doc:"no question is left"`
	}
}

type resultOutput struct{ Body assess.Result }

func (p *Pages) operations() []web.Route {
	route := func(pattern string, audit web.Audit, limit web.Limit) web.Route {
		return web.Route{Pattern: pattern, Policy: identityweb.Known(), Audit: audit, Limit: limit}
	}
	op := func(name, summary string) huma.Operation {
		return huma.Operation{OperationID: name, Summary: summary, Tags: []string{"attempts"}}
	}
	return []web.Route{
		web.Operation(route("POST /api/v1/attempts", web.Audited("assess.start"), web.Form()), op("start-attempt", "Start a positioning, or resume the open one"), p.apiStart),
		web.Operation(route("GET /api/v1/attempts/{attempt}", web.NotAudited(ownWork), web.Page()), op("read-screen", "Read the question in front of the learner"), p.apiScreen),
		web.Operation(route("POST /api/v1/attempts/{attempt}/answers", web.NotAudited(sealedLedger), web.Answer()), op("answer", "Answer a question; repeating the request is harmless"), p.apiAnswer),
		web.Operation(route("POST /api/v1/attempts/{attempt}/acts", web.NotAudited(sealedLedger), web.Answer()), op("act", "Act in a simulated situation"), p.apiAct),
		web.Operation(route("GET /api/v1/attempts/{attempt}/result", web.NotAudited(ownWork), web.Page()), op("read-result", "Read the result of a finished attempt"), p.apiResult),
	}
}

func (p *Pages) apiStart(ctx context.Context, in *startInput) (*startOutput, error) {
	attempt, err := p.Service.Start(ctx, identity.ActorOf(ctx), assess.Options{Scope: in.Body.Scope, Accessible: in.Body.Accessible, Restart: in.Body.Restart})
	out := &startOutput{}
	out.Body.Attempt = attempt.String()
	return out, err
}

func (in AttemptInput) id() (id.ID, error) {
	v, ok := id.Parse(in.Attempt)
	if !ok {
		return id.Nil, errs.New(errs.NotFound, "assess.not_found")
	}
	return v, nil
}

func (p *Pages) apiScreen(ctx context.Context, in *AttemptInput) (*screenOutput, error) {
	attempt, err := in.id()
	if err != nil {
		return nil, err
	}
	sc, err := p.Service.Screen(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return nil, err
	}
	out := &screenOutput{Body: ScreenBody{Seq: sc.Seq, Number: sc.Number, AtMost: sc.AtMost, Minutes: sc.Minutes, Over: sc.Over, Item: sc.Item, World: sc.World}}
	if !sc.Over && sc.World == nil {
		question := sc.Question(imageURL(attempt))
		out.Body.Question = &question
	}
	return out, nil
}

func (p *Pages) apiAnswer(ctx context.Context, in *answerInput) (*ackOutput, error) {
	attempt, err := in.id()
	if err != nil {
		return nil, err
	}
	return acknowledged(p.Service.Answer(ctx, identity.ActorOf(ctx), attempt, in.Body.Seq, in.Body.Item, in.Body.Response))
}

func (p *Pages) apiAct(ctx context.Context, in *actInput) (*ackOutput, error) {
	attempt, err := in.id()
	if err != nil {
		return nil, err
	}
	return acknowledged(p.Service.Act(ctx, identity.ActorOf(ctx), attempt, in.Body.Seq, in.Body.Do, in.Body.Value))
}

func acknowledged(ack assess.Ack, err error) (*ackOutput, error) {
	out := &ackOutput{}
	out.Body.Seq, out.Body.Over = ack.Seq, ack.Over
	return out, err
}

func (p *Pages) apiResult(ctx context.Context, in *AttemptInput) (*resultOutput, error) {
	attempt, err := in.id()
	if err != nil {
		return nil, err
	}
	report, err := p.Service.Report(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return nil, err
	}
	return &resultOutput{Body: report.Result}, nil
}
