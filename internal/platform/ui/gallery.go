package ui

import (
	"strconv"
	"time"
)

// Canned data of the gallery. It is in French whatever the language of the page: the gallery says so with lang.

var (
	gallerySpring = time.Date(2027, time.March, 12, 13, 5, 0, 0, time.UTC)
	galleryAutumn = time.Date(2026, time.November, 3, 9, 0, 0, 0, time.UTC)
)

func galleryScale() Scale {
	return Scale{Min: 0, Max: 5, Decimals: 1, Bands: []Band{{"Découverte", 0}, {"Usage", 1}, {"Autonomie", 3}, {"Expertise", 4}}}
}

func galleryDomains() []Estimate {
	return []Estimate{
		{Label: "Données de santé", Value: 3.4, Low: 2.9, High: 3.9, Level: "Autonomie", Measured: gallerySpring, Href: "#domaine-1"},
		{Label: "Cybersécurité en santé", Value: 2.1, Low: 1.5, High: 2.7, Level: "Usage", Measured: gallerySpring},
		{Label: "Communication en santé", Value: 4.3, Low: 4.0, High: 4.6, Level: "Expertise", Measured: galleryAutumn},
		{Label: "Outils numériques en santé", Value: 2.8, Low: 1.9, High: 3.7, Level: "Usage", Measured: gallerySpring},
		{Label: "Télésanté", Value: 1.6, Low: 0.9, High: 2.3, Level: "Usage", Measured: galleryAutumn},
	}
}

func galleryCompetencies() []Estimate {
	names := []string{
		"Identifier un usager ou un professionnel", "Caractériser et traiter la donnée à caractère personnel de santé",
		"Accéder aux données en respectant le cadre légal", "Évaluer les données produites en santé",
		"Concevoir et maintenir sécurisé son environnement de travail", "Se prémunir et réagir face aux incidents",
		"Interagir entre professionnels", "Interagir avec l'usager et les aidants", "Travailler en collaboration",
		"Utiliser et intégrer les outils nationaux", "Choisir des objets connectés fiables", "Choisir des services d'information",
		"Préparer une téléconsultation", "Mener une téléconsultation", "Suivre un patient à distance",
	}
	estimates := make([]Estimate, len(names))
	for i, name := range names {
		value := 1.2 + float64(i*7%15)/5
		estimates[i] = Estimate{
			Label: name, Short: strconv.Itoa(i/3+1) + "." + strconv.Itoa(i%3+1),
			Value: value, Low: value - .5, High: value + .5, Level: galleryScale().band(value), Measured: gallerySpring,
		}
	}
	estimates[10] = Estimate{Label: names[10], Short: "4.2", None: true}
	return estimates
}

// band names the level a value is in.
func (s Scale) band(v float64) string {
	name := ""
	for _, band := range s.Bands {
		if v >= band.From {
			name = band.Label
		}
	}
	return name
}

func galleryRadar() RadarProps {
	return RadarProps{ID: "radar", Title: "Mes cinq domaines", Scale: galleryScale(), Axes: galleryDomains()}
}

func galleryBars() BarsProps {
	return BarsProps{ID: "bars", Title: "Mes quinze compétences", Scale: galleryScale(), Bars: galleryCompetencies()}
}

func galleryTable() TableProps {
	return TableProps{
		Caption: "Promotions suivies",
		Columns: []Column{{Label: "Promotion"}, {Label: "Inscrits", Numeric: true}, {Label: "Ont commencé", Numeric: true}, {Label: "État"}},
		Rows: [][]Cell{
			{{Text: "Médecine, 2e année", Href: "#promotion-1"}, {Text: "1\u202f240"}, {Text: "1\u202f102"}, {Content: Tag(TagProps{"En cours", Info})}},
			{{Text: "Soins infirmiers, 1re année", Href: "#promotion-2"}, {Text: "318"}, {Text: "12"}, {Content: Tag(TagProps{"À relancer", Warning})}},
			{{Text: "Maïeutique, 4e année", Href: "#promotion-3"}, {Text: "64"}, {Text: "64"}, {Content: Tag(TagProps{"Terminé", Success})}},
		},
	}
}

func gallerySteps() StepsProps {
	return StepsProps{Label: "Mon parcours", Steps: []Step{
		{Label: "Se positionner", Detail: "35 minutes, en plusieurs fois si vous voulez", State: StepDone, Href: "#etape-1"},
		{Label: "S'entraîner sur la cybersécurité", Detail: "4 modules, environ 3 heures", State: StepCurrent, Href: "#etape-2"},
		{Label: "Passer l'épreuve blanche"},
		{Label: "Passer la certification", Detail: "Le 12 mars 2027 à 14 h, à Lyon"},
	}}
}

func galleryChoice(multiple bool) ChoiceProps {
	c := ChoiceProps{
		Name: "geste", Legend: "Un confrère vous demande le mot de passe du service par téléphone. Que faites-vous\u202f?",
		Hint: "Une seule réponse.", Options: []Option{
			{Value: "a", Label: "Je le donne : je connais sa voix."},
			{Value: "b", Label: "Je refuse et je préviens le référent sécurité.", Chosen: true},
			{Value: "c", Label: "Je l'envoie par courriel, c'est tracé."},
		},
	}
	if multiple {
		c.Name, c.Multiple, c.Legend, c.Hint = "canaux", true, "Quels canaux conviennent pour un compte rendu\u202f?", "Plusieurs réponses sont possibles."
		c.Error = "Choisissez au moins un canal."
		c.Options = []Option{
			{Value: "mss", Label: "Messagerie sécurisée de santé", Hint: "MSSanté, entre professionnels habilités"},
			{Value: "dmp", Label: "Dossier médical partagé"}, {Value: "sms", Label: "SMS"},
		}
	}
	return c
}

func galleryNotices() []Notice {
	return []Notice{
		{Tone: Info, Title: "Votre convocation est arrivée", Text: "Lisez-la avant le 12 mars 2027."},
		{Tone: Success, Title: "Votre réponse est enregistrée"},
		{Tone: Warning, Title: "Il reste 5 minutes", Text: "Vérifiez vos réponses, puis remettez l'épreuve."},
		{Tone: Bad, Title: "Le fichier n'a pas été importé", Text: "Ligne 14, colonne RPPS : il manque un chiffre."},
	}
}

func galleryGauges() []GaugeProps {
	return []GaugeProps{
		{Label: "Actualiser ses connaissances", Done: 2, Total: 2, Unit: "actions", State: TagProps{"Atteint", Success}, Href: "#axe-1"},
		{Label: "Renforcer la qualité des pratiques", Done: 1, Total: 2, Unit: "actions", State: TagProps{"1 action à faire", Warning}, Href: "#axe-2"},
		{Label: "Améliorer la relation avec les patients", Done: 0, Total: 2, Unit: "actions", State: TagProps{"À commencer", Neutral}, Href: "#axe-3"},
		{Label: "Prendre soin de sa santé", Done: 3, Total: 2, Unit: "actions", State: TagProps{"Atteint", Success}, Href: "#axe-4"},
	}
}
