"""``python my_experiment.py ...``: from the words on a command line to a run, and how errors look there."""
