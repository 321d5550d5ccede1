// Package calibration estimates the parameters of items from the answers of persons,
// by marginal maximum likelihood with an EM algorithm (Bock & Aitkin 1981), for sparse
// data: adaptive tests, where each person answers a few items of a large bank.
//
// A Builder gathers rows (person, item, score) into a Data; Calibrate returns a Result.
// The models are 1PL (one common slope), 2PL, 3PL, GRM and GPCM, mixed as needed, on the
// logistic metric (D = 1). The scale is that of the reference group, N(0, 1), the other
// groups' means and standard deviations being estimated; or that of the fixed items,
// when there are some, and then every group's are (fixed-parameter calibration of
// pretest items). Priors are weak by default (WeakPriors).
//
// It is pure: no input or output, no clock, no randomness. The same data give the same
// bits on the same architecture, whatever the number of workers, the order of the rows
// and the times it was stopped and resumed.
//
// # Missing answers
//
// An item that a person did not get is left out of that person's likelihood. This is
// right when what was given depends only on answers that are in the data, as in an
// adaptive test, and not when persons skip what they cannot do: score that as wrong.
//
// # What makes it fast
//
// In the exponential family (1PL, 2PL, GPCM) log P_k = k·aθ + c_k - D(θ). An answer only
// adds to two sums, and D depends on the item alone: persons who got the same items
// share its sum over them, and the M-step needs, of the answers, Σ score·E(θ). A
// complete 2PL matrix takes three operations an answer instead of two at every node.
//
// A posterior covers few nodes (those over 1e-12 of the largest weight: 22 of 61 after 40
// or 60 items, 11 after 200), and it is log-concave when no item has an asymptote, so
// that the others need not be looked at.
//
// EM is slow along the origin and the unit of the scale, the more so the longer the
// test; the expanded M-step (PX-EM; Liu, Rubin & Wu 1998) removes that. SQUAREM (Varadhan &
// Roland 2008) does the rest. When the log-likelihood falls, an extrapolation is
// refused, and so is an expansion, which is exact only as far as the nodes stand for the
// normal. PROX gives the start, and an order of the persons in which those who got the
// same items follow one another, so that tables stay in cache.
//
// # Figures
//
// Processor time to convergence (getrusage), on two shared cores of a virtual AMD EPYC
// (Turin) that others were loading, hence the ranges; maximum likelihood, 61 nodes on
// [-6, 6]; the best log-likelihoods known in parentheses:
//
//	d10k60      0.05 s         6 iterations    -319745.3724  (-319745.37)
//	d50k200     0.22-0.28 s    5 iterations   -5211051.9379  (-5211051.94)
//	s21k500     0.35-0.44 s   11 iterations    -551859.2044  (-551859.21)
//	s210k2000   9-13 s        34 iterations   -5522556.2063
//	d10k60_3pl  0.50 s        14 iterations    -332657.3258  (asymptotes: every node counts)
//
// s210k2000 takes 34 iterations because a few items, met by few persons, have no finite
// maximum; with the weak priors it takes 11, and 5 s. Standard errors by cross-products
// add 1.1 s. Errors of the slope and of the difficulty, bias ± RMSE:
//
//	d10k60     0.006 ± 0.031,  0.001 ± 0.042
//	d50k200   -0.003 ± 0.015, -0.003 ± 0.015
//	s21k500    0.029 ± 0.216,  0.014 ± 0.213   with priors -0.022 ± 0.164, 0.023 ± 0.107
//	s210k2000  0.023 ± 0.561, -0.001 ± 0.089   with priors -0.022 ± 0.125, -0.001 ± 0.079
//
// The classic sets (LSAT7, Science, verbal aggression) agree with mirt to 1e-8 in
// log-likelihood and 3e-6 in the parameters.
//
// The 8.4 million responses of s210k2000 take 34 MB as Data, and the process 65 MB while
// it calibrates. Build is the peak, 115 MB by default and 95 MB under GOMEMLIMIT=90MiB,
// rows coming person by person.
//
// On s210k2000 the time goes (pprof) to addRows (expected counts, 30 %), sumRows
// (denominators, 23 %), normalise with its exponentials (16 %), fill (8 %) and lines
// (7 %). Blocks of eight nodes cost some padding: 29 nodes are summed where 23 count.
package calibration
