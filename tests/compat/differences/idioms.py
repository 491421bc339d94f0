"""How real projects use it."""

TABLE = {
    "The writers of a run within a run are kept by both; 0.8.7 keeps them in the outer run alone.": [
        ("idiom_33_log_file_writer", 'runs / 4 * / facts / inner / tensorflow: + {"logdirs": ["inner"]}'),
    ],
    "The main file is the script that makes the experiment, not the module of its class.": [
        ("idiom_13_experiment_class", '*/ mainfile: "base.py" → "idiom_13_experiment_class.py"'),
        ("idiom_13_experiment_class", '*/ base_dir: "<DIR>/library" → "<DIR>"'),
        ("idiom_13_experiment_class", '*sources: - *"__init__.py"*'),
        ("idiom_13_experiment_class", '*sources: - *"base.py"*'),
        ("idiom_13_experiment_class", '*sources: + *"idiom_13_experiment_class.py"*'),
        ("idiom_13_experiment_class", '*sources: + *"library/__init__.py"*'),
        ("idiom_13_experiment_class", '*sources: + *"library/base.py"*'),
        ("idiom_13_experiment_class", 'folders / files: + "runs/_sources/idiom_13_experiment_class_*.py"'),
        ("idiom_13_experiment_class", '* / facts / doc: null → "A class of experiments *'),
    ],
    "An id that is taken is told in one message.": [
        ("idiom_14_set_id_observer", "runs / 5 with tag=a / stderr: *"),
    ],
    "The older classes of options work without a word each time the options are listed.": [
        (
            "idiom_16_option_classes",
            '* / stderr: - "<file>: UserWarning: Subclassing `CommandLineOption` is deprecated.*',
        ),
    ],
    "The status of a timeout is TIMED_OUT in the specification, which wins over 0.8.7's TIMEOUT.": [
        ("idiom_17_interrupts", '* / status: "TIMEOUT" → "TIMED_OUT"'),
    ],
    "The classes of errors live in sacred.errors; sacred.utils has the same ones.": [
        ("idiom_17_interrupts", '* / stderr: * "sacred.*.SacredInterrupt: plain"'),
        ("idiom_17_interrupts", '* / stderr: * "sacred.*.TimeoutInterrupt"'),
        (
            "idiom_22_checks_in_config",
            '* / stderr: - "sacred.utils.InvalidConfigError: There is no such kind"',
        ),
        (
            "idiom_22_checks_in_config",
            '* / stderr: + "sacred.errors.InvalidConfigError: There is no such kind (kind)"',
        ),
    ],
    "A run that failed is a failure of the program also after the debugger was left.": [
        ("idiom_17_interrupts", "runs / 6 -F runs -D with kind=Empty / exit: 0 → 7"),
        (
            "idiom_17_interrupts",
            'runs / 6 -F runs -D with kind=Empty / facts / found: "returned" → {"raises": ["SystemExit", *',
        ),
    ],
    "A captured function with *args takes its keyword-only arguments by name; 0.8.7 took them for positional.": [
        ("idiom_18_captured_shapes_in_classes", "* / facts / keywords[2] / raises: - *"),
        ("idiom_18_captured_shapes_in_classes", "* / facts / keywords[2] / returns: + *"),
    ],
    "numpy is among the packages wherever it is installed, also when it can't be imported.": [
        ("idiom_20_info_over_time", '* / run.json / experiment / dependencies: + "numpy==<version>"'),
    ],
    "Tracebacks of config functions show the file's own lines; 0.8.7's are off.": [
        (
            "idiom_22_checks_in_config",
            '* / stderr: * "  File \\"<DIR>/idiom_22_checks_in_config.py\\", line *',
        ),
        ("idiom_22_checks_in_config", '* / stderr: * "    *'),
    ],
    "The output of a run that failed is whole; 0.8.7 lost what was printed since the last heartbeat.": [
        ("idiom_23_experiment_runs_another", '* / cout.txt: + "trained with 1.0"'),
        ("idiom_32_readers_of_records", '* / cout.txt: + "as printed"'),
    ],
    "automain in a notebook makes the function the main one and runs nothing; 0.8.7 raised an error.": [
        ("idiom_24_interactive", "* / facts / automain / raises: - *"),
        ("idiom_24_interactive", "* / facts / automain / returns: + *"),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("idiom_01_observers_in_config", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("idiom_22_checks_in_config", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("idiom_23_experiment_runs_another", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("idiom_27_path_and_stream", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("idiom_29_options_in_meta_info", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
    ],
}
