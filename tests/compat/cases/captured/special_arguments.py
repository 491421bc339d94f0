"""`_config`, `_seed`, `_rnd`, `_log`, `_run`: in commands, hooks, methods, ingredients; given, or defaulted."""
# run: with seed=7
# run: part.show with seed=7
# run: [no-numpy] with seed=7

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1, nested={"deep": {"x": 1}})
ex = Experiment("special", ingredients=[part])
ex.add_config(a=1)
seen = []


@part.capture
def of_part(_config, _log, _run, _seed, k):
    return [sorted(_config), _log.name, _run.experiment_info["name"], _seed, k]


@part.capture(prefix="nested.deep")
def prefixed(_config, x, _log):
    return [_config, x, _log.name]


@part.command
def show(_config, _log, _run, _seed, _rnd):
    tell(shown=[_config, _log.name, sorted(_run.config), _seed, type(_rnd).__name__], of_part=of_part())


@part.pre_run_hook
def part_hook(_config, _log, _run, _seed):
    seen.append(["part hook", sorted(_config), _log.name, _run.status, _seed])


@ex.pre_run_hook
def before(_config, _log, _run, _seed, a):
    seen.append(["before", sorted(_config), _log.name, _run.status, _seed, a])


@ex.post_run_hook
def after(_config, _log, _run, _rnd):
    seen.append(["after", sorted(_config), _log.name, _run.status, _run.result, type(_rnd).__name__])
    tell(seen=seen)


@ex.capture
def defaulted(_seed=1, _log=None, _run=None, _config=()):
    return [_seed == 1, _log is None, _run is None, sorted(_config)]


@ex.capture
def given(_seed, _rnd, _log, _config, _run):
    return [_seed, _rnd, _log, _config, _run]


class Trainer:
    @ex.capture
    def __init__(self, _run, _log, _seed):
        self.told = [_run.command if hasattr(_run, "command") else None, _log.name, _seed]

    @ex.capture
    def step(self, _rnd, *, _seed, _config):
        return [type(_rnd).__name__, _seed, sorted(_config)]


@ex.main
def main(_config, _log, _run, _seed, _rnd):
    _log.warning("from main")
    trainer = Trainer()
    tell(
        part=[of_part(), prefixed(), of_part(k=5, _seed=3)],
        trainer=[trainer.told, trainer.step(), trainer.step(_seed=5)],
        defaulted=[defaulted(), defaulted(_seed=5)],
        given=[given(1, 2, 3, 4, 5), given(_seed=1, _rnd=2, _log=3, _config=4, _run=5)],
        same=[_run is ex.current_run, _config == _run.config, _config["seed"] == _seed, _run.run_logger.name],
    )
    return "result"


ex.run_commandline()
