package main

import (
	"testing"

	"cuaderno/server/servertest"
)

func TestMain(m *testing.M) { servertest.Main(m) }
