package scenario

import (
	"fmt"
	"strings"
)

// Limits of a log. They bound what a client can make the server store and replay.
const (
	MaxEvents   = 500  // accepted events of one attempt; finish is still accepted after them
	MaxValue    = 2000 // characters of one typed value, whatever the field allows
	MaxDo       = 80   // bytes of Event.Do
	defaultText = 200  // characters of a text field that states no maximum
	defaultLong = 1000 // characters of a long text field or a note that states no maximum
)

// Masked replaces the value of a secret field in every stored event: the fact that something was typed is kept, what
// was typed is not.
const Masked = "***"

// Event is one act of the learner, as stored and as received.
type Event struct {
	Seq int    `json:"seq"`         // 1, 2, 3… without a gap
	T   int64  `json:"t"`           // milliseconds since the start of the attempt, by the server's clock
	Do  string `json:"do"`          // verb, or verb:target, for example "mail.report:m2"
	V   string `json:"v,omitempty"` // value, for the verbs that take one
}

// Act returns the verb and the target of the event; the target is empty for a verb that has none.
func (e Event) Act() (verb, target string) {
	verb, target, _ = strings.Cut(e.Do, ":")
	return verb, target
}

// Code names why an event was refused. Codes are stable: they are translation keys and are stored with the refusal.
type Code string

// Reasons for refusing an event.
const (
	CodeUnknownVerb   Code = "scenario.unknown_verb"
	CodeUnknownTarget Code = "scenario.unknown_target"
	CodeWrongTarget   Code = "scenario.wrong_target"   // the target exists but the verb does not act on its kind
	CodeUnmet         Code = "scenario.unmet"          // a prerequisite is missing
	CodeRepeated      Code = "scenario.repeated"       // an act that can be done only once
	CodeValueRequired Code = "scenario.value_required" // the verb needs a value
	CodeValueRefused  Code = "scenario.value_refused"  // the verb takes no value
	CodeValueUnknown  Code = "scenario.value_unknown"  // the value is none of the choices
	CodeValueInvalid  Code = "scenario.value_invalid"  // not UTF-8, or control characters
	CodeValueTooLong  Code = "scenario.value_too_long"
	CodeWrongSeq      Code = "scenario.wrong_seq"  // not the number that follows the last accepted event
	CodeWrongTime     Code = "scenario.wrong_time" // negative, or earlier than the last accepted event
	CodeTooMany       Code = "scenario.too_many"   // MaxEvents reached
	CodeFinished      Code = "scenario.finished"   // the attempt is finished
)

// Refusal is the error of an event that was not accepted. It never holds the value: a refused event may carry a secret.
type Refusal struct {
	Code Code
	Seq  int    // the refused event's
	Do   string // the refused event's, cut to MaxDo bytes
}

// Error describes the refusal for a log.
func (r *Refusal) Error() string {
	return fmt.Sprintf("event %d %q refused: %s", r.Seq, r.Do, r.Code)
}

func refuse(ev Event, code Code) error {
	do := ev.Do
	if len(do) > MaxDo {
		do = do[:MaxDo]
	}
	return &Refusal{Code: code, Seq: ev.Seq, Do: strings.ToValidUTF8(do, "?")}
}
