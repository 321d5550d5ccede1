package framework

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"galien/internal/framework/strictyaml"
)

// source is the YAML file.
type source struct {
	Framework struct {
		Code       string  `yaml:"code"`
		Version    string  `yaml:"version"`
		Title      string  `yaml:"title"`
		Publisher  string  `yaml:"publisher"`
		Language   string  `yaml:"language"`
		TotalHours float64 `yaml:"total_hours"`
		ECTS       float64 `yaml:"ects"`
		Note       string  `yaml:"note"`
	} `yaml:"framework"`
	Scale   *scaleSource   `yaml:"scale"`
	Prior   *priorSource   `yaml:"prior"`
	Domains []domainSource `yaml:"domains"`
}

type scaleSource struct {
	Provisional bool          `yaml:"provisional"`
	Levels      []levelSource `yaml:"levels"`
}

type levelSource struct {
	Code  string   `yaml:"code"`
	Title string   `yaml:"title"`
	From  *float64 `yaml:"from"` // absent for the first level
}

type priorSource struct {
	General    float64 `yaml:"general"`
	Domain     float64 `yaml:"domain"`
	Competency float64 `yaml:"competency"`
}

type domainSource struct {
	Code         string             `yaml:"code"`
	Title        string             `yaml:"title"`
	Hours        float64            `yaml:"hours"`
	Competencies []competencySource `yaml:"competencies"`
}

type competencySource struct {
	Code       string   `yaml:"code"`
	Title      string   `yaml:"title"`
	Capacities []string `yaml:"capacities"`
}

// Capacities are lettered, so a competency has at most 26.
const maxCapacities = 26

var (
	frameworkCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,39}$`)
	versionForm   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$`)
	partCode      = regexp.MustCompile(`^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$`)
	levelCode     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	languageForm  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Parse reads a framework, strictly. The error joins one *strictyaml.Problem, with file and line, for each thing that is
// wrong; name is only the file's name in them. A file without scale or prior gets the provisional defaults.
func Parse(name string, data []byte) (*Framework, error) {
	var src source
	doc, err := strictyaml.Decode(name, 0, data, &src)
	if err != nil {
		return nil, err
	}
	c := checker{doc: doc, src: &src}
	c.head()
	c.scale()
	c.prior()
	c.domains()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return build(&src, data), nil
}

// defaultScale is the cuts in use until a panel has set others (Angoff, bookmark): a level for who does not reach the
// first, and four levels around the mean of the prior.
func defaultScale() Scale {
	return Scale{
		Provisional: true,
		Levels: []Level{
			{"novice", "Novice"}, {"independent", "Indépendant"}, {"confirmed", "Confirmé"}, {"advanced", "Avancé"}, {"expert", "Expert"},
		},
		Cuts: []float64{-1.6, -0.8, 0, 0.8},
	}
}

// defaultPrior has unit variance: most of it general, as competencies of one framework are strongly related, the rest
// shared between domain and competency.
func defaultPrior() Prior { return Prior{General: 0.6, Domain: 0.2, Competency: 0.2} }

func build(src *source, data []byte) *Framework {
	digest := sha256.Sum256(data)
	head := src.Framework
	f := &Framework{
		Code: head.Code, Version: head.Version, Title: head.Title, Publisher: head.Publisher, Language: head.Language,
		Note: strings.TrimSpace(head.Note), TotalHours: head.TotalHours, ECTS: head.ECTS,
		Scale: defaultScale(), Prior: defaultPrior(),
		SHA256: hex.EncodeToString(digest[:]), document: slices.Clone(data),
	}
	if src.Prior != nil {
		f.Prior = Prior(*src.Prior)
	}
	if src.Scale != nil {
		f.Scale = src.Scale.scale()
	}
	for i, d := range src.Domains {
		domain := Domain{Code: d.Code, Title: d.Title, Hours: d.Hours}
		for _, c := range d.Competencies {
			competency := Competency{Code: c.Code, Title: c.Title}
			for k, text := range c.Capacities {
				competency.Capacities = append(competency.Capacities, Capacity{Code: fmt.Sprintf("%s.%c", c.Code, 'a'+k), Text: text})
			}
			domain.Competencies = append(domain.Competencies, competency)
			f.competencies = append(f.competencies, competency)
			f.domainOf = append(f.domainOf, i)
		}
		f.Domains = append(f.Domains, domain)
	}
	return f
}

func (s *scaleSource) scale() Scale {
	out := Scale{Provisional: s.Provisional}
	for _, l := range s.Levels {
		out.Levels = append(out.Levels, Level{Code: l.Code, Title: l.Title})
		if l.From != nil {
			out.Cuts = append(out.Cuts, *l.From)
		}
	}
	return out
}

// positive reports a finite number above 0.
func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }
