package web

import (
	"context"
	"encoding/json"
	"net/http"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

// Problem is a problem document (RFC 9457).
type Problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Instance string         `json:"instance,omitempty"`
	Errors   []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one faulty input of a problem document.
type ProblemField struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

// ProblemOf translates an error for the API; a 5xx tells its reference and nothing else.
func ProblemOf(ctx context.Context, e *errs.Error, ref string) *Problem {
	p := &Problem{
		Type:   "/problemes/" + e.Code,
		Title:  i18n.T(ctx, "error.kind."+Words(e)),
		Status: Status(e.Kind),
		Detail: Message(ctx, e),
	}
	if ref != "" {
		p.Instance = "urn:galien:ref:" + ref
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, ProblemField{f.Name, i18n.T(ctx, "error."+f.Code, f.Args...)})
	}
	return p
}

// Words names the error among those that have a title and advice of their own: its kind, or what a browser did not vouch for,
// which no role would change.
func Words(e *errs.Error) string {
	if e.Code == "web.cross_origin" {
		return "cross_origin"
	}
	return e.Kind.String()
}

// Message is the error in words, in the language of ctx.
func Message(ctx context.Context, e *errs.Error) string {
	if e.Kind == errs.Internal {
		return i18n.T(ctx, "error.internal")
	}
	return i18n.T(ctx, "error."+e.Code, e.Args...)
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may have left
}

// Error makes a Problem an error that huma renders as it is.
func (p *Problem) Error() string { return p.Title }

// GetStatus tells huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }
