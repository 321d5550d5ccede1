package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noteEarns plays a note to the team in the hospital mailbox, and tells whether it counts as passing the alert on.
func noteEarns(t *testing.T, s *Scenario, note string) bool {
	t.Helper()
	st, _, err := s.Apply(State{}, Event{Seq: 1, T: 1000, Do: "desk.note:n1", V: note})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Score(st).Rules {
		if r.ID == "transmettre-a-l-equipe" {
			return r.Satisfied
		}
	}
	t.Fatal("no such rule")
	return false
}

func TestANoteThatStopsTheLotIsPassedOnHoweverItIsWorded(t *testing.T) {
	s, _ := readContent(t, "../../content/scenarios/boite-hospitaliere")
	for _, note := range []string{
		"Calvérane lot K7R204 retiré : 6 ampoules isolées, ne pas utiliser.",
		"CALVERANE 40 mg/4 mL, LOT K7R204 : NE PLUS ADMINISTRER !",
		"Bonjour, retrait du lot K7R204 de Calvérane. Les 6 ampoules sont mises de côté, la pharmacie passe ce matin. Bonne journée",
		"Le lot K7R204 de Calvérane ne doit plus être utilisé.",
		"Calvérane : n'utilisez pas les ampoules du lot K7R204.",
		"Ne pas confondre : Calvérane K7R240 reste utilisable, K7R204 retiré (6 ampoules isolées).",
		"Calvérane lot K7R204 (ne pas confondre avec K7R240) : 6 ampoules isolées et étiquetées.",
		"Rappel de lot : calverane k7r 204. Vérifiez vos plateaux avant d'utiliser une ampoule.",
		"Attention Calvérane. K7R-204 bloqué, à rendre à la pharmacie. Utilisez les autres lots.",
		"Lot K7R204 de Calvérane suspendu par l'ANSM, on continue avec le K7R240 qui reste bon.",
		"Calvérane : retirer K7R204 et garder K7R240.",
		"N'oubliez pas d'isoler le lot K7R204 de Calvérane si vous en avez sorti.",
		"Si une ampoule de Calvérane K7R204 a été administrée cette nuit, prévenez la pharmacie. Le lot est en quarantaine.",
		"Particules dans le Calvérane K7R204, lot interdit jusqu'à nouvel ordre",
		"Calvérane K7R204 : à mettre à part, ne pas jeter, la PUI les récupère.",
		"Merci de ne plus préparer de Calvérane du lot K7R204, 6 ampoules ôtées de l'armoire.",
		"Ampoules de Calvérane, lot K7R204, inutilisables. L'autre lot peut être utilisé.",
		"Arrêter d'utiliser Calvérane K7R204 – lot défectueux",
		"On n'administre plus Calvérane lot K7R204, tout est dans le bac rouge.",
		"Le lot K7R204 de Calvérane ne peut plus être utilisé mais vous pouvez continuer à utiliser les autres.",
		"Il ne faut pas continuer à utiliser le lot K7R204 de Calvérane.",
		"Calvérane K7R204 non conforme, stop, ne touchez pas aux 6 ampoules.",
		"Ne pas laisser Calvérane K7R204 dans l'armoire !",
		"Alerte ANSM vérifiée auprès de la pharmacie : Calvérane K7R204 retiré du marché. Les 10 ampoules du K7R240 restent utilisables.",
		"Calvérane : on ne touche plus aux boîtes K7R204, la PUI les récupère dans la matinée. L’autre lot peut servir.",
		"Lot K7R204 Calvérane : stop. Retour à la pharmacie dans la matinée, rien à jeter.",
		"Calvérane 40 mg : ne prenez plus d'ampoules K7R204. Le K7R240 est bon.",
		"Calvérane : on n’y touche plus, lot K7R204, la pharmacie passe après 8 h.",
		"Ne plus utiliser Calvérane K7R204, sauf avis contraire écrit de la pharmacie.",
		"Calvérane lot K7R204 : 6 ampoules isolées, ne les jetez pas, chaque ampoule est comptée.",
		"Calvérane K7R204 retiré. Vérifiez vos plateaux dès que possible, il est possible qu’une ampoule soit sortie.",
		"Ne plus utiliser Calvérane K7R204 et répondre à la pharmacie avant 8 h.",
		"Ne plus rien utiliser dans le bac rouge : Calvérane K7R204, isolé. Il suffit de lire le numéro du lot.",
		"Calvérane K7R204 isolé, ne plus utiliser. Attention aussi : un faux message demande votre mot de passe, ne cliquez pas.",
		"Calvérane K7R204 isolé. J’ai été piégée ce matin, mon mot de passe est changé. Ne suivez pas ce lien.",
	} {
		if !noteEarns(t, s, note) {
			t.Errorf("refused: %s", note)
		}
	}
}

