package psy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"testing"
)

// The reference values are the copies that the packages of measure keep in their testdata, each with its source.

// object is a JSON object.
type object = map[string]any

// run answers a request, and reads the answer.
func run[T any](t *testing.T, command func(io.Reader, io.Writer) error, request any) T {
	t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := command(bytes.NewReader(text), &out); err != nil {
		t.Fatalf("%v\nfor %.500s", err, text)
	}
	var answer T
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatalf("%v\nin %.500s", err, out.Bytes())
	}
	return answer
}

func load[T any](t *testing.T, path string) (v T) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.17g, want %.17g", what, got, want)
	}
}

func silent(command func(io.Reader, io.Writer, *slog.Logger) error) func(io.Reader, io.Writer) error {
	return func(in io.Reader, out io.Writer) error { return command(in, out, slog.New(slog.DiscardHandler)) }
}

// fourPL writes [a, b, c, u] as an item of the narrowest model.
func fourPL(id string, p []float64) object {
	it := object{"id": id, "model": "2PL", "a": p[0], "b": p[1]}
	c, u := 0.0, 1.0
	if len(p) > 2 {
		c = p[2]
	}
	if len(p) > 3 {
		u = p[3]
	}
	switch {
	case u != 1:
		it["model"], it["c"], it["u"] = "4PL", c, u
	case c != 0:
		it["model"], it["c"] = "3PL", c
	}
	return it
}

func bankOf(parameters [][]float64) []object {
	items := make([]object, len(parameters))
	for i, p := range parameters {
		items[i] = fourPL(fmt.Sprint("q", i), p)
	}
	return items
}

// curves are what Probability and Information answer with.
type curves struct {
	Items []struct {
		ID            string
		Probabilities [][]float64
		Information   []float64
	}
	Test []float64
}

func TestCurvesAgreeWithReference(t *testing.T) {
	ref := load[struct {
		Dich struct {
			Items [][]float64
			ByD   []struct {
				D       float64
				Theta   []float64
				P, Info [][]float64
			}
		}
		Poly map[string]struct {
			Bank  [][]*float64
			Theta []float64
			P     [][][]*float64
			Info  [][]float64
		}
	}](t, "../measure/testdata/irf_info.json")
	const tolerance = 1e-9
	compared := 0
	for _, c := range ref.Dich.ByD {
		if c.D != 1 {
			continue
		}
		request := object{"items": bankOf(ref.Dich.Items), "theta": c.Theta}
		p, info := run[curves](t, Probability, request), run[curves](t, Information, request)
		for n := range c.Theta {
			sum := 0.0
			for j := range ref.Dich.Items {
				near(t, "P", p.Items[j].Probabilities[n][1], c.P[n][j], tolerance)
				near(t, "Q", p.Items[j].Probabilities[n][0], 1-c.P[n][j], tolerance)
				near(t, "information", info.Items[j].Information[n], c.Info[n][j], tolerance)
				sum += c.Info[n][j]
				compared++
			}
			near(t, "test information", info.Test[n], sum, 1e-8)
		}
	}
	for _, model := range []string{"GRM", "GPCM"} {
		c := ref.Poly[model]
		var items []object
		for i, row := range c.Bank {
			var b []float64
			for _, v := range row[1:] {
				if v != nil {
					b = append(b, *v)
				}
			}
			items = append(items, object{"id": fmt.Sprint(i), "model": model, "a": *row[0], "b": b})
		}
		request := object{"items": items, "theta": c.Theta}
		p, info := run[curves](t, Probability, request), run[curves](t, Information, request)
		for n := range c.Theta {
			for j := range items {
				for k, got := range p.Items[j].Probabilities[n] {
					near(t, model+" P", got, *c.P[n][j][k], tolerance)
					compared++
				}
				near(t, model+" information", info.Items[j].Information[n], c.Info[n][j], tolerance)
			}
		}
	}
	if compared < 600 {
		t.Errorf("%d values compared", compared)
	}
}

type persons struct {
	Persons []struct {
		ID         string
		Theta, SE  *float64
		Reason     string
		LZ, LZStar *float64
	}
}

