package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"slices"
	"strconv"
)

// filters that a dataset in chunks may have gone through.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
)

// filterName names those that h5py may have used, and others by their number.
func filterName(id uint64) string {
	if name, ok := map[uint64]string{4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf"}[id]; ok {
		return name
	}
	return strconv.FormatUint(id, 10)
}

// maxChunk is the largest chunk, unpacked: the format allows 4 GB, h5py makes them below 1 MB.
const maxChunk = 64 << 20

// grid is how a dataset is cut into chunks.
type grid struct {
	shape, chunk, strides []int // strides in bytes of the whole
	elem                  int
	filters               []uint64
}

// chunks puts a dataset together from its chunks. The cursor stands behind the layout's class.
func (a Array) chunks(c cursor, version uint64, elem, count int) ([]byte, error) {
	rank := len(a.Shape)
	g := grid{shape: a.Shape, chunk: make([]int, rank), strides: make([]int, rank), elem: elem}
	var flags, tree uint64
	width := 4 // of a dimension
	if version == 4 {
		flags = c.uint(1)
	}
	if d := c.count(1); d != rank+1 || rank == 0 {
		return nil, bad("chunks of %d dimensions", d-1)
	}
	if version == 4 {
		width = c.count(1)
	} else {
		tree = c.uint(a.file.o)
	}
	size, needed := elem, 1
	for i := range g.chunk {
		g.chunk[i] = c.count(width)
		if g.chunk[i] < 1 || size > maxChunk/g.chunk[i] {
			return nil, bad("a chunk that is too large or empty")
		}
		size *= g.chunk[i]
		needed *= (a.Shape[i] + g.chunk[i] - 1) / g.chunk[i]
	}
	c.skip(width) // of a number
	if needed > maxReads || needed*size > 2*8*MaxNumbers {
		return nil, bad("%d chunks of %d bytes", needed, size)
	}
	if c.short || tree == undefined {
		return nil, bad("its chunks are not there")
	}
	for i, s := rank-1, elem; i >= 0; i-- {
		g.strides[i] = s
		s *= a.Shape[i]
	}
	var err error
	if g.filters, err = filters(a.header); err != nil {
		return nil, err
	}
	var places []place
	if version == 4 {
		places, err = a.indexed(c, g, flags, needed, uint64(size))
	} else {
		places, err = a.file.places(tree, rank, maxDepth, nil)
	}
	if err != nil {
		return nil, err
	}
	if len(places) != needed {
		return nil, bad("%d chunks where %d are needed", len(places), needed)
	}
	out := make([]byte, count*elem)
	seen := map[int]bool{}
	for _, p := range places {
		if p.size > uint64(size)+uint64(size)/64+1024 {
			return nil, bad("a chunk that packing has made larger: %d bytes for %d", p.size, size)
		}
		raw, err := a.file.raw(p.address, p.size)
		if err != nil {
			return nil, err
		}
		if raw, err = g.undo(raw, p.skipped, size); err != nil {
			return nil, err
		}
		start, err := g.start(p.offset)
		if err != nil {
			return nil, err
		}
		if seen[start] {
			return nil, bad("two chunks at %v", p.offset)
		}
		seen[start] = true
		g.put(out, raw, p.offset)
	}
	return out, nil
}

// place is where a chunk lies in the file and in the dataset.
type place struct {
	address, size, skipped uint64
	offset                 []int
}

