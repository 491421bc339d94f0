"""A class of experiments in a library module that overrides run(), and what counts as its sources."""
# run: with lr=2
# run: retry with lr=3 -c again
# run: -F runs

import sys
from pathlib import Path

from kit import Recorder, tell

Path("library").mkdir(exist_ok=True)
Path("library/__init__.py").write_text("from library.base import BaseExperiment\n")
Path("library/base.py").write_text(
    '''
from sacred import Experiment
from sacred.observers import FileStorageObserver


class BaseExperiment(Experiment):
    """Adds what all our experiments have."""

    def __init__(self, name, ingredients=(), **kwargs):
        super().__init__(name, ingredients=ingredients, **kwargs)
        self.add_config(project="ours", retries=2)
        self.calls = []

        @self.command
        def retry(retries):
            """Try again."""
            return ["retried", retries]

    def run(self, command_name=None, config_updates=None, named_configs=(), info=None, meta_info=None, options=None):
        self.calls.append([command_name, config_updates, list(named_configs)])
        info = dict(info or {}, started_by="BaseExperiment")
        meta_info = dict(meta_info or {}, library="1.0")
        return super().run(command_name, config_updates, named_configs, info, meta_info, options)
'''
)
sys.path.insert(0, ".")
from library import BaseExperiment  # noqa: E402

ex = BaseExperiment("derived", save_git_info=False)
ex.observers.append(Recorder(only=["started_event", "completed_event"]))


@ex.config
def config(project):
    lr = 1
    title = project + "/derived"


@ex.main
def main(lr, title):
    return [lr, title]


if __name__ == "__main__":
    run = ex.run_commandline()
    tell(
        calls=ex.calls,
        info=run.info,
        meta=[run.meta_info["library"], run.meta_info["command"]],
        result=run.result,
        sources=[name for name, _ in run.experiment_info["sources"]],
        doc=ex.doc,
        class_doc=type(ex).__doc__,
    )
