package archtest_test

import (
	"testing"

	"galien/internal/archtest"
)

// The whole module obeys every rule.
func TestTheModuleFollowsItsArchitecture(t *testing.T) {
	root, err := archtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	m, err := archtest.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Packages) == 0 {
		t.Fatal("the module has no package: the search is broken")
	}
	for _, rule := range archtest.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Log(rule.Text)
			for _, v := range rule.Check(m) {
				t.Error(v)
			}
		})
	}
	for _, long := range archtest.LongFiles(m) {
		t.Log("long, still accepted: ", long)
	}
}
