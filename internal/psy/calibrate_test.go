package psy

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"testing"

	"galien/internal/measure/calibration"
)

// calibrationAnswer is what Calibrate writes.
type calibrationAnswer struct {
	Items []struct {
		ID, Model, Status, Reason string
		A, C                      *float64
		B                         any
		SE                        *struct {
			A float64
			B any
		}
		N int
	}
	LogLikelihood float64
	Iterations    int
	Converged     bool
	Groups        []struct {
		Name     string
		N        int
		Mean, SD float64
	}
}

func calibrate(t *testing.T, c Calibration) (a calibrationAnswer, text string) {
	t.Helper()
	var out bytes.Buffer
	if err := Calibrate(t.Context(), c, &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a, out.String()
}

// long writes a table of answers, one column an item, as rows.
func long(rows [][]string) string {
	var s strings.Builder
	for i, row := range rows[1:] {
		for j, cell := range row {
			fmt.Fprintf(&s, "p%d,%s,%s\n", i, rows[0][j], cell)
		}
	}
	return s.String()
}

func TestCalibrationsAgreeWithReference(t *testing.T) {
	const lsat, science = "../measure/calibration/testdata/lsat7.csv", "../measure/calibration/testdata/science.csv"
	for _, c := range []struct {
		file, model string
		loglik      float64
	}{
		{lsat, "1PL", -2664.90089091593}, {lsat, "2PL", -2658.80511363233},
		{science, "GRM", -1608.86941312355}, {science, "GPCM", -1612.68159955393},
	} {
		a, _ := calibrate(t, Calibration{Responses: strings.NewReader(long(table(t, c.file))), Model: c.model, Priors: "none"})
		near(t, c.model+" log-likelihood", a.LogLikelihood, c.loglik, 1e-3)
		if !a.Converged || a.Items[0].A == nil || a.Items[0].SE == nil || a.Items[0].Model != c.model {
			t.Errorf("%s: %+v", c.model, a.Items[0])
		}
	}
}

// The set d10k60 of the reference data, 10,000 persons × 60 items, is generated bit for bit.
func TestGeneratedSetIsCalibrated(t *testing.T) {
	text := d10k60(t)
	a, _ := calibrate(t, Calibration{Responses: strings.NewReader(text), Model: "2PL", Priors: "none", Errors: "none"})
	near(t, "log-likelihood", a.LogLikelihood, -319745.3724, 0.01)
	if !a.Converged || len(a.Items) != 60 || a.Items[0].N != 10_000 {
		t.Errorf("%d items, converged %v", len(a.Items), a.Converged)
	}
}

func d10k60(t *testing.T) string {
	const seed, persons, items = 1000, 10_000, 60
	mix := func(seed, k uint64) uint64 {
		z := seed + (k+1)*0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
	uniform := func(seed, k uint64) float64 { return (float64(mix(seed, k)>>11) + 0.5) * 0x1p-53 }
	normal := func(seed, k uint64) float64 {
		return math.Sqrt(-2*math.Log(uniform(seed, 2*k))) * math.Cos(2*math.Pi*uniform(seed, 2*k+1))
	}
	var a, b [items]float64
	for j := range uint64(items) {
		a[j] = min(max(math.Exp(0.1+0.3*normal(seed+1, j)), 0.4), 2.5)
		b[j] = min(max(normal(seed+2, j), -3.5), 3.5)
	}
	var text strings.Builder
	sum := sha256.New()
	for i := range uint64(persons) {
		theta := normal(seed+4, i)
		var row [items]byte
		for j := range row {
			if uniform(seed+5, i*items+uint64(j)) < 1/(1+math.Exp(-a[j]*(theta-b[j]))) {
				row[j] = 1
			}
			fmt.Fprintf(&text, "p%d,q%d,%d\n", i, j, row[j])
		}
		sum.Write(row[:])
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != "5b11b4507c10c10eff1a16da36180bbb1f7673717b50892139fb72d101a73615" {
		t.Fatalf("SHA-256 %s", got)
	}
	return text.String()
}

// The same rows in every form that is read give the same bytes.
func TestFormsOfTheSameRows(t *testing.T) {
	rows := long(table(t, "../measure/calibration/testdata/lsat7.csv"))
	_, want := calibrate(t, Calibration{Responses: strings.NewReader(rows), Model: "2PL"})
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, rows)
	_ = w.Close()
	var turned strings.Builder
	turned.WriteString("score,Person,when,item\n")
	for line := range strings.Lines(rows) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		fmt.Fprintf(&turned, "%s,%s,today,%s\n", cells[2], cells[0], cells[1])
	}
	for form, text := range map[string]string{
		"header":          "person,item,score\n" + rows,
		"carriage return": strings.ReplaceAll(rows, "\n", "\r\n"),
		"no last break":   strings.TrimSuffix(rows, "\n"),
		"semicolons":      strings.ReplaceAll(rows, ",", ";"),
		"tabs":            strings.ReplaceAll(rows, ",", "\t"),
		"spaces":          strings.ReplaceAll(rows, ",", ", "),
		"byte order mark": "\ufeff" + rows,
		"quotes":          strings.ReplaceAll(strings.ReplaceAll("p"+strings.ReplaceAll(rows, "p1,", "\"p1\","), "pp", "p"), "Item.3", "\"Item.3\""),
		"whole as real":   strings.ReplaceAll(rows, ",1\n", ",1.0\n"),
		"empty lines":     strings.ReplaceAll(rows, "p7,", "\np7,"),
		"not given":       rows + "p5,Item.9,NA\np6,Item.9,\n",
		"gzip":            zipped.String(),
		"any order":       turned.String(),
	} {
		if _, got := calibrate(t, Calibration{Responses: strings.NewReader(text), Model: "2PL"}); got != want {
			t.Errorf("%s: another answer", form)
		}
	}
}

func TestBadRowsNameTheLine(t *testing.T) {
	for _, c := range []struct{ rows, model, fixed, want string }{
		{"p1,q1,1\np1,q2\n", "2PL", "", "responses: line 2: 2 columns where 3 are expected"},
		{"p1,q1,1\np1,q2,x\n", "2PL", "", `responses: line 2: score: "x" is not a whole number`},
		{"p1,q1,1\np1,q2,2\n", "2PL", "", "responses: line 2: score: score 2 is outside [0, 1]"},
		{"p1,q1,1\np1,q2,-1\n", "GRM", "", "responses: line 2: score: score -1"},
		{"p1,q1,NaN\n", "2PL", "", `responses: line 1: score: "NaN" is not a whole number`},
		{"p1,q1,0.5\n", "2PL", "", `responses: line 1: score: "0.5"`},
		{",q1,1\n", "2PL", "", "responses: line 1: person: missing"},
		{"p1,,1\n", "2PL", "", "responses: line 1: item: missing"},
		{"p1,q1,1\np1,q1,1\n", "2PL", "", "responses: "},
		{"\"p1,q1,1\n", "2PL", "", "responses: line 1"},
		{"", "2PL", "", "responses: no response"},
		{"person,item,score\n", "2PL", "", "responses: no response"},
		{"p1," + strings.Repeat("q", maxLine) + ",1\n", "2PL", "", "responses: line 1: longer than"},
		{"\x1f\x8bnot gzip", "2PL", "", "responses: gzip"},
		{"person,item,score,group\np1,q,1,A\np2,q,0,A\np3,q,1,B\n", "1PL", "", `responses: group: "B" has one person`},
		{"p1,q1,1\n", "4PL", "", `--model: "4PL" is none of`},
		{"p1,q1,1\n", "2PL", `{"items":[{"id":"q1","model":"2PL","a":0,"b":0}]}`, "--fixed: items[0].a: slope 0"},
	} {
		request := Calibration{Responses: strings.NewReader(c.rows), Model: c.model}
		if c.fixed != "" {
			request.Fixed = strings.NewReader(c.fixed)
		}
		var out bytes.Buffer
		err := Calibrate(t.Context(), request, &out, slog.New(slog.DiscardHandler))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || out.Len() > 0 {
			t.Errorf("%.60q: %v, want %s", c.rows, err, c.want)
		}
	}
}

// Options are looked at before the answers are: nothing is read, and nothing logged beside the error.
func TestOptionsAreCheckedBeforeReading(t *testing.T) {
	nodes := func(low, high float64, n int) calibration.Options {
		return calibration.Options{Quadrature: calibration.Quadrature{Min: low, Max: high, Nodes: n}}
	}
	for _, c := range []struct {
		options calibration.Options
		want    string
	}{
		{nodes(-6, 6, 1), "--nodes: 1 is outside [5, 1024]"},
		{nodes(-6, 6, 1025), "--nodes: 1025 is outside"},
		{nodes(math.NaN(), 6, 61), "--min: NaN is outside"},
		{nodes(6, 6, 61), "--max: 6 is outside (6,"},
		{nodes(-6, math.Inf(1), 61), "--max: +Inf is outside"},
		{calibration.Options{MaxIterations: -1}, "--iterations: -1 is negative"},
		{calibration.Options{Workers: -1}, "--workers: -1 is negative"},
	} {
		rows := strings.NewReader("p1,q1,1\n")
		var log bytes.Buffer
		err := Calibrate(t.Context(), Calibration{Responses: rows, Model: "2PL", Options: c.options}, io.Discard,
			slog.New(slog.NewTextHandler(&log, nil)))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
		if log.Len() > 0 || rows.Len() != int(rows.Size()) {
			t.Errorf("%s: %d bytes left, log %q", c.want, rows.Len(), log.String())
		}
	}
}

// An item that everyone got right has no finite difficulty: it is reported, without a number. What Calibrate writes
// can be read back as fixed items, which put new ones on their scale.
func TestItemsWithoutEstimateAndFixedItems(t *testing.T) {
	rows := long(table(t, "../measure/calibration/testdata/lsat7.csv"))
	var more strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&more, "p%d,easy,1\np%d,new,%d\n", i, i, i/3%2)
	}
	a, text := calibrate(t, Calibration{Responses: strings.NewReader(rows + more.String()), Model: "2PL"})
	for _, it := range a.Items {
		if it.ID == "easy" && (it.A != nil || it.B != nil || it.SE != nil || it.Status != notCalibrated || it.Reason == "" || it.N != 1000) {
			t.Errorf("easy: %+v", it)
		}
	}
	again, _ := calibrate(t, Calibration{
		Responses: strings.NewReader(rows + strings.ReplaceAll(more.String(), "new", "newer")), Model: "2PL", Fixed: strings.NewReader(text),
	})
	status := map[string]string{}
	for _, it := range again.Items {
		status[it.ID] = it.Status
	}
	if status["Item.1"] != "fixed" || status["newer"] != "calibrated" || status["easy"] != notCalibrated {
		t.Errorf("statuses: %v", status)
	}
	groups, _ := calibrate(t, Calibration{
		Responses: strings.NewReader("person,item,score,group\n" + strings.ReplaceAll(rows, "\n", ",A\n") + grouped(rows)), Model: "2PL", Errors: "none",
	})
	if len(groups.Groups) != 2 || groups.Groups[0].N != 1000 || groups.Groups[1].N != 1000 || math.Abs(groups.Groups[1].Mean) > 0.01 {
		t.Errorf("groups: %+v", groups.Groups)
	}
}

