package hdf5

import "bytes"

// The ways in which the newest layout finds its chunks.
const (
	indexSingle   = 1
	indexImplicit = 2
	indexFixed    = 3
	indexGrowing  = 4
	indexTree     = 5

	flagPartial  = 1 // chunks at the edge are not packed
	flagFiltered = 2 // the only chunk is packed
)

// indexed lists the chunks of a dataset in the newest layout. The cursor stands at the kind of index;
// size is that of a chunk, unpacked.
func (a Array) indexed(c cursor, g grid, flags uint64, needed int, size uint64) ([]place, error) {
	f := a.file
	space, _ := a.header.find(msgDataspace)
	if f.grows(space, a.Shape) {
		return nil, bad("a dataset in chunks that may grow (maxshape) in the form of libver='latest' is not read")
	}
	if flags&flagPartial != 0 {
		return nil, bad("chunks that are packed only inside a dataset, not at its edge, are not read")
	}
	out := make([]place, needed)
	for i := range out {
		out[i] = place{size: size, offset: g.at(i)}
	}
	switch kind := c.uint(1); kind {
	case indexSingle:
		if needed != 1 {
			return nil, bad("one chunk where %d are needed", needed)
		}
		if flags&flagFiltered != 0 {
			out[0].size, out[0].skipped = c.uint(f.l), c.uint(4)
		}
		out[0].address = c.uint(f.o)
	case indexImplicit:
		first := c.uint(f.o)
		if first == undefined {
			return nil, bad("its chunks are not there")
		}
		for i := range out {
			out[i].address = first + uint64(i)*size
		}
	case indexFixed:
		c.skip(1) // the size of a page, which the array says too
		if err := f.fixedArray(c.uint(f.o), out); err != nil {
			return nil, err
		}
	case indexGrowing, indexTree:
		return nil, bad("chunks in an index that can grow (%d) are not read", kind)
	default:
		return nil, bad("chunks in an index of kind %d are not read", kind)
	}
	if c.short {
		return nil, bad("its layout is cut off")
	}
	for _, p := range out {
		if p.address == undefined {
			return nil, bad("a chunk at %v is not there", p.offset)
		}
	}
	return out, nil
}

// at is where in the dataset the chunk with a number lies, row by row.
func (g grid) at(i int) []int {
	offset := make([]int, len(g.shape))
	for d := len(offset) - 1; d >= 0; d-- {
		n := (g.shape[d] + g.chunk[d] - 1) / g.chunk[d]
		offset[d] = i % n * g.chunk[d]
		i /= n
	}
	return offset
}

// fixedArray reads where the chunks lie, all that there can ever be, in their order.
func (f *File) fixedArray(address uint64, out []place) error {
	b, err := f.checked(address, uint64(12+f.l+f.o))
	if err != nil {
		return err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("FAHD")) {
		return bad("at %d there is no list of chunks", address)
	}
	c.skip(1)
	packed, entry, page := c.uint(1) == 1, c.count(1), c.uint(1)
	n, at := c.uint(f.l), c.uint(f.o)
	least := f.o
	if packed {
		least += 4 + 1
	}
	if c.short || n != uint64(len(out)) || entry < least || page > 20 || entry*len(out) > maxPiece {
		return bad("a list of chunks at %d says what cannot be", address)
	}
	read := func(b []byte, out []place) {
		c := cursor{b: b}
		for i := range out {
			out[i].address = c.uint(f.o)
			if packed {
				out[i].size = c.uint(entry - f.o - 4)
				out[i].skipped = c.uint(4)
			}
		}
	}
	each, head := 1<<page, 6+f.o
	if len(out) <= each { // no pages
		b, err := f.checked(at, uint64(head+entry*len(out)+4))
		if err != nil {
			return err
		}
		read(b[head:], out)
		return nil
	}
	pages := (len(out) + each - 1) / each
	head += (pages + 7) / 8 // bits that tell which pages are there
	b, err = f.checked(at, uint64(head+4))
	if err != nil {
		return err
	}
	made := b[6+f.o:]
	at += uint64(head + 4)
	for i := range pages {
		part := out[i*each : min(i*each+each, len(out))]
		if made[i/8]>>(7-i%8)&1 == 0 {
			return bad("a chunk at %v is not there", part[0].offset)
		}
		b, err := f.checked(at, uint64(entry*len(part)+4))
		if err != nil {
			return err
		}
		read(b, part)
		at += uint64(entry*each + 4)
	}
	return nil
}
