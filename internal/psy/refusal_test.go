package psy

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"
)

const (
	oneItem  = `{"id":"q1","model":"2PL","a":1.2,"b":0.3}`
	oneAsked = `{"items":[` + oneItem + `],`
)

// Bad input names the field, in one line, and nothing is written.
func TestBadInputNamesTheField(t *testing.T) {
	commands := map[string]func(io.Reader, io.Writer) error{
		"probability": Probability, "estimate": silent(Estimate), "vector": EstimateMultidimensional, "assemble": Assemble,
		"select": Select, "fit": Fit, "dif": silent(DIF), "link": Link, "accuracy": Accuracy,
	}
	for _, c := range []struct{ command, request, want string }{
		// The JSON itself.
		{"probability", ``, "input: an object is expected"},
		{"probability", `[]`, "input: an object is expected"},
		{"probability", oneAsked + `"theta":[0]} {}`, "input: there is something after the end"},
		{"probability", oneAsked + `"theta":[0],"theta":[1]}`, "theta: this field is repeated"},
		{"probability", oneAsked + `"thetas":[0]}`, "thetas: unknown field"},
		{"probability", oneAsked + `"theta":[NaN]}`, `theta[0]: a number is expected, not "NaN"`},
		{"probability", oneAsked + `"theta":[1e999]}`, "theta[0]: 1e999 is beyond the largest number"},
		{"probability", oneAsked + `"theta":[0`, "theta: a comma or ']' is expected, and the input ends"},
		{"probability", oneAsked + `"theta":"0"}`, "theta: a number is expected"},
		{"probability", oneAsked + `"theta":[]}`, "theta: missing"},
		{"probability", `{"theta":[0]}`, "items: missing"},
		{"probability", oneAsked + `"theta":[2e6]}`, "theta[0]: 2e+06 is outside"},
		{"probability", oneAsked + `"theta":[01]}`, "theta[0]: a number is expected"},
		// The items.
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":-1,"b":0}],"theta":[0]}`, `items[0].a: slope -1 is not in (0, 1e+06] (item "q1")`},
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":0,"b":0}],"theta":[0]}`, "items[0].a: slope 0"},
		{"probability", `{"items":[{"id":"q1","model":"2PL","b":0}],"theta":[0]}`, "items[0].a: missing"},
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":1}],"theta":[0]}`, "items[0].b: missing"},
		{"probability", `{"items":[{"model":"2PL","a":1,"b":0}],"theta":[0]}`, "items[0].id: missing"},
		{"probability", `{"items":[{"id":"q1","a":1,"b":0}],"theta":[0]}`, "items[0].model: missing"},
		{"probability", `{"items":[{"id":"q1","model":"5PL","a":1,"b":0}],"theta":[0]}`, `items[0].model: "5PL" is none of`},
		{"probability", `{"items":[{"id":"q1","model":"3PL","a":1,"b":0}],"theta":[0]}`, "items[0].c: missing"},
		{"probability", `{"items":[{"id":"q1","model":"3PL","a":1,"b":0,"c":1}],"theta":[0]}`, "items[0].c: lower asymptote 1"},
		{"probability", `{"items":[{"id":"q1","model":"4PL","a":1,"b":0,"c":0.2,"u":0.1}],"theta":[0]}`, "items[0].u: upper asymptote 0.1"},
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":1,"b":[0,1]}],"theta":[0]}`, "items[0].b: 2 values where 2PL takes one"},
		{"probability", `{"items":[{"id":"q1","model":"GRM","a":1,"b":[1,0]}],"theta":[0]}`, "items[0].b: boundaries are not ascending"},
		{"probability", `{"items":[` + oneItem + `,` + oneItem + `],"theta":[0]}`, `items[1].id: "q1" is repeated`},
		{"probability", `{"items":[{"id":"q1","model":"GPCM","a":1,"b":[0,"x"]}],"theta":[0]}`, "items[0].b[1]: a number is expected"},
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":1,"b":0,"colour":1}],"theta":[0]}`, "items[0].colour: unknown field"},
		{"probability", `{"items":[{"id":"q1","model":"2PL","a":1,"b":0,"seconds":-1}],"theta":[0]}`, "items[0].seconds: negative"},
		// The persons.
		{"estimate", oneAsked + `"responses":[{"id":"p1","answers":{"q2":1}}]}`, `responses[0].answers.q2: unknown item "q2" (person "p1")`},
		{"estimate", oneAsked + `"responses":[{"id":"p1","answers":{"q1":2}}]}`, `responses[0].answers.q1: category 2 is outside [0, 1] (person "p1", item "q1")`},
		{"estimate", oneAsked + `"responses":[{"id":"p1","answers":{"q1":-1}}]}`, "responses[0].answers.q1: category -1"},
		{"estimate", oneAsked + `"responses":[{"id":"p1","answers":{"q1":0.5}}]}`, "responses[0].answers.q1: 0.5 is not a whole number"},
		{"estimate", oneAsked + `"responses":[{"id":"p1","answers":{"q1":1,"q1":1}}]}`, "responses[0].answers.q1: this field is repeated"},
		{"estimate", oneAsked + `"responses":[{"answers":{}}]}`, "responses[0].id: missing"},
		{"estimate", oneAsked + `"responses":[{"id":"p"},{"id":"p"}]}`, `responses[1].id: "p" is repeated`},
		{"estimate", oneAsked + `"method":"EAP"}`, "responses: missing"},
		{"estimate", oneAsked + `"responses":[],"method":"eap"}`, `method: "eap" is none of`},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"prior":{"sd":0}}`, "prior.sd: standard deviation 0"},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"grid":{"min":1,"max":1}}`, "grid.max: 1 is not above"},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"grid":{"points":1}}`, "grid.points: 1 is outside"},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"grid":{"rule":"x"}}`, `grid.rule: "x"`},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"prior":{"sd":101}}`, "prior.sd: standard deviation 101 is outside [0.001, 100]"},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"prior":{"cov":[[1e-7]]}}`, "prior.cov: standard deviation 0.000316"},
		{"estimate", oneAsked + `"responses":[{"id":"p"}],"prior":{"mean":1001}}`, "prior.mean: 1001 is outside ±1000"},
		{"vector", oneAsked + `"responses":[{"id":"p"}]}`, "prior: missing"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"mean":0,"sd":-1}}`, "prior.sd: standard deviation -1 is outside"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"cov":[[1,0],[0,1e-7]]}}`, "prior.cov: standard deviation 0.000316"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1"],"cov":[[1]]},"scores":{"":{"1":1}}}`, `scores."": a score has no name`},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"mean":[0,0],"cov":[[1,2],[2,1]]}}`, "prior.cov: covariance is not positive semi-definite"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"mean":[0,0],"cov":[[1,0.5],[0.4,1]]}}`, "prior.cov: covariance is not symmetric"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"mean":[0,0],"cov":[[1,0]]}}`, "prior.cov: 1 rows of 2 numbers: the matrix is not square"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"mean":[0],"cov":[[1,0],[0,1]]}}`, "prior.mean: 1 numbers for 2 dims"},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1","2"],"mean":[0,0],"cov":[[1,0],[0,1]]}}`, `items[0].dim: missing (item "q1")`},
		{"vector", oneAsked + `"responses":[{"id":"p"}],"prior":{"dims":["1"],"mean":[0],"cov":[[1]]},"scores":{"w":{"9":1}}}`, "scores.w.9: not in prior.dims"},
		// The exams.
		{"assemble", oneAsked + `"theta":0}`, "blueprint: missing"},
		{"assemble", oneAsked + `"blueprint":{"length":1}}`, "theta: missing: give theta or posterior"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":0}}`, "blueprint.length: 0 is outside"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1},"given":["q7"]}`, `given[0]: unknown item "q7"`},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1},"given":["q1","q1"]}`, `given[1]: item "q1" is repeated`},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"groups":{"g":{"min":1}}}}`, "blueprint.groups.g.of: missing"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"groups":{"g":{"of":["1"],"min":2,"max":1}}}}`, "blueprint.groups.g.max: 1 is under the minimum 2"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"tags":{"t":{"min":-1}}}}`, "blueprint.tags.t.min: -1 is negative"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"groups":{"g":{"of":["h"]},"h":{"of":["g"]}}}}`, "contains itself"},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"groups":{"g":{"of":["g"]}}}}`, `blueprint.groups.g.of: "g" is not a dimension of the items`},
		{"assemble", oneAsked + `"theta":0,"blueprint":{"length":1,"maxSeconds":0}}`, "blueprint.maxSeconds: 0 is not positive"},
		{"select", oneAsked + `"answers":{"q1":3}}`, "answers.q1: category 3 is outside [0, 1]"},
		{"select", oneAsked + `"answers":{"q2":0}}`, `answers.q2: unknown item "q2"`},
		// The studies.
		{"fit", oneAsked + `"responses":[{"id":"p1"}]}`, "responses: no answer"},
		{"fit", oneAsked + `"responses":[{"id":"p1","answers":{"q1":5}}]}`, "responses[0].answers.q1: category 5"},
		{"dif", `{"responses":[{"id":"p1","answers":{"q1":1}}]}`, "groups: two groups are compared, and the persons are of 0"},
		{"dif", `{"responses":[{"id":"a","group":"F","answers":{"q":1}},{"id":"b","group":"F","answers":{"q":1}},{"id":"c","group":"M","answers":{"q":0}}]}`,
			`focal: group "M" has 1 person: at least two are needed`},
		{"link", `{"from":[` + oneItem + `],"to":[` + oneItem + `]}`, "from: "},
		{"link", `{"from":[` + oneItem + `]}`, "to: missing"},
		{"accuracy", oneAsked + `"population":{"mean":0}}`, "cuts: missing"},
		{"accuracy", oneAsked + `"cuts":[1,0]}`, "cuts: cut scores are not ascending"},
	} {
		var out bytes.Buffer
		err := commands[c.command](strings.NewReader(c.request), &out)
		switch {
		case err == nil:
			t.Errorf("%s %s: no error; %s", c.command, c.request, out.String())
		case !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want):
			t.Errorf("%s %s:\n  %v\nwant\n  %s", c.command, c.request, err, c.want)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("%s %s: several lines: %v", c.command, c.request, err)
		}
		if out.Len() > 0 {
			t.Errorf("%s %s: %s written", c.command, c.request, out.String())
		}
	}
}

// What has no number is null, with a reason.
func TestWhatHasNoValueSaysWhy(t *testing.T) {
	request := oneAsked + `"responses":[{"id":"none"},{"id":"right","answers":{"q1":1}},{"id":"null","answers":{"q1":null}}],`
	for _, c := range []struct {
		command       func(io.Reader, io.Writer, *slog.Logger) error
		request, want string
	}{
		{Estimate, request + `"method":"ML"}`, `{"persons":[{"id":"none","theta":null,"se":null,"reason":"no response"},` +
			`{"id":"right","theta":null,"se":null,"reason":"the likelihood has no finite maximum"},` +
			`{"id":"null","theta":null,"se":null,"reason":"no response"}]}`},
		{Estimate, oneAsked + `"responses":[{"id":"none"}],"prior":{"mean":1,"sd":2}}`, `{"persons":[{"id":"none","theta":1,"se":2}]}`},
		{Estimate, oneAsked + `"responses":[{"id":"none"}],"method":"MAP"}`, `{"persons":[{"id":"none","theta":0,"se":1}]}`},
		{Estimate, oneAsked + `"responses":[{"id":"none"}],"method":"WLE"}`, `{"persons":[{"id":"none","theta":null,"se":null,"reason":"no response"}]}`},
	} {
		var out bytes.Buffer
		if err := c.command(strings.NewReader(c.request), &out, slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		} else if got := strings.TrimSpace(out.String()); got != c.want {
			t.Errorf("%s:\n  %s\nwant\n  %s", c.request, got, c.want)
		}
	}
}

// An infeasible blueprint is an answer, which names the constraints that conflict.
func TestInfeasibleNamesTheConstraints(t *testing.T) {
	items := `{"items":[{"id":"a","model":"1PL","b":0,"dim":"1.1","seconds":60,"family":"f"},
		{"id":"b","model":"1PL","b":1,"dim":"1.2","seconds":60,"family":"f"},{"id":"c","model":"1PL","b":1,"dim":"1.2","seconds":60}],"theta":0,`
	for blueprint, want := range map[string]string{
		`{"length":4}`: `{"feasible":false,"binding":["length"]}`,
		`{"length":2,"groups":{"one":{"of":["1.1"],"min":2}}}`:                                       `{"feasible":false,"binding":["min one"]}`,
		`{"length":2,"groups":{"none":{"of":["1.3"],"min":1}}}`:                                      `{"feasible":false,"binding":["min none"]}`,
		`{"length":2,"maxSeconds":100}`:                                                              `{"feasible":false,"binding":["length","maxSeconds"]}`,
		`{"length":3,"familyMax":1}`:                                                                 `{"feasible":false,"binding":["length","max tag family f"]}`,
		`{"length":2,"tags":{"vignette":{"min":1}}}`:                                                 `{"feasible":false,"binding":["min tag vignette"]}`,
		`{"length":3,"groups":{"d":{"of":["x","y"],"max":2},"x":{"of":["1.1"]},"y":{"of":["1.2"]}}}`: `{"feasible":false,"binding":["length","max d"]}`,
	} {
		var out bytes.Buffer
		if err := Assemble(strings.NewReader(items+`"blueprint":`+blueprint+`}`), &out); err != nil {
			t.Errorf("%s: %v", blueprint, err)
		} else if got := strings.TrimSpace(out.String()); got != want {
			t.Errorf("%s: %s, want %s", blueprint, got, want)
		}
	}
}
