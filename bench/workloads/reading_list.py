"""Memory of a list of runs with much output and many points: `python reading_list.py STORE`."""

import sys

from said import read_process, say

import sacred

if __name__ == "__main__":
    store = sacred.open_store(sys.argv[1])
    rows = [(run.id, run.status, run.config["seed"]) for run in store.runs()]
    say(memory=read_process("status", "RssAnon"), runs=len(rows))
