package main

import (
	"context"
	"fmt"
	"sync/atomic"

	// As it is in Debian's folders; elsewhere the path has a v3 in it.
	pb "go.etcd.io/etcd/api/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
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

// exclusive is a lock as a worker sees it; acquire gives the fencing token.
type exclusive interface {
	acquire() (int64, error)
	release() error
}

// mutexLock is the mutex of etcd's client.
type mutexLock struct{ mutex *concurrency.Mutex }

func newMutexLock(session *concurrency.Session, name string) exclusive {
	return mutexLock{concurrency.NewMutex(session, name)}
}

// acquire reads the token, the create revision of the holder's key, from the guard: the mutex shows
// it nowhere else.
func (lock mutexLock) acquire() (int64, error) {
	if err := lock.mutex.Lock(context.Background()); err != nil {
		return 0, err
	}
	guard := lock.mutex.IsOwner()
	return guard.TargetUnion.(*pb.Compare_CreateRevision).CreateRevision, nil
}

func (lock mutexLock) release() error {
	return lock.mutex.Unlock(context.Background())
}

// electionLock is the election of etcd's client.
type electionLock struct{ election *concurrency.Election }

func newElectionLock(session *concurrency.Session, name string) exclusive {
	return electionLock{concurrency.NewElection(session, name)}
}

func (lock electionLock) acquire() (int64, error) {
	if err := lock.election.Campaign(context.Background(), "candidate"); err != nil {
		return 0, err
	}
	return lock.election.Rev(), nil
}

func (lock electionLock) release() error {
	return lock.election.Resign(context.Background())
}

// lockLoop is a case in which the workers acquire and release in a loop.
type lockLoop struct {
	kind func(*concurrency.Session, string) exclusive
	// ownLocks is true when each worker has a lock of its own.
	ownLocks bool
	// ownClients is true when each worker has a client of its own, as processes have.
	ownClients bool
}

func (loop lockLoop) measure(asked run) (result, error) {
	crew, err := assemble(asked, loop.ownClients)
	if err != nil {
		return result{}, err
	}
	defer crew.disband()
	watched := make([]turns, asked.workers)
	workers := make([]operation, asked.workers)
	for i, session := range crew.sessions {
		number := 0
		if loop.ownLocks {
			number = i
		}
		lock := loop.kind(session, fmt.Sprintf("%slock-%d", asked.prefix, number))
		workers[i] = acquireAndRelease(lock, &watched[number])
	}
	measured, err := closedLoop(asked, workers, nothing, nothing)
	for i := range watched {
		measured.violations += watched[i].violations.Load()
	}
	return measured, err
}

func acquireAndRelease(lock exclusive, watched *turns) operation {
	return func() error {
		token, err := lock.acquire()
		if err != nil {
			return err
		}
		watched.begin(token)
		watched.end()
		return lock.release()
	}
}

// crew is the workers' sessions, and the clients that were made for them.
type crew struct {
	sessions []*concurrency.Session
	clients  []*clientv3.Client
}

func assemble(asked run, ownClients bool) (*crew, error) {
	crew := &crew{}
	for i := 0; i < asked.workers; i++ {
		client := asked.client
		if ownClients {
			own, err := connect(asked.endpoints)
			if err != nil {
				crew.disband()
				return nil, err
			}
			crew.clients = append(crew.clients, own)
			client = own
		}
		session, err := concurrency.NewSession(client, concurrency.WithTTL(sessionSeconds))
		if err != nil {
			crew.disband()
			return nil, err
		}
		crew.sessions = append(crew.sessions, session)
	}
	return crew, nil
}

func (crew *crew) disband() {
	for _, session := range crew.sessions {
		session.Close()
	}
	for _, client := range crew.clients {
		client.Close()
	}
}
