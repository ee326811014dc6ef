package main

import (
	"context"
	"fmt"
	"strings"
)

const (
	putKeys    = 10000
	valueBytes = 32
)

// rawPut puts 32 bytes to 10 000 keys in turn; each worker has one put in flight.
func rawPut(asked run) (result, error) {
	value := strings.Repeat("x", valueBytes)
	workers := make([]operation, asked.workers)
	for i := range workers {
		next := i % putKeys
		workers[i] = func() error {
			key := fmt.Sprintf("%s%05d", asked.prefix, next)
			next = (next + asked.workers) % putKeys
			_, err := asked.client.Put(context.Background(), key, value)
			return err
		}
	}
	return closedLoop(asked, workers, nothing, nothing)
}