func TestANoteThatDoesNotStopTheLotIsNotPassedOn(t *testing.T) {
	s, _ := readContent(t, "../../content/scenarios/boite-hospitaliere")
	for _, note := range []string{
		"Calvérane : le lot K7R204 est bon, vous pouvez continuer à l'utiliser.",
		"Calvérane K7R204 : ok pour tout le monde.",
		"Calvérane, 6 ampoules du lot K7R204 dans l'armoire.",
		"Le lot K7R204 de Calvérane n'est pas retiré.",
		"Calvérane lot K7R204 : inutile d'isoler les ampoules.",
		"Retrait de lot à la pharmacie, ampoules de Calvérane isolées.",
		"Lot K7R204 isolé, ne pas utiliser.",
		"Calvérane lot K7R240 retiré : ampoules isolées, ne pas utiliser.",
		"Calvérane : K7R240 retiré, K7R204 reste utilisable.",
		"Rappel du lot K7R204 de Calvérane annulé, vous pouvez l'administrer.",
		"Alerte sur Calvérane K7R204 : fausse alerte, ne pas retirer les ampoules.",
		"Le lot rappelé K7R204 de Calvérane peut être utilisé sans risque.",
		"Calvérane K7R204 : ampoules isolées remises en place, continuez.",
		"Calvérane K7R204 n'est pas concerné par le retrait.",
		"Calvérane : K7R204 et K7R240 retirés, ne rien utiliser.",
		"Calvérane K7R204 : ne tenez pas compte du retrait.",
		"Calvérane, retrait du lot K7R204. Finissez les ampoules déjà sorties, n’en reprenez pas dans l’armoire.",
		"Ne plus utiliser Calvérane K7R204, jetez les ampoules que vous trouvez dans le collecteur.",
		"Ne plus utiliser Calvérane K7R204 sauf urgence vitale si rien d’autre.",
		"Plus d’utilisation de Calvérane K7R204, sauf pour M. Duval.",
		"Calvérane K7R204 : ne plus utiliser après 8 h, avant c’est possible.",
		"Ne plus utiliser le lot K7R204 de Calvérane après 8 h.",
		"Ne pas utiliser Calvérane 40 mg lot K7R204 avant 8 h.",
		"Ne pas utiliser Calvérane K7R204 avant vérification ; pour M. Duval à 7 h, une ampoule suffit.",
		"Calvérane K7R204 isolé. Gardez une ampoule pour M. Duval.",
		"Retrait du lot K7R204 de Calvérane : écoulez le stock jusqu’à épuisement.",
		"Calvérane K7R204 : 6 ampoules dans l’armoire, ne pas jeter.",
		"Le rappel du lot K7R204 de Calvérane ne concerne pas notre service.",
		"Calvérane : tout est retiré, excepté K7R204.",
		"Ne plus utiliser Calvérane K7R204 à partir de demain.",
		"Ne plus utiliser Calvérane K7R204 à moins que le médecin insiste.",
		"Calvérane K7R204 : ne pas utiliser si particules visibles, sinon ok.",
		"Calvérane K7R204 : retrait reporté à demain.",
		"Retrait Calvérane K7R204 : videz le stock avant midi.",
		"Calvérane K7R204 isolé, ne pas utiliser. Mon mot de passe est Hiver2026 si Léo en a besoin.",
		"Calvérane K7R204 isolé, ne pas utiliser. Mon mot de passe : soleil",
		"Calvérane K7R204 isolé. Pour la session, mdp : Hiver2026",
	} {
		if noteEarns(t, s, note) {
			t.Errorf("accepted: %s", note)
		}
	}
}

func TestSaysReadsClauseByClause(t *testing.T) {
	g, _ := grammarOf("fr-FR")
	got := g.clauses("K7R240 : utilisable ; n’utilisez pas l'autre et isolez-le - merci.\n(Œil)")
	want := [][]string{{"k7r240"}, {"utilisable"}, {"n", "utilisez", "pas", "l", "autre"}, {"isolez", "le"}, {"merci"}, {"oeil"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSaysOfAnotherLanguage(t *testing.T) {
	const condition = "says: { of: desk.note:n1, any: [stop*, remov*], none: [use, keep, except], about: [lot a], but: [lot b] }"
	for note, want := range map[string]bool{
		"Stop using lot A":             true,
		"Do not use lot A":             true,
		"Don't stop lot A":             false,
		"Use lot A":                    false,
		"Lot A":                        false,
		"Lot A removed, keep lot B":    true,
		"Lot B removed, keep lot A":    false,
		"Lot B: keep. Remove!":         true,
		"Don't forget to remove lot A": true,
		"Use lot B and stop lot A":     true,
		"Do not use lot A except now":  false,
	} {
		s := withRule(t, strings.ReplaceAll(condition, "desk.note:n1", "form.fill:f5"))
		if got := s.Score(play(t, s, "form.fill:f5="+note)).Points == 10; got != want {
			t.Errorf("%q: %v", note, got)
		}
	}
}
