package psy

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"galien/internal/measure"
)

// bank15 is a bank of 15 competencies in 5 domains, with its blueprint and its population.
func bank15(items int) (bank []object, plan, population object) {
	r := rand.New(rand.NewPCG(15, 0))
	var dims []string
	groups := object{}
	for d := 1; d <= 5; d++ {
		var of []string
		for c := 1; c <= 3; c++ {
			name := fmt.Sprintf("%d.%d", d, c)
			dims, of = append(dims, name), append(of, name)
			groups["c"+name] = object{"of": []string{name}, "min": 1, "max": 3}
		}
		groups[fmt.Sprint(d)] = object{"of": of, "min": 3, "max": 6}
	}
	cov := make([][]float64, len(dims))
	for i, a := range dims {
		for j, b := range dims {
			v := 0.5
			if a[0] == b[0] {
				v += 0.2
			}
			if i == j {
				v += 0.3
			}
			cov[i] = append(cov[i], v)
		}
	}
	for i := range items {
		bank = append(bank, object{
			"id": fmt.Sprint("q", i), "model": "2PL", "a": math.Exp(0.1 + 0.3*r.NormFloat64()), "b": r.NormFloat64(),
			"dim": dims[i%15], "family": fmt.Sprint("f", i/15/2, "-", i%15), "seconds": 60,
		})
	}
	return bank, object{"length": 20, "groups": groups, "familyMax": 1}, object{"dims": dims, "mean": make([]float64, 15), "cov": cov}
}

// The command gives what the engine gives, and a score its standard error.
func TestMultidimensionalEstimateIsTheEngines(t *testing.T) {
	bank, _, population := bank15(60)
	answers := object{}
	for i := range 30 {
		answers[fmt.Sprint("q", i)] = i % 2
	}
	type vector struct {
		Dims    []string
		Persons []struct {
			Theta  []float64
			Cov    [][]float64
			Scores map[string]struct{ Value, SE float64 }
		}
	}
	got := run[vector](t, EstimateMultidimensional, object{
		"items": bank, "responses": []object{{"id": "p", "answers": answers}, {"id": "none"}}, "prior": population,
		"scores": object{"1": object{"1.1": 0.5, "1.2": 0.5}},
	})
	prior := measure.Prior{Mean: population["mean"].([]float64), Cov: slices.Concat(population["cov"].([][]float64)...)}
	post, err := measure.NewPosterior(prior)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		it := measure.Item{ID: "q", Model: measure.TwoPL, A: bank[i]["a"].(float64), B: []float64{bank[i]["b"].(float64)}, Dim: i % 15}
		if err := post.Observe(&it, i%2); err != nil {
			t.Fatal(err)
		}
	}
	p := got.Persons[0]
	for k, mean := range post.Mean() {
		near(t, "mean", p.Theta[k], mean, 1e-7) // the order of the answers moves the fixed point within its tolerance
		for j := range 15 {
			near(t, "covariance", p.Cov[k][j], post.Cov()[k*15+j], 1e-7)
		}
	}
	near(t, "score", p.Scores["1"].Value, (p.Theta[0]+p.Theta[1])/2, 1e-12)
	near(t, "its SE", p.Scores["1"].SE, math.Sqrt((p.Cov[0][0]+p.Cov[1][1]+2*p.Cov[0][1])/4), 1e-12)
	if none := got.Persons[1]; none.Theta[3] != 0 || none.Cov[3][3] != 1 {
		t.Errorf("without answers: %+v", none)
	}
}

// One ability on a bank of several dimensions is the same as a bank of one dimension.
func TestSelectMaximisesInformation(t *testing.T) {
	bank, plan, population := bank15(150)
	for _, theta := range []float64{-1, 0, 0.7} {
		type choice struct {
			Item     string
			Items    []string
			Feasible bool
			Value    float64
		}
		got := run[choice](t, Select, object{"items": bank, "theta": theta, "given": []string{"q3", "q4"}})
		best, most := "", 0.0
		for _, it := range bank {
			item := measure.Item{Model: measure.TwoPL, A: it["a"].(float64), B: []float64{it["b"].(float64)}}
			if info := item.Information(theta); info > most && it["id"] != "q3" && it["id"] != "q4" {
				best, most = it["id"].(string), info
			}
		}
		if got.Item != best {
			t.Errorf("at %v: %s, want %s", theta, got.Item, best)
		}
		got = run[choice](t, Select, object{"items": bank, "theta": theta, "given": []string{"q3"}, "blueprint": plan})
		if !got.Feasible || len(got.Items) != 20 || got.Items[0] != "q3" || got.Items[1] != got.Item {
			t.Errorf("at %v: %+v", theta, got)
		}
		got = run[choice](t, Select, object{"items": bank, "answers": object{"q3": 1}, "prior": population, "blueprint": plan})
		again := run[choice](t, Assemble, object{"items": bank, "given": []string{"q3"}, "blueprint": plan, "posterior": posteriorOf(t, bank, population)})
		if !slices.Equal(got.Items, again.Items) || math.Abs(got.Value-again.Value) > 1e-12 {
			t.Errorf("select %v, assemble %v", got.Items, again.Items)
		}
	}
	last := run[struct {
		Item   *string
		Reason string
	}](t, Select, object{"items": bank, "theta": 0, "given": []string{"q3"}, "blueprint": object{"length": 1}})
	if last.Item != nil || last.Reason == "" {
		t.Errorf("a complete form: %+v", last)
	}
}

