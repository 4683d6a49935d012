//go:build !amd64 || noasm

package kernel_test

func available() []string { return []string{"go"} }
