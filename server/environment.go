package main

import (
	"fmt"
	"os"
	"strings"
)

// unsetEmpty takes our variables that are empty out of the environment: Compose passes one on for every
// variable that nobody has set, and it is to mean no more than that.
func unsetEmpty() error {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if value != "" || !strings.HasPrefix(name, "CUADERNO_") {
			continue
		}
		if err := os.Unsetenv(name); err != nil {
			return fmt.Errorf("%s is empty and cannot be unset: %w", name, err)
		}
	}
	return nil
}
