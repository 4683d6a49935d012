package checkpoint

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"cuaderno/training/nn"
)

// ErrFormat says that a file is no safetensors file, or a damaged one.
var ErrFormat = errors.New("not a valid safetensors file")

// Bounds on what is read: a header of a few tensors, and numbers of the largest model allowed.
const (
	maxHeader = 1 << 20
	maxData   = 4 << 30
	maxRank   = 8
)

type entry struct {
	DType   string    `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"`
}

// WriteTensors writes float32 tensors, in their order, and metadata.
func WriteTensors(w io.Writer, tensors []nn.Named, metadata map[string]string) error {
	header := map[string]any{"__metadata__": metadata}
	end := uint64(0)
	for _, t := range tensors {
		size := 4 * uint64(len(t.Data))
		header[t.Name] = entry{"F32", t.Shape, [2]uint64{end, end + size}}
		end += size
	}
	text, err := json.Marshal(header)
	if err != nil {
		return fmt.Errorf("checkpoint: header: %w", err)
	}
	for len(text)%8 != 0 {
		text = append(text, ' ') // the numbers begin aligned
	}
	out := bufio.NewWriterSize(w, 1<<16)
	buf := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	out.Write(buf)
	out.Write(text)
	for _, t := range tensors {
		for part := range slices.Chunk(t.Data, 1<<12) {
			buf = buf[:0]
			for _, x := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
			}
			out.Write(buf)
		}
	}
	if err := out.Flush(); err != nil { // remembers the first error of all writes
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// readHeader reads what stands before the numbers: every tensor's entry, and the metadata.
func readHeader(in io.Reader) (entries map[string]json.RawMessage, metadata map[string]string, err error) {
	var size [8]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return nil, nil, bad("its length is missing: %v", err)
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n < 2 || n > maxHeader {
		return nil, nil, bad("a header of %d bytes", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, nil, bad("the header is cut off: %v", err)
	}
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, nil, bad("the header: %v", err)
	}
	if raw, ok := entries["__metadata__"]; ok {
		if err := json.Unmarshal(raw, &metadata); err != nil {
			return nil, nil, bad("the metadata: %v", err)
		}
		delete(entries, "__metadata__")
	}
	return entries, metadata, nil
}

// ReadTensors reads a file of float32 tensors. What it allocates is bounded by what the file holds.
func ReadTensors(r io.Reader) ([]nn.Named, map[string]string, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	header, metadata, err := readHeader(in)
	if err != nil {
		return nil, nil, err
	}
	type placed struct {
		nn.Named
		at [2]uint64
	}
	var all []placed
	for name, raw := range header {
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, nil, bad("tensor %.60q: %v", name, err)
		}
		if e.DType != "F32" {
			return nil, nil, bad("tensor %.60q has type %.20q, only F32 is read", name, e.DType)
		}
		if len(e.Shape) > maxRank {
			return nil, nil, bad("tensor %.60q has %d dimensions; at most %d are read", name, len(e.Shape), maxRank)
		}
		count := uint64(1)
		for _, d := range e.Shape {
			if d < 0 || uint64(d) > maxData || count > maxData {
				return nil, nil, bad("tensor %.60q has shape %v", name, e.Shape)
			}
			count *= uint64(d)
		}
		if e.Offsets[1] < e.Offsets[0] || e.Offsets[1] > maxData || e.Offsets[1]-e.Offsets[0] != 4*count {
			return nil, nil, bad("tensor %.60q of shape %v lies at %v", name, e.Shape, e.Offsets)
		}
		all = append(all, placed{nn.Named{Name: name, Shape: e.Shape}, e.Offsets})
	}
	slices.SortFunc(all, func(a, b placed) int {
		if a.at != b.at {
			return slices.Compare(a.at[:], b.at[:])
		}
		return 0
	})
	tensors := make([]nn.Named, 0, len(all))
	end := uint64(0)
	for _, t := range all {
		if t.at[0] != end {
			return nil, nil, bad("tensor %.60q begins at %d, not at %d", t.Name, t.at[0], end)
		}
		end = t.at[1]
		var err error
		if t.Data, err = readFloats(in, int((t.at[1]-t.at[0])/4)); err != nil {
			return nil, nil, bad("tensor %.60q is cut off: %v", t.Name, err)
		}
		tensors = append(tensors, t.Named)
	}
	if _, err := in.ReadByte(); err != io.EOF {
		return nil, nil, bad("there is more after the last tensor")
	}
	return tensors, metadata, nil
}

// readFloats grows with what is really there, so that a false size costs nothing.
func readFloats(r io.Reader, n int) ([]float32, error) {
	const chunk = 1 << 14
	out := make([]float32, 0, min(n, chunk))
	buf := make([]byte, 4*min(n, chunk))
	for len(out) < n {
		part := buf[:4*min(n-len(out), chunk)]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		for ; len(part) > 0; part = part[4:] {
			out = append(out, math.Float32frombits(binary.LittleEndian.Uint32(part)))
		}
	}
	return out, nil
}

func bad(format string, args ...any) error {
	return fmt.Errorf("checkpoint: %w: %s", ErrFormat, fmt.Sprintf(format, args...))
}
