package web

// own tells whether the reviews are the reader's.
func (r LoadResult) own() bool { return r.Source == "--reviews" }
