package main

import (
	"fmt"
	"strconv"

	"go.etcd.io/etcd/client/v3/concurrency"
	recipe "go.etcd.io/etcd/client/v3/experimental/recipes"
)

// plain is an action without arguments and without an answer.
func plain(do func() error) action {
	return func([]string) (string, error) { return "", do() }
}

// one gives the only argument.
func one(args []string) (string, error) {
	if len(args) != 1 {
		return "", fmt.Errorf("expected one argument, got %q", args)
	}
	return args[0], nil
}

func mutex(me stranger) actions {
	lock := concurrency.NewMutex(me.session, me.name)
	return actions{
		"lock": func([]string) (string, error) {
			err := lock.Lock(me.ctx)
			return lock.Key(), err
		},
		"unlock": plain(func() error { return lock.Unlock(me.ctx) }),
	}
}

func rwMutex(me stranger) actions {
	lock := recipe.NewRWMutex(me.session, me.name)
	return actions{
		"lock":    plain(lock.Lock),
		"unlock":  plain(lock.Unlock),
		"rlock":   plain(lock.RLock),
		"runlock": plain(lock.RUnlock),
	}
}

func election(me stranger) actions {
	candidacy := concurrency.NewElection(me.session, me.name)
	return actions{
		"campaign": func(args []string) (string, error) {
			value, err := one(args)
			if err == nil {
				err = candidacy.Campaign(me.ctx, value)
			}
			return candidacy.Key(), err
		},
		"proclaim": func(args []string) (string, error) {
			value, err := one(args)
			if err == nil {
				err = candidacy.Proclaim(me.ctx, value)
			}
			return "", err
		},
		"resign": plain(func() error { return candidacy.Resign(me.ctx) }),
		"leader": func([]string) (string, error) {
			leader, err := candidacy.Leader(me.ctx)
			if err != nil {
				return "", err
			}
			return string(leader.Kvs[0].Value), nil
		},
	}
}

func queue(me stranger) actions {
	items := recipe.NewQueue(me.session.Client(), me.name)
	return actions{
		"enqueue": func(args []string) (string, error) {
			value, err := one(args)
			if err == nil {
				err = items.Enqueue(value)
			}
			return "", err
		},
		"dequeue": func([]string) (string, error) { return items.Dequeue() },
	}
}

func priorityQueue(me stranger) actions {
	items := recipe.NewPriorityQueue(me.session.Client(), me.name)
	return actions{
		"enqueue": func(args []string) (string, error) {
			if len(args) != 2 {
				return "", fmt.Errorf("expected a value and a priority, got %q", args)
			}
			priority, err := strconv.ParseUint(args[1], 10, 16)
			if err == nil {
				err = items.Enqueue(args[0], uint16(priority))
			}
			return "", err
		},
		"dequeue": func([]string) (string, error) { return items.Dequeue() },
	}
}

func barrier(me stranger) actions {
	gate := recipe.NewBarrier(me.session.Client(), me.name)
	return actions{
		"hold":    plain(gate.Hold),
		"release": plain(gate.Release),
		"wait":    plain(gate.Wait),
	}
}

func doubleBarrier(me stranger) actions {
	gate := recipe.NewDoubleBarrier(me.session, me.name, me.count)
	return actions{
		"enter": plain(gate.Enter),
		"leave": plain(gate.Leave),
	}
}
