// Package onnx writes a trained model as an ONNX file, which runtimes in many languages execute: in
// come rows of token ids, tokens [N, T] int32, padded as the settings say; out comes probability [N, 1].
//
// The file holds one graph of opset 14: Gather (the embedding), Transpose to time first, LSTM, GRU or
// RNN, the last state, MatMul, Add, Sigmoid. ONNX has another order of gates and transposed kernels:
//
//	Keras LSTM i f c o, kernel [D, 4H]    ONNX i o f c, W [1, 4H, D]
//	Keras GRU  z r h,   kernel [D, 3H]    ONNX z r h,   W [1, 3H, D], linear_before_reset = 1
package onnx
