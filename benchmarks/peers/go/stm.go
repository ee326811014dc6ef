package main

import (
	"context"
	"fmt"
	"math/rand"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

const deposit = 100

// moved is a transfer that was committed: what it read, and what it moved.
type moved struct {
	revision       int64
	from, to       int
	source, target int
}

// journal holds the transfers of one worker.
type journal []moved

// bank moves half of one account to another, both chosen at random, in a transaction.
func bank(asked run) (result, error) {
	if asked.accounts < 2 {
		return result{}, fmt.Errorf("--accounts is %d; expected at least 2", asked.accounts)
	}
	accounts, err := open(asked)
	if err != nil {
		return result{}, err
	}
	var attempts, atOpening, atClosing int64
	workers, journals := tellers(asked.client, asked.workers, accounts, &attempts)
	measured, err := closedLoop(asked, workers,
		func() { atOpening = atomic.LoadInt64(&attempts) },
		func() { atClosing = atomic.LoadInt64(&attempts) })
	if err != nil {
		return result{}, err
	}
	stored, err := balances(asked, accounts)
	if err != nil {
		return result{}, err
	}
	difference, replayed := sumDifference(stored), replayDifferences(journals, stored)
	measured.violations = int64(replayed)
	if difference != 0 {
		measured.violations++
	}
	measured.details = []detail{
		{"accounts", float64(asked.accounts)},
		{"attempts_per_op", float64(atClosing-atOpening) / float64(max(1, measured.ops))},
		{"sum_difference", float64(difference)},
		{"replay_differences", float64(replayed)},
	}
	return measured, nil
}

// tellers make one transfer after another, and write them down, each in a journal of its own.
func tellers(
	client *clientv3.Client, count int, accounts []string, attempts *int64,
) ([]operation, []journal) {
	journals := make([]journal, count)
	workers := make([]operation, count)
	for i := range workers {
		kept := &journals[i]
		workers[i] = func() error { return transfer(client, accounts, attempts, kept) }
	}
	return workers, journals
}

// open puts the same money into every account, many at once.
func open(asked run) ([]string, error) {
	accounts := accountNames(asked.prefix+"account-", asked.accounts)
	failures := make([]error, asked.accounts)
	places := make(chan struct{}, 64)
	var group sync.WaitGroup
	for i := range accounts {
		group.Add(1)
		places <- struct{}{}
		go func(i int) {
			defer group.Done()
			_, failures[i] = asked.client.Put(
				context.Background(), accounts[i], strconv.Itoa(deposit))
			<-places
		}(i)
	}
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return accounts, nil
}

func accountNames(prefix string, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = prefix + strconv.Itoa(i)
	}
	return names
}

func transfer(
	client *clientv3.Client, accounts []string, attempts *int64, kept *journal,
) error {
	from := rand.Intn(len(accounts))
	to := (from + 1 + rand.Intn(len(accounts)-1)) % len(accounts)
	var source, target int
	answer, err := concurrency.NewSTM(client, func(tx concurrency.STM) (err error) {
		atomic.AddInt64(attempts, 1)
		if source, err = strconv.Atoi(tx.Get(accounts[from])); err != nil {
			return err
		}
		if target, err = strconv.Atoi(tx.Get(accounts[to])); err != nil {
			return err
		}
		amount := source / 2
		tx.Put(accounts[from], strconv.Itoa(source-amount))
		tx.Put(accounts[to], strconv.Itoa(target+amount))
		return nil
	}, concurrency.WithIsolation(concurrency.SerializableSnapshot))
	if err != nil {
		return err
	}
	*kept = append(*kept, moved{answer.Header.Revision, from, to, source, target})
	return nil
}

func balances(asked run, accounts []string) ([]int, error) {
	stored := make([]int, len(accounts))
	for i, account := range accounts {
		answer, err := asked.client.Get(context.Background(), account)
		if err != nil {
			return nil, err
		}
		if stored[i], err = strconv.Atoi(string(answer.Kvs[0].Value)); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// sumDifference is how much more or less there is than was paid in.
func sumDifference(stored []int) int {
	sum := 0
	for _, balance := range stored {
		sum += balance
	}
	return sum - deposit*len(stored)
}

// replayDifferences makes all transfers again in the order of their commits. It counts those that
// do not find what they had read, and the accounts that end otherwise than in etcd.
func replayDifferences(journals []journal, stored []int) int {
	var all journal
	for _, kept := range journals {
		all = append(all, kept...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].revision < all[j].revision })
	replayed := make([]int, len(stored))
	for i := range replayed {
		replayed[i] = deposit
	}
	differences := 0
	for _, next := range all {
		if replayed[next.from] != next.source || replayed[next.to] != next.target {
			differences++
		}
		replayed[next.from] -= next.source / 2
		replayed[next.to] += next.source / 2
	}
	for i, balance := range replayed {
		if balance != stored[i] {
			differences++
		}
	}
	return differences
}
