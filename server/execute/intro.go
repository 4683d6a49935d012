package execute

import (
	"context"
	"runtime"

	"github.com/klauspost/cpuid/v2"

	"cuaderno/server/notebook"
	"cuaderno/training/kernel"
	"cuaderno/web"
)

// intro tells what the lesson runs on.
func (x execution) intro(context.Context) (notebook.Finish, error) {
	return done(web.IntroResult{Go: runtime.Version(), CPU: cpuid.CPU.BrandName, Cores: runtime.GOMAXPROCS(0), Kernel: kernel.ISA()})
}
