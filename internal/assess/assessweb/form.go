package assessweb

import (
	"net/http"
	"strconv"

	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// writeOf reads what every answer and act carries: the attempt in the path and the number under which it counts.
func writeOf(r *http.Request) (attempt id.ID, seq int, err error) {
	if err := r.ParseForm(); err != nil {
		return id.Nil, 0, err
	}
	if attempt, err = attemptOf(r); err != nil {
		return id.Nil, 0, err
	}
	if seq, err = strconv.Atoi(r.PostForm.Get("seq")); err != nil || seq < 1 {
		return id.Nil, 0, errs.New(errs.Invalid, "assess.form_incomplete").Cause(err)
	}
	return attempt, seq, nil
}
