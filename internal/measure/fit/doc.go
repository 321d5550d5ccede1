// Package fit checks items, persons and item response models against the answers: what an author
// must look at before an item is kept, and what a psychometrician must see before a score is
// believed.
//
// The statistics of items:
//
//   - ScoreFits: S-X² (Orlando & Thissen 2000; Kang & Chen 2008), for persons who answered
//     the same items. It does not apply to adaptive tests, and says so.
//   - PredictiveFits: each answer against its prediction from the answers before it, for
//     any data, adaptive ones first.
//   - ItemSquares: outfit and infit mean squares (Wright & Masters 1982).
//   - Q3: Q3 (Yen 1984) and its distance from the mean (Christensen et al. 2017).
//   - Classical, Distractors and Times: statistics without a model.
//
// The statistics of persons:
//
//   - PersonFits: lz (Drasgow, Levine & Williams 1985), lz* (Snijders 2001; Sinharay 2016 beyond two
//     categories), outfit and infit.
//   - SequentialFits: lz of the predictions from the answers before, for adaptive tests.
//
// Summaries gathers the flags of each item.
//
// The items are taken to measure one ability: Dim is not looked at. Give the items of one
// competency at a time where the competencies differ. Nothing here has input or output, a clock
// or randomness; a value that is not defined is NaN, with a Status that says why.
//
// # Which statistic for which data
//
// S-X² compares persons by their number of right answers, which has a meaning only among persons
// who met the same items. In an adaptive test everyone ends near the same share of right answers,
// by construction, and the forms differ from person to person.
//
// Statistics that group persons by an estimated ability (Yen's Q1, Bock's and McKinley & Mills's
// G²) reject far too often in short tests, because the estimate is noisy and contains the answer
// that is tested (Orlando & Thissen 2000). PredictiveFits avoids both: it integrates over the
// posterior, and the answer is not in its own prediction.
package fit
