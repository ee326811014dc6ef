package main

import (
	"math/rand"
	"sync/atomic"

	recipe "go.etcd.io/etcd/client/v3/experimental/recipes"
)

// readWriteTurns watches over one read-write lock: many readers or one writer.
type readWriteTurns struct {
	readers    atomic.Int64
	writers    atomic.Int64
	violations atomic.Int64
}

func (watched *readWriteTurns) read() {
	watched.readers.Add(1)
	if watched.writers.Load() != 0 {
		watched.violations.Add(1)
	}
	watched.readers.Add(-1)
}

func (watched *readWriteTurns) write() {
	if watched.writers.Add(1) != 1 || watched.readers.Load() != 0 {
		watched.violations.Add(1)
	}
	watched.writers.Add(-1)
}

// rwLock locks and unlocks a read-write lock that all workers share. This lock has no tokens.
func rwLock(asked run) (result, error) {
	crew, err := assemble(asked, false)
	if err != nil {
		return result{}, err
	}
	defer crew.disband()
	var watched readWriteTurns
	workers := make([]operation, asked.workers)
	for i, session := range crew.sessions {
		lock := recipe.NewRWMutex(session, asked.prefix+"lock")
		random := rand.New(rand.NewSource(int64(i)))
		workers[i] = func() error {
			if random.Intn(100) < asked.read {
				if err := lock.RLock(); err != nil {
					return err
				}
				watched.read()
				return lock.RUnlock()
			}
			if err := lock.Lock(); err != nil {
				return err
			}
			watched.write()
			return lock.Unlock()
		}
	}
	measured, err := closedLoop(asked, workers, nothing, nothing)
	measured.violations += watched.violations.Load()
	measured.details = []detail{{"read_percent", float64(asked.read)}}
	return measured, err
}
