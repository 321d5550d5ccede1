// Package dif finds items that work differently in two groups of persons of the same
// ability: differential item functioning. The reference group is the one compared with;
// the focal group is the one of interest.
//
// MantelHaenszel compares the odds of a right answer stratum by stratum (Holland & Thayer
// 1988), with the classes of the Educational Testing Service, the standardised
// difference (Dorans & Kulick 1986) and the homogeneity of the odds (Breslow & Day 1980).
// Mantel (1963) does the same for items of several scores. Logistic regresses the
// answer on the matching variable, the group and their product (Swaminathan & Rogers
// 1990), which also finds differences that change sign along the scale. Lord (1980)
// compares parameters calibrated group by group.
//
// # Matching
//
// Persons are matched on their total score when everyone answered everything, the item
// under study included (Holland & Thayer 1988). After an adaptive test the total means
// nothing, and they are matched on their estimated ability: in strata of equal numbers
// for the tables, as it is for the regression (Zwick, Thayer & Wingersky 1994).
//
// # Purification
//
// An item that favours a group spoils the total that the others are matched on. Flagged
// items leave the total, the study starts again, until the flagged items no longer
// change (Candell & Drasgow 1988). An item out of the total still counts in its own.
// Abilities are estimated elsewhere: what they rest on cannot be purified here.
//
// # What is not a number
//
// Every item has a Status. Too few persons in a group, a score that everybody got, no
// stratum with both groups, scores that the groups do not share: the status says so and
// the figures that have no value are 0, never infinite nor NaN.
//
// It is pure: no input or output, no clock, no randomness.
//
// # Figures
//
// Processor time on one shared core of a virtual AMD EPYC (Turin), 10,000 persons × 60
// items: 4 ms for MantelHaenszel, 17 ms for Logistic with its three tests. On the verbal
// aggression data the figures agree with difR to 1e-10, those of the regression to 1e-6.
package dif
