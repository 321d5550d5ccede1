package scenario

import "fmt"

// Transcript is a recorded way of playing a scenario, with the score it must get.
type Transcript struct {
	Scenario string  // id of the scenario
	Name     string  // for example expert
	Credit   float64 // expected, 0..1
	Category int     // expected, 0..3
	Events   []Event
}

type transcriptSource struct {
	Scenario string          `yaml:"scenario"`
	Name     string          `yaml:"name"`
	Credit   *float64        `yaml:"credit"`
	Category *int            `yaml:"category"`
	Acts     []transcriptAct `yaml:"acts"`
}

type transcriptAct struct {
	Do string `yaml:"do"`
	V  string `yaml:"v"`
	At *int   `yaml:"at"` // seconds since the start
}

// pace is the time between two acts of a transcript that does not say when they happen.
const pace = 5 // seconds

// ParseTranscript reads a transcript, as strictly as [Parse] reads a scenario, with the same errors. It does not play
// it: see [Scenario.Fold].
func ParseTranscript(name string, data []byte) (Transcript, error) {
	var src transcriptSource
	doc, err := decode(name, data, &src)
	if err != nil {
		return Transcript{}, err
	}
	var found problems
	if src.Scenario == "" || src.Name == "" || src.Credit == nil || src.Category == nil {
		found.addf("scenario", "scenario, name, credit and category are expected")
	}
	t := Transcript{Scenario: src.Scenario, Name: src.Name}
	if src.Credit != nil && src.Category != nil {
		t.Credit, t.Category = *src.Credit, *src.Category
	}
	seconds := 0
	for i, act := range src.Acts {
		path := fmt.Sprintf("acts[%d]", i)
		seconds += pace
		if act.At != nil {
			if *act.At < seconds-pace {
				found.addf(path+".at", "earlier than the act before")
			}
			seconds = *act.At
		}
		if act.Do == "" {
			found.addf(path, "do is missing")
		}
		t.Events = append(t.Events, Event{Seq: i + 1, T: int64(seconds) * 1000, Do: act.Do, V: act.V})
	}
	if len(found) > 0 {
		return Transcript{}, found.locate(name, doc)
	}
	return t, nil
}
