package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"

	"github.com/alecthomas/kong"

	"cuaderno/server/export"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/nn"
)

// trained gives a terminal with one run, in a directory of its own.
func trained(t *testing.T) (x *terminal, run string) {
	x = newTerminal(t)
	t.Chdir(t.TempDir())
	x.ok("", train("--epochs=1", "--layer=gru", "--padding=post")...)
	return x, servertest.Find(t, x.ok("", "runs", "--json"), `"run":"([^"]+)"`)
}

const review = "The plot was slow, but the ending was wonderful."

func TestExportAndImport(t *testing.T) {
	x, run := trained(t)
	verdict := x.ok("", "classify", "--json", review)
	for _, format := range []string{export.H5, export.Safetensors} {
		t.Run(format+" comes back", func(t *testing.T) {
			var line exportLine
			parseLine(t, x.ok("", "export", "--format", format, "--json"), &line)
			servertest.Same(t, "line", line, exportLine{
				Run: run, Format: format, File: export.FileName(format, run), Bytes: sizeOf(t, line.File),
				Vocabulary: export.FileName(export.JSON, run),
			})
			var back importLine
			parseLine(t, x.ok("", "import", line.File, "--json"), &back)
			servertest.Same(t, "known", back.Known, true)
			servertest.Same(t, "corpus", back.Corpus, "practice")
			servertest.Same(t, "verdict", x.ok("", "classify", "--json", "--run", back.Run, review), verdict)
			x.ok("", "runs", "delete", back.Run)
		})
	}
	t.Run("other formats", func(t *testing.T) {
		for _, format := range []string{export.ONNX, export.IPYNB} {
			servertest.Has(t, x.ok("", "export", "--format", format), "Run "+run+" written to "+export.FileName(format, run))
			if sizeOf(t, export.FileName(format, run)) < 1000 {
				t.Errorf("%s is all but empty", format)
			}
		}
		servertest.Has(t, x.ok("", "export", "--format=json", "-o", "-"), `"maxlen": 12`)
		servertest.Has(t, x.ok("", "export", "--format=ipynb", "-o", "-", "--lang=en"), "A network that reads film reviews")
		servertest.Has(t, x.ok("", "export", "--format=ipynb", "-o", "-"), "críticas")
	})
	t.Run("only the weights", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "m.onnx")
		x.ok("", "export", "--format=onnx", "--no-vocabulary", "-o", out)
		entries, err := os.ReadDir(filepath.Dir(out))
		if err != nil || len(entries) != 1 {
			t.Errorf("files %v, %v", entries, err)
		}
	})
	t.Run("keeps what is there", func(t *testing.T) {
		if err := os.WriteFile("mine.onnx", []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := x.run(t.Context(), "", "export", "--format=onnx", "-o", "mine.onnx")
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, err.Error(), "--force")
		servertest.Same(t, "size", sizeOf(t, "mine.onnx"), int64(4))
		x.ok("", "export", "--format=onnx", "-o", "mine.onnx", "--force")
	})
	t.Run("mistakes", func(t *testing.T) {
		for want, args := range map[string][]string{
			".weights.h5":          {"export", "-o", "model.h5"},
			"standard output":      {"export", "-o", "-", "--json"},
			"must be one of":       {"export", "--format=pdf"},
			"no such file":         {"import", "nothing.h5"},
			"maxlen must be":       {"import", "--maxlen=5000", export.FileName(export.H5, run)},
			"expected \"<shell>\"": {"completion"},
		} {
			_, _, err := x.run(t.Context(), "", args...)
			if exitCode(err) != 2 || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: exit code %d, %v, want %s", args, exitCode(err), err, want)
			}
		}
		x.ok("", "export", "--format=onnx", "-o", "brought.onnx")
		for want, args := range map[string][]string{
			"an ONNX":     {"import", "brought.onnx"},
			"no run":      {"export", "--run", "nothing"},
			"is no run's": {"export", "--run", "../x"},
			"safetensors": {"import", export.FileName(export.JSON, run)},
		} {
			_, _, err := x.run(t.Context(), "", args...)
			if exitCode(err) != 1 || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: exit code %d, %v, want %s", args, exitCode(err), err, want)
			}
		}
	})
}

