package ui

// GalleryPage is the page around the gallery, with every part of the shell in use.
func GalleryPage() Page {
	return Page{
		Title: "Galerie des composants",
		Lead:  "Chaque composant avec des données d'exemple, tel que les tests le visitent.",
		Path:  "/galerie",
		Nav: []NavItem{
			{Label: "Accueil", Href: "/"}, {Label: "Mes compétences", Href: "/competences", Current: true},
			{Label: "M'entraîner", Href: "/entrainement"}, {Label: "Mes épreuves", Href: "/epreuves"},
			{Label: "Mes certificats", Href: "/certificats"}, {Label: "Mon compte", Href: "/compte"},
		},
		Roles:       []Role{{Value: "learner", Label: "Étudiante", Current: true}, {Value: "invigilator", Label: "Surveillante"}},
		User:        User{Name: "Camille Martin", Href: "/compte"},
		SignOutPath: "/deconnexion",
		Breadcrumb:  []Crumb{{"Accueil", "/"}, {"Mes compétences", "/competences"}},
		Flash:       []Notice{{Tone: Success, Title: "Votre réponse est enregistrée", Live: true}},
		Errors:      []FieldError{{"courriel", "Il manque le signe @ dans l'adresse."}, {"canaux", "Choisissez au moins un canal."}},
		NoIndex:     true,
		At:          gallerySpring,
	}
}
