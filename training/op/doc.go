// Package op holds the network as a Gorgonia graph of a few fused operations, and the solvers.
//
// The graph is embedding -> recurrent layer -> dense -> loss -> update; each of them is one node,
// whatever the length of the sequence, and so is its gradient. Gorgonia orders, differentiates and runs
// the graph, step after step; inside a node our kernels work on buffers that are allocated once.
//
// Letters: B batch, S shards of 16 reviews, T time steps, V vocabulary, D features, H units, G gates.
// Dt and Ht are D and H in tiles of 16, rounded up; padding rows and columns stay zero. A tile is
// 16 reviews x 16 numbers in activations, 16 inputs x 16 outputs in weights.
//
// The same seed gives the same bits however many processors work: shards are fixed, every sum has
// one order, and dropout masks are keyed by seed, step and row.
package op
