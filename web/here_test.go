package web_test

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/web"
)

func here(id string, s training.Settings) string {
	return web.Plain(web.Here(with(fresh(web.EN, id), func(c *web.CellView) { c.Settings = s })))
}

func TestHereIsGo(t *testing.T) {
	for _, s := range combinations() {
		for _, id := range web.Cells {
			source := "package p\n" + here(id, s)
			if id != "intro" {
				source = "package p\nfunc f() {\n" + here(id, s) + "\n}"
			}
			if _, err := parser.ParseFile(token.NewFileSet(), id, source, 0); err != nil {
				t.Fatalf("%s: %v\n%s", id, err, source)
			}
		}
	}
}

// The snippets' own variables, as the cells before each would have left them.
const surroundings = `package p
import (
	"context"
	"fmt"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
)
var (
	ctx context.Context
	settings training.Settings
	corpus *imdb.Corpus
	i int
	review string
	ids, row []int32
	spec nn.Spec
	model *fit.Model
	data fit.Data
	history fit.History
	predictor *fit.Predictor
	observe fit.Observer
	progress func(done, of int)
)
`

// What the page says that it runs is really there to be run.
func TestHereCompiles(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go here to compile the snippets with")
	}
	var b strings.Builder
	b.WriteString(surroundings)
	defined := regexp.MustCompile(`(?m)^(\w+(?:, \w+)*) := `)
	for _, id := range web.Cells[1:] {
		snippet := here(id, training.Defaults())
		b.WriteString("func " + id + "Cell() {\n" + snippet + "\n")
		for _, m := range defined.FindAllStringSubmatch(snippet, -1) {
			for _, name := range strings.Split(m[1], ", ") {
				b.WriteString("_ = " + name + "\n")
			}
		}
		b.WriteString("}\n")
	}
	file := filepath.Join(t.TempDir(), "cells.go")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), goTool, "build", "-o", os.DevNull, file)
	cmd.Dir = ".." // the module's root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, b.String())
	}
}
