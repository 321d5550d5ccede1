// Package linking puts the items of one calibration on the scale of another, through the
// items that both hold (Kolen & Brennan 2014, chapter 6): the constants A and B of
// θ_to = A·θ_from + B, so that a_to = a_from/A and b_to = A·b_from + B.
//
// The methods are mean-mean (Loyd & Hoover 1980), mean-sigma (Marco 1977), Haebara (1980)
// and Stocking & Lord (1983), for every model of package measure, mixed as needed, with
// Kim & Lee's (2006) extension to polytomous items: Haebara sums the squared differences
// of every category of every item, Stocking-Lord squares the difference of the expected
// total scores. A 1PL item without a slope has 1.
//
// The characteristic curve methods compare the curves at the nodes of a scale. By default
// these are 41 points on [-4, 4] of the scale linked to, with normal weights, in one
// direction: the new items' curves come to the old scale. With Options.Both the old
// items' curves also go to the new scale, and the two criteria add up. The nodes and
// weights are part of the result, for a constant means nothing without them.
//
// The minimum is found by Newton's method on (log A, B) with exact second derivatives,
// damped as Levenberg and Marquardt do, from the better of the constants that the moments
// give: the same input gives the same bits.
//
// Sixty items of mixed models take 4 ms by Stocking-Lord, processor time on one shared core
// of a virtual AMD EPYC (Turin). The constants that plink and equateIRT publish are found to
// the last digit printed.
//
// Drift tells which common items moved between two calibrations more than the others.
package linking
