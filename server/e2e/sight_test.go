package e2e

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"cuaderno/training"
)

// sight is what a page shows, without its looks.
type sight struct {
	seq      string // of the last message that is in it
	notice   string // what is the matter with keeping things; "" for nothing
	fields   map[string]string
	validity map[string]string // by cell
	activity map[string]string // by cell
	state    string            // of the training that fit shows
	epochs   int               // that it has told of
	runs     []listed
	pins     []pinned
	guesses  map[string]string // by field, without the empty ones
}

// listed is a run of the page's list.
type listed struct {
	id, name, state string
	settings        map[string]string
	current         bool // fit holds its weights
	deletable       bool
}

type pinned struct{ id, text string }

// busy names the cells that wait or work, and how far they are.
func (s sight) busy() (all []string) {
	for cell, activity := range s.activity {
		if activity == "queued" || activity == "running" {
			if cell == "fit" {
				activity += fmt.Sprintf(" (%s) after epoch %d", s.state, s.epochs)
			}
			all = append(all, cell+" "+activity)
		}
	}
	slices.Sort(all)
	return all
}

// run finds a run of the list.
func (s sight) run(id string) (listed, bool) {
	i := slices.IndexFunc(s.runs, func(r listed) bool { return r.id == id })
	if i < 0 {
		return listed{}, false
	}
	return s.runs[i], true
}

// current is the run whose weights fit holds.
func (s sight) current() (listed, bool) {
	i := slices.IndexFunc(s.runs, func(r listed) bool { return r.current })
	if i < 0 {
		return listed{}, false
	}
	return s.runs[i], true
}

// look reads the page anew, as a reload does.
func (r *reader) look(server string) (sight, error) {
	res, err := r.client.Get(server + "/?lang=en")
	if err != nil {
		return sight{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		_, err := io.Copy(io.Discard, res.Body)
		return sight{}, fmt.Errorf("the page answers %s (%w)", res.Status, err)
	}
	doc, err := html.Parse(res.Body)
	if err != nil {
		return sight{}, err
	}
	s := sightOf(doc)
	if len(s.activity) == 0 || s.seq == "" {
		return s, fmt.Errorf("the page was cut off")
	}
	return s, nil
}

func sightOf(doc *html.Node) sight {
	s := sight{fields: map[string]string{}, validity: map[string]string{}, activity: map[string]string{}, guesses: map[string]string{}}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		id, name := attr(n, "id"), attr(n, "name")
		switch {
		case n.Data == "main":
			s.seq = attr(n, "data-seq")
		case id == "notice":
			s.notice = attr(n, "data-notice")
		case n.Data == "section" && attr(n, "data-cell") != "":
			s.validity[attr(n, "data-cell")], s.activity[attr(n, "data-cell")] = attr(n, "data-validity"), attr(n, "data-activity")
		case id != "" && id == "field-"+name:
			s.fields[name] = control(n)
		case id == "output-fit":
			s.state = attr(n, "data-state")
			s.epochs = len(within(n, "li", func(li *html.Node) bool {
				return li.Parent != nil && attr(li.Parent, "class") == "log" && attr(li, "class") != "to-come"
			}))
		case strings.HasPrefix(id, "guess-") && n.Data == "input" && attr(n, "value") != "":
			s.guesses[name] = attr(n, "value")
		case n.Data == "li" && attr(n, "data-pin") != "":
			s.pins = append(s.pins, pinned{attr(n, "data-pin"), text(within(n, "p", classed("pin-text")))})
		case n.Data == "tbody" && attr(n, "data-run") != "":
			s.runs = append(s.runs, listedOf(n))
		}
	}
	return s
}

func listedOf(n *html.Node) listed {
	r := listed{id: attr(n, "data-run"), state: attr(n, "data-run-state"), settings: map[string]string{}}
	r.name = text(within(n, "span", classed("run-name")))
	r.current = slices.Contains(strings.Fields(attr(n, "class")), "current")
	r.deletable = len(within(n, "button", func(b *html.Node) bool { return attr(b, "data-action") == "delete" })) > 0
	lesson := training.Defaults()
	for _, f := range training.Fields { // the list tells what is not the lesson's
		r.settings[f.Name] = f.Get(lesson)
	}
	for _, code := range within(n, "code", classed("setting")) {
		if name, value, ok := strings.Cut(text([]*html.Node{code}), "="); ok {
			r.settings[name] = value
		}
	}
	return r
}

// control is what a control holds.
func control(n *html.Node) string {
	switch n.Data {
	case "select":
		for _, o := range within(n, "option", func(o *html.Node) bool { return has(o, "selected") }) {
			return attr(o, "value")
		}
		return ""
	case "textarea":
		return text([]*html.Node{n})
	}
	return attr(n, "value")
}

func within(n *html.Node, tag string, is func(*html.Node) bool) (all []*html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag && is(c) {
			all = append(all, c)
		}
	}
	return all
}

func classed(class string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attr(n, "class")), class) }
}

// text is what stands in the first of the elements.
func text(of []*html.Node) string {
	var b strings.Builder
	for _, n := range of[:min(1, len(of))] {
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
	}
	return b.String()
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// get asks for something and reads all of it.
func (r *reader) get(address string) (status int, bytes int64, err error) {
	res, err := r.client.Get(address)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	bytes, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, bytes, err
}

// export asks for a file of a run, or with "" of the one that fit holds.
func (r *reader) export(server, format, run string) (status int, bytes int64, err error) {
	address := server + "/export/" + format
	if run != "" {
		address += "?run=" + url.QueryEscape(run)
	}
	return r.get(address)
}
