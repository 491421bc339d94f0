"""Experiments: names, commands, running, options, the current run."""

import shlex

import pytest

import sacred
from recording import Recorder, make_experiment
from sacred import Experiment, Ingredient
from sacred.config.captured_function import CapturedFunction
from sacred.errors import InvalidConfigError, NotRunningError, SacredError
from sacred.experiment import DEFAULT_COMMAND_LINE_OPTIONS, gather_command_line_options
from sacred.host_info import host_info_gatherer
from sacred.utils import MissingConfigError


@pytest.fixture
def ex():
    return make_experiment()


def test_names(ex):
    assert ex.path == "test"
    assert Experiment(save_git_info=False).path == "test_experiment"
    ex.path = "renamed"
    ex.main(lambda: None)
    run = ex.run()
    assert run.experiment_info["name"] == run.run_logger.name == "renamed"


def test_an_experiment_is_an_ingredient(ex):
    assert isinstance(ex, Ingredient)
    assert Experiment("here", save_git_info=False).doc == __doc__
    assert ex.observers == []
    assert ex.current_run is None
    assert ex.logger is None
    assert ex.captured_out_filter is None


# --- commands -----------------------------------------------------------------------------------------------


def test_main_is_a_command_and_the_default(ex):
    @ex.main
    def training(a=1):
        return a

    assert isinstance(training, CapturedFunction)
    assert ex.default_command == "training"
    assert ex.commands["training"] is training
    assert ex.run().result == 1
    assert ex.run("training").result == 1
    ex.main(lambda: "other")
    assert ex.run().result == "other"


def test_main_of_a_captured_function(ex):
    @ex.main
    @ex.capture(prefix="part")
    def main(a):
        return a

    ex.add_config(part={"a": 3}, a=1)
    assert ex.run().result == 3


def test_automain_elsewhere_does_not_run(ex):
    @ex.automain
    def main():
        pytest.fail("must not run: this file is not the main program")

    assert ex.default_command == "main"


def test_without_a_command(ex):
    with pytest.raises(SacredError, match="No command found to be run"):
        ex.run()


def test_every_experiment_has_the_built_in_commands(ex):
    names = ["print_config", "print_dependencies", "save_config", "print_named_configs"]
    assert list(ex.commands) == names
    assert all(command.unobserved for command in ex.commands.values())
    other = make_experiment()
    assert not any(ex.commands[name] is other.commands[name] for name in names)


def test_built_in_commands_run(ex, capsys, tmp_path):
    ex.add_config(a=1)
    ex.add_named_config("big", a=2)
    recorder = Recorder()
    ex.observers.append(recorder)
    ex.run("print_config")
    ex.run("print_dependencies")
    ex.run("print_named_configs")
    out = capsys.readouterr().out
    assert "a = 1" in out
    assert "test_experiment.py" in out
    assert "big" in out
    ex.run("save_config", config_updates={"config_filename": str(tmp_path / "saved.json")})
    assert '"a": 1' in (tmp_path / "saved.json").read_text()
    assert recorder.events == []


# --- running ------------------------------------------------------------------------------------------------


def test_updates_and_named_configs(ex):
    ex.add_config(a=1, b={"c": 2, "d": 3})
    ex.add_named_config("big", b={"c": 20})
    ex.main(lambda a, b: (a, b["c"], b["d"]))
    assert ex.run().result == (1, 2, 3)
    assert ex.run(config_updates={"a": 5, "b.c": 6}).result == (5, 6, 3)
    assert ex.run(config_updates={"b": {"d": 7}}).result == (1, 2, 7)
    assert ex.run(named_configs=["big"]).result == (1, 20, 3)
    assert ex.run(None, {"b.c": 1}, ["big"]).result == (1, 1, 3)
    updates = {"b": {"d": 7}}
    ex.run(config_updates=updates)
    assert updates == {"b": {"d": 7}}


def test_the_same_seed_gives_the_same_run(ex):
    @ex.main
    def main(_seed, _rnd, seed):
        return seed, _seed, _rnd.integers(0, 1000)

    first = ex.run(config_updates={"seed": 42}).result
    assert ex.run(config_updates={"seed": 42}).result == first
    assert ex.run(config_updates={"seed": 43}).result != first
    assert ex.run().result != ex.run().result


