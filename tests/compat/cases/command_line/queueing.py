"""`-q` only queues: which events observers get, and what the folder holds."""
# run: with a=3 -q -c later -P 2.5
# run: with a=3 -q -F runs
# run: other --queue

from kit import Recorder

from sacred import Experiment

ex = Experiment("queued")
ex.observers.append(Recorder(run_id=15))
ex.add_config(a=1)


@ex.main
def main(a):
    print("must not run")


@ex.command
def other():
    print("must not run")


run = ex.run_commandline()
print(run.status, run._id, run.result)
