package web

import "cuaderno/training/tokenize"

// own tells whether the reviews are the reader's.
func (r LoadResult) own() bool { return r.Own || r.Source == "--reviews" }

// oneSided tells whether a half of the reviews is of one kind alone.
func oneSided(n, positive int) bool { return positive == 0 || positive == n }

// HowWords tells how a text becomes words of the reviews; results of before do not say it.
func (r LoadResult) HowWords() tokenize.Rule {
	if r.Rule == "" && r.own() {
		return tokenize.ASCII
	}
	return r.Rule
}