def test_meta_info(ex):
    ex.main(lambda: None)
    ex.add_config(a=1)
    ex.add_named_config("big", a=2)
    meta = ex.run().meta_info
    assert meta["command"] == "<lambda>"
    assert meta["named_configs"] == []
    assert meta["options"] == ex.get_default_options()
    assert "config_updates" not in meta
    meta = ex.run(
        config_updates={"a": 3},
        named_configs=["big"],
        meta_info={"mine": [1], "comment": "own"},
        options={"--comment": "given", "--priority": "2", "--unknown": 1},
    ).meta_info
    assert meta["config_updates"] == {"a": 3}
    assert meta["named_configs"] == ["big"]
    assert meta["mine"] == [1]
    assert (meta["comment"], meta["priority"]) == ("given", 2.0)
    assert meta["options"]["--comment"] == "given"
    assert meta["options"]["--unknown"] == 1
    assert ex.run(meta_info={"comment": "own"}).meta_info["comment"] == "own"


def test_options_change_the_run(ex):
    ex.main(lambda: None)
    run = ex.run(
        options={
            "--beat-interval": "2.5",
            "--id": "my-id",
            "--debug": True,
            "--force": True,
            "--capture": "no",
            "--name": "other",
        }
    )
    assert (run.beat_interval, run._id, run.debug, run.force) == (2.5, "my-id", True, True)
    assert (run.capture_mode, run.experiment_info["name"]) == ("no", "other")
    assert ex.run().beat_interval == sacred.SETTINGS.DEFAULT_BEAT_INTERVAL


def test_options_of_python_code_may_be_spelled_with_underscores(ex, capsys):
    ex.main(lambda: None)
    run = ex.run(options={"--beat_interval": 3, "--print_config": True, "--enforce-clean": False})
    assert run.beat_interval == 3.0
    assert run.meta_info["options"]["--beat-interval"] == 3
    assert "--beat_interval" not in run.meta_info["options"]
    assert "Configuration" in capsys.readouterr().out


def test_unknown_options_of_python_code_are_a_warning(ex, caplog):
    ex.main(lambda: None)
    ex.run(options={"--beat_intervall": 3, "--other": None})
    lines = [line for line in caplog.messages if "option" in line]
    assert lines == ['unknown option "--beat_intervall" is ignored; did you mean "--beat-interval"?']
    caplog.clear()
    ex.option_hook(lambda options: None)  # may know it
    ex.run(options={"--beat_intervall": 3})
    assert not [line for line in caplog.messages if "option" in line]


def test_a_given_id_reaches_the_observers():
    recorder = Recorder(run_id="chosen")
    ex = make_experiment(recorder)
    ex.main(lambda: None)
    assert ex.run(options={"--id": "given"})._id == "given"
    assert recorder.last("started_event")["_id"] == "given"


def test_errors_of_main_reach_the_caller(ex):
    ex.main(lambda: {}["missing"])
    with pytest.raises(KeyError, match="missing"):
        ex.run()
    ex.main(lambda epochs: None)
    with pytest.raises(MissingConfigError, match="epochs"):
        ex.run()


def test_a_subclass_may_override_run():
    class Mine(Experiment):
        def run(self, *args, **kwargs):
            run = super().run(*args, **kwargs)
            run.info["mine"] = True
            return run

    ex = Mine("mine", save_git_info=False)
    ex.main(lambda: 5)
    assert ex.run().info == {"mine": True}
    assert ex.run_commandline("prog").info == {"mine": True}


# --- the command line ---------------------------------------------------------------------------------------


def test_the_command_line(ex):
    ex.add_config(a=1)
    ex.main(lambda a: a)
    ex.command(print, unobserved=True)
    run = ex.run_commandline(["program.py", "with", "a=5", "--comment", "words of mine"])
    assert run.result == 5
    assert run.meta_info["comment"] == "words of mine"
    assert run.meta_info["options"]["UPDATE"] == ["a=5"]
    assert run.meta_info["options"]["with"] is True
    assert run.meta_info["config_updates"] == {"a": 5}
    assert ex.run_commandline(shlex.join(["program.py", "with", "a=text of mine"])).result == "text of mine"
    assert ex.run_commandline(("program.py",)).result == 1
    assert ex.run_commandline("program.py").config["a"] == 1


