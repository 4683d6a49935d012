package web

import "cuaderno/training/tokenize"

// own tells whether the reviews are the reader's.
func (r LoadResult) own() bool { return r.Source == "--reviews" }

// HowWords tells how a text becomes words of the reviews; results of before do not say it.
func (r LoadResult) HowWords() tokenize.Rule {
	if r.Rule == "" && r.own() {
		return tokenize.ASCII
	}
	return r.Rule
}
