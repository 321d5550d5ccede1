package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"galien/internal/platform/errs"
)

// Operation makes a route of the API: huma reads and checks the input, f is the use case, and its errors become
// problem documents. The operation's method and path come from the route's pattern.
func Operation[I, O any](route Route, op huma.Operation, f func(context.Context, *I) (*O, error)) Route {
	route.operation = func(api huma.API) error {
		op.Method, op.Path = route.Method(), route.Path()
		op.MaxBodyBytes = max(route.Limit.Body, 1)
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := f(ctx, in)
			if err != nil {
				return nil, refusal(ctx, err)
			}
			return out, nil
		})
		return readsPath(api, op)
	}
	return route
}

// readsPath returns an error when the input of an operation leaves out a parameter of its path: huma would hand the use case
// an empty one.
func readsPath(api huma.API, op huma.Operation) error {
	item := api.OpenAPI().Paths[op.Path]
	for _, registered := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if registered == nil || registered.Method != op.Method {
			continue
		}
		for _, name := range pathParameters(op.Path) {
			if !slices.ContainsFunc(registered.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == name }) {
				return fmt.Errorf("operation %s does not read {%s} of its path", op.OperationID, name)
			}
		}
	}
	return nil
}

func pathParameters(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

type refusalKey struct{}

// withRefusal lets the operations under ctx note their errors as pages do: logged, with a reference and Retry-After.
func withRefusal(ctx context.Context, note func(*errs.Error) (ref string)) context.Context {
	return context.WithValue(ctx, refusalKey{}, note)
}

// refusal is the problem document of an operation's error.
func refusal(ctx context.Context, err error) *Problem {
	e, ref := asError(ctx, err), ""
	if note, ok := ctx.Value(refusalKey{}).(func(*errs.Error) string); ok {
		ref = note(e)
	}
	return ProblemOf(ctx, e, ref)
}

// APIConfig is huma's configuration for this application: OpenAPI 3.1, JSON only and strict, no schema links added to
// responses, documents served by routes of the table.
func APIConfig(title, version string) huma.Config {
	if !huma.ValidateStrictCasing { // a name in another case is another name; huma keeps this for the whole process
		huma.ValidateStrictCasing = true
	}
	c := huma.DefaultConfig(title, version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks, c.Transformers = nil, nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	format := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	c.Formats = map[string]huma.Format{"application/json": format, "json": format} // the second is application/*+json
	return c
}

// schemaName names a schema by its package and type, item.View as ItemView: two features may call different things alike.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	pkg := path.Base(t.PkgPath())
	if t.PkgPath() == "" || strings.HasSuffix(pkg, "web") {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}

func marshal(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func unmarshal(data []byte, v any) error {
	if err := StrictJSON(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// ProblemOfHuma turns huma's own refusals (a missing field, a wrong type) into this application's problem documents. What
// went wrong on our side stays inside.
func ProblemOfHuma(status int, message string, causes ...error) huma.StatusError {
	if status >= http.StatusInternalServerError {
		return &Problem{Type: "/problemes/" + errs.Internal.String(), Title: http.StatusText(status), Status: status}
	}
	p := &Problem{Type: "/problemes/" + errs.Invalid.String(), Title: message, Status: status}
	for _, cause := range causes {
		var detail *huma.ErrorDetail
		if errors.As(cause, &detail) {
			p.Errors = append(p.Errors, ProblemField{detail.Location, detail.Message})
		} else if cause != nil {
			p.Detail = cause.Error()
		}
	}
	return p
}
