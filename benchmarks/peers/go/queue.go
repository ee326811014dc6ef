package main

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	// As it is in Debian's folders; elsewhere the path has a v3 in it.
	"go.etcd.io/etcd/api/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	recipe "go.etcd.io/etcd/client/v3/experimental/recipes"
)

const (
	laneDigits   = 8
	numberDigits = valueBytes - laneDigits - 1
	fillLanes    = 64
	warmUpDepth  = 1000
	patience     = 4
	pageSize     = 20000
)

// item is 32 bytes; the numbers of a lane, which is what one producer puts at one priority, begin
// with 0.
func item(lane, number int) string {
	return fmt.Sprintf("%0*d/%0*d", laneDigits, lane, numberDigits, number)
}

// audit watches over the items of one queue: each must come out once, and those of one lane in
// their order.
type audit struct {
	mutex sync.Mutex
	seen  map[string]int
	wrong int64
}

func newAudit() *audit {
	return &audit{seen: map[string]int{}}
}

// taker is one who takes items, on one thread.
type taker struct {
	audit *audit
	last  map[string]string
}

func (audit *audit) newTaker() *taker {
	return &taker{audit, map[string]string{}}
}

func (taker *taker) took(item string) {
	lane := item[:laneDigits]
	taker.audit.mutex.Lock()
	defer taker.audit.mutex.Unlock()
	if last, known := taker.last[lane]; known && last >= item {
		taker.audit.wrong++
	}
	taker.last[lane] = item
	taker.audit.seen[item]++
	if taker.audit.seen[item] > 1 {
		taker.audit.wrong++
	}
}

// violations tells how often a promise was broken, when so many items were put into each lane.
func (audit *audit) violations(put map[int]int) int64 {
	wrong := audit.wrong
	expected := 0
	for lane, count := range put {
		expected += count
		for number := 0; number < count; number++ {
			if audit.seen[item(lane, number)] == 0 {
				wrong++
			}
		}
	}
	invented := len(audit.seen) - expected
	if invented > 0 {
		wrong += int64(invented)
	}
	return wrong
}

// benchQueue is a queue as a worker sees it.
type benchQueue interface {
	enqueue(item string, priority int) error
	dequeue() (string, error)
}

// queueKind is one of the two kinds of queues.
type queueKind struct {
	open func(*clientv3.Client, string) benchQueue
	// fill puts items in before anything is measured; gives how many are in each lane.
	fill func(*clientv3.Client, string, int, int) (map[int]int, error)
	// before is the order in which items leave, told from what etcd stores.
	before     func(one, other *mvccpb.KeyValue) bool
	priorities bool
}

type fifoQueue struct{ queue *recipe.Queue }

func (fifo fifoQueue) enqueue(item string, _ int) error { return fifo.queue.Enqueue(item) }
func (fifo fifoQueue) dequeue() (string, error)         { return fifo.queue.Dequeue() }

type priorityQueue struct{ queue *recipe.PriorityQueue }

func (byPriority priorityQueue) enqueue(item string, priority int) error {
	return byPriority.queue.Enqueue(item, uint16(priority))
}
func (byPriority priorityQueue) dequeue() (string, error) { return byPriority.queue.Dequeue() }

var fifo = queueKind{
	open: func(client *clientv3.Client, name string) benchQueue {
		return fifoQueue{recipe.NewQueue(client, name)}
	},
	fill: fillFifo,
	before: func(one, other *mvccpb.KeyValue) bool {
		return one.ModRevision < other.ModRevision
	},
}

var byPriority = queueKind{
	open: func(client *clientv3.Client, name string) benchQueue {
		return priorityQueue{recipe.NewPriorityQueue(client, name)}
	},
	fill: fillPriorities,
	before: func(one, other *mvccpb.KeyValue) bool {
		return string(one.Key) < string(other.Key)
	},
	priorities: true,
}

