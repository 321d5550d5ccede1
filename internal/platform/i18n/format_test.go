package i18n

import (
	"context"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func in(lang Lang) context.Context { return With(context.Background(), lang) }

func TestNumbersAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		fr, en   string
	}{
		{1234.5, 1, "1\u202f234,5", "1,234.5"},
		{999, 0, "999", "999"},
		{-1234567, 0, "−1\u202f234\u202f567", "−1,234,567"},
		{-0.04, 1, "0,0", "0.0"},
		{math.NaN(), 1, "–", "–"},
		{math.Inf(1), 0, "–", "–"},
	} {
		if got := Number(in(French), c.v, c.decimals); got != c.fr {
			t.Errorf("French %v: %q, want %q", c.v, got, c.fr)
		}
		if got := Number(in(English), c.v, c.decimals); got != c.en {
			t.Errorf("English %v: %q, want %q", c.v, got, c.en)
		}
	}
	if got := Percent(in(French), .605, 1); got != "60,5\u00a0%" {
		t.Errorf("percent %q", got)
	}
}

func TestDatesAreWrittenInTheZoneOfTheReader(t *testing.T) {
	at := time.Date(2027, time.March, 12, 13, 5, 0, 0, time.UTC)
	reunion, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]string{
		"12\u00a0mars 2027 à 14\u00a0h\u00a005":         DateTime(in(French), at),
		"12\u00a0mars 2027 à 17\u00a0h\u00a005 (UTC+4)": DateTimeZone(WithZone(in(French), reunion), at),
		"12\u00a0March 2027 at 14:05 (UTC+1)":           DateTimeZone(in(English), at),
		"1er\u00a0juillet 2027":                         Date(in(French), time.Date(2027, time.June, 30, 22, 0, 0, 0, time.UTC)),
		"2027-07-01":                                    ISODate(in(French), time.Date(2027, time.June, 30, 22, 0, 0, 0, time.UTC)),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOffsetsOfHalfHoursAndWestAreWritten(t *testing.T) {
	at := time.Date(2027, time.March, 12, 0, 0, 0, 0, time.UTC)
	marquesas := time.FixedZone("", -(9*3600 + 1800))
	if got := offset(at.In(marquesas)); got != "UTC−9:30" {
		t.Errorf("Marquesas: %q", got)
	}
	if got := offset(at); got != "UTC" {
		t.Errorf("UTC: %q", got)
	}
}

func TestLanguageIsNegotiated(t *testing.T) {
	for header, want := range map[string]Lang{
		"": French, "*": French, "en-GB,en;q=0.9": English, "de,en;q=0.5": English, "fr-CA": French,
		"en;q=0.2,fr;q=0.8": French, "ja": French, ";;;": French,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestTypographyIsIdempotentAndKeepsTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-zé:;!?«»' %0-9]|https://x)*`).Draw(t, "text")
		once := Typography(text)
		if twice := Typography(once); twice != once {
			t.Fatalf("twice %q, once %q", twice, once)
		}
		if got, want := words(once), words(text); got != want {
			t.Fatalf("words %q, want %q", got, want)
		}
	})
}

func TestTypographySetsFrenchSpaces(t *testing.T) {
	for text, want := range map[string]string{
		"Est-ce sûr ?":           "Est-ce sûr\u202f?",
		"Dire : « oui »":         "Dire\u00a0: «\u00a0oui\u00a0»",
		"«oui»":                  "«\u00a0oui\u00a0»",
		"https://x.fr à 14:05":   "https://x.fr à 14:05",
		"60 % de l'examen":       "60\u00a0% de l’examen",
		"{{.count}} min":         "{{.count}}\u00a0min",
		"10 secondes, 3 minutes": "10 secondes, 3 minutes",
		"40 mg/4 mL, 1 g, 10 mL": "40\u00a0mg/4\u00a0mL, 1\u00a0g, 10\u00a0mL",
		"84 Ko, 3 kg, 37,5 °C":   "84\u00a0Ko, 3\u00a0kg, 37,5\u00a0°C",
		"5 gardes, 2 mlles":      "5 gardes, 2 mlles",
	} {
		if got := Typography(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// words drops what typography may change: spaces and apostrophes.
func words(text string) string {
	var kept []rune
	for _, r := range text {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'', '’':
		default:
			kept = append(kept, r)
		}
	}
	return string(kept)
}
