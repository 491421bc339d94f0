"""An experiment without a main function."""
# run:
# run: some

from sacred import Experiment

ex = Experiment()


@ex.command
def some():
    print("some", ex.path)


ex.run_commandline()