// A file that Keras has saved says nothing of the reviews; flags do.
func TestImportFromKeras(t *testing.T) {
	x := newTerminal(t)
	file := filepath.Join("..", "training", "checkpoint", "keras", "testdata", "lstm.weights.h5")
	t.Run("as it is", func(t *testing.T) {
		out, errs, err := x.run(t.Context(), "", "import", file)
		if err != nil {
			t.Fatal(err)
		}
		servertest.Has(t, out, "lstm(4), 100 words of 3 numbers, maxlen 80")
		servertest.Has(t, errs, "Assumed: tanh, sigmoid gates")
		servertest.Has(t, errs, "Assumed: maxlen 80, padding pre, truncating pre, the words of imdb")
	})
	for _, name := range []string{"lstm.keras", "functional.keras", "functional.h5", "functional-latest.h5"} {
		t.Run("a whole model "+name, func(t *testing.T) {
			out, errs, err := x.run(t.Context(), "", "import", kerasFile(t, name), "--padding=post")
			if err != nil {
				t.Fatal(err)
			}
			servertest.Has(t, out, "lstm(4), 100 words of 3 numbers, maxlen 12")
			servertest.Same(t, "told", errs, "The file does not say how its reviews were prepared. Assumed: truncating pre, the words of imdb.\n")
		})
	}
	t.Run("another maxlen", func(t *testing.T) {
		file := kerasFile(t, "functional.h5")
		x.ok("", "import", file, "--maxlen=12")
		_, _, err := x.run(t.Context(), "", "import", file, "--maxlen=20")
		servertest.Same(t, "exit code", exitCode(err), 2)
		servertest.Has(t, err.Error(), "--maxlen 20: the model reads 12 words")
	})
	t.Run("another model", func(t *testing.T) {
		_, _, err := x.run(t.Context(), "", "import", kerasFile(t, "hard_sigmoid.h5"))
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, err.Error(), `recurrent_activation="hard_sigmoid", not "sigmoid"`)
	})
	t.Run("with flags", func(t *testing.T) {
		var line importLine
		parseLine(t, x.ok("", "import", file, "--json", "--maxlen=12", "--padding=post", "--truncating=post", "--corpus=practice"), &line)
		s := line.Settings
		servertest.Same(t, "assumed", len(line.Assumed), 0)
		servertest.Same(t, "settings", []any{line.Known, s.Maxlen, s.Padding, s.Truncating, s.Units, line.Corpus}, []any{false, 12, "post", "post", 4, "practice"})
		var e evaluateLine
		parseLine(t, x.ok("", "evaluate", "--run", line.Run, "--json"), &e)
		servertest.Same(t, "weights", e.Weights, line.Weights)
	})
}

