package main

import (
	"os"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// Standard input is read as a file is: what is refused there is refused here.
func TestStandardInput(t *testing.T) {
	x, _ := trained(t)
	plain := x.ok("great film\n", "classify", "-")
	for name, in := range map[string]string{
		"a mark before it": "\ufeffgreat film\n", "blank lines": "\n  \r\ngreat film\r\n\n", "CR": "great film\r", "no end": "great film",
	} {
		t.Run(name, func(t *testing.T) { servertest.Same(t, "verdict", x.ok(in, "classify", "-"), plain) })
	}
	for name, c := range map[string]struct {
		in, want string
		args     []string
	}{
		"Latin-1":   {"fine\ncaf\xe9 film\n", "line 2: not UTF-8: byte 4 is 0xe9; save the file again as UTF-8 (--skip-faulty", []string{"-"}},
		"UTF-16":    {"\xff\xfeg\x00", "UTF-16", []string{"-"}},
		"nothing":   {"", "standard input: there is no review", []string{"-"}},
		"blanks":    {"\n \n", "standard input: there is no review", []string{"-"}},
		"no table":  {"fine\n", "--kind txt", []string{"--in=-"}},
		"one blank": {"", "there is no text", []string{"  "}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := x.run(t.Context(), c.in, append([]string{"classify"}, c.args...)...)
			servertest.Same(t, "exit code", exitCode(err), 1)
			servertest.Has(t, err.Error(), c.want)
			if c.want == "UTF-16" && strings.Contains(err.Error(), "skip-faulty") {
				t.Error("a hint that cannot help")
			}
		})
	}
	t.Run("left out", func(t *testing.T) {
		out, errs, err := x.run(t.Context(), "caf\xe9\n"+strings.Repeat("a", 20_001)+"\ngreat film\n", "classify", "-", "--skip-faulty")
		if err != nil {
			t.Fatal(err)
		}
		servertest.Same(t, "verdicts", out, plain)
		servertest.Has(t, errs, `place="line 2"`)
	})
	t.Run("a table", func(t *testing.T) {
		const table = "id,opinion,mood\n1,great film,positive\n"
		servertest.Same(t, "by lines", x.ok(table, "classify", "-", "--kind=csv", "--text-column=opinion"), plain)
		out := x.ok(table, "classify", "--in=-", "--kind=csv", "--text-column=opinion", "--label-column=mood")
		servertest.Has(t, out, "great film,positive,")
		_, errs, err := x.run(t.Context(), "review,sentiment\n"+strings.Repeat("fine,1\nbad,0\n", 4), train("--epochs=1", "--reviews=-", "--kind=csv")...)
		if err != nil {
			t.Fatal(err)
		}
		servertest.Has(t, errs, "your own, 4 to train, 4 to test\n")
	})
}

// What classify writes opens in spreadsheets as text, and comes back as it was.
func TestJudgedForSpreadsheets(t *testing.T) {
	x, _ := trained(t)
	first := x.ok("=1+1 great film\n'quoted' film\n- bad film\n", "classify", "--in=-", "--kind=txt", "--bom")
	for _, want := range []string{"\ufeffreview,sentiment,probability,verdict\n", "\n'=1+1 great film,", "\n'quoted' film,", "\n'- bad film,"} {
		servertest.Has(t, first, want)
	}
	if err := os.WriteFile("judged.csv", []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	servertest.Same(t, "again", "\ufeff"+x.ok("", "classify", "--in=judged.csv"), first)
}

// A name that cannot be written is told by what the reader typed, not by a scratch file of ours.
func TestOutputIsNamed(t *testing.T) {
	x, _ := trained(t)
	if err := os.WriteFile("in.txt", []byte("fine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"classify": {"classify", "--in=in.txt", "-o", "nodir/x.csv"}, "export": {"export", "-o", "nodir/x.onnx"}, "train": train("--epochs=1", "--save=nodir/x.onnx"),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := x.run(t.Context(), "", args...)
			if err == nil || !strings.Contains(err.Error(), "there is no directory nodir") || strings.Contains(err.Error(), ".cuaderno-") {
				t.Error(err)
			}
		})
	}
}
