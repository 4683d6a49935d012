package imdb

// MaxWords bounds the ids of one review; the longest official one has 2,495.
const MaxWords = chunkSize

const (
	chunkBits = 18 // 1 MB of int32
	chunkSize = 1 << chunkBits
)

// store keeps many short lists of ids in few large blocks: no header per list, no copy of the whole
// when it grows, and no more memory than the ids that really came. No list crosses a block.
type store struct {
	chunks [][]int32
	tail   []int32  // the block being filled
	from   []uint32 // block << chunkBits | place in the block, where each list begins
	size   []uint32 // ids of each finished list
}

// begin closes the list being filled and opens the next.
func (s *store) begin() {
	s.close()
	if len(s.tail) == cap(s.tail) {
		s.turn(0)
	}
	s.from = append(s.from, uint32(len(s.chunks))<<chunkBits|uint32(len(s.tail)))
}

// add appends to the open list. It reports false when the list is full.
func (s *store) add(id int32) bool {
	if len(s.tail) == cap(s.tail) && !s.makeRoom() {
		return false
	}
	s.tail = append(s.tail, id)
	return true
}

// makeRoom moves the open list to the start of a fresh block; false when it fills one by itself.
func (s *store) makeRoom() bool {
	n := s.open()
	if n == chunkSize {
		return false
	}
	s.turn(n)
	s.from[len(s.from)-1] = uint32(len(s.chunks)) << chunkBits
	return true
}

// turn files the full block without its last n ids, which open the next one.
func (s *store) turn(n int) {
	next := make([]int32, n, chunkSize)
	keep := len(s.tail) - n
	copy(next, s.tail[keep:])
	if s.tail != nil {
		s.chunks = append(s.chunks, s.tail[:keep])
	}
	s.tail = next
}

// open counts the ids of the list being filled.
func (s *store) open() int {
	return len(s.tail) - int(s.from[len(s.from)-1]&(chunkSize-1))
}

func (s *store) close() {
	if len(s.size) < len(s.from) {
		s.size = append(s.size, uint32(s.open()))
	}
}

// finish closes the last list; the store is read only from then on.
func (s *store) finish() {
	s.close()
	if len(s.tail) > 0 {
		s.chunks = append(s.chunks, s.tail)
	}
	s.tail = nil
}

func (s *store) lists() int { return len(s.from) }

// at gives list i of a finished store.
func (s *store) at(i int) []int32 {
	n := s.size[i]
	if n == 0 {
		return nil
	}
	chunk, from := s.from[i]>>chunkBits, s.from[i]&(chunkSize-1)
	return s.chunks[chunk][from : from+n : from+n]
}
