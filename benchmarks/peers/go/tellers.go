package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

const tellersProcess = "tellers"

// tellersPlan is what a process of tellers is told on its input, in one line.
type tellersPlan struct {
	Connection struct {
		Endpoints []string `json:"endpoints"`
		Namespace string   `json:"namespace"`
	} `json:"connection"`
	Prefix   string  `json:"prefix"`
	Accounts int     `json:"accounts"`
	Workers  int     `json:"workers"`
	Warmup   float64 `json:"warmup"`
	Seconds  float64 `json:"seconds"`
}

// tellersReport is what it says on its output when it has ended, in one line.
type tellersReport struct {
	Seconds      float64    `json:"seconds"`
	Ops          int        `json:"ops"`
	Attempts     int64      `json:"attempts"`
	ClientMicros float64    `json:"client_cpu_us"`
	Latencies    [][2]int64 `json:"latencies_us"`
	// Transfers are revision, position, account, its balance, other account, its balance.
	Transfers [][6]int64 `json:"transfers"`
}

// tellersOnPipes reads its plan, says when it is warm, measures when it is told to, and reports;
// then it waits for the end of its input. Whenever that comes it ends at once, for then its parent
// has what it wanted, or is gone.
func tellersOnPipes() error {
	heard := make(chan string, 2)
	go listen(heard)
	var plan tellersPlan
	if err := json.Unmarshal([]byte(<-heard), &plan); err != nil {
		return err
	}
	client, err := connect(plan.Connection.Endpoints)
	if err != nil {
		return err
	}
	accounts := accountNames(plan.Connection.Namespace+plan.Prefix, plan.Accounts)
	var attempts, atOpening, atClosing int64
	workers, journals := tellers(client, plan.Workers, accounts, &attempts)
	asked := run{warmup: duration(plan.Warmup), measured: duration(plan.Seconds)}
	measured, err := closedLoop(asked, workers,
		func() {
			fmt.Println("warm")
			<-heard
			atOpening = atomic.LoadInt64(&attempts)
		},
		func() { atClosing = atomic.LoadInt64(&attempts) })
	if err != nil {
		return err
	}
	client.Close()
	report := json.NewEncoder(os.Stdout)
	if err := report.Encode(tellersReport{
		Seconds:      measured.seconds,
		Ops:          measured.ops,
		Attempts:     atClosing - atOpening,
		ClientMicros: micros(measured.cpu),
		Latencies:    counted(measured.latencies),
		Transfers:    rows(journals),
	}); err != nil {
		return err
	}
	select {}
}

func listen(heard chan<- string) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		heard <- lines.Text()
	}
	os.Exit(0)
}

// counted are pairs of a duration in microseconds and how often it was met.
func counted(sorted []time.Duration) [][2]int64 {
	pairs := [][2]int64{}
	for _, took := range sorted {
		length := took.Microseconds()
		if last := len(pairs) - 1; last >= 0 && pairs[last][0] == length {
			pairs[last][1]++
		} else {
			pairs = append(pairs, [2]int64{length, 1})
		}
	}
	return pairs
}

func rows(journals []journal) [][6]int64 {
	all := [][6]int64{}
	for _, kept := range journals {
		for _, made := range kept {
			all = append(all, [6]int64{made.revision, 0, int64(made.from), int64(made.source),
				int64(made.to), int64(made.target)})
		}
	}
	return all
}
