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
//
// # What a ceiling costs
//
// 1,000 persons with recorded answers, 30 items, one dimension, prior N(0, 1), banks of 1,000 and 5,000 items:
// maximum information, then a ceiling of 0.25 with a floor of 0.001, prices learned on 3,000 simulated
// candidates, blocks of 10, mean of three (1,000) and two (5,000) seeds. SE is the mean
// posterior standard error, which has less sampling error than the RMSE (2.2 %).
//
//	bank           RMSE at 15, 30     SE at 15, 30       largest exposure   never used
//	1,000 free     0.2715, 0.2145     0.2790, 0.2123     1.000              84 %
//	1,000 held     0.2960, 0.2289     0.2933, 0.2230     0.261              11 %
//	5,000 free     0.2404, 0.1705     0.2392, 0.1765     1.000              96 %
//	5,000 held     0.2455, 0.1818     0.2442, 0.1868     0.258              26 %
//
// # What a national simulation takes
//
// 210,000 candidates, 32 items each, bank of 1,000 on 15 competencies with blueprint,
// families, ceiling 0.25 and floor 0.001 (TestNational): 162 s of processor time (0.77 ms a candidate,
// 24 µs a selection) on two shared cores of a virtual AMD EPYC under heavy load, peak memory
// 17 MB. Largest exposure 0.249; 40 items of 1,000 never used; coverage of 95 % intervals 95.1 %.
package simulation
