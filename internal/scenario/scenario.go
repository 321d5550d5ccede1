package scenario

// Scenario is a checked scenario, ready to be played. It is never changed and may be shared between goroutines.
// Marshalling it shows no more than its exported fields.
type Scenario struct {
	ID      string
	Version int
	Lang    string // BCP 47
	Title   string
	Seconds int // expected duration

	src        source
	verbs      map[string]Verb
	acting     map[Kind][]Verb // verbs that act on a kind
	targets    map[string]*target
	order      []string // ids of the targets, in the order of the file
	recipients []string // ids of the address book
}

// Files returns the images of the scenario, relative to its folder.
func (s *Scenario) Files() []string {
	var files []string
	for _, img := range s.src.pictures() {
		files = append(files, img.image.File)
	}
	return files
}
