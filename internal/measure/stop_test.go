package measure

import "testing"

func TestStopRule(t *testing.T) {
	rule := StopRule{Score: "whole", MinItems: 10, MaxItems: 30, SE: 0.3}
	tests := []struct {
		rule   StopRule
		n      int
		se     float64
		done   bool
		reason string
	}{
		{rule, 9, 0.1, false, ""},
		{rule, 10, 0.3, true, StopStandardError},
		{rule, 29, 0.31, false, ""},
		{rule, 30, 0.31, true, StopMaxItems},
		{rule, 31, 0.1, true, StopMaxItems},
		{StopRule{MinItems: 1, SE: 0.3}, 500, 0.4, false, ""},
		{StopRule{MaxItems: 5}, 4, 0, false, ""},
	}
	for _, tt := range tests {
		done, reason := tt.rule.Done(tt.n, Estimate{SE: tt.se})
		if done != tt.done || reason != tt.reason {
			t.Errorf("%+v after %d answers, SE %v: %v %q, want %v %q", tt.rule, tt.n, tt.se, done, reason, tt.done, tt.reason)
		}
	}
}
