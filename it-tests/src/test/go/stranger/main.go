// A client of etcd's own Go packages, driven line by line, to stand beside Coord in the tests.
//
//	stranger ENDPOINTS TTL KIND NAME [COUNT]
//
// KIND is mutex, rwmutex, election, queue, pqueue, barrier or dbarrier (of COUNT participants). Each
// line of standard input is a command, each gets one line of answer: "ok ..." or "error ...". A command
// may wait; the next is read when it has been answered. The session ends with standard input.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// action carries out one command; what it returns follows "ok".
type action func(args []string) (string, error)

// actions are what a kind of stranger understands.
type actions map[string]action

// kinds make the actions of each kind, for a name.
var kinds = map[string]func(stranger) actions{
	"mutex":    mutex,
	"rwmutex":  rwMutex,
	"election": election,
	"queue":    queue,
	"pqueue":   priorityQueue,
	"barrier":  barrier,
	"dbarrier": doubleBarrier,
}

// stranger is what all kinds need.
type stranger struct {
	ctx     context.Context
	session *concurrency.Session
	name    string
	count   int
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stranger:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 4 {
		return fmt.Errorf("expected ENDPOINTS TTL KIND NAME [COUNT], got %q", args)
	}
	ttl, err := strconv.Atoi(args[1])
	if err != nil {
		return fmt.Errorf("the TTL is %q; expected whole seconds", args[1])
	}
	kind, known := kinds[args[2]]
	if !known {
		return fmt.Errorf("unknown kind %q", args[2])
	}
	count := 0
	if len(args) > 4 {
		if count, err = strconv.Atoi(args[4]); err != nil {
			return fmt.Errorf("the count is %q; expected a number", args[4])
		}
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints:   strings.Split(args[0], ","),
		DialTimeout: 30 * time.Second,
	})
	if err != nil {
		return err
	}
	defer client.Close()
	session, err := concurrency.NewSession(client, concurrency.WithTTL(ttl))
	if err != nil {
		return err
	}
	defer session.Close()
	me := stranger{context.Background(), session, args[3], count}
	fmt.Println("ok ready")
	obey(kind(me))
	return nil
}

func obey(known actions) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		do, understood := known[words[0]]
		if !understood {
			fmt.Printf("error unknown command %q\n", words[0])
			continue
		}
		answer, err := do(words[1:])
		if err != nil {
			fmt.Println("error", err)
		} else {
			fmt.Println("ok", answer)
		}
	}
}
