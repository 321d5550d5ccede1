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
	const condition = "says: { of: desk.note:n1, any: [stop*, remov*], none: [use, keep], about: [lot a], but: [lot b] }"
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
	} {
		s := withRule(t, strings.ReplaceAll(condition, "desk.note:n1", "form.fill:f5"))
		if got := s.Score(play(t, s, "form.fill:f5="+note)).Points == 10; got != want {
			t.Errorf("%q: %v", note, got)
		}
	}
}
