package measure

import (
	"strings"
	"testing"
)

func TestBlueprintRefusesWhatHasNoMeaning(t *testing.T) {
	group := func(name string, low, high int, dims ...int) Group { return Group{name, dims, low, high} }
	for name, tt := range map[string]struct {
		bp   Blueprint
		want string
	}{
		"length":   {Blueprint{}, "length"},
		"family":   {Blueprint{Length: 1, FamilyMax: -1}, "family"},
		"unnamed":  {Blueprint{Length: 1, Groups: []Group{group("", 0, 1, 0)}}, "name"},
		"repeated": {Blueprint{Length: 1, Groups: []Group{group("g", 0, 1, 0), group("g", 0, 1, 1)}}, "name"},
		"bounds":   {Blueprint{Length: 1, Groups: []Group{group("g", 2, 1, 0)}}, "minimum"},
		"negative": {Blueprint{Length: 1, Groups: []Group{group("g", -1, 1, 0)}}, "minimum"},
		"no dim":   {Blueprint{Length: 1, Groups: []Group{group("g", 0, 1)}}, "no dimension"},
		"same dim": {Blueprint{Length: 1, Groups: []Group{group("g", 0, 1, 0, 0)}}, "repeated"},
		"far dim":  {Blueprint{Length: 1, Groups: []Group{group("g", 0, 1, 3)}}, "unknown"},
		"crossing": {Blueprint{Length: 1, Groups: []Group{group("g", 0, 1, 0, 1), group("h", 0, 1, 1, 2)}}, "cross"},
	} {
		if err := tt.bp.Validate(3); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one about %q", name, err, tt.want)
		}
	}
}

func TestNewBankRefusesBadItems(t *testing.T) {
	a := Item{ID: "a", Model: OnePL, B: []float64{0}, Family: "f"}
	twin, elsewhere, broken := a, a, a
	elsewhere.ID, elsewhere.Dim = "b", 1
	broken.ID, broken.B = "c", nil
	for want, items := range map[string][]Item{
		`item "a": id: repeated`:                             {a, twin},
		`item "b": family: "f" spans the dimensions 0 and 1`: {a, elsewhere},
		`item "c": b: missing`:                               {a, broken},
	} {
		if _, err := NewBank(items, Blueprint{Length: 1}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
