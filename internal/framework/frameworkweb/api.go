package frameworkweb

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"galien/internal/framework"
	"galien/internal/platform/web"
)

// FrameworkRef is a framework version in a list.
type FrameworkRef struct {
	Code     string  `json:"code" example:"SOCLE-NS"`
	Version  string  `json:"version" example:"1.2022"`
	Title    string  `json:"title"`
	Language string  `json:"language" example:"fr" doc:"BCP 47"`
	Hours    float64 `json:"hours"`
	ECTS     float64 `json:"ects"`
	SHA256   string  `json:"sha256" doc:"of the imported document, hexadecimal"`
}

// Framework is a framework version, whole.
type Framework struct {
	FrameworkRef
	Publisher string   `json:"publisher"`
	Note      string   `json:"note"`
	Domains   []Domain `json:"domains"`
	Levels    []Level  `json:"levels"`
}

// Domain is a domain of a framework.
type Domain struct {
	Code         string       `json:"code"`
	Title        string       `json:"title"`
	Hours        float64      `json:"hours"`
	Competencies []Competency `json:"competencies"`
}

// Competency is a competency of a domain.
type Competency struct {
	Code       string     `json:"code"`
	Title      string     `json:"title"`
	Capacities []Capacity `json:"capacities"`
}

// Capacity is a capacity of a competency.
type Capacity struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Level is a reported level.
type Level struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

type listOutput struct {
	Body struct {
		Frameworks []FrameworkRef `json:"frameworks"`
	}
}

type getInput struct {
	Framework string `path:"framework" maxLength:"64"`
	Version   string `path:"version" maxLength:"32"`
}

type getOutput struct{ Body Framework }

func (p *Pages) operations() []web.Route {
	route := func(pattern string) web.Route {
		return web.Route{Pattern: pattern, Policy: web.Anyone(), Audit: web.NotAudited(public), Limit: web.Page()}
	}
	return []web.Route{
		web.Operation(route("GET /api/v1/frameworks"), huma.Operation{OperationID: "list-frameworks", Summary: "List the framework versions", Tags: []string{"frameworks"}}, p.apiList),
		web.Operation(route("GET /api/v1/frameworks/{framework}/{version}"), huma.Operation{OperationID: "get-framework", Summary: "Read a framework version", Tags: []string{"frameworks"}}, p.apiGet),
	}
}

func (p *Pages) apiList(ctx context.Context, _ *struct{}) (*listOutput, error) {
	all, err := p.Service.List(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Frameworks = []FrameworkRef{}
	for _, f := range all {
		out.Body.Frameworks = append(out.Body.Frameworks, ref(f))
	}
	return out, nil
}

func (p *Pages) apiGet(ctx context.Context, in *getInput) (*getOutput, error) {
	f, err := p.Service.Get(ctx, in.Framework, in.Version)
	if err != nil {
		return nil, err
	}
	out := &getOutput{Body: Framework{FrameworkRef: ref(f), Publisher: f.Publisher, Note: f.Note}}
	for _, d := range f.Domains {
		domain := Domain{Code: d.Code, Title: d.Title, Hours: d.Hours}
		for _, c := range d.Competencies {
			competency := Competency{Code: c.Code, Title: c.Title}
			for _, k := range c.Capacities {
				competency.Capacities = append(competency.Capacities, Capacity(k))
			}
			domain.Competencies = append(domain.Competencies, competency)
		}
		out.Body.Domains = append(out.Body.Domains, domain)
	}
	for _, l := range f.Scale.Levels {
		out.Body.Levels = append(out.Body.Levels, Level(l))
	}
	return out, nil
}

func ref(f *framework.Framework) FrameworkRef {
	return FrameworkRef{Code: f.Code, Version: f.Version, Title: f.Title, Language: f.Language, Hours: f.TotalHours, ECTS: f.ECTS, SHA256: f.SHA256}
}