func TestEstimatesAgreeWithReference(t *testing.T) {
	ref := load[struct {
		Items [][]float64
		Theta []struct {
			Items  []int
			X      []int
			ML     *float64
			MAP    *float64
			WLE    *float64
			MLSE   *float64 `json:"ML_se_expected"`
			MAPSE  *float64 `json:"MAP_se_expected"`
			EAP33  *float64 `json:"EAP33_m4_4_trapezoid"`
			SD33   *float64 `json:"EAP33_psd"`
			EAP61  *float64 `json:"EAP61_m6_6"`
			SD61   *float64 `json:"EAP61_psd"`
			EAP401 *float64 `json:"EAP401_m8_8"`
			SD401  *float64 `json:"EAP401_psd"`
		}
	}](t, "../measure/testdata/theta_exact.json")
	var responses []object
	for n, c := range ref.Theta {
		answers := object{}
		for r, i := range c.Items {
			answers[fmt.Sprint("q", i)] = c.X[r]
		}
		responses = append(responses, object{"id": fmt.Sprint(n), "answers": answers})
	}
	for _, method := range []struct {
		name, method string
		grid         object
	}{
		{"ML", "ML", nil}, {"MAP", "MAP", nil}, {"WLE", "WLE", nil},
		{"EAP33", "EAP", object{"min": -4, "max": 4, "points": 33}},
		{"EAP61", "EAP", object{"min": -6, "max": 6, "points": 61}},
		{"EAP401", "EAP", object{"min": -8, "max": 8, "points": 401}},
	} {
		request := object{"items": bankOf(ref.Items), "responses": responses, "method": method.method}
		if method.grid != nil {
			request["grid"] = method.grid
		}
		answer := run[persons](t, silent(Estimate), request)
		for n, p := range answer.Persons {
			c := ref.Theta[n]
			want := map[string][2]*float64{
				"ML": {c.ML, c.MLSE}, "MAP": {c.MAP, c.MAPSE}, "WLE": {c.WLE, nil},
				"EAP33": {c.EAP33, c.SD33}, "EAP61": {c.EAP61, c.SD61}, "EAP401": {c.EAP401, c.SD401},
			}[method.name]
			what := fmt.Sprint(method.name, " of pattern ", n)
			if want[0] == nil {
				if p.Theta != nil || p.SE != nil || p.Reason == "" {
					t.Errorf("%s: %+v, want no estimate and a reason", what, p)
				}
				continue
			}
			near(t, what, *p.Theta, *want[0], 1e-9)
			if want[1] != nil {
				near(t, what+" SE", *p.SE, *want[1], 1e-9)
			}
		}
	}
}

func TestShadowTestsAgreeWithIntegerProgrammes(t *testing.T) {
	type instance struct {
		Items      [][]float64
		Area, Time []int
		Lo         []int `json:"area_lo"`
		Hi         []int `json:"area_hi"`
		Key        []int
		Vignette   []int
		Enemies    [][2]int
		Cases      []struct {
			Theta        float64
			Administered []int
			Objective    float64
		}
	}
	ref := load[instance](t, "../measure/assembly/testdata/shadow_mip.json")
	items := bankOf(ref.Items)
	for i, it := range items {
		tags := []string{fmt.Sprint("key:", ref.Key[i])}
		if ref.Vignette[i] == 1 {
			tags = append(tags, "vignette")
		}
		it["dim"], it["seconds"], it["tags"] = fmt.Sprint(ref.Area[i]), ref.Time[i], tags
	}
	for _, pair := range ref.Enemies {
		known, _ := items[pair[0]]["enemies"].([]string)
		items[pair[0]]["enemies"] = append(known, fmt.Sprint("q", pair[1]))
	}
	groups, tags := object{}, object{"vignette": object{"min": 8, "max": 12}}
	for k := range ref.Lo {
		groups[fmt.Sprint("area ", k)] = object{"of": []string{fmt.Sprint(k)}, "min": ref.Lo[k], "max": ref.Hi[k]}
	}
	for _, key := range ref.Key {
		tags[fmt.Sprint("key:", key)] = object{"max": 10}
	}
	for n, c := range ref.Cases {
		given := []string{}
		for _, i := range c.Administered {
			given = append(given, fmt.Sprint("q", i))
		}
		answer := run[form](t, Assemble, object{
			"items": items, "theta": c.Theta, "given": given,
			"blueprint": object{"length": 30, "groups": groups, "tags": tags, "maxSeconds": 1650},
		})
		if !answer.Feasible || len(answer.Items) != 30 {
			t.Fatalf("case %d: %+v", n, answer)
		}
		near(t, fmt.Sprint("objective of case ", n), float64(*answer.Value), c.Objective, 1e-6)
	}
}
