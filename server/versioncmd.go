package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCmd tells what was built, from what, by what.
type versionCmd struct {
	JSON bool `env:"-" help:"One JSON object on standard output."`
}

type versionLine struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`     // of the revision
	Modified bool   `json:"modified,omitempty"` // whether the tree had moved on from it
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run implements kong's command.
func (c versionCmd) Run(s streams) error {
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(built())
	}
	_, err := fmt.Fprintln(s.Out, built())
	return err
}

// String is what --version says.
func (l versionLine) String() string {
	text := "cuaderno " + l.Version
	if l.Revision != "" {
		text += ", revision " + l.Revision
		if l.Modified {
			text += " and changes"
		}
		text += " of " + l.Time
	}
	return fmt.Sprintf("%s, %s, %s", text, l.Go, l.Platform)
}

// release is the version, where the linker is told one: -ldflags "-X main.release=…".
var release string

// built is this program.
func built() versionLine {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info, release)
}

// version is the program's in short, for logs.
func version() string { return built().Version + " " + runtime.Version() }

// versionOf reads what the linker was told and the build has noted; info may be nil.
func versionOf(info *debug.BuildInfo, release string) versionLine {
	line := versionLine{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info != nil {
		line.note(info)
	}
	if release != "" {
		line.Version = release
	}
	return line
}

func (line *versionLine) note(info *debug.BuildInfo) {
	if info.Main.Version != "" {
		line.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			line.Revision = s.Value
		case "vcs.time":
			line.Time = s.Value
		case "vcs.modified":
			line.Modified = s.Value == "true"
		}
	}
	if line.Version == "(devel)" && line.Revision != "" {
		line.Version = line.Revision[:min(12, len(line.Revision))]
	}
}
