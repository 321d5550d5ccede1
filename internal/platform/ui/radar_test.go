package ui

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawRadar(t *rapid.T) RadarProps {
	lowest := rapid.Float64Range(-10, 10).Draw(t, "min")
	scale := Scale{Min: lowest, Max: lowest + rapid.Float64Range(.1, 20).Draw(t, "range")}
	axes := make([]Estimate, rapid.IntRange(3, 16).Draw(t, "axes"))
	for i := range axes {
		value := rapid.Float64Range(scale.Min-2, scale.Max+2).Draw(t, "value")
		axes[i] = Estimate{
			Label: "axis", Value: value,
			Low:  value - rapid.Float64Range(0, 3).Draw(t, "below"),
			High: value + rapid.Float64Range(0, 3).Draw(t, "above"),
			None: rapid.IntRange(0, 9).Draw(t, "none") == 0,
		}
	}
	return RadarProps{ID: "r", Scale: scale, Axes: axes}
}

func (p point) fromCentre() float64 { return math.Hypot(p.x-radarCentre, p.y-radarCentre) }

func TestRadarDistanceIsProportionalToTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		radar := drawRadar(t)
		for i, value := range radar.shape().values {
			axis := radar.Axes[i]
			want := radarRadius * radar.Scale.ratio(axis.Value)
			if axis.None {
				want = 0
			}
			if got := value.fromCentre(); math.Abs(got-want) > 1e-9 || got > radarRadius+1e-9 {
				t.Fatalf("axis %d: at %v of the centre, want %v", i, got, want)
			}
		}
	})
}

func TestRadarAxesAreAtEqualAnglesFromTheTop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spokes := drawRadar(t).shape().spokes
		if first := spokes[0]; math.Abs(first.x-radarCentre) > 1e-9 || first.y > radarCentre {
			t.Fatalf("first axis at %v", first)
		}
		chord := 2 * radarRadius * math.Sin(math.Pi/float64(len(spokes)))
		for i, spoke := range spokes {
			next := spokes[(i+1)%len(spokes)]
			if side := math.Hypot(next.x-spoke.x, next.y-spoke.y); math.Abs(side-chord) > 1e-9 {
				t.Fatalf("side %d is %v, want %v", i, side, chord)
			}
		}
	})
}

func TestRadarValueLiesWithinItsUncertainty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		radar := drawRadar(t)
		shape, measured := radar.shape(), 0
		for i, axis := range radar.Axes {
			if axis.None {
				continue
			}
			whisker, value := shape.whiskers[measured], shape.values[i].fromCentre()
			measured++
			if whisker[0].fromCentre() > value+1e-9 || whisker[1].fromCentre() < value-1e-9 {
				t.Fatalf("axis %d: %v outside its whisker", i, value)
			}
		}
		if measured != len(shape.whiskers) {
			t.Fatalf("%d whiskers for %d measured axes", len(shape.whiskers), measured)
		}
		if complete := measured == len(radar.Axes); complete != (shape.band != "") {
			t.Fatalf("band %q with %d of %d measured", shape.band, measured, len(radar.Axes))
		}
	})
}

func TestRadarStaysInItsSquare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawRadar(t).shape()
		for _, p := range append(shape.labels, shape.spokes...) {
			const margin = 11 // half the height of the largest label
			if p.x < margin || p.x > radarSize-margin || p.y < margin || p.y > radarSize-margin {
				t.Fatalf("%v is too near the edge", p)
			}
		}
		if strings.Contains(shape.line+shape.band, "NaN") {
			t.Fatal("NaN in a path")
		}
	})
}

func TestRatioIsZeroOnADegenerateScale(t *testing.T) {
	for _, scale := range []Scale{{}, {Min: 2, Max: 1}} {
		if got := scale.ratio(1.5); got != 0 {
			t.Errorf("%+v: %v", scale, got)
		}
	}
	if got := (Scale{Min: 0, Max: 1}).ratio(math.NaN()); got != 0 {
		t.Errorf("NaN: %v", got)
	}
}
