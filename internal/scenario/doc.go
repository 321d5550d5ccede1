// Package scenario runs declarative simulations: a small world of mail, web pages, a desk and forms, in which a
// learner acts and is scored.
//
// A scenario is one YAML file: widgets with closed lists of verbs, then rules. Every act is an [Event]; the [State]
// is the fold of the events, so that pausing, resuming elsewhere, replaying and appealing need nothing else. [Result]
// is a function of the state. The package does no input or output and reads no clock: the caller reads the file, gives
// the times and stores the events.
//
// What a learner's screen may show is a [View]: the world without its rules, disclosed act by act. The source of the
// world and the rules has no exported type, so that marshalling a [Scenario] cannot leak a key.
package scenario
