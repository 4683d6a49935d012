// Package checkpoint writes a model to one file and reads it back.
//
// The file is a .safetensors file: eight bytes of header length, a JSON header that names every
// tensor with its type, shape and place, then the numbers, little-endian. The tensors have Keras'
// names, shapes and gate order; what else a run needs to be told stands in the header's metadata.
package checkpoint
