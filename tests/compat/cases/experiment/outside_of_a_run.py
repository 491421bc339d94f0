"""What needs a run, called without one, before it starts and after it ended; hooks and functions called directly."""
# run:

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1)
ex = Experiment("outside", ingredients=[part])
ex.add_config(a=1)
open("file.txt", "w").close()


@part.capture
def captured(k, extra=2):
    return [k, extra]


@ex.config
def config(a):
    b = a + 1


@ex.pre_run_hook
def before(_run):
    _run.info["before"] = _run.status


@ex.main
def main(a, b=5):
    return [a, b]


def calls():
    return {
        "log_scalar": outcome(ex.log_scalar, "loss", 1),
        "open_resource": outcome(lambda: ex.open_resource("file.txt").close()),
        "add_resource": outcome(ex.add_resource, "file.txt"),
        "add_artifact": outcome(ex.add_artifact, "file.txt"),
    }


tell(
    before=calls(),
    info=outcome(lambda: ex.info),
    has_info=hasattr(ex, "info"),
    current=ex.current_run,
    captured=[outcome(captured), captured(3), captured(k=4, extra=5)],
    main=[outcome(main), main(7), main(a=1, b=2)],
    config=outcome(config, preset={"a": 2}),
    hook=outcome(before),
)
run = ex.run()
tell(result=run.result, info=run.info, status=run.status)
tell(
    after=calls(),
    captured_after=[outcome(captured), captured(3)],
    main_after=[outcome(main), main(7)],
    run_methods=[outcome(run.log_scalar, "x", 1), outcome(run), run.status],
    other=outcome(run.open_resource, "nowhere.txt"),
)