// What a file says of itself comes from anybody, and no terminal obeys it.
func TestImportedNames(t *testing.T) {
	x := newTerminal(t)
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer = 100, 2, 2, "gru"
	m := checkpoint.Meta{Settings: s, Corpus: "\x1b]0;owned\x07imdb\x1b[31m", CorpusSHA256: "\x1b[2J"}
	file := filepath.Join(t.TempDir(), "m.safetensors")
	save := func(write func(io.Writer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	harmless := func(text string) {
		t.Helper()
		if strings.ContainsAny(text, "\x1b\x07") {
			t.Errorf("%q", text)
		}
	}
	save(func(w io.Writer) error { return checkpoint.Save(w, m, nn.Init(nn.SpecOf(s), 1)) })
	harmless(x.ok("", "import", file))
	for _, command := range [][]string{{"runs"}, {"runs", "show"}} {
		out := x.ok("", command...)
		servertest.Has(t, out, "]0;ownedimdb[31m")
		harmless(out)
	}
	_, errs, err := x.run(t.Context(), "", "evaluate")
	if err == nil {
		t.Error("evaluated")
	}
	harmless(errs + err.Error())
	save(func(w io.Writer) error {
		return hdf5.Write(w, hdf5.Group{Datasets: []hdf5.Dataset{{Name: "\x1b[2J", Shape: []int{1}, Data: []float32{1}}}})
	})
	_, errs, err = x.run(t.Context(), "", "import", file)
	servertest.Has(t, err.Error(), `it has "\x1b[2J", which is no part`)
	harmless(errs + err.Error())
}

// kerasFile is the path of a file that Keras made, unpacked if need be.
func kerasFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "training", "checkpoint", "keras", "testdata", name)
	packed, err := os.Open(path + ".gz")
	if errors.Is(err, fs.ErrNotExist) {
		return path
	}
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEvaluate(t *testing.T) {
	x, run := trained(t)
	var m checkpoint.Meta
	parseLine(t, x.ok("", "runs", "show", "--json"), &m)
	var e evaluateLine
	parseLine(t, x.ok("", "evaluate", "--json", "--run", run), &e)
	servertest.Same(t, "accuracy", e.Accuracy, m.History[0].ValAccuracy)
	servertest.Has(t, x.ok("", "evaluate"), "Evaluate\n32/32 - ")

	// A run on reviews that are no longer here.
	from := runfiles.Dir{Path: filepath.Join(x.state, "runs")}
	_, m, p, err := from.Get(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	m.CorpusSHA256 = strings.Repeat("ab", 32)
	if err := from.Put("other", m, p); err != nil {
		t.Fatal(err)
	}
	_, _, err = x.run(t.Context(), "", "evaluate", "--run=other")
	servertest.Has(t, err.Error(), "other reviews")
}

func TestRuns(t *testing.T) {
	x := newTerminal(t)
	t.Run("none", func(t *testing.T) {
		out, errs, err := x.run(t.Context(), "", "runs")
		if out != "" || err != nil {
			t.Errorf("%q, %v", out, err)
		}
		servertest.Has(t, errs, "train")
		servertest.Same(t, "JSON", x.ok("", "runs", "list", "--json"), "")
	})
	x.ok("", train("--epochs=2")...)
	x.ok("", train("--epochs=1", "--layer=gru")...)
	lines := strings.Split(strings.TrimSpace(x.ok("", "runs", "list", "--json")), "\n")
	servertest.Same(t, "runs", len(lines), 2)
	var first, second runfiles.Line
	parseLine(t, lines[0], &first)
	parseLine(t, lines[1], &second)
	t.Run("list", func(t *testing.T) {
		servertest.Same(t, "layers", []string{first.Settings.Layer, second.Settings.Layer}, []string{"lstm", "gru"})
		servertest.Has(t, x.ok("", "runs"), "lstm(8), 500 words of 8 numbers, maxlen 12")
	})
	t.Run("show", func(t *testing.T) {
		servertest.Has(t, x.ok("", "runs", "show"), "Run "+second.Run)
		out := x.ok("", "runs", "show", first.Run)
		servertest.Has(t, out, "Epoch 2 - ")
		servertest.Same(t, "marks", strings.Count(out, "these weights"), 1)
	})
	t.Run("a damaged file hides no other", func(t *testing.T) {
		damaged := filepath.Join(x.state, "runs", "0damaged.safetensors")
		if err := os.WriteFile(damaged, []byte("no weights"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, err := x.run(t.Context(), "", "runs")
		servertest.Same(t, "exit code", exitCode(err), 0)
		servertest.Has(t, out, second.Run)
		servertest.Has(t, errs, "0damaged")
		x.ok("", "runs", "delete", "0damaged")
	})
	t.Run("delete", func(t *testing.T) {
		out, _, err := x.run(t.Context(), "", "runs", "delete", "nothing", first.Run, "../runs")
		servertest.Same(t, "exit code", exitCode(err), 1)
		servertest.Has(t, out, "Deleted run "+first.Run)
		servertest.Has(t, err.Error(), "nothing")
		servertest.Same(t, "left", strings.Count(x.ok("", "runs", "list", "--json"), "\n"), 1)
	})
}

func TestVersion(t *testing.T) {
	newTerminal(t)
	info := &debug.BuildInfo{}
	info.Main.Version = "v1.2.3"
	info.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02"}, {Key: "vcs.modified", Value: "true"}}
	line := versionOf(info, "")
	servertest.Same(t, "line", []any{line.Version, line.Revision, line.Time, line.Modified}, []any{"v1.2.3", "abc", "2026-01-02", true})
	servertest.Same(t, "a release", versionOf(info, "v2").Version, "v2")
	servertest.Same(t, "nothing known", versionOf(nil, "").Version, "unknown")
	info.Main.Version, info.Settings[0].Value = "(devel)", "0123456789abcdef"
	servertest.Same(t, "a revision", versionOf(info, "").Version, "0123456789ab")
	x := newTerminal(t)
	servertest.Has(t, x.ok("", "version"), "cuaderno ")
	flag, _, _ := x.run(t.Context(), "", "--version") // ends with exit code 0
	servertest.Same(t, "the flag", flag, x.ok("", "version"))
	servertest.Same(t, "keys", slices.Contains(keys(t, x.ok("", "version", "--json")), "platform"), true)
}

func TestComplete(t *testing.T) {
	x, run := trained(t)
	words := func(line string) string {
		var all []string
		for found := range strings.Lines(x.ok("", "complete", line)) {
			word, _, _ := strings.Cut(strings.TrimSpace(found), "\t")
			all = append(all, word)
		}
		return strings.Join(all, " ")
	}
	for line, want := range map[string]string{
		"cuaderno ex":                          "export",
		"cuaderno runs ":                       "delete list show",
		"cuaderno runs delete ":                run,
		"cuaderno export --run ":               run,
		"cuaderno export --run=":               "--run=" + run,
		"cuaderno export --format o":           "onnx",
		"cuaderno export -f --form":            "--format",
		"cuaderno export --out x --json":       "--json",
		"cuaderno export --no":                 "--no-vocabulary",
		"cuaderno train --layer ":              "gru lstm simple_rnn",
		"cuaderno train --layer=g":             "--layer=gru",
		"cuaderno train --layer=":              "--layer=gru --layer=lstm --layer=simple_rnn",
		"cuaderno train --optimizer ad":        "adagrad adam adamw",
		"cuaderno train --restore-best=t":      "--restore-best=true",
		"cuaderno completion ":                 "bash zsh fish",
		"cuaderno export --out ":               ":files",
		"cuaderno classify --in=":              ":files",
		"cuaderno import ":                     ":files",
		"cuaderno train --epochs ":             "",
		"cuaderno evaluate --reviews ":         ":files",
		"cuaderno classify --run " + run[:4]:   run,
		"cuaderno export --format=onnx --lang": "--lang",
	} {
		servertest.Same(t, line, words(line), want)
	}
	servertest.Has(t, x.ok("", "complete", "cuaderno runs "), "show\tShow a run")
	servertest.Has(t, x.ok("", "complete", "cuaderno export --run "), run+"\tgru(8)")
}

// The shells' scripts, each in its shell, with a program that answers as ours does.
func TestCompletionInShells(t *testing.T) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("mine.csv", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	in := func(t *testing.T, shell, script string) string {
		t.Helper()
		path, err := exec.LookPath(shell)
		if err != nil {
			if os.Getenv("CUADERNO_CI") != "" && shell == "bash" {
				t.Fatal("CI must have bash")
			}
			t.Skip("no " + shell + " here")
		}
		out, err := exec.CommandContext(t.Context(), path, "-c", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	answers := map[string]string{
		"cuaderno tr":              `train\tTrain the network\n`,
		"cuaderno train --layer=g": `--layer=gru\n`,
		"cuaderno classify --in=m": `:files\n`,
		"cuaderno classify --in m": `:files\n`,
	}
	t.Run("bash", func(t *testing.T) {
		for line, want := range map[string]string{
			"cuaderno tr": "train", "cuaderno train --layer=g": "gru", "cuaderno classify --in=m": "mine.csv", "cuaderno classify --in m": "mine.csv",
		} {
			servertest.Same(t, line, in(t, "bash", `COMP_WORDBREAKS=' =:'; cuaderno() { printf -- '`+answers[line]+`'; }; `+x.ok("", "completion", "bash")+
				`COMP_LINE="`+line+`"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; _cuaderno 2>/dev/null; printf '<%s>' "${COMPREPLY[@]}"`), "<"+want+">")
		}
		servertest.Has(t, in(t, "bash", x.ok("", "completion", "bash")+"complete -p cuaderno"), "-F _cuaderno cuaderno")
	})
	t.Run("fish", func(t *testing.T) {
		for line, want := range map[string]string{
			"cuaderno tr": "train\tTrain the network\n", "cuaderno train --layer=g": "--layer=gru\n", "cuaderno classify --in=m": "--in=mine.csv\n", "cuaderno classify --in m": "mine.csv\n",
		} {
			servertest.Same(t, line, in(t, "fish", "function cuaderno; printf '"+answers[line]+"'; end\n"+x.ok("", "completion", "fish")+"complete -C '"+line+"'"), want)
		}
	})
	t.Run("zsh", func(t *testing.T) {
		script := "compdef() { echo for $2; }\n" + x.ok("", "completion", "zsh") +
			"_describe() { print -l -- $found; }; _files() { echo files; }; compset() { :; }; cuaderno() { printf -- '%s'; }\n"
		for line, want := range map[string]string{
			"cuaderno tr": "train:Train the network\n", "cuaderno train --layer=g": "--layer=gru\n", "cuaderno classify --in=m": "files\n",
		} {
			servertest.Same(t, line, in(t, "zsh", strings.Replace(script, "'%s'", "'"+answers[line]+"'", 1)+`LBUFFER="`+line+`" PREFIX=x; _cuaderno`), "for cuaderno\n"+want)
		}
	})
}

// Every command says what it does by examples, and those parse.
func TestExamplesParse(t *testing.T) {
	c := cli{Train: newTrainCmd()}
	parser, err := kong.New(&c, kong.Name("cuaderno"), kong.Vars{"version": "", "maxlen": "80"}, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"cuaderno-ID.safetensors", "model.weights.h5", "model.keras"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	checked := 0
	for _, node := range parser.Model.Leaves(true) {
		for n := node; n != nil; n = n.Parent {
			for line := range strings.Lines(n.Detail) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), "   ")
				line, _, _ = strings.Cut(line, " | ")
				line, _, _ = strings.Cut(line, " < ")
				if line == "" || strings.HasSuffix(line, ":") || !strings.HasPrefix(line, strings.Fields(n.Path())[0]) {
					continue
				}
				args := strings.Fields(line)
				if before, quoted, ok := strings.Cut(line, `"`); ok {
					args = append(strings.Fields(before), strings.Trim(quoted, `"`))
				}
				if _, err := parser.Parse(args); err != nil {
					t.Errorf("%s: %v", line, err)
				}
				checked++
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d examples were found", checked)
	}
}

func parseLine(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewReader([]byte(text))).Decode(into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func sizeOf(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// Each file is written, or is there already as it would be: neither order nor repetition needs --force, and
// no file that differs is touched without it.
func TestExportsAgreeOnFiles(t *testing.T) {
	x, run := trained(t)
	for range 2 {
		for _, format := range []string{"h5", "onnx", "safetensors", "json", "ipynb"} {
			var line exportLine
			parseLine(t, x.ok("", "export", "--run", run, "--format", format, "--json"), &line)
			servertest.Same(t, "bytes of "+format, line.Bytes, sizeOf(t, line.File))
		}
	}
	vocabulary := export.FileName(export.JSON, run)
	for name, args := range map[string][]string{
		vocabulary: {"export", "--format=json"}, "of weights": {"export", "--format=h5"}, export.FileName(export.H5, run): {"export"},
	} {
		t.Run(name, func(t *testing.T) {
			file := name
			if name == "of weights" {
				file = vocabulary
			}
			whole, err := os.ReadFile(file)
			servertest.Same(t, "error", err, nil)
			for what, text := range map[string]string{"empty": "", "shorter": string(whole[:len(whole)-1]), "longer": string(whole) + " ", "other": "!" + string(whole[1:])} {
				servertest.Same(t, "error", os.WriteFile(file, []byte(text), 0o600), nil)
				_, _, err := x.run(t.Context(), "", args...)
				if err == nil || !strings.Contains(err.Error(), file+" is there already") {
					t.Errorf("%s: %v", what, err)
				}
				now, err := os.ReadFile(file)
				servertest.Same(t, "error", err, nil)
				servertest.Same(t, what+" stays", string(now) == text, true)
			}
			x.ok("", append(args, "--force")...)
			now, err := os.ReadFile(file)
			servertest.Same(t, "error", err, nil)
			servertest.Same(t, "with --force", string(now) == string(whole), true)
		})
	}
}