def test_the_command_line_of_the_program(ex, monkeypatch):
    monkeypatch.setattr("sys.argv", ["program.py", "with", "a=7"])
    ex.add_config(a=1)
    ex.main(lambda a: a)
    assert ex.run_commandline().result == 7


def test_usage(ex):
    ex.main(lambda: None)
    short, long, internal = ex.get_usage("prog.py")
    assert "prog.py [(with UPDATE...)] [options]" in short
    assert "--comment" in long
    assert "dummy" in internal


def test_the_options_of_the_package():
    flags = [option.get_flag() for option in DEFAULT_COMMAND_LINE_OPTIONS]
    assert "--file_storage" in flags
    assert [option.get_flag() for option in gather_command_line_options()][: len(flags)] is not None
    assert set(flags) <= {option.get_flag() for option in gather_command_line_options(filter_disabled=False)}
    defaults = make_experiment().get_default_options()
    assert defaults["--force"] is False
    assert defaults["--comment"] is None


def test_option_hooks(ex):
    seen = []

    @ex.option_hook
    def hook(options):
        seen.append(options["--comment"])
        if options["--comment"] == "big":
            ex.add_config(size="big")

    ex.add_config(size="small")
    ex.main(lambda size: size)
    assert callable(hook)
    assert ex.run().result == "small"
    assert ex.run(options={"--comment": "big"}).result == "big"
    assert seen == [None, "big"]


@pytest.mark.parametrize("bad", [lambda: None, lambda x, y: None, print])
def test_option_hooks_take_options(ex, bad):
    with pytest.raises(InvalidConfigError, match="must have an argument called 'options'"):
        ex.option_hook(bad)


def test_config_keys(ex):
    ing = Ingredient("ing", save_git_info=False)
    ing.add_config(x=1)
    whole = make_experiment(ingredients=[ing])

    @whole.config
    def config(ing):
        """Documentation."""
        a = {"b": ing["x"]}

    assert list(whole.gather_config_keys()) == ["a.b", "ing.x", "seed"]


# --- the current run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda ex: ex.info,
        lambda ex: ex.log_scalar("a", 1),
        lambda ex: ex.open_resource("x"),
        lambda ex: ex.add_resource("x"),
        lambda ex: ex.add_artifact("x"),
    ],
)
def test_there_has_to_be_a_run(ex, use):
    with pytest.raises(NotRunningError, match="can only be used during a run"):
        use(ex)


def test_without_a_run_there_is_no_info_to_look_at(ex):
    assert not hasattr(ex, "info")


def test_projects_with_a_command_line_of_their_own_check_commands(ex):
    assert ex._check_command("print_config") is None
    assert ex._check_command("print_confi").startswith('Error: Command "print_confi" not found')


def test_the_experiment_passes_on_to_its_run(tmp_path):
    recorder = Recorder()
    ex = make_experiment(recorder)
    (tmp_path / "x.csv").write_text("1")

    @ex.main
    def main(_run):
        assert ex.current_run is _run
        assert ex.info is _run.info
        ex.info["a"] = 1
        ex.log_scalar("m", 0.5, step=3)
        ex.log_scalar(name="m", value=1.5)
        with ex.open_resource(tmp_path / "x.csv") as file:
            text = file.read()
        ex.add_resource(str(tmp_path / "x.csv"))
        ex.add_artifact(tmp_path / "x.csv", "name", {"k": 1}, "text/csv")
        return text

    run = ex.run()
    assert run.result == "1"
    assert ex.current_run is run
    assert ex.info == {"a": 1}
    assert recorder.last("log_metrics")["metrics_by_name"]["m"]["steps"] == [3, 4]
    assert len(recorder.get("resource_event")) == 2
    assert recorder.last("artifact_event")["metadata"] == {"k": 1}


# --- additional host info -----------------------------------------------------------------------------------


def test_additional_host_info():
    @host_info_gatherer("weather")
    def weather():
        return "fine"

    recorder = Recorder()
    ex = make_experiment(recorder, additional_host_info=[weather])
    ex.main(lambda: None)
    ex.run()
    assert recorder.last("started_event")["host_info"]["weather"] == "fine"


def test_additional_host_info_can_not_replace_ours():
    @host_info_gatherer("cpu")
    def cpu():
        return "mine"

    ex = make_experiment(additional_host_info=[cpu])
    ex.main(lambda: None)
    with pytest.raises(SacredError, match='Key "cpu" of additional_host_info is taken'):
        ex.run()
