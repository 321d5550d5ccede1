// Package simulation gives an adaptive exam to whole simulated populations through
// the real engine (measure.Bank, Posterior, Selector, Exposure), and reports how well
// it measures, how it uses the bank, and how it decides.
//
// Candidate i draws from PCG (math/rand/v2) seeded by (seed, i). Exposure advances
// in fixed blocks of candidates and is frozen inside a block; results are added up in
// the order of the candidates. The same seed therefore gives the same report, to the
// byte, whatever the number of workers. Memory does not grow with the population: only a
// block's results are kept, then their sums.
//
// It is pure: no input or output, no clock. Whoever runs it measures the time; Report
// has the numbers of selections and of candidates to divide it by.
package simulation
