package op

// tokens indexes a batch: which words occur, and where. It is what makes the embedding's gradient
// sparse.
type tokens struct {
	rows      []int32 // the distinct word ids, in order of appearance
	start     []int32 // where the positions of rows[i] begin; one longer than rows
	positions []int32 // review*T + time, grouped by word, in reading order

	slot  []int32  // [V] index into rows, valid where stamp is current
	stamp []uint32 // [V]
	now   uint32
	fill  []int32
}

func (k *tokens) init(vocabulary, positions int) {
	k.slot, k.stamp = make([]int32, vocabulary), make([]uint32, vocabulary)
	most := min(positions, vocabulary)
	k.rows = make([]int32, 0, most)
	k.start, k.fill = make([]int32, most+1), make([]int32, most)
	k.positions = make([]int32, positions)
}

// index reads ids [reviews, T], each below V.
func (k *tokens) index(ids []int32) {
	if k.now++; k.now == 0 {
		clear(k.stamp)
		k.now = 1
	}
	k.rows = k.rows[:0]
	for _, id := range ids {
		if k.stamp[id] != k.now {
			k.stamp[id], k.slot[id] = k.now, int32(len(k.rows))
			k.fill[len(k.rows)] = 0
			k.rows = append(k.rows, id)
		}
		k.fill[k.slot[id]]++
	}
	sum := int32(0)
	for i := range k.rows {
		k.start[i] = sum
		sum += k.fill[i]
		k.fill[i] = k.start[i]
	}
	k.start[len(k.rows)] = sum
	for p, id := range ids {
		i := k.slot[id]
		k.positions[k.fill[i]] = int32(p)
		k.fill[i]++
	}
}
