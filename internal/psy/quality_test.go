package psy

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// table reads a CSV of the reference data.
func table(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// wide makes the persons of a table of answers, one column an item.
func wide(t *testing.T, rows [][]string) []object {
	t.Helper()
	var responses []object
	for i, row := range rows[1:] {
		answers := object{}
		for j, cell := range row {
			score, err := strconv.Atoi(cell)
			if err != nil {
				t.Fatal(err)
			}
			answers[rows[0][j]] = score
		}
		responses = append(responses, object{"id": fmt.Sprint("p", i), "answers": answers})
	}
	return responses
}

func TestDIFAgreesWithReference(t *testing.T) {
	ref := load[struct {
		Verbagg struct {
			MH       struct{ MH, AlphaMH, DeltaMH []float64 }
			Without  struct{ MH []float64 }       `json:"MH_nocorrect"`
			Logistic struct{ Logistik []float64 } `json:"Logistic_both"`
		} `json:"verbagg_gender"`
	}](t, "../measure/dif/testdata/dif_verbagg.json").Verbagg
	responses := wide(t, table(t, "../measure/dif/testdata/verbagg.csv"))
	groups := object{}
	for i, row := range table(t, "../measure/dif/testdata/verbagg_persons.csv")[1:] {
		groups[fmt.Sprint("p", i)] = row[0]
	}
	type study struct {
		Reference, Focal difGroup
		Items            []difItem
	}
	names := table(t, "../measure/dif/testdata/verbagg.csv")[0]
	answer := run[study](t, silent(DIF), object{"responses": responses, "groups": groups})
	if answer.Reference != (difGroup{"F", 243}) || answer.Focal != (difGroup{"M", 73}) {
		t.Fatalf("groups %+v and %+v", answer.Reference, answer.Focal)
	}
	found := map[string]difItem{}
	for _, it := range answer.Items {
		found[it.ID] = it
	}
	for j, name := range names {
		it := found[name]
		mh := it.MantelHaenszel
		near(t, name+" alpha", float64(*mh.Alpha), ref.MH.AlphaMH[j], 1e-9)
		near(t, name+" delta", float64(*mh.Delta), ref.MH.DeltaMH[j], 1e-9)
		near(t, name+" chi²", float64(*mh.ChiSquare), ref.MH.MH[j], 1e-8)
		near(t, name+" uncorrected chi²", float64(*mh.Uncorrected), ref.Without.MH[j], 1e-8)
		near(t, name+" logistic chi²", float64(it.Logistic.Any.ChiSquare), ref.Logistic.Logistik[j], 1e-6)
	}
	// The groups may be lists of persons too, and the persons may hold theirs.
	var women, men []string
	for person, group := range groups {
		if group == "F" {
			women = append(women, person)
		} else {
			men = append(men, person)
		}
	}
	again := run[study](t, silent(DIF), object{"responses": responses, "groups": object{"F": women, "M": men}, "reference": "M"})
	if again.Reference.N != 73 || float64(*again.Items[0].MantelHaenszel.Alpha)*float64(*answer.Items[0].MantelHaenszel.Alpha)-1 > 1e-9 {
		t.Errorf("exchanged groups: %+v", again.Items[0].MantelHaenszel)
	}
}

func TestFitAgreesWithReference(t *testing.T) {
	ref := load[struct {
		Sets map[string]struct {
			Items     [][]float64
			X         [][]int
			LZStarWL  []*float64              `json:"lzstar_WL"`
			LZStarMAP []*float64              `json:"lzstar_MAP"`
			ThetaWL   []*float64              `json:"theta_WL"`
			LZAtWL    struct{ LZ []*float64 } `json:"lz_at_WL"`
		}
	}](t, "../measure/fit/testdata/person_fit.json").Sets["2pl"]
	var responses []object
	for n, row := range ref.X {
		answers := object{}
		for j, x := range row {
			answers[fmt.Sprint("q", j)] = x
		}
		responses = append(responses, object{"id": fmt.Sprint(n), "answers": answers})
	}
	request := object{"items": bankOf(ref.Items), "responses": responses}
	for method, want := range map[string][]*float64{"WLE": ref.LZStarWL, "MAP": ref.LZStarMAP} {
		request["method"] = method
		answer := run[persons](t, Fit, request)
		for n, p := range answer.Persons {
			near(t, fmt.Sprint(method, " lz* of ", n), *p.LZStar, *want[n], 1e-5) // catR finds MAP to 1e-5
			if method == "WLE" {
				near(t, fmt.Sprint("WLE of ", n), *p.Theta, *ref.ThetaWL[n], 1e-6)
				near(t, fmt.Sprint("lz of ", n), *p.LZ, *ref.LZAtWL.LZ[n], 1e-6)
			}
		}
	}
}

// S-X² and Q3 of LSAT7 under the 2PL of mirt, which takes the parameters for estimated from the data.
func TestItemFitAgreesWithReference(t *testing.T) {
	file := load[map[string]struct {
		Fits map[string]struct {
			Items [][]float64           `json:"irt_items"`
			SX2   map[string][]*float64 `json:"S_X2"`
			Q3    [][]float64           `json:"Q3_EAP"`
		}
	}](t, "../measure/fit/testdata/classic_fit.json")
	ref := file["lsat7"].Fits["mirt_2PL"]
	rows := table(t, "../measure/fit/testdata/lsat7.csv")
	items := bankOf(ref.Items)
	for j, name := range rows[0] {
		items[j]["id"] = name
	}
	answer := run[struct {
		Items []itemFit
		Q3    dependence
	}](t, Fit, object{
		"items": items, "responses": wide(t, rows), "method": "EAP", "estimated": true,
		"grid": object{"min": -6, "max": 6, "points": 61},
	})
	for j, it := range answer.Items {
		near(t, it.ID+" S-X²", float64(*it.SX2.X2), *ref.SX2["X2"][j], 1e-4)
	}
	for _, p := range answer.Q3.Pairs {
		at := map[string]int{}
		for j, name := range rows[0] {
			at[name] = j
		}
		near(t, "Q3 of "+p.First+" and "+p.Second, float64(*p.Q3), ref.Q3[at[p.First]][at[p.Second]], 1e-4)
	}
	if len(answer.Q3.Pairs) != 10 {
		t.Errorf("%d pairs of 5 items", len(answer.Q3.Pairs))
	}
}

func TestLinkAgreesWithPublishedConstants(t *testing.T) {
	ref := load[struct {
		KolenBrennan struct {
			From, To       [][]float64
			OneDirection   map[string][2]float64 `json:"one_direction"`
			BothDirections map[string][2]float64 `json:"both_directions"`
		} `json:"kolen_brennan"`
	}](t, "../measure/linking/testdata/linking.json").KolenBrennan
	answer := run[struct {
		Common  []string
		Methods map[string]struct{ A, B float64 }
	}](t, Link, object{
		"from": bankOf(ref.From), "to": object{"items": bankOf(ref.To)},
		"both": true, "grid": object{"min": -4, "max": 4, "points": 30},
	})
	for name, want := range map[string][2]float64{
		"meanMean": ref.OneDirection["mean-mean"], "meanSigma": ref.OneDirection["mean-sigma"],
		"haebara": ref.BothDirections["Haebara"], "stockingLord": ref.BothDirections["Stocking-Lord"],
	} {
		near(t, name+" A", answer.Methods[name].A, want[0], 1e-6)
		near(t, name+" B", answer.Methods[name].B, want[1], 1e-6)
	}
	if len(answer.Common) != 12 {
		t.Errorf("common items: %v", answer.Common)
	}
}

func TestAccuracyAgreesWithReference(t *testing.T) {
	ref := load[struct {
		Items  [][]float64
		Rudner struct {
			SingleCut struct {
				Cut      float64
				Marginal []float64
			} `json:"single_cut"`
			TwoCuts struct {
				Cuts     []float64
				Marginal [][]float64
			} `json:"two_cuts"`
			Persons struct {
				Theta, SE, Single []float64
			}
		}
	}](t, "../measure/classification/testdata/classification.json")
	items := bankOf(ref.Items)
	one := run[accuracies](t, Accuracy, object{"items": items, "cuts": []float64{ref.Rudner.SingleCut.Cut}})
	near(t, "accuracy", float64(one.Accuracy), ref.Rudner.SingleCut.Marginal[0], 1e-9)
	near(t, "consistency", float64(one.Consistency), ref.Rudner.SingleCut.Marginal[1], 1e-9)
	two := run[accuracies](t, Accuracy, object{
		"items": items, "cuts": ref.Rudner.TwoCuts.Cuts, "population": object{"mean": []float64{0}, "cov": [][]float64{{1}}},
	})
	near(t, "accuracy of two cuts", float64(two.Accuracy), ref.Rudner.TwoCuts.Marginal[2][0], 1e-9)
	near(t, "accuracy at the second cut", float64(two.Cuts[1].Accuracy), ref.Rudner.TwoCuts.Marginal[1][0], 1e-9)
	var list []object
	for n, theta := range ref.Rudner.Persons.Theta {
		list = append(list, object{"id": fmt.Sprint(n), "theta": theta, "se": ref.Rudner.Persons.SE[n]})
	}
	persons := run[accuracies](t, Accuracy, object{"persons": list, "cuts": []float64{ref.Rudner.SingleCut.Cut}})
	near(t, "accuracy over persons", float64(persons.Accuracy), ref.Rudner.Persons.Single[0], 1e-9)
}
