//go:build !amd64 || noasm

package kernel

func tables() []*table { return []*table{&plain} }