// fillFifo enqueues; each of some producers has a lane.
func fillFifo(client *clientv3.Client, name string, items, _ int) (map[int]int, error) {
	put := map[int]int{}
	lanes := fillLanes
	if items < lanes {
		lanes = items
	}
	failures := make(chan error, lanes)
	for lane := 0; lane < lanes; lane++ {
		put[lane] = items / lanes
		if lane < items%lanes {
			put[lane]++
		}
		go func(lane, count int) {
			queue := recipe.NewQueue(client, name)
			for number := 0; number < count; number++ {
				if err := queue.Enqueue(item(lane, number)); err != nil {
					failures <- err
					return
				}
			}
			failures <- nil
		}(lane, put[lane])
	}
	return put, firstOf(failures, lanes)
}

// fillPriorities puts the keys that the recipe would put, many together: the recipe itself would
// take minutes.
func fillPriorities(
	client *clientv3.Client, name string, items, priorities int,
) (map[int]int, error) {
	put := map[int]int{}
	var puts []clientv3.Op
	for i := 0; i < items; i++ {
		priority := i % priorities
		number := put[priority]
		put[priority]++
		key := fmt.Sprintf("%s/%05d/%016d", name, priority, number)
		puts = append(puts, clientv3.OpPut(key, item(priority, number)))
		if len(puts) == 100 || i == items-1 {
			if _, err := client.Txn(context.Background()).Then(puts...).Commit(); err != nil {
				return nil, err
			}
			puts = nil
		}
	}
	return put, nil
}

