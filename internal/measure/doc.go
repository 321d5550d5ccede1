// Package measure is the measurement engine: item response models, ability
// estimators, the multidimensional posterior, and exam assembly by shadow tests.
//
// It is pure: no input or output, no clock, no hidden randomness. The same
// answers in the same order give the same bits on the same architecture.
//
// Abilities are on the logistic metric (D = 1, without the constant 1.7).
// Dimensions (competencies) and items are named by their index, from 0.
package measure
