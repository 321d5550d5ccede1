package i18n

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // the binary runs where no time zone database is installed

	"golang.org/x/text/language"
)

type langKey struct{}

type zoneKey struct{}

// With returns a context whose texts are in lang.
func With(ctx context.Context, lang Lang) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// From returns the language of ctx, French when none was set.
func From(ctx context.Context) Lang {
	if lang, ok := ctx.Value(langKey{}).(Lang); ok {
		return lang
	}
	return French
}

// WithZone returns a context whose dates are written in the time zone: overseas centres keep their own clock.
func WithZone(ctx context.Context, zone *time.Location) context.Context {
	return context.WithValue(ctx, zoneKey{}, zone)
}

// Zone returns the time zone of ctx, Europe/Paris when none was set.
func Zone(ctx context.Context) *time.Location {
	if zone, ok := ctx.Value(zoneKey{}).(*time.Location); ok && zone != nil {
		return zone
	}
	return paris()
}

// paris is read once: a page writes dozens of dates.
var paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC
	}
	return zone
})

// matcher compares languages; making one costs more than a small page.
var matcher = sync.OnceValue(func() language.Matcher {
	return language.NewMatcher([]language.Tag{language.French, language.English})
})

// Negotiate returns the language an Accept-Language header (RFC 9110, section 12.5.4) asks for. French answers a
// header that is empty, malformed or asks for neither language.
func Negotiate(acceptLanguage string) Lang {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return French
	}
	_, index, confidence := matcher().Match(wanted...)
	if confidence == language.No {
		return French
	}
	return Langs()[index]
}