// posteriorOf is the population after a right answer to q3.
func posteriorOf(t *testing.T, bank []object, population object) object {
	t.Helper()
	v := run[struct {
		Persons []struct {
			Theta []float64
			Cov   [][]float64
		}
	}](t, EstimateMultidimensional, object{"items": bank, "responses": []object{{"id": "p", "answers": object{"q3": 1}}}, "prior": population})
	return object{"dims": population["dims"], "mean": v.Persons[0].Theta, "cov": v.Persons[0].Cov}
}

// Groups that cross, families that span dimensions and groups of groups are met too.
func TestBlueprintsBeyondNesting(t *testing.T) {
	bank, _, _ := bank15(90)
	for i, it := range bank {
		it["family"] = fmt.Sprint("f", i/2)
		it["accessible"] = i%4 != 0
	}
	got := run[form](t, Assemble, object{"items": bank, "theta": 0, "accessible": true, "excluded": []string{"q1"}, "blueprint": object{
		"length": 12, "familyMax": 1, "groups": object{
			"first": object{"of": []string{"1.1", "1.2", "1.3"}, "min": 4, "max": 5},
			"cross": object{"of": []string{"1.3", "2.1"}, "min": 6},
			"outer": object{"of": []string{"first", "2.1"}, "max": 9},
		},
	}})
	counts, families := map[string]int{}, map[any]int{}
	for _, id := range got.Items {
		var i int
		if _, err := fmt.Sscanf(id, "q%d", &i); err != nil {
			t.Fatal(err)
		}
		if i%4 == 0 || i == 1 {
			t.Errorf("%s is not in the pool", id)
		}
		counts[bank[i]["dim"].(string)]++
		families[bank[i]["family"]]++
	}
	first := counts["1.1"] + counts["1.2"] + counts["1.3"]
	if len(got.Items) != 12 || first < 4 || first > 5 || counts["1.3"]+counts["2.1"] < 6 || first+counts["2.1"] > 9 {
		t.Errorf("counts: %v", counts)
	}
	for family, n := range families {
		if n > 1 {
			t.Errorf("%d items of %v", n, family)
		}
	}
}

// A group that crosses another is no tag of the items, even by the same name, and is reported as a group.
func TestCrossingGroupsAreNotTheItemsTags(t *testing.T) {
	items := `{"items":[{"id":"1","model":"1PL","b":0,"dim":"a","tags":["H"]},{"id":"2","model":"1PL","b":1,"dim":"a","tags":["H"]},
		{"id":"3","model":"1PL","b":1,"dim":"b"},{"id":"4","model":"1PL","b":1,"dim":"c"}],"theta":0,"blueprint":`
	for blueprint, want := range map[string]string{
		`{"length":2,"groups":{"G":{"of":["a","b"],"min":2},"H":{"of":["b","c"],"max":1}}}`:                        `{"feasible":true,"items":["1",`,
		`{"length":2,"groups":{"G":{"of":["a","b"],"min":2},"H":{"of":["b","c"],"max":0}}}`:                        `{"feasible":true,"items":["1","2"]`,
		`{"length":2,"groups":{"G":{"of":["a","b"],"min":2},"H":{"of":["b","c"],"max":1}},"tags":{"H":{"max":1}}}`: `{"feasible":true,"items":["1","3"]`,
		`{"length":3,"groups":{"G":{"of":["a","b"],"min":0},"H":{"of":["b","c"],"max":0}}}`:                        `{"feasible":false,"binding":["length","max H"]}`,
		`{"length":2,"groups":{"G":{"of":["a","b"],"min":0},"H":{"of":["b","c"],"min":3}}}`:                        `{"feasible":false,"binding":["min H"]}`,
		`{"length":2,"groups":{"G":{"of":["a","b"],"min":0},"H":{"of":["b","c"],"max":9}},"tags":{"H":{"min":3}}}`: `{"feasible":false,"binding":["min tag H"]}`,
	} {
		var out bytes.Buffer
		if err := Assemble(strings.NewReader(items+blueprint+`}`), &out); err != nil {
			t.Errorf("%s: %v", blueprint, err)
		} else if !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s: %s, want %s", blueprint, out.String(), want)
		}
	}
}

