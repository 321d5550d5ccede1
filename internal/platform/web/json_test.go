package web

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestStrictJSON(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	cases := []struct {
		document string
		ok       bool
	}{
		{`{"a":1,"b":[true,null,"x",{"a":2}]}`, true},
		{`"x"`, true}, {` 1e3 `, true}, {`{"é":"é","":1}`, true}, {`[{"a":1},{"a":2}]`, true},
		{`{"a":1,"a":1}`, false}, {`{"role":"user","ROLE":"admin"}`, false}, {`[{"b":{"c":1,"C":2}}]`, false},
		{"{\"sub\":1,\"\u017fub\":2}", false}, {"{\"k\":1,\"\u212a\":2}", false}, {`{"a":1,"\u0061":2}`, false},
		{nested(maxDepth), true}, {nested(maxDepth + 2), false}, {strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), false},
		{`{} {}`, false}, {`{}x`, false}, {`1 2`, false}, {``, false}, {`{`, false}, {`[1,]`, false}, {`{"a"}`, false}, {`{1:2}`, false},
		{`"\u0000"`, false}, {`{"a\u0000":1}`, false}, {"\"\xff\"", false}, {"\"a\x00\"", false},
	}
	for _, c := range cases {
		if err := StrictJSON([]byte(c.document)); (err == nil) != c.ok {
			t.Errorf("%.60q: %v, want accepted %v", c.document, err, c.ok)
		}
	}
}

// What passes must be JSON that reads back to the same members whichever of two equal names a reader prefers.
func FuzzStrictJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"c"}]}`, `{"a":1,"A":2}`, `[[[[]]]]`, `"\u0000"`, "{\"s\":1,\"\u017f\":2}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if StrictJSON(data) != nil {
			return
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatalf("accepted what is no JSON: %v", err)
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := StrictJSON(again); err != nil {
			t.Errorf("the same document written again is refused: %v", err)
		}
	})
}