func firstOf(failures chan error, count int) error {
	var first error
	for i := 0; i < count; i++ {
		if err := <-failures; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// removeRemains reads and deletes every item that is left, and shows them to the audit in the order
// in which they would leave.
func (kind queueKind) removeRemains(client *clientv3.Client, name string, audit *audit) error {
	var found []*mvccpb.KeyValue
	from, end := name+"/", clientv3.GetPrefixRangeEnd(name+"/")
	for from != end {
		page, err := client.Get(context.Background(), from,
			clientv3.WithRange(end), clientv3.WithLimit(pageSize))
		if err != nil {
			return err
		}
		found = append(found, page.Kvs...)
		next := end
		if page.More {
			next = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
		}
		if _, err := client.Delete(
			context.Background(), from, clientv3.WithRange(next)); err != nil {
			return err
		}
		from = next
	}
	sort.SliceStable(found, func(i, j int) bool { return kind.before(found[i], found[j]) })
	rest := audit.newTaker()
	for _, one := range found {
		rest.took(string(one.Value))
	}
	return nil
}

// enqueueCase has workers that enqueue in a loop; afterwards the queue is read.
type enqueueCase struct{ kind queueKind }

func (enqueue enqueueCase) measure(asked run) (result, error) {
	name := asked.prefix + "queue"
	priorities := 1
	if enqueue.kind.priorities {
		priorities = asked.priorities
	}
	counts := make([]map[int]int, asked.workers)
	workers := make([]operation, asked.workers)
	for i := range workers {
		workers[i] = enqueue.producer(asked, name, i*priorities, priorities, &counts[i])
	}
	measured, err := closedLoop(asked, workers, nothing, nothing)
	if err != nil {
		return result{}, err
	}
	put := map[int]int{}
	for _, ofWorker := range counts {
		for lane, count := range ofWorker {
			put[lane] = count
		}
	}
	audit := newAudit()
	if err := enqueue.kind.removeRemains(asked.client, name, audit); err != nil {
		return result{}, err
	}
	if enqueue.kind.priorities {
		_, err = asked.client.Delete(context.Background(), "__"+name, clientv3.WithPrefix())
		measured.details = []detail{{"priorities", float64(priorities)}}
	}
	measured.violations += audit.violations(put)
	return measured, err
}

func (enqueue enqueueCase) producer(
	asked run, name string, firstLane, priorities int, put *map[int]int,
) operation {
	queue := enqueue.kind.open(asked.client, name)
	*put = map[int]int{}
	turn := 0
	return func() error {
		priority := turn % priorities
		turn++
		lane := firstLane + priority
		number := (*put)[lane]
		(*put)[lane]++
		return queue.enqueue(item(lane, number), priority)
	}
}

// dequeueCase has workers that take items of a queue that was filled before, again and again.
type dequeueCase struct {
	kind       queueKind
	ownClients bool
	items      int
	// depth is how many there are, of which some are taken; 0 when all are.
	depth int
}

func (dequeue dequeueCase) measure(asked run) (result, error) {
	items, depth := dequeue.items, dequeue.depth
	if asked.items > 0 {
		items = asked.items
	}
	if dequeue.depth == 0 {
		depth = items
	} else if asked.depth > 0 {
		depth = asked.depth
	}
	crew, err := assemble(asked, dequeue.ownClients)
	if err != nil {
		return result{}, err
	}
	defer crew.disband()
	drains := &drains{asked: asked, crew: crew, kind: dequeue.kind}
	if err := drains.repeat(least(depth, warmUpDepth), items, asked.warmup); err != nil {
		return result{}, err
	}
	drains.forget()
	if err := drains.repeat(depth, items, asked.measured); err != nil {
		return result{}, err
	}
	all := merged(drains.latencies)
	return result{
		workers:    asked.workers,
		seconds:    drains.taking.Seconds(),
		ops:        len(all),
		p50:        percentile(all, 0.50),
		p99:        percentile(all, 0.99),
		cpu:        drains.cpu,
		violations: drains.violations,
		details: []detail{
			{"items", float64(least(items, depth))}, {"depth", float64(depth)},
			{"drains", float64(drains.count)},
		},
	}, nil
}

// drains is what was taken from queues one after the other.
type drains struct {
	asked      run
	crew       *crew
	kind       queueKind
	queues     int
	count      int
	taking     time.Duration
	cpu        time.Duration
	latencies  [][]time.Duration
	violations int64
}

func (drains *drains) forget() {
	drains.count, drains.taking, drains.cpu, drains.latencies = 0, 0, 0, nil
}

func (drains *drains) repeat(depth, items int, length time.Duration) error {
	begun := time.Now()
	for {
		if err := drains.drain(depth, least(items, depth)); err != nil {
			return err
		}
		if drains.taking >= length || time.Since(begun) >= patience*length {
			return nil
		}
	}
}

func (drains *drains) drain(depth, items int) error {
	name := drains.asked.prefix + "queue-" + strconv.Itoa(drains.queues)
	drains.queues++
	put, err := drains.kind.fill(drains.asked.client, name, depth, drains.asked.priorities)
	if err != nil {
		return err
	}
	audit := newAudit()
	left := int64(items)
	start := make(chan struct{})
	workers := len(drains.crew.sessions)
	latencies := make([][]time.Duration, workers)
	failures := make(chan error, workers)
	for i, session := range drains.crew.sessions {
		go func(queue benchQueue, latencies *[]time.Duration) {
			<-start
			failures <- take(queue, audit.newTaker(), &left, latencies)
		}(drains.kind.open(session.Client(), name), &latencies[i])
	}
	cpu, begun := processTime(), time.Now()
	close(start)
	err = firstOf(failures, workers)
	drains.taking += time.Since(begun)
	drains.cpu += processTime() - cpu
	drains.count++
	drains.latencies = append(drains.latencies, latencies...)
	if err != nil {
		return err
	}
	if err := drains.kind.removeRemains(drains.asked.client, name, audit); err != nil {
		return err
	}
	drains.violations += audit.violations(put)
	return nil
}

func take(queue benchQueue, taker *taker, left *int64, latencies *[]time.Duration) error {
	for atomic.AddInt64(left, -1) >= 0 {
		begun := time.Now()
		item, err := queue.dequeue()
		if err != nil {
			return err
		}
		*latencies = append(*latencies, time.Since(begun))
		if strings.Count(item, "/") != 1 {
			return fmt.Errorf("got '%s'; expected an item of ours", item)
		}
		taker.took(item)
	}
	return nil
}

func least(one, other int) int {
	if one < other {
		return one
	}
	return other
}