// A simulation names the constraints as the request does.
func TestSimulationNamesTheConstraints(t *testing.T) {
	for blueprint, want := range map[string]string{
		`{"length":2,"groups":{"G":{"of":["a","b"]},"H":{"of":["b","c"],"min":2}}}`: `[{"binding":["min H"],"candidates":3}]`,
		`{"length":2,"maxSeconds":60}`:                                              `[{"binding":["length","maxSeconds"],"candidates":3}]`,
	} {
		request := `{"items":[{"id":"1","model":"1PL","b":0,"dim":"a","seconds":60},{"id":"2","model":"1PL","b":1,"dim":"b","seconds":60}],
			"population":{"n":3,"mean":0,"sd":1},"blueprint":` + blueprint + `}`
		var out bytes.Buffer
		if err := Simulate(t.Context(), strings.NewReader(request), &out, Watch{}); err != nil {
			t.Errorf("%s: %v", blueprint, err)
		} else if !strings.Contains(out.String(), `"infeasible":`+want) {
			t.Errorf("%s: %s, want %s", blueprint, out.String(), want)
		}
	}
}

// The same seed gives the same bytes, whatever the number of workers.
func TestSimulationDoesNotDependOnWorkers(t *testing.T) {
	bank, plan, population := bank15(300)
	population["n"] = 250
	request := object{
		"items": bank, "blueprint": plan, "population": population, "exposureMax": 0.3, "seed": 11, "cuts": []float64{-0.5, 0.5},
		"after": []int{10},
	}
	simulate := func(in io.Reader, out io.Writer) error { return Simulate(t.Context(), in, out, Watch{}) }
	var texts []string
	for _, workers := range []int{1, 8} {
		request["workers"] = workers
		texts = append(texts, bytesOf(t, simulate, request))
	}
	if texts[0] != texts[1] {
		t.Error("1 and 8 workers part")
	}
	request["seed"] = 12
	if bytesOf(t, simulate, request) == texts[0] {
		t.Error("two seeds give the same simulation")
	}
	got := run[struct {
		Candidates int
		Scores     []struct {
			Name                         string
			Bias, RMSE, MeanSE, Coverage float64
		}
		Exposure struct{ Max, Overlap float64 }
		Levels   struct{ Accuracy float64 }
	}](t, simulate, request)
	if got.Candidates != 250 || len(got.Scores) != 1+5+15 || got.Scores[0].Name != "whole" {
		t.Fatalf("%+v", got)
	}
	// Standard errors of a coverage over 250 candidates: 1.4 %; of an exposure of 0.3: 2.9 %.
	if s := got.Scores[0]; s.Coverage < 0.9 || math.Abs(s.RMSE/s.MeanSE-1) > 0.2 || got.Exposure.Max > 0.3+3*0.029 || got.Levels.Accuracy < 0.5 {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct{ change, want string }{
		{`"population":{"n":0,"mean":[0],"cov":[[1]]}`, "population.n: a population has at least one candidate"},
		{`"population":{"n":10,"mean":[0,0],"cov":[[1,0],[0,1]]}`, "population.mean: 2 abilities, and the items and groups have 1 dims"},
		{`"population":{"mean":[0],"cov":[[1]]},"exposureMax":1.5`, "exposureMax: 1.5 is outside (0, 1]"},
		{`"population":{"mean":[0],"cov":[[1]]},"seed":-1`, "seed: -1 is outside"},
		{`"population":{"mean":[0],"cov":[[1]]},"cuts":[1,0]`, "cuts: cut scores are not ascending"},
		{`"seed":1`, "population: missing"},
		{`"population":{"mean":[0],"cov":[[1]]},"after":[1,2]`, "after[1]: 2 is outside [1, 1]"},
		{`"population":{"mean":[0],"cov":[[1]]},"after":[0]`, "after[0]: 0 is outside [1, 1]"},
		{`"population":{"mean":[0],"cov":[[1]]},"stop":{"score":"x","se":0.3}`, `stop.score: "x" is not a score`},
		{`"population":{"mean":[0],"cov":[[1]]},"stop":{"se":-1}`, "stop.se: -1 is negative"},
		{`"population":{"mean":[0],"cov":[[1]]},"exposureMin":0.6,"exposureMax":0.9`, "exposureMin: a floor of 0.6 for 1 items"},
		{`"population":{"mean":[0],"cov":[[1]]},"exposureMin":0.1`, "exposureMin: 0.1 is not under exposureMax"},
		{`"population":{"mean":[0],"cov":[[1]]},"prior":{"mean":0,"sd":1e-4}`, "prior.sd: standard deviation 0.0001 is outside [0.001, 100]"},
	} {
		err := simulate(strings.NewReader(oneAsked+`"blueprint":{"length":1},`+c.change+`}`), io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.change, err, c.want)
		}
	}
}

func bytesOf(t *testing.T, command func(io.Reader, io.Writer) error, request object) string {
	t.Helper()
	var raw bytes.Buffer
	run[any](t, func(in io.Reader, out io.Writer) error { return command(in, io.MultiWriter(out, &raw)) }, request)
	return raw.String()
}
