package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

func TestLocalPath(t *testing.T) {
	for target, ok := range map[string]bool{
		"/": true, "/compte": true, "/a?b=c&d=e#f": true, "/é": true, "/a?u=https://x.example//y": true, "/%2f%2fx": false,
		"": false, "compte": false, "//evil.example": false, "/\\evil.example": false, "\\\\evil.example": false, "https://evil.example": false,
		"javascript:alert(1)": false, "/\t/evil.example": false, "/\n/evil.example": false, "/a//b": false, "/.//evil.example": false,
		"/%5cevil.example": false, " /compte": false, "/\x00": false, "/\xff": false, "///evil.example": false, "/%": false,
	} {
		want := "/home"
		if ok {
			want = target
		}
		if got := LocalPath(target, "/home"); got != want {
			t.Errorf("%q leads to %q, want %q", target, got, want)
		}
	}
}

// Whatever passes, a browser that resolves it against the site stays on the site. The resolution is that of browsers:
// tabs and line breaks dropped, backslashes taken for slashes, spaces at both ends dropped (WHATWG URL §4.4).
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "//evil.example", "/\\evil.example", "/.//x", "/%2f/x", "/a?b#c", "https:/evil.example", "/\t/evil"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://galien.test/x/y")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if LocalPath(target, "") == "" {
			return
		}
		rec := httptest.NewRecorder()
		if err := Redirect(rec, httptest.NewRequest("POST", "/connexion", nil), target); err != nil {
			t.Fatal(err)
		}
		for _, location := range []string{target, rec.Header().Get("Location")} {
			read := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.Trim(location, "\x00 \x1f"))
			u, err := base.Parse(read)
			if err != nil || u.Host != "galien.test" || u.Scheme != "https" || strings.HasPrefix(u.Path, "//") {
				t.Errorf("%q leads to %v (%v)", target, u, err)
			}
		}
	})
}

func TestEachKindHasItsStatusItsWordsAndItsName(t *testing.T) {
	seen := map[string]bool{}
	for kind, want := range map[errs.Kind]int{errs.Internal: 500, errs.Invalid: 422, errs.Unauthenticated: 401, errs.Forbidden: 403, errs.NotFound: 404,
		errs.Conflict: 409, errs.TooMany: 429, errs.Unavailable: 503, errs.Method: 405, errs.TooLarge: 413} {
		if got := Status(kind); got != want {
			t.Errorf("%s is %d, want %d", kind, got, want)
		}
		for _, lang := range i18n.Langs() {
			ctx := i18n.With(t.Context(), lang)
			for _, part := range []string{"kind", "what", "do", "safe"} {
				key := "error." + part + "." + kind.String()
				if i18n.T(ctx, key) == key {
					t.Errorf("%s: no words for %s", lang, key)
				}
			}
		}
		seen[kind.String()] = true
	}
	if len(seen) != 10 || errs.Kind(200).String() != "internal" {
		t.Errorf("the kinds' names are %v", seen)
	}
}

func TestAPageThatCannotBeRenderedIsAnErrorAndNotHalfAPage(t *testing.T) {
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, "<h1>half"); err != nil {
			return err
		}
		return errors.New("no more")
	})
	f := serve(t, []Route{route("GET /page", func(r *Route) {
		r.Handler = func(w http.ResponseWriter, r *http.Request) error { return Render(w, r, http.StatusOK, broken) }
	})})
	if got := f.Get("/page").Want(http.StatusInternalServerError); strings.Contains(got.Body, "half") {
		t.Error("half a page was sent")
	}
}

func TestAnErrorAfterTheAnswerHasBegunAddsNothingToIt(t *testing.T) {
	long := strings.Repeat("x", 5000)
	f := serve(t, []Route{route("GET /page", func(r *Route) {
		r.Handler = func(w http.ResponseWriter, _ *http.Request) error {
			if _, err := io.WriteString(w, long); err != nil {
				return err
			}
			return errors.New("late")
		}
	})})
	if got := f.Get("/page").Want(http.StatusOK); got.Body != long {
		t.Errorf("%d bytes, want %d", len(got.Body), len(long))
	}
	if !strings.Contains(f.log.String(), "late") {
		t.Error("the error is not in the log")
	}
}

func TestACallerWhoLeavesIsNotAnInternalError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if e := asError(ctx, fmt.Errorf("read: %w", context.Canceled)); e.Kind != errs.Unavailable {
		t.Errorf("got %v", e)
	}
	if e := asError(ctx, errs.New(errs.NotFound, "web.not_found")); e.Kind != errs.NotFound {
		t.Errorf("an error with a kind lost it: %v", e)
	}
}

func TestFaultsNameTheirFields(t *testing.T) {
	var c errs.Collect
	c.Add("password", "identity.password_short", "min", 12)
	ctx := i18n.With(t.Context(), i18n.English)
	f := Faults(ctx, errs.As(c.Err()))
	if len(f) != 1 || !strings.Contains(f["password"], "12") {
		t.Errorf("got %v", f)
	}
	if f := Faults(ctx, errs.New(errs.Conflict, "identity.register_refused")); len(f) != 1 || f[""] == "" {
		t.Errorf("an error without fields gives %v", f)
	}
	if Faults(ctx, nil) != nil {
		t.Error("no error has faults")
	}
}
