package i18n

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Number writes v with the given number of decimals (0 or more), rounded half to even on its binary value:
// «1 234,5» in French, «1,234.5» in English. A value that is not finite is written «–».
func Number(ctx context.Context, v float64, decimals int) string {
	return number(From(ctx), v, decimals)
}

// Percent writes a ratio (0.6) as a percentage: «60 %» in French, «60%» in English.
func Percent(ctx context.Context, ratio float64, decimals int) string {
	if From(ctx) == English {
		return number(English, ratio*100, decimals) + "%"
	}
	return number(From(ctx), ratio*100, decimals) + noBreak + "%"
}

func number(lang Lang, v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', max(decimals, 0), 64)
	whole, fraction, _ := strings.Cut(text, ".")
	thousands, point := narrowNoBreak, ","
	if lang == English {
		thousands, point = ",", "."
	}
	var out strings.Builder
	if v < 0 && strings.Trim(text, "0.") != "" {
		out.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString(thousands)
		}
		out.WriteRune(digit)
	}
	if fraction != "" {
		out.WriteString(point + fraction)
	}
	return out.String()
}

// display writes the value of a placeholder: numbers as the language writes them, anything else as it is.
func display(lang Lang, value any) any {
	switch v := value.(type) {
	case int:
		return number(lang, float64(v), 0)
	case int64:
		return number(lang, float64(v), 0)
	case float64:
		decimals := 0
		if _, fraction, found := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), "."); found {
			decimals = len(fraction)
		}
		return number(lang, v, decimals)
	}
	return value
}

// Date writes the day of t in the zone of ctx: «12 mars 2027», «1er mars 2027», «12 March 2027».
func Date(ctx context.Context, t time.Time) string {
	t = t.In(Zone(ctx))
	day := strconv.Itoa(t.Day())
	if From(ctx) == English {
		return day + noBreak + t.Month().String() + " " + strconv.Itoa(t.Year())
	}
	if t.Day() == 1 {
		day = "1er"
	}
	return day + noBreak + frenchMonth(t.Month()) + " " + strconv.Itoa(t.Year())
}

// Clock writes the time of day of t in the zone of ctx: «14 h 05», «14:05».
func Clock(ctx context.Context, t time.Time) string {
	t = t.In(Zone(ctx))
	if From(ctx) == English {
		return t.Format("15:04")
	}
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), noBreak, noBreak, t.Minute())
}

// DateTime writes day and time: «12 mars 2027 à 14 h 05», «12 March 2027 at 14:05».
func DateTime(ctx context.Context, t time.Time) string {
	if From(ctx) == English {
		return Date(ctx, t) + " at " + Clock(ctx, t)
	}
	return Date(ctx, t) + " à " + Clock(ctx, t)
}

// DateTimeZone is DateTime followed by the offset of the zone, for what people of several zones read:
// «12 mars 2027 à 14 h 05 (UTC+1)».
func DateTimeZone(ctx context.Context, t time.Time) string {
	return DateTime(ctx, t) + " (" + offset(t.In(Zone(ctx))) + ")"
}

func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign, minutes := "+", seconds/60
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	if minutes%60 == 0 {
		return fmt.Sprintf("UTC%s%d", sign, minutes/60)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, minutes/60, minutes%60)
}

// ISODate returns the day of t in the zone of ctx as the datetime attribute of <time> wants it.
func ISODate(ctx context.Context, t time.Time) string {
	return t.In(Zone(ctx)).Format(time.DateOnly)
}

func frenchMonth(m time.Month) string {
	return [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
		"octobre", "novembre", "décembre"}[m-1]
}
