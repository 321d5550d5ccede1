package scenario

// View is what a learner's screen may show. It holds no rule, no key and no expected value, and its identifiers say
// nothing of the answer.
type View struct {
	ID       string       `json:"id"`
	Version  int          `json:"version"`
	Lang     string       `json:"lang"` // of every text of the world, for the page's lang attribute
	Title    string       `json:"title"`
	Intro    []Paragraph  `json:"intro"`
	Seconds  int          `json:"seconds"` // expected duration
	Seq      int          `json:"seq"`     // of the last accepted event; the next one is Seq+1
	Finished bool         `json:"finished"`
	Widgets  []WidgetView `json:"widgets"`
}

// Paragraph is a line of text runs. A newline inside a run is a line break.
type Paragraph []Run

// Run is a piece of text; with Link, it is the text of that link.
type Run struct {
	Text string `json:"text"`
	Link string `json:"link,omitempty"` // target of mail.link or browser.follow
}

// WidgetView holds exactly one of Mailbox, Browser, Desk and Form.
type WidgetView struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Mailbox *MailboxView `json:"mailbox,omitempty"`
	Browser *BrowserView `json:"browser,omitempty"`
	Desk    *DeskView    `json:"desk,omitempty"`
	Form    *FormView    `json:"form,omitempty"`
}

// MailboxView is a mailbox. Every message takes mail.open, mail.report and mail.delete; once opened, mail.inspect and
// mail.forward, the value of which is a recipient's id.
type MailboxView struct {
	Owner      string          `json:"owner"`
	Recipients []RecipientView `json:"recipients"`
	Messages   []MessageView   `json:"messages"`
}

// RecipientView is an entry of the address book.
type RecipientView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
}

// MessageView is a message: its line in the list; once Opened, its text; once Inspected, its Details.
type MessageView struct {
	ID          string           `json:"id"`
	From        string           `json:"from"` // the name the sender shows
	Date        string           `json:"date"`
	Subject     string           `json:"subject"`
	Opened      bool             `json:"opened"`
	Inspected   bool             `json:"inspected"`
	Reported    bool             `json:"reported"`
	Deleted     bool             `json:"deleted"`
	Body        []Paragraph      `json:"body,omitempty"`
	Images      []ImageView      `json:"images,omitempty"`
	Links       []LinkView       `json:"links,omitempty"`
	Attachments []AttachmentView `json:"attachments,omitempty"`
	Replies     []OptionView     `json:"replies,omitempty"`     // targets of mail.reply
	Replied     string           `json:"replied,omitempty"`     // the reply that was sent
	ForwardedTo []string         `json:"forwardedTo,omitempty"` // recipients' ids, in order
	Details     *DetailsView     `json:"details,omitempty"`
}

// DetailsView is what mail.inspect shows besides the links' addresses and the attachments' types.
type DetailsView struct {
	Address string `json:"address"` // the sender's real address
	ReplyTo string `json:"replyTo,omitempty"`
}

// LinkView is a link of a message or of a page.
type LinkView struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	URL  string `json:"url,omitempty"` // once the message is inspected; always on a page
}

// AttachmentView is a file joined to a message.
type AttachmentView struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Size   string      `json:"size"`
	Type   string      `json:"type,omitempty"` // once the message is inspected
	Opened bool        `json:"opened"`
	Text   []Paragraph `json:"text,omitempty"` // once opened
}

// OptionView is one of several choices.
type OptionView struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// ImageView is an image; File is relative to the scenario's folder.
type ImageView struct {
	File string `json:"file"`
	Alt  string `json:"alt"`
}

// BrowserView is the browser: its bookmarks, targets of browser.visit, and the page on screen.
type BrowserView struct {
	Bookmarks []BookmarkView `json:"bookmarks"`
	Page      *PageView      `json:"page,omitempty"`
	Pages     []PageView     `json:"pages,omitempty"` // all pages, only in the whole world
	NoAnswer  bool           `json:"noAnswer"`        // the last link led to a site that does not answer
}

// BookmarkView is a page the learner can go to directly.
type BookmarkView struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// PageView is a web page. URL is for the fake address bar: text, never a link of the real page.
type PageView struct {
	ID     string      `json:"id"`
	URL    string      `json:"url"`
	Title  string      `json:"title"`
	Body   []Paragraph `json:"body"`
	Images []ImageView `json:"images,omitempty"`
	Links  []LinkView  `json:"links,omitempty"`
	Fields []FieldView `json:"fields,omitempty"`
	Submit string      `json:"submit,omitempty"` // text of the button; the act is browser.submit on the page
}

// Types of fields.
const (
	FieldText   = "text"   // one line
	FieldLong   = "long"   // several lines
	FieldChoice = "choice" // one of Options, by id
	FieldBox    = "box"    // BoxOn or BoxOff
)

// Values of a box.
const (
	BoxOn  = "on"
	BoxOff = "off"
)

// FieldView is an input of a page (browser.fill) or of a form (form.fill). The value of a secret field is never
// shown: Typed says that there is one.
type FieldView struct {
	ID       string       `json:"id"`
	Label    string       `json:"label"`
	Type     string       `json:"type"`
	Secret   bool         `json:"secret"`
	Required bool         `json:"required"`
	Max      int          `json:"max,omitempty"` // characters, for text and long
	Options  []OptionView `json:"options,omitempty"`
	Typed    bool         `json:"typed"`
	Value    string       `json:"value,omitempty"`
}

// DeskView is a desk: contacts (desk.call), documents (desk.read) and notes (desk.note).
type DeskView struct {
	Contacts  []ContactView  `json:"contacts"`
	Documents []DocumentView `json:"documents"`
	Notes     []NoteView     `json:"notes"`
}

// ContactView is someone to call. Once called, Says and the Topics one can raise (desk.ask) are there: those raised, in
// the order in which they were, then the others.
type ContactView struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Number string      `json:"number"`
	From   string      `json:"from"` // where the number was found
	Called bool        `json:"called"`
	Says   []Paragraph `json:"says,omitempty"`
	Topics []TopicView `json:"topics,omitempty"`
}

// TopicView is something to say or to ask on the phone, and what one is answered.
type TopicView struct {
	ID     string      `json:"id"`
	Text   string      `json:"text"`
	Asked  bool        `json:"asked"`
	Answer []Paragraph `json:"answer,omitempty"`
}

// DocumentView is a paper of the desk.
type DocumentView struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Read   bool        `json:"read"`
	Text   []Paragraph `json:"text,omitempty"`
	Images []ImageView `json:"images,omitempty"`
}

// NoteView is a pad to write on.
type NoteView struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Max   int    `json:"max"` // characters
	Text  string `json:"text,omitempty"`
}

// FormView is a form of the institution. The widget's id is the target of form.submit.
type FormView struct {
	Intro  []Paragraph `json:"intro"`
	Fields []FieldView `json:"fields"`
	Submit string      `json:"submit"`
	Sent   bool        `json:"sent"`
	Done   []Paragraph `json:"done,omitempty"` // once sent
}
