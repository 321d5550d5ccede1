package psy

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
)

// Whatever the request, a command answers with JSON, or refuses it in one line and writes nothing. It never panics.
func FuzzRequests(f *testing.F) {
	for _, seed := range []string{
		oneAsked + `"theta":[-1,0,1]}`,
		oneAsked + `"responses":[{"id":"p1","answers":{"q1":1}}],"method":"WLE","prior":{"mean":0,"sd":1},"grid":{"min":-6,"max":6,"points":21}}`,
		`{"items":[{"id":"q1","model":"4PL","a":1.2,"b":0.3,"c":0.2,"u":0.9,"dim":"1"},{"id":"q2","model":"GRM","a":1,"b":[-1,1],"dim":"2"},` +
			`{"id":"q3","model":"GPCM","a":1,"b":[1,-1],"dim":"2"}],"responses":[{"id":"p","answers":{"q1":1,"q2":2,"q3":0}}],` +
			`"prior":{"dims":["1","2"],"mean":[0,0],"cov":[[1,0.5],[0.5,1]]},"scores":{"s":{"1":0.5,"2":0.5}}}`,
		`{"items":[{"id":"a","model":"1PL","b":0,"dim":"1","tags":["t"],"enemies":["b"],"seconds":9},{"id":"b","model":"1PL","b":1,"dim":"2","family":"f"}],` +
			`"blueprint":{"length":1,"groups":{"g":{"of":["1"],"min":0,"max":1}},"tags":{"t":{"max":1}},"familyMax":1,"maxSeconds":10},"theta":0.4,"given":["b"]}`,
		`{"items":[{"id":"a","model":"2PL","a":1,"b":0},{"id":"b","model":"2PL","a":2,"b":1}],"blueprint":{"length":1},` +
			`"population":{"n":3,"mean":[0],"cov":[[1]]},"exposureMax":0.5,"seed":1,"workers":2,"cuts":[0]}`,
		`{"responses":[{"id":"a","group":"F","answers":{"x":1,"y":0}},{"id":"b","group":"F","answers":{"x":0,"y":1}},` +
			`{"id":"c","group":"M","answers":{"x":1,"y":1}},{"id":"d","group":"M","answers":{"x":0,"y":0}}]}`,
		`{"from":[{"id":"a","model":"2PL","a":1,"b":0},{"id":"b","model":"2PL","a":2,"b":1}],"to":[{"id":"a","model":"2PL","a":1,"b":1},{"id":"b","model":"2PL","a":2,"b":2}]}`,
		oneAsked + `"cuts":[0,1],"population":{"mean":0,"sd":1},"grid":{"min":-4,"max":4,"points":9}}`,
	} {
		f.Add([]byte(seed))
	}
	commands := map[string]func(io.Reader, io.Writer) error{
		"probability": Probability, "information": Information, "estimate": silent(Estimate), "vector": EstimateMultidimensional,
		"select": Select, "assemble": Assemble, "fit": Fit, "dif": silent(DIF), "link": Link, "accuracy": Accuracy,
		"simulate": func(in io.Reader, out io.Writer) error { return Simulate(context.Background(), in, out, Watch{}) },
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		if len(request) > 4000 || heavy(request) {
			t.Skip("too long for a fuzz")
		}
		for name, command := range commands {
			var out bytes.Buffer
			err := command(bytes.NewReader(request), &out)
			switch {
			case err != nil && out.Len() > 0:
				t.Fatalf("%s: %v, and %s written", name, err, out.String())
			case err != nil && strings.TrimSpace(err.Error()) == "":
				t.Fatalf("%s: an empty error", name)
			case err == nil && !json.Valid(out.Bytes()):
				t.Fatalf("%s: %s is no JSON", name, out.String())
			}
		}
	})
}

// heavy tells whether a request holds a number that could stand for much work.
func heavy(request []byte) bool {
	digits := 0
	for _, c := range request {
		if c >= '0' && c <= '9' || c == 'e' || c == 'E' || c == '.' {
			digits++
		} else {
			digits = 0
		}
		if digits > 4 {
			return true
		}
	}
	return false
}

// Whatever the bytes, the rows are read or refused in one line; a calibration of the few that are read ends.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{
		"p1,q1,1\np1,q2,0\np2,q1,0\np2,q2,1\n", "person,item,score,group\np1,q1,1,A\np2,q1,0,B\n", "score;item;person\n1;q;p\n0;q;r\n",
		"\"p,1\",q1,1\np2,\"q\n1\",0\n", "p1\tq1\t1.0\r\n\r\np2\tq1\tNA", "\ufeffp,q,1\n", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
	} {
		f.Add([]byte(seed), "2PL")
		f.Add([]byte(seed), "GRM")
	}
	f.Fuzz(func(t *testing.T, rows []byte, model string) {
		if len(rows) > 2000 {
			t.Skip("too long for a fuzz")
		}
		request := Calibration{Responses: bytes.NewReader(rows), Model: model}
		request.Options.MaxIterations = 5
		request.Options.Quadrature.Min, request.Options.Quadrature.Max, request.Options.Quadrature.Nodes = -4, 4, 9
		var out bytes.Buffer
		err := Calibrate(t.Context(), request, &out, slog.New(slog.DiscardHandler))
		switch {
		case err != nil && out.Len() > 0:
			t.Fatalf("%v, and %s written", err, out.String())
		case err == nil && !json.Valid(out.Bytes()):
			t.Fatalf("%s is no JSON", out.String())
		}
	})
}
