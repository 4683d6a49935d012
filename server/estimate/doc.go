// Package estimate tells what a training would cost on this machine: time, from epochs that were trained here or from
// steps that it tries out, and memory. It knows settings, data sets and runs, no notebook and no page.
//
// # Goroutines
//
// An Estimator has one while something is to be measured; Close ends it and waits. It calls those who asked, who
// must not wait for it. While a cell or a training holds the Estimator nothing is measured.
package estimate
