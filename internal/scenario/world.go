package scenario

// The source of a scenario, as its YAML file has it. No type of this file is exported: the rules and the texts that
// are not disclosed yet leave the package only through View, Result and Finding.

type source struct {
	ID         string    `yaml:"id"`
	Version    int       `yaml:"version"`
	Lang       string    `yaml:"lang"`
	Title      string    `yaml:"title"`
	Seconds    int       `yaml:"seconds"`
	Intro      string    `yaml:"intro"`
	Thresholds []float64 `yaml:"thresholds"`
	Widgets    []widget  `yaml:"widgets"`
	Rules      []rule    `yaml:"rules"`
	Caps       []ceiling `yaml:"caps"`
}

// widget holds exactly one of its four kinds.
type widget struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Mailbox *mailbox `yaml:"mailbox"`
	Browser *browser `yaml:"browser"`
	Desk    *desk    `yaml:"desk"`
	Form    *form    `yaml:"form"`
}

type mailbox struct {
	Owner      string      `yaml:"owner"`
	Recipients []recipient `yaml:"recipients"`
	Messages   []message   `yaml:"messages"`
}

type recipient struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
}

type message struct {
	ID          string       `yaml:"id"`
	From        sender       `yaml:"from"`
	Date        string       `yaml:"date"`
	Subject     string       `yaml:"subject"`
	Body        string       `yaml:"body"`
	Links       []link       `yaml:"links"`
	Attachments []attachment `yaml:"attachments"`
	Replies     []choice     `yaml:"replies"`
	Images      []image      `yaml:"images"`
}

type sender struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	ReplyTo string `yaml:"replyTo"`
}

// link stands in the body as {id}. An empty page is a link that leads nowhere (the site does not answer).
type link struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	URL  string `yaml:"url"`
	Page string `yaml:"page"`
}

type attachment struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	Size string `yaml:"size"`
	Type string `yaml:"type"` // what mail.inspect tells of it, for example «classeur avec macros»
	Text string `yaml:"text"` // what opening it shows
}

type choice struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
}

type image struct {
	File string `yaml:"file"`
	Alt  string `yaml:"alt"`
}

type browser struct {
	Bookmarks []string `yaml:"bookmarks"` // pages that browser.visit opens
	Pages     []page   `yaml:"pages"`
}

type page struct {
	ID     string  `yaml:"id"`
	URL    string  `yaml:"url"`
	Title  string  `yaml:"title"`
	Body   string  `yaml:"body"`
	Links  []link  `yaml:"links"`
	Fields []field `yaml:"fields"`
	Submit *submit `yaml:"submit"`
	Images []image `yaml:"images"`
}

type submit struct {
	Text string `yaml:"text"`
	Page string `yaml:"page"`
}

type field struct {
	ID       string   `yaml:"id"`
	Label    string   `yaml:"label"`
	Type     string   `yaml:"type"` // text, long, choice, box
	Secret   bool     `yaml:"secret"`
	Required bool     `yaml:"required"`
	Max      int      `yaml:"max"`
	Options  []choice `yaml:"options"`
}

type desk struct {
	Contacts  []contact  `yaml:"contacts"`
	Documents []document `yaml:"documents"`
	Notes     []note     `yaml:"notes"`
}

// contact can be called once its needs, an act, is done; without needs, at once.
type contact struct {
	ID     string  `yaml:"id"`
	Name   string  `yaml:"name"`
	Number string  `yaml:"number"`
	From   string  `yaml:"from"` // where the number was found
	Needs  string  `yaml:"needs"`
	Says   string  `yaml:"says"`
	Topics []topic `yaml:"topics"`
}

type topic struct {
	ID     string `yaml:"id"`
	Text   string `yaml:"text"`
	Answer string `yaml:"answer"`
	Needs  string `yaml:"needs"`

	Reopens string `yaml:"reopens"` // a form that was sent, which the person called gives back to be corrected
}

type document struct {
	ID     string  `yaml:"id"`
	Title  string  `yaml:"title"`
	Text   string  `yaml:"text"`
	Images []image `yaml:"images"`
}

type note struct {
	ID    string `yaml:"id"`
	Label string `yaml:"label"`
	Max   int    `yaml:"max"`
}

type form struct {
	Intro  string  `yaml:"intro"`
	Fields []field `yaml:"fields"`
	Submit string  `yaml:"submit"` // text of the button
	Done   string  `yaml:"done"`   // shown once sent
}

// rule earns its points when its predicate holds. Title names the act expected, Group the message or the subject under
// which the correction lists it; Else is said before Why to who did it in another way or, of a restraint, to whom it did not count.
type rule struct {
	ID        string    `yaml:"id"`
	Title     string    `yaml:"title"`
	Group     string    `yaml:"group"`
	Points    int       `yaml:"points"`
	Restraint bool      `yaml:"restraint"` // the points are for leaving something alone, once the rest is done
	If        predicate `yaml:"if"`
	Attempt   []string  `yaml:"attempt"` // acts that count as trying, where the predicate also names circumstances
	Else      string    `yaml:"else"`
	Cases     []remark  `yaml:"cases"` // said instead of else
	Why       string    `yaml:"why"`
}

// remark is said where its predicate holds; of several, the first that does.
type remark struct {
	If  predicate `yaml:"if"`
	Say string    `yaml:"say"`
}

// ceiling limits the credit to Cap when its predicate holds: the price of a dangerous act.
type ceiling struct {
	ID    string    `yaml:"id"`
	Title string    `yaml:"title"` // the act that was done
	Cap   float64   `yaml:"cap"`
	If    predicate `yaml:"if"`
	Why   string    `yaml:"why"`
	Cases []remark  `yaml:"cases"` // said after why
}
