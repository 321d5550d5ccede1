package e2e

// What the mailbox of the hospital holds, as its author wrote it (content/scenarios/boite-hospitaliere).
const (
	phishing     = "Votre mot de passe expire aujourd'hui à 8 h"
	senderReal   = "support@ch-valmirande.portail-acces.example"
	support      = "Support informatique, jour et nuit"
	askSupport   = "Demander si le support a écrit"
	supportSays  = "Nous ne demandons jamais de confirmer un compte par un lien."
	mailWindow   = "Messagerie"
	deskWindow   = "Bureau et téléphone"
	incidentForm = "Fiche d'incident de sécurité numérique"
	incidentKind = "Nature de l'incident"
	incidentMail = "Message concerné : Support DSI Valmirande"
	incidentText = "Précisions"
	incidentDone = "Ce que vous avez fait de ces messages"
	incidentData = "Des données de patients ont-elles pu être exposées ?"
	incidentSend = "Envoyer la fiche"
	incidentSent = "La fiche est transmise au responsable de la sécurité"
)

// playMailbox opens a phishing message, looks at its real address, reports it, asks the support by telephone, fills in the
// incident form and ends the scenario.
func (p *person) playMailbox() {
	p.t.Helper()
	p.openWindow(mailWindow)
	p.clickLike("button", phishing)
	p.WaitText("votre accès au dossier patient et aux prescriptions sera suspendu")
	p.Click(p.say("assess.mail.inspect"))
	p.WaitText(senderReal)
	p.Click(p.say("assess.mail.report"))
	p.WaitText(p.say("assess.world.done.mail.report"))
	p.openWindow(deskWindow)
	p.clickLike("button", support)
	p.WaitText("Support informatique, bonjour.")
	p.clickLike("button", askSupport)
	p.WaitText(supportSays)
	p.openWindow(incidentForm)
	p.fillIncident()
	p.Click(incidentSend)
	p.WaitText(incidentSent)
	p.endScenario()
}

// openWindow goes to a window of the scenario by its tab, whose name goes on with what is new in it.
func (p *person) openWindow(title string) {
	p.t.Helper()
	p.clickLike("link", title)
	p.until("in the window «"+title+"»", func() bool {
		for _, e := range p.Elements("heading") {
			if fold(e.Name) == fold(title) {
				return true
			}
		}
		return false
	})
}

func (p *person) fillIncident() {
	p.t.Helper()
	p.pick(incidentKind, "Message frauduleux reçu")
	p.clickLike("checkbox", incidentMail)
	p.Fill(p.like("textbox", incidentText), "Mot de passe qui expire, d'un faux support de la DSI")
	p.pick(incidentDone, "Je n'ai ouvert ni leur lien ni leur pièce jointe")
	p.pick(incidentData, "Non : rien n'a été ouvert ni communiqué")
}

// endScenario says that one is done.
func (p *person) endScenario() {
	p.t.Helper()
	p.Click(p.say("assess.world.end_tab"))
	p.WaitText(p.say("assess.world.end_text"))
	p.Click(p.say("assess.world.finish"))
}
