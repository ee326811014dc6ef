package main

import (
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/client/v3/concurrency"
	recipe "go.etcd.io/etcd/client/v3/experimental/recipes"
)

// standing is how long those who wait stand there before the one comes for whom they wait: this
// client's watches begin in etcd's past, and are served every 100 ms at first.
const standing = 150 * time.Millisecond

// rounds does one round of those who wait for one another: gives the time from the call of the one
// to the return of the last, and how many returned before that call.
type rounds func() (time.Duration, int64, error)

// gathering is a case in which many wait for one another, again and again.
type gathering struct {
	kind func(*crew, string) rounds
}

func (gathering gathering) measure(asked run) (result, error) {
	crew, err := assemble(asked, false)
	if err != nil {
		return result{}, err
	}
	defer crew.disband()
	next := gathering.kind(crew, asked.prefix+"barrier")
	if _, _, err := repeatRounds(next, asked.warmup); err != nil {
		return result{}, err
	}
	cpu, begun := processTime(), time.Now()
	took, violations, err := repeatRounds(next, asked.measured)
	if err != nil {
		return result{}, err
	}
	all := merged([][]time.Duration{took})
	return result{
		workers:    asked.workers,
		seconds:    time.Since(begun).Seconds(),
		ops:        len(all),
		p50:        percentile(all, 0.50),
		p99:        percentile(all, 0.99),
		cpu:        processTime() - cpu,
		violations: violations,
	}, nil
}

func repeatRounds(next rounds, length time.Duration) ([]time.Duration, int64, error) {
	var all []time.Duration
	var violations int64
	for begun := time.Now(); ; {
		took, early, err := next()
		if err != nil {
			return nil, 0, err
		}
		all = append(all, took)
		violations += early
		if time.Since(begun) >= length {
			return all, violations, nil
		}
	}
}

// barrierRounds is waiting for a barrier's release.
func barrierRounds(crew *crew, name string) rounds {
	client := crew.sessions[0].Client()
	return func() (time.Duration, int64, error) {
		barrier := recipe.NewBarrier(client, name)
		if err := barrier.Hold(); err != nil {
			return 0, 0, err
		}
		var released atomic.Bool
		var early atomic.Int64
		waiters := begin(len(crew.sessions), func(int) error {
			err := recipe.NewBarrier(client, name).Wait()
			if !released.Load() {
				early.Add(1)
			}
			return err
		})
		time.Sleep(standing)
		released.Store(true)
		called := time.Now()
		if err := barrier.Release(); err != nil {
			return 0, 0, err
		}
		last, err := waiters.lastReturn()
		return last.Sub(called), early.Load(), err
	}
}

// doubleBarrierRounds is entering a double barrier, which the last one completes, and leaving it, all
// at once.
func doubleBarrierRounds(sessions []*concurrency.Session, name string) func() (
	entered, left time.Duration, early int64, err error) {
	count := len(sessions)
	members := make([]*recipe.DoubleBarrier, count)
	for i, session := range sessions {
		members[i] = recipe.NewDoubleBarrier(session, name, count)
	}
	return func() (time.Duration, time.Duration, int64, error) {
		var called atomic.Int64
		var early atomic.Int64
		others := begin(count-1, func(i int) error {
			called.Add(1)
			err := members[i+1].Enter()
			if called.Load() < int64(count) {
				early.Add(1)
			}
			return err
		})
		time.Sleep(standing)
		called.Add(1)
		entering := time.Now()
		if err := members[0].Enter(); err != nil {
			return 0, 0, 0, err
		}
		lastIn := time.Now()
		lastOther, err := others.lastReturn()
		if err != nil {
			return 0, 0, 0, err
		}
		if lastOther.After(lastIn) {
			lastIn = lastOther
		}
		together := make(chan struct{})
		called.Store(0)
		all := begin(count, func(i int) error {
			<-together
			called.Add(1)
			err := members[i].Leave()
			if called.Load() < int64(count) {
				early.Add(1)
			}
			return err
		})
		leaving := time.Now()
		close(together)
		lastOut, err := all.lastReturn()
		return lastIn.Sub(entering), lastOut.Sub(leaving), early.Load(), err
	}
}

func enterRounds(crew *crew, name string) rounds {
	both := doubleBarrierRounds(crew.sessions, name)
	return func() (time.Duration, int64, error) {
		entered, _, early, err := both()
		return entered, early, err
	}
}

func leaveRounds(crew *crew, name string) rounds {
	both := doubleBarrierRounds(crew.sessions, name)
	return func() (time.Duration, int64, error) {
		_, left, early, err := both()
		return left, early, err
	}
}

// crowd is goroutines that each do one thing once.
type crowd struct {
	returns chan time.Time
	failed  chan error
	count   int
}

func begin(count int, deed func(int) error) *crowd {
	crowd := &crowd{make(chan time.Time, count), make(chan error, count), count}
	for i := 0; i < count; i++ {
		go func(i int) {
			err := deed(i)
			crowd.returns <- time.Now()
			crowd.failed <- err
		}(i)
	}
	return crowd
}

func (crowd *crowd) lastReturn() (time.Time, error) {
	var last time.Time
	for i := 0; i < crowd.count; i++ {
		if at := <-crowd.returns; at.After(last) {
			last = at
		}
	}
	return last, firstOf(crowd.failed, crowd.count)
}
