package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// operation is what one worker does again and again.
type operation func() error

// timedOperation is an operation that says itself how long it took.
type timedOperation func() (time.Duration, error)

// detail is a further number of a result.
type detail struct {
	name  string
	value float64
}

// result is what one line of the output says.
type result struct {
	workers    int
	seconds    float64
	ops        int
	p50        time.Duration
	p99        time.Duration
	cpu        time.Duration
	violations int64
	details    []detail
	// latencies are those of all operations, sorted, where a case keeps them.
	latencies []time.Duration
}

// phase is told to the workers, which keep only what ends while it is measuring.
const (
	warming int32 = iota
	measuring
	ending
)

// closedLoop runs the workers for the warm-up and then for what is measured. Each begins its next
// operation when the one before has ended. atOpening and atClosing run when the measurement does.
func closedLoop(asked run, workers []operation, atOpening, atClosing func()) (result, error) {
	timed := make([]timedOperation, len(workers))
	for i, work := range workers {
		timed[i] = func(work operation) timedOperation {
			return func() (time.Duration, error) {
				begun := time.Now()
				err := work()
				return time.Since(begun), err
			}
		}(work)
	}
	return timedLoop(asked, timed, atOpening, atClosing)
}

// timedLoop does what closedLoop does, with operations that say themselves how long they took.
func timedLoop(
	asked run, workers []timedOperation, atOpening, atClosing func(),
) (result, error) {
	var phase atomic.Int32
	var group sync.WaitGroup
	failures := make(chan error, len(workers))
	latencies := make([][]time.Duration, len(workers))
	for i, work := range workers {
		group.Add(1)
		go func(i int, work timedOperation) {
			defer group.Done()
			for phase.Load() != ending {
				took, err := work()
				if err != nil {
					failures <- err
					return
				}
				if phase.Load() == measuring {
					latencies[i] = append(latencies[i], took)
				}
			}
		}(i, work)
	}
	time.Sleep(asked.warmup)
	atOpening()
	cpu, opened := processTime(), time.Now()
	phase.Store(measuring)
	time.Sleep(asked.measured)
	phase.Store(ending)
	seconds, used := time.Since(opened).Seconds(), processTime()-cpu
	atClosing()
	group.Wait()
	select {
	case err := <-failures:
		return result{}, err
	default:
	}
	all := merged(latencies)
	return result{
		workers: len(workers),
		seconds: seconds,
		ops:     len(all),
		p50:     percentile(all, 0.50),
		p99:     percentile(all, 0.99),
		cpu:     used,

		latencies: all,
	}, nil
}

func nothing() {}

func merged(parts [][]time.Duration) []time.Duration {
	var all []time.Duration
	for _, part := range parts {
		all = append(all, part...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

func percentile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(math.Min(float64(len(sorted)-1), share*float64(len(sorted))))]
}

// processTime is the processor time that this process has used, in user mode and in the kernel.
func processTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func (measured result) json(name string) string {
	ops := math.Max(1, float64(measured.ops))
	var line strings.Builder
	fmt.Fprintf(&line, `{"case":%q,"workers":%d,"seconds":%.3f,"ops":%d,"ops_per_s":%.3f`,
		name, measured.workers, measured.seconds, measured.ops,
		float64(measured.ops)/measured.seconds)
	fmt.Fprintf(&line, `,"p50_us":%.3f,"p99_us":%.3f,"client_cpu_us_per_op":%.3f,"violations":%d`,
		micros(measured.p50), micros(measured.p99), micros(measured.cpu)/ops,
		measured.violations)
	for _, more := range measured.details {
		fmt.Fprintf(&line, `,%q:%.3f`, more.name, more.value)
	}
	line.WriteString(`,"peer":"go"}`)
	return line.String()
}

func micros(length time.Duration) float64 {
	return float64(length.Nanoseconds()) / 1e3
}
