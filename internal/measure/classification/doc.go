// Package classification says how often a test puts persons on the right side of its cut
// scores, and stops a test when it can say on which side a person is.
//
// Rudner (2005) gives accuracy, the probability that an observed ability falls in the
// level of the true one, and consistency, the probability that two observed ones fall in
// the same level, from a normal error around each ability: over the nodes of a
// population, or over persons with their standard errors. Lee (2010) gives the same for
// a fixed test scored by its total, from the exact distribution of the total (Lord &
// Wingersky 1984).
//
// SPRT is Wald's sequential probability ratio test (Reckase 1983), and Interval the
// confidence interval rule of licensing examinations (Kingsbury & Weiss 1983), with a
// final-estimate rule at the maximum length. Both take any number of cut scores and
// items of any model.
//
// A score equal to a cut belongs to the level above it. Levels count from 0. It is pure:
// no input or output, no clock, no randomness.
package classification