// grouped is the same persons under other names, in another group.
func grouped(rows string) string {
	return strings.ReplaceAll(strings.ReplaceAll(rows, "p", "r"), "\n", ",B\n")
}

// A calibration that is interrupted resumes where it was, and ends on the same bytes.
func TestInterruptedCalibrationResumes(t *testing.T) {
	rows := long(table(t, "../measure/calibration/testdata/lsat7.csv"))
	request := Calibration{Responses: strings.NewReader(rows), Model: "2PL"}
	_, want := calibrate(t, request)
	ctx, stop := context.WithCancel(t.Context())
	request.Responses = strings.NewReader(rows)
	request.Options.Progress = func(p calibration.Progress) {
		if p.Iteration == 3 {
			stop()
		}
	}
	var out bytes.Buffer
	err := Calibrate(ctx, request, &out, slog.New(slog.DiscardHandler))
	interruption, ok := errors.AsType[*InterruptedError](err)
	if !ok || out.Len() > 0 {
		t.Fatalf("%v; %d bytes written", err, out.Len())
	}
	saved, err := FormatState(interruption.State)
	if err != nil {
		t.Fatal(err)
	}
	state, err := ParseState(saved)
	if err != nil {
		t.Fatal(err)
	}
	request = Calibration{Responses: strings.NewReader(rows), Model: "2PL"}
	request.Options.Resume = state
	if _, got := calibrate(t, request); got != want {
		t.Errorf("resumed:\n%s\nwant\n%s", got, want)
	}
	request.Responses = strings.NewReader(rows + "p1,other,1\n")
	err = Calibrate(t.Context(), request, io.Discard, slog.New(slog.DiscardHandler))
	if err == nil || !strings.HasPrefix(err.Error(), "--state: ") {
		t.Errorf("a state of other data: %v", err)
	}
}
