package assessweb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/scenario"
)

func TestTheTextsOfAFrenchWorldAreTypesetAndWhatIsReadToTheLetterIsNot(t *testing.T) {
	world := func(lang string) *scenario.View {
		return &scenario.View{Lang: lang, Intro: []scenario.Paragraph{{{Text: "Que faites-vous ?"}}}, Widgets: []scenario.WidgetView{
			{Mailbox: &scenario.MailboxView{Messages: []scenario.MessageView{{Subject: "L'alerte", Details: &scenario.DetailsView{Address: "l'alerte@x.example"},
				Links: []scenario.LinkView{{URL: "https://x.example/?q=l'a"}}, Attachments: []scenario.AttachmentView{{Name: "l'annexe.pdf"}}}}}},
			{Browser: &scenario.BrowserView{Page: &scenario.PageView{URL: "https://x.example/l'a", Title: "L'accueil"}}},
			{Desk: &scenario.DeskView{Notes: []scenario.NoteView{{Label: "L'équipe", Text: "l'eau"}}}},
			{Form: &scenario.FormView{Fields: []scenario.FieldView{{Label: "L'heure", Value: "l'aube"}}}},
		}}
	}
	got, want := world("fr"), world("fr")
	want.Intro[0][0].Text = "Que faites-vous\u202f?"
	want.Widgets[0].Mailbox.Messages[0].Subject = "L’alerte"
	want.Widgets[1].Browser.Page.Title = "L’accueil"
	want.Widgets[2].Desk.Notes[0].Label = "L’équipe"
	want.Widgets[3].Form.Fields[0].Label = "L’heure"
	typeset(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	english := world("en")
	typeset(english)
	if diff := cmp.Diff(world("en"), english); diff != "" {
		t.Errorf("an English world: %s", diff)
	}
}
