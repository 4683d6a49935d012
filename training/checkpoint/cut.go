package checkpoint

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// Cut is where a run stood, with all that another process needs to go on to the same bits.
type Cut struct {
	Settings training.Settings
	History  []fit.EpochDone // completed epochs
	Within   *fit.Position   // in the epoch after those; nil at its beginning
	Params   *nn.Params      // as they lay, good for going on alone
	State    op.State

	Arithmetic string // of the machine, see kernel.Arithmetic; only with the same come the same bits
	Mixed      bool   // the run has gone on with another before
}

// cutMeta is what of a Cut is no tensor.
type cutMeta struct {
	Settings training.Settings `json:"settings"`
	History  []fit.EpochDone   `json:"history"`
	Within   *fit.Position     `json:"within"`
	Step     uint64            `json:"step"`

	Arithmetic string `json:"arithmetic,omitempty"`
	Mixed      bool   `json:"mixed,omitempty"`
}

const (
	cutKey   = "cuaderno_cut"
	rowsName = "optimizer/rows"
)

// SaveCut writes a Cut as safetensors. The steps that rows have seen are written as float32, which
// holds whole numbers up to 16,777,216: more than a run has.
func SaveCut(w io.Writer, c Cut) error {
	text, err := json.Marshal(cutMeta{c.Settings, c.History, c.Within, c.State.Step, c.Arithmetic, c.Mixed})
	if err != nil {
		return fmt.Errorf("checkpoint: metadata: %w", err)
	}
	tensors := append(c.Params.All(nn.SpecOf(c.Settings)), c.State.Optimizer...)
	if rows := c.State.Rows; rows != nil {
		data := make([]float32, len(rows))
		for i, step := range rows {
			data[i] = float32(step)
		}
		tensors = append(tensors, nn.Named{Name: rowsName, Shape: []int{len(data)}, Data: data})
	}
	return WriteTensors(w, tensors, map[string]string{cutKey: string(text)})
}

// LoadCut reads what SaveCut wrote. Whether the state fits the optimizer is found out by Resume.
func LoadCut(r io.Reader) (c Cut, err error) {
	tensors, metadata, err := ReadTensors(r)
	if err != nil {
		return c, err
	}
	var m cutMeta
	if err := json.Unmarshal([]byte(metadata[cutKey]), &m); err != nil {
		return c, bad("its %q metadata: %v", cutKey, err)
	}
	if err := m.Settings.Validate(); err != nil {
		return c, fmt.Errorf("checkpoint: settings: %w", err)
	}
	c = Cut{
		Settings: m.Settings, History: m.History, Within: m.Within, State: op.State{Step: m.Step},
		Arithmetic: m.Arithmetic, Mixed: m.Mixed,
	}
	for _, t := range tensors {
		switch {
		case t.Name == rowsName:
			c.State.Rows = make([]int32, len(t.Data))
			for i, step := range t.Data {
				c.State.Rows[i] = int32(step)
			}
		case strings.HasPrefix(t.Name, "optimizer/"):
			c.State.Optimizer = append(c.State.Optimizer, t)
		}
	}
	c.Params, err = paramsOf(nn.SpecOf(m.Settings), tensors)
	return c, err
}
