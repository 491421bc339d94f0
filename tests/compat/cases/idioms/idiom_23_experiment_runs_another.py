"""One experiment runs another repeatedly; observers are replaced between the runs."""
# run: with n=2 -F outer
# run: with n=1 fail=True -F outer
# run: with n=3 -u

from kit import Recorder, outcome, tell

from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver

shared = Ingredient("shared")
shared.add_config(k=1)
train = Experiment("train", ingredients=[shared])
search = Experiment("search")


@train.config
def train_config(shared):
    lr = 0.1
    steps = 3
    product = lr * shared["k"]


@train.main
def do_train(_run, lr, product, shared, fail=False):
    for step in range(2):
        _run.log_scalar("loss", lr / (step + 1))
    print("trained with", lr)
    if fail:
        raise ValueError("the inner run failed")
    return [lr, product, shared["k"]]


@search.config
def search_config():
    n = 2
    fail = False


@search.main
def do_search(n, fail, _run):
    results = []
    for index in range(n):
        train.observers = [FileStorageObserver(f"inner/{index}")]
        train.observers.append(
            Recorder(f"inner {index}", only=["started_event", "completed_event", "log_metrics"])
        )
        run = train.run(
            config_updates={"lr": 1.0 / (index + 1), "shared": {"k": index}, "fail": fail},
            options={"--name": f"train_{index}", "--loglevel": "WARNING"},
        )
        results.append([run.result, run._id, run.experiment_info["name"], run.status, _run.status])
    _run.info["inner"] = results
    return results


def main():
    found = outcome(search.run_commandline)
    tell(found=found if "raises" in found else found["returns"].result)
    tell(
        outer=[search.current_run.status, search.current_run.config["n"]],
        inner=[train.current_run.status, train.current_run is search.current_run],
    )


main()
