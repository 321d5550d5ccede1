package fit

import "math"

// ScoreFit is the fit of an item by the score on its form.
type ScoreFit struct {
	Item    string
	Status  Status
	Persons int // on the forms that were used
	X2      float64
	DF      int
	P       float64
	RMSEA   float64
	// Groups are the scores, merged as said at ScoreFits, of each form in turn; At is the mean
	// score of the group on the form.
	Groups []Group
}

// Group is a group of persons with the mean score on an item that they had and that the model
// expects. Persons who are compared by an ability have it in At.
type Group struct {
	At                 float64
	Persons            int
	Observed, Expected float64
}

// ScoreFits returns S-X² (Orlando & Thissen 2000, 2003) for each item, in its generalisation to
// several categories (Kang & Chen 2008): among the persons of each score on the form, how many
// gave each category to the item, and how many the model expects.
//
// Scores compare only on the same items: the persons of each form of at least MinimumPersons are
// taken together, the others are left out, and the statistics of the forms are added. An item on
// no such form has the status NoCommonForm, as in an adaptive test; see PredictiveFits.
//
// The lowest and the highest score are left out, and the scores that no one had. Cells are merged
// until each expects at least one person: the lowest score for which two cells of 1 cannot be had
// is merged with the neighbour that has fewer persons, the lower one if equal, until there is
// none; then, inside a score, each category that expects less than 1 with the next ones. A score
// of one person only is first merged with the next one. The degrees of freedom are the cells less
// the scores less Options.Parameters.
//
// Time grows as the square of the highest score of a form, times the nodes.
func ScoreFits(d *Data, o Options) ([]ScoreFit, error) {
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	nodes := newQuadrature(o.Population, o.Nodes)
	curves := d.curves(nodes.theta)
	fits := make([]ScoreFit, len(d.items))
	cells := make([]int, len(d.items))
	for _, f := range d.forms() {
		if len(f.persons) < o.MinimumPersons {
			continue
		}
		tables := d.scoreTables(&f, nodes.weight, curves)
		for i, j := range f.items {
			fits[j].Persons += len(f.persons)
			rows := tables[i].mergeScores()
			for r := range rows {
				fits[j].Groups = append(fits[j].Groups, rows[r].group())
			}
			x2, free := distance(rows)
			fits[j].X2 += x2
			cells[j] += free
		}
	}
	for j := range fits {
		fits[j].Item = d.items[j].ID
		fits[j].conclude(cells[j] - o.parameters(j))
	}
	return fits, nil
}

func (s *ScoreFit) conclude(df int) {
	switch {
	case s.Persons == 0:
		s.Status = NoCommonForm
	case df < 1:
		s.Status = TooFewCells
	default:
		s.Status, s.DF = Computed, df
		s.P, s.RMSEA = upperTail(s.X2, df), rootMeanSquareError(s.X2, df, s.Persons)
		return
	}
	s.X2, s.P, s.RMSEA = math.NaN(), math.NaN(), math.NaN()
}

// scoreTable holds, for one item, the persons of each score by category.
type scoreTable []scoreRow

// scoreRow is a score or several merged ones: how many persons have it, the sum of their scores,
// and how many gave each category, were expected to.
type scoreRow struct {
	persons            int
	total              float64
	observed, expected []float64
}

// scoreTables returns the table of each item of a form, in the order of form.items.
func (d *Data) scoreTables(f *form, weight []float64, curves []curve) []scoreTable {
	at := make(map[int]int, len(f.items))
	top := 0
	for i, j := range f.items {
		at[j] = i
		top += d.items[j].Categories() - 1
	}
	tables := make([]scoreTable, len(f.items))
	for i, j := range f.items {
		tables[i] = make(scoreTable, top+1)
		for s := range tables[i] {
			k := d.items[j].Categories()
			tables[i][s] = scoreRow{observed: make([]float64, k), expected: make([]float64, k)}
		}
	}
	for _, p := range f.persons {
		score := 0
		for _, a := range d.answersOf(p) {
			score += a.category()
		}
		for _, a := range d.answersOf(p) {
			row := &tables[at[a.item()]][score]
			row.persons++
			row.total += float64(score)
			row.observed[a.category()]++
		}
	}
	expect(tables, f.items, weight, curves)
	return tables
}

// expect fills the expected counts: with f the distribution of the score and f⁻ that of the score
// without the item, the share of category k among the persons of score s is ∫P_k·f⁻(s-k) / ∫f(s).
func expect(tables []scoreTable, items []int, weight []float64, curves []curve) {
	p := make([][]float64, len(items))
	for i, j := range items {
		p[i] = make([]float64, len(curves[j]))
	}
	for q, w := range weight {
		for i, j := range items {
			for k := range p[i] {
				p[i][k] = curves[j][k][q]
			}
		}
		eachWithout(p, []float64{w}, 0, func(i int, score []float64) {
			for k, pk := range p[i] {
				for s, v := range score {
					tables[i][s+k].expected[k] += pk * v
				}
			}
		})
	}
	for _, t := range tables {
		for s := range t {
			sum := 0.0
			for _, v := range t[s].expected {
				sum += v
			}
			for k := range t[s].expected {
				if sum > 0 {
					t[s].expected[k] *= float64(t[s].persons) / sum
				}
			}
		}
	}
}

// distance is Pearson's X² of the rows, their categories merged, with the number of cells less
// the number of rows.
func distance(rows []scoreRow) (x2 float64, free int) {
	for i := range rows {
		observed, expected := rows[i].mergeCategories()
		for k, e := range expected {
			x2 += (observed[k] - e) * (observed[k] - e) / e
		}
		free += max(0, len(expected)-1)
	}
	return x2, free
}
