package present

import (
	"net/url"

	"cuaderno/server/notebook"
)

// Address is the settings of all cells as the query of an address.
func (v Page) Address() string {
	q := url.Values{}
	for _, f := range notebook.Fields {
		if Shareable(f) {
			q.Set(f.Name, f.Get(v.State))
		}
	}
	return q.Encode()
}

// Shareable leaves out somebody's own words, which are not for an address.
func Shareable(f notebook.Field) bool { return f.Name != "review" }
