package scenario

// Kind is what a target is. A verb acts on one kind.
type Kind string

// Kinds of targets.
const (
	KindNone       Kind = ""
	KindMessage    Kind = "message"
	KindMailLink   Kind = "mail link"
	KindAttachment Kind = "attachment"
	KindReply      Kind = "reply"
	KindPage       Kind = "page"
	KindPageLink   Kind = "page link"
	KindPageField  Kind = "page field"
	KindContact    Kind = "contact"
	KindTopic      Kind = "topic"
	KindDocument   Kind = "document"
	KindNote       Kind = "note"
	KindForm       Kind = "form"
	KindFormField  Kind = "form field"
)

// ValueKind is what an act carries besides its target.
type ValueKind string

// Kinds of values.
const (
	ValueNone      ValueKind = ""
	ValueRecipient ValueKind = "recipient" // id of an entry of the mailbox's address book
	ValueText      ValueKind = "text"
	ValueField     ValueKind = "field" // as the field says: text, long text, choice, box
)

// Verb is one thing a learner can do.
type Verb struct {
	Name  string
	On    Kind
	Value ValueKind
	Once  bool // at most once for each target
}

// Names of the verbs.
const (
	MailOpen       = "mail.open"
	MailInspect    = "mail.inspect"
	MailReport     = "mail.report"
	MailDelete     = "mail.delete"
	MailReply      = "mail.reply"
	MailForward    = "mail.forward"
	MailAttachment = "mail.attachment"
	MailLink       = "mail.link"
	BrowserVisit   = "browser.visit"
	BrowserFollow  = "browser.follow"
	BrowserFill    = "browser.fill"
	BrowserSubmit  = "browser.submit"
	BrowserClose   = "browser.close"
	DeskCall       = "desk.call"
	DeskAsk        = "desk.ask"
	DeskRead       = "desk.read"
	DeskNote       = "desk.note"
	FormFill       = "form.fill"
	FormSubmit     = "form.submit"
	Finish         = "finish"
)

// Verbs returns the closed list of verbs, in the order of the widgets.
func Verbs() []Verb {
	return []Verb{
		{Name: MailOpen, On: KindMessage},
		{Name: MailInspect, On: KindMessage},
		{Name: MailReport, On: KindMessage, Once: true},
		{Name: MailDelete, On: KindMessage, Once: true},
		{Name: MailReply, On: KindReply, Once: true},
		{Name: MailForward, On: KindMessage, Value: ValueRecipient},
		{Name: MailAttachment, On: KindAttachment},
		{Name: MailLink, On: KindMailLink},
		{Name: BrowserVisit, On: KindPage},
		{Name: BrowserFollow, On: KindPageLink},
		{Name: BrowserFill, On: KindPageField, Value: ValueField},
		{Name: BrowserSubmit, On: KindPage},
		{Name: BrowserClose},
		{Name: DeskCall, On: KindContact},
		{Name: DeskAsk, On: KindTopic},
		{Name: DeskRead, On: KindDocument},
		{Name: DeskNote, On: KindNote, Value: ValueText},
		{Name: FormFill, On: KindFormField, Value: ValueField},
		{Name: FormSubmit, On: KindForm, Once: true},
		{Name: Finish, Once: true},
	}
}
