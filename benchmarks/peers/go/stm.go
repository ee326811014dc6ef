package main

import (
	"context"
	"fmt"
	"math/rand"
	"strconv"
	"sync/atomic"

	"go.etcd.io/etcd/client/v3/concurrency"
)

const deposit = 100

// stm moves half of one account to another, both chosen at random, in a transaction.
func stm(asked run) (result, error) {
	if asked.accounts < 2 {
		return result{}, fmt.Errorf("--accounts is %d; expected at least 2", asked.accounts)
	}
	accounts := make([]string, asked.accounts)
	for i := range accounts {
		accounts[i] = fmt.Sprintf("%saccount-%d", asked.prefix, i)
		if _, err := asked.client.Put(
			context.Background(), accounts[i], strconv.Itoa(deposit)); err != nil {
			return result{}, err
		}
	}
	var attempts, atOpening, atClosing int64
	workers := make([]operation, asked.workers)
	for i := range workers {
		workers[i] = func() error { return transfer(asked, accounts, &attempts) }
	}
	measured, err := closedLoop(asked, workers,
		func() { atOpening = atomic.LoadInt64(&attempts) },
		func() { atClosing = atomic.LoadInt64(&attempts) })
	if err != nil {
		return result{}, err
	}
	difference, err := difference(asked, accounts)
	if difference != 0 {
		measured.violations = 1
	}
	measured.details = []detail{
		{"accounts", float64(asked.accounts)},
		{"attempts_per_op", float64(atClosing-atOpening) / float64(max(1, measured.ops))},
		{"sum_difference", float64(difference)},
	}
	return measured, err
}

func transfer(asked run, accounts []string, attempts *int64) error {
	from := rand.Intn(len(accounts))
	to := (from + 1 + rand.Intn(len(accounts)-1)) % len(accounts)
	_, err := concurrency.NewSTM(asked.client, func(tx concurrency.STM) error {
		atomic.AddInt64(attempts, 1)
		source, err := strconv.Atoi(tx.Get(accounts[from]))
		if err != nil {
			return err
		}
		target, err := strconv.Atoi(tx.Get(accounts[to]))
		if err != nil {
			return err
		}
		amount := source / 2
		tx.Put(accounts[from], strconv.Itoa(source-amount))
		tx.Put(accounts[to], strconv.Itoa(target+amount))
		return nil
	}, concurrency.WithIsolation(concurrency.SerializableSnapshot))
	return err
}

// difference is how much more or less there is than was paid in.
func difference(asked run, accounts []string) (int, error) {
	sum := 0
	for _, account := range accounts {
		answer, err := asked.client.Get(context.Background(), account)
		if err != nil {
			return 0, err
		}
		balance, err := strconv.Atoi(string(answer.Kvs[0].Value))
		if err != nil {
			return 0, err
		}
		sum += balance
	}
	return sum - deposit*len(accounts), nil
}
