package errs

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnErrorIsFoundThroughItsContext(t *testing.T) {
	inner := New(NotFound, "org.not_found", "name", "x").Cause(io.EOF)
	err := errors.Join(Wrap(fmt.Errorf("a: %w", inner), "b %d", 1), errors.New("c"))
	if As(err) != inner || !Is(err, NotFound) || Is(err, Conflict) || !HasCode(err, "org.not_found") || !errors.Is(err, io.EOF) {
		t.Errorf("lost in %v", err)
	}
	if inner.Error() != "not_found org.not_found: EOF" || New(Conflict, "x").Error() != "conflict x" {
		t.Errorf("printed as %q", inner)
	}
}

func TestAnyOtherErrorIsInternal(t *testing.T) {
	e := As(io.EOF)
	if e.Kind != Internal || e.Code != "internal" || !errors.Is(e, io.EOF) || !Is(io.EOF, Internal) {
		t.Errorf("got %v", e)
	}
}

func TestNoErrorHasNoKindAndNoCode(t *testing.T) {
	if Is(nil, Internal) || HasCode(nil, "internal") || Wrap(nil, "x") != nil {
		t.Error("nil is taken for an error")
	}
}

func TestCollectGivesOneErrorForAllFields(t *testing.T) {
	var c Collect
	if c.Err() != nil {
		t.Error("nothing recorded gives an error")
	}
	c.Add("name", "a.missing")
	c.Add("email", "a.long", "max", 3)
	want := &Error{Kind: Invalid, Code: "form.invalid", Fields: []Field{{Name: "name", Code: "a.missing"}, {"email", "a.long", []any{"max", 3}}}}
	if diff := cmp.Diff(want, As(c.Err())); diff != "" {
		t.Error(diff)
	}
}
