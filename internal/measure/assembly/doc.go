// Package assembly is the combinatorial part of exam assembly: which items make
// the form of the largest total value under the constraints of a plan.
//
// It knows nothing of item response models: an item is a number with a value, a
// pool, a family, a duration, tags and enemies. It is pure: no input or output,
// no clock. The same input gives the same form.
//
// The groups of a plan are nested (families in pools, pools in groups, groups in
// the form). Their bounds alone are met in microseconds by merging sorted lists:
// Workspace.Merge. Seconds, tags and enemies cross the groups. When the best form
// of the groups breaks one of them, a branch and bound finds the best form of
// all: a relaxation of all items by the dual simplex method, then a search of the
// few items that their reduced costs leave open. Its bounds are proven from the
// data by weak duality, and its forms are checked in integers, so that rounding
// can make the search longer but not wrong.
package assembly
