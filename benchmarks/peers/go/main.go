// The cases of `coord bench` on etcd's own Go client, with the same output.
//
//	go-peer CASE --endpoints URL [--workers N,N] [--seconds S] [--warmup S] [--accounts N]
//	        [--hold TIME] [--read PERCENT] [--items N] [--depth N] [--priorities N]
//	go-peer tellers
//
// The second is one process of several of the case stm-procs, and is started by coord bench.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// run is one measurement: a client, a part of the key space for it, and what was asked for.
type run struct {
	client    *clientv3.Client
	endpoints []string
	prefix    string
	workers   int
	warmup    time.Duration
	measured  time.Duration
	accounts  int
	hold      time.Duration
	read      int
	// items and depth are 0 when the case decides.
	items      int
	depth      int
	priorities int
}

// benchCase is something that can be measured, with the numbers of workers that it is usually
// measured with.
type benchCase struct {
	usualWorkers []int
	measure      func(run) (result, error)
}

var cases = map[string]benchCase{
	"rawput":               {[]int{1, 16, 64, 256}, rawPut},
	"lock-uncontended":     {[]int{1}, lockLoop{kind: newMutexLock, ownLocks: true}.measure},
	"lock-uncontended-par": {[]int{64}, lockLoop{kind: newMutexLock, ownLocks: true}.measure},
	"lock-contended":       {[]int{2, 8, 32}, lockLoop{kind: newMutexLock}.measure},
	"lock-contended-procs": {[]int{2, 8}, lockLoop{kind: newMutexLock, ownClients: true}.measure},
	"lock-handoff":         {[]int{2}, handoff{kind: newMutexLock, ownClients: true}.measure},
	"rwlock":               {[]int{8, 32}, rwLock},
	"election-loop":        {[]int{1}, lockLoop{kind: newElectionLock, ownLocks: true}.measure},
	"election-handoff":     {[]int{8}, handoff{kind: newElectionLock}.measure},
	"stm":                  {[]int{1, 10, 64}, bank},
	"queue-enqueue":        {[]int{1, 16, 64}, enqueueCase{fifo}.measure},
	"queue-dequeue":        {[]int{1, 4, 16}, dequeueCase{kind: fifo, items: 1000}.measure},
	"queue-dequeue-procs": {[]int{4},
		dequeueCase{kind: fifo, items: 1000, ownClients: true}.measure},
	"queue-depth":    {[]int{1}, dequeueCase{kind: fifo, items: 200, depth: 1000}.measure},
	"pqueue-enqueue": {[]int{1, 16}, enqueueCase{byPriority}.measure},
	"pqueue-dequeue": {[]int{1, 4}, dequeueCase{kind: byPriority, items: 2000}.measure},
	"pqueue-depth": {[]int{1},
		dequeueCase{kind: byPriority, items: 200, depth: 50000}.measure},
	"barrier":              {[]int{8, 64}, gathering{barrierRounds}.measure},
	"double-barrier":       {[]int{8, 64}, gathering{enterRounds}.measure},
	"double-barrier-leave": {[]int{8, 64}, gathering{leaveRounds}.measure},
}

func main() {
	if err := benchmark(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go-peer:", err)
		os.Exit(1)
	}
}

func benchmark(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no case was given; expected one of %s", names())
	}
	if args[0] == tellersProcess {
		return tellersOnPipes()
	}
	chosen, known := cases[args[0]]
	if !known {
		return fmt.Errorf("unknown case '%s'; expected one of %s", args[0], names())
	}
	flags := flag.NewFlagSet(args[0], flag.ExitOnError)
	endpoints := flags.String("endpoints", "", "the cluster's members, separated by commas")
	workers := flags.String("workers", "", "numbers of workers, separated by commas")
	seconds := flags.Float64("seconds", 10, "how long each measurement takes")
	warmup := flags.Float64("warmup", 5, "how long the same load runs before each measurement")
	accounts := flags.Int("accounts", 5, "accounts of the bank")
	hold := flags.Duration("hold", 10*time.Millisecond, "how long something is held")
	read := flags.Int("read", 90, "operations that only read, in percent")
	items := flags.Int("items", 0, "items that are taken; 0 for what is usual")
	depth := flags.Int("depth", 0, "items that are in the queue; 0 for what is usual")
	priorities := flags.Int("priorities", 10, "priorities in use")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *endpoints == "" {
		return fmt.Errorf("no endpoints were given; expected --endpoints http://127.0.0.1:2379")
	}
	numbers, err := workerNumbers(*workers, chosen.usualWorkers)
	if err != nil {
		return err
	}
	for _, number := range numbers {
		asked := run{
			endpoints:  strings.Split(*endpoints, ","),
			workers:    number,
			warmup:     duration(*warmup),
			measured:   duration(*seconds),
			accounts:   *accounts,
			hold:       *hold,
			read:       *read,
			items:      *items,
			depth:      *depth,
			priorities: *priorities,
		}
		measured, err := measureOnce(chosen, asked)
		if err != nil {
			return err
		}
		fmt.Println(measured.json(args[0]))
	}
	return nil
}

func connect(endpoints []string) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{Endpoints: endpoints, DialTimeout: 10 * time.Second})
}

func measureOnce(chosen benchCase, asked run) (result, error) {
	client, err := connect(asked.endpoints)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	asked.client = client
	asked.prefix = "coord-bench/" + unique() + "/"
	defer client.Delete(context.Background(), asked.prefix, clientv3.WithPrefix())
	return chosen.measure(asked)
}

func workerNumbers(given string, usual []int) ([]int, error) {
	if given == "" {
		return usual, nil
	}
	var numbers []int
	for _, word := range strings.Split(given, ",") {
		number, err := strconv.Atoi(word)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("--workers is '%s'; expected numbers of at least 1", given)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

func names() string {
	var all []string
	for name := range cases {
		all = append(all, name)
	}
	sort.Strings(all)
	return strings.Join(all, ", ")
}

func duration(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second))
}

func unique() string {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		panic(err)
	}
	return hex.EncodeToString(random)
}
