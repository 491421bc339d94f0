"""SHOW_DISABLED_OPTIONS, and which options an experiment lists without packages for them."""
# run: shown
# run: hidden

import sys

from kit import tell

from sacred import SETTINGS, Experiment

SETTINGS.COMMAND_LINE.SHOW_DISABLED_OPTIONS = sys.argv.pop(1) == "shown"
ex = Experiment("disabled")
ex.add_config(seed=1)
ex.main(lambda: None)
usage = ex.get_usage("prog")[1]
known = ("--file_storage", "--comment", "--unobserved", "--queue", "--pdb", "--enforce_clean", "--name")
tell(listed=[option for option in known if option in usage], result=ex.run_commandline("prog -u").status)
