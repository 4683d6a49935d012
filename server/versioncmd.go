package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCmd tells what was built, from what, by what.
type versionCmd struct {
	JSON bool `help:"One JSON object on standard output."`
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
	info, _ := debug.ReadBuildInfo()
	line := versionOf(info)
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(line)
	}
	text := "cuaderno " + line.Version
	if line.Revision != "" {
		text += ", revision " + line.Revision
		if line.Modified {
			text += " and changes"
		}
		text += " of " + line.Time
	}
	_, err := fmt.Fprintf(s.Out, "%s, %s, %s\n", text, line.Go, line.Platform)
	return err
}

// versionOf reads what the build has noted; info may be nil.
func versionOf(info *debug.BuildInfo) versionLine {
	line := versionLine{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return line
	}
	line.Version = info.Main.Version
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
	return line
}
