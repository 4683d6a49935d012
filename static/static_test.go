package static_test

import (
	"compress/gzip"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cuaderno/static"
)

func get(t *testing.T, path string, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFilesAreKeptForGood(t *testing.T) {
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
	} {
		r := get(t, static.Path(name), "")
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != kind || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, r.StatusCode, r.Header)
		}
		plain := body(t, r.Body)
		z := get(t, static.Path(name), "br, gzip")
		if z.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s is not compressed", name)
		}
		unzip, err := gzip.NewReader(z.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body(t, unzip) != plain {
			t.Errorf("%s is another thing when compressed", name)
		}
	}
}

func TestOnlyFingerprintedNames(t *testing.T) {
	for _, path := range []string{"/static/app.css", "/static/", "/static/../static.go", "/static/app.0000000000.css", "/static/js/app.js"} {
		if r := get(t, path, ""); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// Modules import one another by the names under which they are served.
func TestImportsLead(t *testing.T) {
	imports := regexp.MustCompile(`from "\.(/[^"]+)"`)
	seen := map[string]bool{}
	var walk func(path string)
	walk = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		r := get(t, path, "")
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, r.StatusCode)
			return
		}
		for _, m := range imports.FindAllStringSubmatch(body(t, r.Body), -1) {
			walk("/static" + m[1])
		}
	}
	walk(static.Path("app.js"))
	files, err := filepath.Glob("js/*.js")
	if err != nil {
		t.Fatal(err)
	}
	// All but boot.js, which the page loads by itself.
	if len(seen) != len(files)-1 {
		t.Errorf("app.js leads to %d modules of %d", len(seen), len(files)-1)
	}
}

func TestScriptsParse(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatal("CI must have node")
		}
		t.Skip("no node here to parse the scripts with")
	}
	files, err := filepath.Glob("js/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		module := filepath.Join(t.TempDir(), filepath.Base(f)+".mjs")
		if err := os.WriteFile(module, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), node, "--check", module).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", f, err, out)
		}
	}
}

func sheet(t *testing.T) string { t.Helper(); return body(t, get(t, static.Path("app.css"), "").Body) }

// remarks are what the style sheet leaves out.
var remarks = regexp.MustCompile(`(?s)/\*.*?\*/`)

func TestEveryVariableHasAValue(t *testing.T) {
	css := sheet(t)
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, m[1]+":") {
			t.Errorf("%s has no value", m[1])
		}
	}
	parts, err := filepath.Glob("css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(remarks.ReplaceAllString(string(b), "")) {
			if !strings.Contains(css, strings.TrimSpace(line)) {
				t.Errorf("%s is not part of app.css: %s", p, line)
			}
		}
		colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`)
		if filepath.Base(p) != "tokens.css" && colour.Match(b) {
			t.Errorf("%s has a colour of its own: %s", p, colour.Find(b))
		}
	}
	if strings.Contains(css, "url(") {
		t.Error("the style sheet asks for a file")
	}
}

// luminance and contrast are WCAG 2.2's.
func luminance(hex string) float64 {
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, _ := strconv.ParseUint(hex, 16, 32)
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		c := float64(n>>(16-8*i)&255) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func TestContrast(t *testing.T) {
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`(--[a-z-]+): light-dark\(#([0-9a-f]+), #([0-9a-f]+)\)`).FindAllStringSubmatch(sheet(t), -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	// AA: 4.5 for text, 3 for what is drawn and for the edges of controls.
	for _, c := range []struct {
		front, back string
		least       float64
	}{
		{"--ink", "--paper", 4.5}, {"--soft", "--paper", 4.5}, {"--ink", "--card", 4.5}, {"--ink", "--code", 4.5}, {"--soft", "--code", 4.5},
		{"--pos", "--paper", 4.5}, {"--neg", "--paper", 4.5}, {"--model", "--paper", 4.5}, {"--model", "--card", 4.5}, {"--best", "--paper", 4.5},
		{"--stale", "--stale-bg", 4.5}, {"--ink", "--stale-bg", 4.5}, {"--soft", "--stale-bg", 4.5}, {"--fail", "--fail-bg", 4.5}, {"--fail", "--paper", 4.5},
		{"--soft", "--fail-bg", 4.5}, {"--ink", "--fail-bg", 4.5}, {"--ink", "--pos-bg", 4.5}, {"--soft", "--model-bg", 4.5}, {"--paper", "--model", 4.5},
		{"--on-go", "--go", 4.5}, {"--on-go", "--soft", 4.5}, {"--ink", "--line", 4.5},
		{"--control", "--card", 3}, {"--focus", "--paper", 3}, {"--train", "--paper", 3}, {"--pos", "--line", 3}, {"--model", "--line", 3},
	} {
		f, okF := colours[c.front]
		b, okB := colours[c.back]
		if !okF || !okB {
			t.Fatalf("no colour %s or %s", c.front, c.back)
		}
		for i, scheme := range []string{"light", "dark"} {
			if got := contrast(f[i], b[i]); got < c.least {
				t.Errorf("%s: %s on %s is %.2f, want %v", scheme, c.front, c.back, got, c.least)
			}
		}
	}
}

// The two code panels of a cell share a place: each hides while the other is chosen.
func TestOnePanelAtATime(t *testing.T) {
	rule := regexp.MustCompile(`(?m)^\.js \[data-shown="keras"\] \[data-panel="here"\], \.js \[data-shown="here"\] \[data-panel="keras"\] \{ display: none; \}$`)
	if n := len(rule.FindAllString(sheet(t), -1)); n != 1 {
		t.Errorf("%d rules hide a panel", n)
	}
}
