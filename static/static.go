// Package static holds the page's style sheet, scripts and icon, embedded and fingerprinted: a name
// contains a hash of what it names, so browsers may keep it for good.
//
// The style sheet is css/*.css one after another, tokens first. The scripts are native modules; their
// imports are rewritten to the fingerprinted names, and comments and indentation are left out.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed css js favicon.svg
var files embed.FS

// Prefix is where Handler expects to be mounted.
const Prefix = "/static/"

// sheets are the parts of app.css in order: tokens and the page first, then one file a component.
var sheets = []string{"tokens", "page", "controls", "cell", "opening", "code", "tokenlist", "lens", "outputs", "fit", "sketch", "runs", "verdict", "judge"}

type asset struct {
	name       string // fingerprinted
	kind       string // content type
	raw, small []byte // small is gzipped
}

var (
	byName = map[string]*asset{} // plain name
	byPath = map[string]*asset{} // fingerprinted name
)

func init() {
	var css bytes.Buffer
	for _, s := range sheets {
		css.Write(read("css/" + s + ".css"))
	}
	add("app.css", "text/css; charset=utf-8", remarks.ReplaceAll(css.Bytes(), nil))
	add("favicon.svg", "image/svg+xml", read("favicon.svg"))
	entries, err := fs.ReadDir(files, "js")
	if err != nil {
		panic("static: " + err.Error())
	}
	for _, e := range entries {
		module(e.Name(), nil)
	}
}

// comments and remarks are what is for those who read the scripts and the style, with the indentation;
// browsers need not fetch it. No text of ours goes over several lines.
var (
	comments = regexp.MustCompile(`(?m)^\s*//.*\n|^\s+`)
	remarks  = regexp.MustCompile(`(?ms)/\*.*?\*/\n?|^\s+`)
)

// imports matches the imports of our own modules, all of the form "./name.js".
var imports = regexp.MustCompile(`"\./([a-z]+\.js)"`)

// module adds a script after those that it imports, as its own hash depends on theirs.
func module(name string, importers []string) *asset {
	if a, done := byName[name]; done {
		return a
	}
	for _, i := range importers {
		if i == name {
			panic("static: modules import one another: " + strings.Join(append(importers, name), " -> "))
		}
	}
	text := imports.ReplaceAllStringFunc(comments.ReplaceAllString(string(read("js/"+name)), ""), func(m string) string {
		dep := imports.FindStringSubmatch(m)[1]
		return `"./` + module(dep, append(importers, name)).name + `"`
	})
	return add(name, "text/javascript; charset=utf-8", []byte(text))
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error())
	}
	return b
}

func add(name, kind string, raw []byte) *asset {
	sum := sha256.Sum256(raw)
	ext := path.Ext(name)
	a := &asset{
		name: strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext,
		kind: kind, raw: raw, small: compress(raw),
	}
	byName[name], byPath[a.name] = a, a
	return a
}

func compress(raw []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic("static: " + err.Error())
	}
	if _, err := w.Write(raw); err != nil {
		panic("static: " + err.Error())
	}
	if err := w.Close(); err != nil {
		panic("static: " + err.Error())
	}
	return b.Bytes()
}

// Path is the address of a file by its plain name: app.css, boot.js. It panics when there is none.
func Path(name string) string {
	a, ok := byName[name]
	if !ok {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return Prefix + a.name
}

// Sizes gives each file's length as it travels, compressed.
func Sizes() map[string]int {
	sizes := map[string]int{}
	for name, a := range byName {
		sizes[name] = len(a.small)
	}
	return sizes
}

// Handler serves the files under Prefix, compressed where the browser takes it, to be kept for good.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byPath[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		h.Set("X-Content-Type-Options", "nosniff")
		body := a.raw
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.small
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodHead {
			return
		}
		_, _ = w.Write(body) // the browser went away: nobody to tell
	})
}
