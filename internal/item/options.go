package item

// OptionIDs lists the author's identifiers of the options of a single or multiple item, in the author's order; none for
// the other types.
func (it *Item) OptionIDs() []string { return it.doc.Source.optionIDs() }
