package app_test

import (
	"net/http"
	"testing"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// The matrix expects 404 for a picture that is nobody's. Here is one that is on a learner's screen.
func TestAPictureIsShownToTheLearnerWhoseScreenItIsOnOnly(t *testing.T) {
	s := newSite(t)
	for range 60 {
		p := s.visitor()
		for _, scope := range []string{"1", "2", "3", "4", "5"} {
			attempt, err := s.app.Assess.Start(t.Context(), p.Actor, assess.Options{Scope: scope})
			s.must(err)
			picture := s.seek(p.Actor, attempt)
			if picture == "" {
				continue
			}
			path := "/epreuves/" + attempt.String() + "/image/" + picture
			got := p.Get(path).Want(http.StatusOK)
			if got.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
				t.Errorf("a picture is served under the policy %q", got.Header.Get("Content-Security-Policy"))
			}
			p.Get("/epreuves/" + attempt.String() + "/image/0").Want(http.StatusNotFound)
			s.visitor().Get(path).Want(http.StatusNotFound)
			s.browser().Get(path).Want(http.StatusSeeOther)
			return
		}
	}
	t.Error("no attempt showed a picture")
}

// seek passes over questions until one has a picture, and returns the picture's digest.
func (s *site) seek(a identity.Actor, attempt id.ID) string {
	s.Helper()
	for {
		sc, err := s.app.Assess.Screen(s.Context(), a, attempt)
		s.must(err)
		if sc.Over {
			return ""
		}
		if sc.Type == item.Scenario {
			_, err = s.app.Assess.Act(s.Context(), a, attempt, sc.Seq, scenario.Finish, "")
			s.must(err)
			continue
		}
		picture := ""
		sc.Question(func(i item.Image) string { picture = i.SHA256; return "/" })
		if picture != "" {
			return picture
		}
		_, err = s.app.Assess.Answer(s.Context(), a, attempt, sc.Seq, sc.Item, item.Response{})
		s.must(err)
	}
}
