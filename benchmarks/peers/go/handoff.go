package main

import (
	"math"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/client/v3/concurrency"
)

// handoff is a case in which the workers hold for a while and pass on. An operation is a handover;
// its duration is the time from the return of a release to the next grant, 0 when the grant came
// first.
type handoff struct {
	kind       func(*concurrency.Session, string) exclusive
	ownClients bool
}

// release is the end of one hold. The next holder looks at it at the end of its own hold, when the
// release has long returned.
type release struct {
	called   time.Time
	returned atomic.Pointer[time.Time]
}

func (before *release) gapUntil(granted time.Time) time.Duration {
	returned := before.returned.Load()
	if returned == nil || granted.Before(*returned) {
		return 0
	}
	return granted.Sub(*returned)
}

func (handed handoff) measure(asked run) (result, error) {
	crew, err := assemble(asked, handed.ownClients)
	if err != nil {
		return result{}, err
	}
	defer crew.disband()
	var watched turns
	var last atomic.Pointer[release]
	var callToGrant atomic.Int64
	workers := make([]timedOperation, asked.workers)
	for i, session := range crew.sessions {
		lock := handed.kind(session, asked.prefix+"lock")
		workers[i] = func() (time.Duration, error) {
			token, err := lock.acquire()
			if err != nil {
				return 0, err
			}
			granted := time.Now()
			watched.begin(token)
			before := last.Load()
			time.Sleep(asked.hold)
			gap := time.Duration(0)
			if before != nil {
				gap = before.gapUntil(granted)
				callToGrant.Add(int64(granted.Sub(before.called)))
			}
			watched.end()
			end := &release{called: time.Now()}
			last.Store(end)
			err = lock.release()
			returned := time.Now()
			end.returned.Store(&returned)
			return gap, err
		}
	}
	var atOpening, atClosing int64
	measured, err := timedLoop(asked, workers,
		func() { atOpening = callToGrant.Load() },
		func() { atClosing = callToGrant.Load() })
	measured.violations += watched.violations.Load()
	measured.details = []detail{
		{"hold_ms", float64(asked.hold.Milliseconds())},
		{"call_to_grant_mean_us",
			float64(atClosing-atOpening) / 1e3 / math.Max(1, float64(measured.ops))},
	}
	return measured, err
}
