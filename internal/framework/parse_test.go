package framework

import (
	"io/fs"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/content"
	"galien/internal/framework/strictyaml"
)

func official(t testing.TB) *Framework {
	t.Helper()
	data, err := fs.ReadFile(content.FS(), "frameworks/socle-ns-1.2022.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, "socle-ns-1.2022.yaml", data)
}

func other(t testing.TB) *Framework {
	t.Helper()
	return parsed(t, "first-aid-2026.1.yaml", otherData(t))
}

func otherData(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/first-aid-2026.1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parsed(t testing.TB, name string, data []byte) *Framework {
	t.Helper()
	f, err := Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The figures are those of the arrêté of 10 November 2022: 5 domains, 15 competencies, 28 hours, 2 ECTS.
func TestOfficialFrameworkHasTheShapeOfItsDocument(t *testing.T) {
	f := official(t)
	type shape struct {
		Code         string
		Hours        float64
		Competencies int
	}
	var got []shape
	capacities := 0
	for _, d := range f.Domains {
		got = append(got, shape{d.Code, d.Hours, len(d.Competencies)})
		for _, c := range d.Competencies {
			capacities += len(c.Capacities)
		}
	}
	want := []shape{{"1", 6, 4}, {"2", 5, 2}, {"3", 5, 3}, {"4", 6, 4}, {"5", 6, 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f.Dims() != 15 || f.TotalHours != 28 || f.ECTS != 2 || capacities != 78 {
		t.Errorf("%d competencies, %v hours, %v ECTS, %d capacities", f.Dims(), f.TotalHours, f.ECTS, capacities)
	}
	if diff := cmp.Diff(defaultScale(), f.Scale); diff != "" {
		t.Errorf("the file's scale is the default: %s", diff)
	}
	if f.Prior != defaultPrior() {
		t.Errorf("prior %v", f.Prior)
	}
}

func TestCapacitiesAreLetteredInOrder(t *testing.T) {
	f := official(t)
	c, ok := f.Capacity("2.1.f")
	if !ok || !strings.HasPrefix(c.Text, "sécuriser sa messagerie") {
		t.Errorf("2.1.f: %v %q", ok, c.Text)
	}
	if _, ok := f.Capacity("2.1.z"); ok {
		t.Error("2.1.z exists")
	}
}

func TestLookups(t *testing.T) {
	f := other(t)
	if d, ok := f.DomainOf("C2"); !ok || d.Title != "Help" {
		t.Errorf("domain of C2: %v %v", ok, d.Title)
	}
	if dim, ok := f.Dim("C1"); !ok || dim != 3 || f.Competencies()[dim].Code != "C1" {
		t.Errorf("dimension of C1: %v %d", ok, dim)
	}
	if d, ok := f.Domain("B"); !ok || len(d.Competencies) != 2 {
		t.Errorf("domain B: %v %v", ok, d)
	}
	for name, found := range map[string]bool{
		"domain": second(f.Domain("Z")), "competency": second(f.Competency("Z")), "domain of": second(f.DomainOf("Z")),
		"dimension": second(f.Dim("Z")), "weights": second(f.DomainWeights("Z")),
	} {
		if found {
			t.Errorf("%s: Z exists", name)
		}
	}
	if diff := cmp.Diff([]int{0, 1, 1, 2, 2, 2}, f.DomainOfDims()); diff != "" {
		t.Error(diff)
	}
}

func second[T any](_ T, ok bool) bool { return ok }

func TestWholeScoreWeighsDomainsByTheirHours(t *testing.T) {
	for _, f := range []*Framework{official(t), other(t)} {
		perDomain := make([]float64, len(f.Domains))
		for k, w := range f.Weights() {
			perDomain[f.DomainOfDims()[k]] += w
		}
		for i, d := range f.Domains {
			if want := d.Hours / f.TotalHours; math.Abs(perDomain[i]-want) > 1e-12 {
				t.Errorf("%s, domain %s weighs %v, want %v", f.Name(), d.Code, perDomain[i], want)
			}
		}
	}
	third := 6 / 12.5 / 3
	if got := other(t).Weights()[5]; math.Abs(got-third) > 1e-12 {
		t.Errorf("C3 weighs %v, want %v", got, third)
	}
}

func TestDomainScoreWeighsItsCompetenciesAlike(t *testing.T) {
	got, _ := other(t).DomainWeights("B")
	if diff := cmp.Diff([]float64{0, 0.5, 0.5, 0, 0, 0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestScaleAndPriorAreData(t *testing.T) {
	f := other(t)
	if diff := cmp.Diff([]float64{-1.5, -0.25, 0.5, 1.75}, f.Scale.Cuts); diff != "" {
		t.Error(diff)
	}
	if f.Scale.Provisional || len(f.Scale.Levels) != 5 || f.Prior != (Prior{0.5, 0, 0.25}) {
		t.Errorf("scale %v, prior %v", f.Scale, f.Prior)
	}
}

func TestParseNamesLineAndReason(t *testing.T) {
	base := string(otherData(t))
	for name, c := range map[string]struct{ from, to, want string }{
		"hours that do not add up": {"total_hours: 12.5", "total_hours: 13", "f.yaml:8: the domains' hours add up to 12.5, total_hours says 13: correct one of them"},
		"unknown field":            {"hours: 4", "hour: 4", "f.yaml:28: unknown field \"hour\""},
		"field written twice":      {"hours: 4", "hours: 4\n    hours: 4", "f.yaml:29: mapping key \"hours\" already defined"},
		"domain code used twice":   {"code: B\n", "code: A\n", "f.yaml:26: the domain code \"A\" is used twice"},
		"competency of another domain": {"code: C1", "code: B1",
			"f.yaml:40: the competency code \"B1\" is used twice"},
		"empty title":       {"title: Protect", "title: \"\"", "f.yaml:20: title is empty"},
		"no capacity":       {"capacities: [cool the burn]", "capacities: []", "f.yaml:46: the competency \"C3\" has no capacity"},
		"empty capacity":    {"[cool the burn]", "[\" \"]", "f.yaml:48: a capacity is empty"},
		"no competency":     {"competencies:\n      - code: A1\n        title: Make the scene safe\n        capacities: [spot a danger, keep people away]\n", "competencies: []\n", "f.yaml:19: the domain \"A\" has no competency"},
		"language":          {"language: en", "language: English", "f.yaml:7: language \"English\" is no language tag such as fr or en"},
		"levels that fall":  {"from: 0.5 }", "from: -0.3 }", "f.yaml:15: the levels rise: -0.3 is not above -0.25"},
		"level without cut": {", from: 1.75 }", " }", "f.yaml:16: a level after the first says where it begins: add from, in logits"},
		"variance":          {"competency: 0.25", "competency: 0", "f.yaml:17: variance 0: a positive number is expected"},
		"anchor":            {"code: A\n", "code: &a A\n", "f.yaml:19: anchors, aliases, merge keys and tags are not allowed"},
	} {
		if !strings.Contains(base, c.from) {
			t.Fatalf("%s: the test changes nothing", name)
		}
		_, err := Parse("f.yaml", []byte(strings.Replace(base, c.from, c.to, 1)))
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
	}
}

func TestParseReportsEveryProblem(t *testing.T) {
	text := strings.NewReplacer("hours: 2.5", "hours: -2.5", "language: en", "language: English", "code: C2", "code: C1").Replace(string(otherData(t)))
	_, err := Parse("f.yaml", []byte(text))
	if got := len(strictyaml.Problems(err)); got != 4 { // the fourth: the hours no longer add up
		t.Errorf("%d problems: %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(otherData(f))
	f.Add([]byte("framework: {code: A}\ndomains: [{code: a, competencies: [{code: b, capacities: [c]}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fw, err := Parse("f.yaml", data)
		if err != nil {
			return
		}
		sum := 0.0
		for _, w := range fw.Weights() {
			sum += w
		}
		if math.Abs(sum-1) > 1e-9 || len(fw.Scale.Cuts) != len(fw.Scale.Levels)-1 {
			t.Errorf("weights add up to %v, %d cuts for %d levels", sum, len(fw.Scale.Cuts), len(fw.Scale.Levels))
		}
	})
}
