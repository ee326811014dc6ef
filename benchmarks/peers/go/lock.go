package main

import (
	"context"
	"fmt"
	"sync/atomic"

	// As it is in Debian's folders; elsewhere the path has a v3 in it.
	pb "go.etcd.io/etcd/api/etcdserverpb"
	"go.etcd.io/etcd/client/v3/concurrency"
)

const sessionSeconds = 60

// turns watches over one lock: at most one may hold it, and fencing tokens must rise.
type turns struct {
	holders    atomic.Int64
	lastToken  atomic.Int64
	violations atomic.Int64
}

func (watched *turns) begin(token int64) {
	if watched.holders.Add(1) != 1 {
		watched.violations.Add(1)
	}
	if watched.lastToken.Swap(token) >= token {
		watched.violations.Add(1)
	}
}

func (watched *turns) end() {
	watched.holders.Add(-1)
}

// lockUncontended locks and unlocks; each worker has a lock of its own.
func lockUncontended(asked run) (result, error) {
	return lockLoop(asked, func(worker int) int { return worker })
}

// lockContended locks and unlocks; all workers are on one lock.
func lockContended(asked run) (result, error) {
	return lockLoop(asked, func(worker int) int { return 0 })
}

func lockLoop(asked run, lockOf func(worker int) int) (result, error) {
	workers := make([]operation, asked.workers)
	watched := make([]turns, asked.workers)
	for i := range workers {
		session, err := concurrency.NewSession(asked.client, concurrency.WithTTL(sessionSeconds))
		if err != nil {
			return result{}, err
		}
		defer session.Close()
		number := lockOf(i)
		mutex := concurrency.NewMutex(session, fmt.Sprintf("%slock-%d", asked.prefix, number))
		workers[i] = lockAndUnlock(mutex, &watched[number])
	}
	measured, err := closedLoop(asked, workers, nothing, nothing)
	for i := range watched {
		measured.violations += watched[i].violations.Load()
	}
	return measured, err
}

func lockAndUnlock(mutex *concurrency.Mutex, watched *turns) operation {
	return func() error {
		if err := mutex.Lock(context.Background()); err != nil {
			return err
		}
		watched.begin(token(mutex))
		watched.end()
		return mutex.Unlock(context.Background())
	}
}

// token is the create revision of the holder's key, which the mutex shows in its guard only.
func token(mutex *concurrency.Mutex) int64 {
	guard := mutex.IsOwner()
	return guard.TargetUnion.(*pb.Compare_CreateRevision).CreateRevision
}