func (f *File) places(address uint64, rank, depth int, out []place) ([]place, error) {
	if depth == 0 {
		return nil, bad("a tree of chunks without end")
	}
	n, leaf, c, err := f.node(address, 1, 8+8*(rank+1))
	if err != nil {
		return nil, err
	}
	for range n {
		p := place{size: c.uint(4), skipped: c.uint(4), offset: make([]int, rank)}
		for i := range p.offset {
			p.offset[i] = c.count(8)
		}
		c.skip(8)
		p.address = c.uint(f.o)
		if c.short {
			return nil, bad("a tree of chunks is damaged")
		}
		if leaf {
			if out = append(out, p); len(out) > maxReads {
				return nil, bad("more than %d chunks", maxReads)
			}
		} else if out, err = f.places(p.address, rank, depth-1, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// filters lists what was done to each chunk, in that order.
func filters(h header) ([]uint64, error) {
	b, ok := h.find(msgFilters)
	if !ok {
		return nil, nil
	}
	c := cursor{b: b}
	version, n := c.uint(1), c.count(1)
	if version == 1 {
		c.skip(6)
	}
	var out []uint64
	for range n {
		id, name := c.uint(2), 0
		if version == 1 || id >= 256 {
			name = c.count(2)
		}
		c.skip(2)
		values := c.count(2)
		c.skip(name)
		c.skip(4 * values)
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		if c.short {
			return nil, bad("its filters are damaged")
		}
		if id != filterDeflate && id != filterShuffle && id != filterFletcher {
			return nil, bad("chunks packed by the filter %s are not read, only by gzip", filterName(id))
		}
		out = append(out, id)
	}
	return out, nil
}

// undo unpacks a chunk of size bytes.
func (g grid) undo(raw []byte, skipped uint64, size int) ([]byte, error) {
	for i, id := range slices.Backward(g.filters) {
		if i < 32 && skipped>>i&1 == 1 {
			continue
		}
		switch id {
		case filterDeflate:
			z, err := zlib.NewReader(bytes.NewReader(raw))
			if err != nil {
				return nil, bad("a chunk: %v", err)
			}
			// One byte more than there may be tells a chunk that is too long; 4 are a checksum.
			if raw, err = io.ReadAll(io.LimitReader(z, int64(size)+5)); err != nil {
				return nil, bad("a chunk: %v", err)
			}
		case filterShuffle:
			raw = unshuffle(raw, g.elem)
		case filterFletcher:
			at := len(raw) - 4
			if at < 0 || binary.LittleEndian.Uint32(raw[at:]) != fletcher32(raw[:at]) {
				return nil, bad("a chunk is damaged: its checksum is another")
			}
			raw = raw[:at]
		}
	}
	if len(raw) != size {
		return nil, bad("a chunk of %d bytes, not %d", len(raw), size)
	}
	return raw, nil
}

// unshuffle brings together the bytes of each number, of which first come all first ones.
func unshuffle(raw []byte, elem int) []byte {
	out, n := make([]byte, len(raw)), len(raw)/elem
	for i := range n {
		for j := range elem {
			out[i*elem+j] = raw[j*n+i]
		}
	}
	copy(out[n*elem:], raw[n*elem:])
	return out
}

// start is the place of a chunk's first byte in the whole.
func (g grid) start(offset []int) (int, error) {
	at := 0
	for i, o := range offset {
		if o >= g.shape[i] || o%g.chunk[i] != 0 {
			return 0, bad("a chunk at %v", offset)
		}
		at += o * g.strides[i]
	}
	return at, nil
}

// put copies a chunk to its place; what reaches beyond the dataset is left out.
func (g grid) put(out, raw []byte, offset []int) {
	last := len(offset) - 1
	at := make([]int, last) // of the row in the chunk
	width := min(g.chunk[last], g.shape[last]-offset[last]) * g.elem
	for row := 0; ; row++ {
		to, inside := offset[last]*g.elem, true
		for i, k := range at {
			to += (offset[i] + k) * g.strides[i]
			inside = inside && offset[i]+k < g.shape[i]
		}
		if inside {
			from := row * g.chunk[last] * g.elem
			copy(out[to:to+width], raw[from:from+width])
		}
		i := last - 1
		for ; i >= 0; i-- {
			if at[i]++; at[i] < g.chunk[i] {
				break
			}
			at[i] = 0
		}
		if i < 0 {
			return
		}
	}
}
