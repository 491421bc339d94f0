"""Where this package means to differ from Sacred 0.8.7: the only differences that the tests let pass.

Reasons, each with the cases and differences (lines of ``harness.compare``) that it explains; both are matched
whole, and ``*`` stands for any text. A row for one case that is no longer needed fails.
"""

from typing import NamedTuple


class Difference(NamedTuple):
    """One row of the table."""

    case: str
    what: str
    why: str


_TABLE = {
    "Completion of shells is an option of ours.": [
        ("*", "*options / --completion: + null"),
        ("meta_info", "* / facts / default / --completion: + null"),
        ("usage", '* / facts / flags: + "--completion"'),
    ],
    "Options of observers that come with a later issue are not there before them (issue 3, point 4).": [
        ("*", "*options / --mongo_db: - null"),
        ("*", "*options / --s3: - null"),
        ("*", "*options / --sql: - null"),
        ("*", "*options / --tiny_db: - null"),
        ("meta_info", "* / facts / default / --mongo_db: - null"),
        ("meta_info", "* / facts / default / --s3: - null"),
        ("meta_info", "* / facts / default / --sql: - null"),
        ("meta_info", "* / facts / default / --tiny_db: - null"),
        ("usage", '* / facts / flags: - "--mongo_db"'),
        ("usage", '* / facts / flags: - "--s3"'),
        ("usage", '* / facts / flags: - "--sql"'),
        ("usage", '* / facts / flags: - "--tiny_db"'),
    ],
    "The specification's key `gpu` is there beside 0.8's `gpus`.": [
        ("*", '*/ host: + "gpu"'),
        ("*", '*/ host_info: + "gpu"'),
    ],
    "Usage errors go to stderr, name the word that is wrong, and list what there is (0.8.7: on stdout, or docopt's text).": [
        ("*", '* / stdout: - "<usage>"'),
        ("*", '* / stdout: - "Error: Command *'),
        ("*", '* / stdout: - "Error: No command *'),
        ("*", '* / stderr: + "<usage>"'),
        ("*", '* / stderr: + "Error: *'),
        ("*", '* / stderr: + "  Available commands: *'),
        ("commands", "runs / 10 help nope / stderr: - *"),
        ("options", "runs / 4 --unknown / stderr: - *"),
    ],
    "A mistake before the start is told in one message, with what was close to it, and no traceback.": [
        ("*", '* / stderr: - "sacred.utils.ConfigAddedError: *'),
        ("*", '* / stderr: - "sacred.utils.NamedConfigNotFoundError: *'),
        ("*", '* / stderr: - "sacred.utils.MissingConfigError: *'),
        ("*", '* / stderr: - "Conflicting configuration values:"'),
        ("*", '* / stderr: - "  *=*"'),
        ("*", '* / stderr: + "ConfigAddedError: *'),
        ("*", '* / stderr: + "NamedConfigNotFoundError: *'),
        ("*", '* / stderr: + "MissingConfigError: *'),
        ("*", '* / stderr: + "ConfigFileError: *'),
        ("*", '* / stderr: + "  *; did you mean *'),
        ("*", '* / stderr: + "  Available named configs: *'),
        ("config_files", "runs / 5 with missing.json / stderr: - *"),
        ("config_files", "runs / 6 with extra.txt / stderr: - *"),
        ("named_configs", "runs / 9 with nowhere.nope / stderr: - *"),
        ("save_config", "runs / 3 save_config with config_filename=mine.txt / stderr: - *"),
        ("update_values", "runs / 4 with STRICT * / stderr: - *"),
    ],
    "The run folder has the points in a journal, as they are logged, and says how the run is recorded (docs/record.md).": [
        ("*", '* / run.json / recorder: + {"beat_interval": *'),
        ("*", 'folders / files: + "*/metrics.journal"'),
        ("*", 'folders / files: + "*/metrics.names"'),
        ("*", 'folders / files: + "*/metrics.side"'),
        ("settings", '* / DEFAULT_STORE: + "auto"'),
        ("folder_complete", "folders / * / run.json / artifact_notes: + *"),
    ],
    "The log lines are part of the captured output in every mode; 0.8.7 had them in fd mode only.": [
        ("*", '* / cout.txt: + "INFO - *'),
        ("*", '* / cout.txt: + "WARNING - *'),
        ("*", '* / cout.txt: + "ERROR - *'),
        ("*", '* / captured_out: * → "INFO - *'),
        (
            "captured_output",
            'runs / * / facts / captured: *to stdout\\n* → "INFO - output - Running command*to stdout\\n*',
        ),
        (
            "captured_output",
            'runs / * / facts / captured: *TO STDOUT\\n* → "INFO - OUTPUT - RUNNING COMMAND*TO STDOUT\\n*',
        ),
        (
            "heartbeat_result_info",
            '* / facts / beats[*]: "first\\n* → "INFO - beats - Running command*first\\n*',
        ),
    ],
    "The classes of errors live in sacred.errors; sacred.utils has the same ones.": [
        ("captured_errors", '* / stderr: * "sacred.*.SignatureError: f got *'),
        (
            "config_errors",
            'runs / 2 with kind=invalid / stderr: - "sacred.utils.InvalidConfigError: the size is wrong"',
        ),
        (
            "config_errors",
            'runs / 2 with kind=invalid / stderr: + "sacred.errors.InvalidConfigError: the size is wrong (size)"',
        ),
        ("events_two_observers", '* / stderr: * "sacred.*.SacredInterrupt"'),
        ("status_exit_codes", '* / stderr: * "sacred.*.TimeoutInterrupt"'),
    ],
    "Leaving by sys.exit is told: the log says only that the run failed.": [
        ("status_exit_codes", '* / stderr: + "SystemExit(*) was raised"'),
    ],
    "A filter that fails does not fail the run.": [
        ("captured_output", "runs / 5 broken*"),
    ],
    "Documentation stands in the column that print_config has it in.": [
        ("commands", 'runs / 11 print_named_configs / stdout: * "  ing.large *# Many."'),
    ],
    "No empty line after the text of help.": [
        ("commands", 'runs / * help * / stdout: - ""'),
    ],
    "Called directly, a config counts as changed only what it assigned itself.": [
        ("config_direct", "runs / 1 / facts / all[*] / set: * \"'a'\""),
    ],
    "undogmatize gives back what dogmatize was given; 0.8.7 lost nested values.": [
        ("config_direct", "runs / 1 / facts / back / a: + *"),
    ],
    "chain_evaluate_config_scopes returns the summary of all configs, where 0.8.7 has parts that don't add up.": [
        ("config_direct", "runs / 1 / facts / summaries: *"),
    ],
    "Annotations are no entries: no record can hold types.": [
        ("config_entries", "* / config / __annotations__: - *"),
    ],
    "Tracebacks of config functions show the file's own lines; 0.8.7's are off.": [
        ("config_errors", '* / stderr: * "  File \\"<DIR>/config_errors.py\\", line *'),
        ("config_errors", '* / stderr: * "    *'),
        ("config_scope_idioms", '* / stderr: * "  File \\"<DIR>/config_scope_idioms.py\\", line *'),
        ("config_scope_idioms", '* / stderr: * "    *'),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare TypeError.": [
        ("config_files", "* / facts / number / raises: TypeError → InvalidConfigError"),
        ("named_config_parameters", "* / facts / number / raises: TypeError → InvalidConfigError"),
    ],
    "An entry that is put into a dictionary by its key counts as modified, too.": [
        ("config_fixed", "runs / 4 * / facts / modified / set: + \"'e.k.m'\""),
    ],
    "The logger of an ingredient's hook has the ingredient's name.": [
        ("config_hooks", '* / facts / calls[0][4]: "hooks" → "part"'),
    ],
    "A config hook may change what nobody fixed, also in ingredients (contract §3); 0.8.7 ignored that in silence.": [
        ("config_hooks", "* / facts / config / part / size: 50 → 1000"),
    ],
    "A number is no Python identifier.": [
        ("config_keys", "* / facts / identifiers / int / raises: + *"),
        ("config_keys", "* / facts / identifiers / int / returns: - null"),
    ],
    "All lines of a comment above an entry are its documentation, not only the last one.": [
        ("config_modifications", '* / docs / *: "the last counts" → "of several lines the last counts"'),
    ],
    "A dictionary whose entries keep their values is not modified.": [
        ("config_modifications", "* / equal / modified / set: - \"'d'\""),
    ],
    "Type changes name types that users know, not our containers.": [
        ("config_modifications", '* / types / typechanged / d.x: - "DogmaticList"'),
        ("config_modifications", '* / types / typechanged / d.x: + "list"'),
        (
            "config_modifications",
            '* / stderr: * "WARNING - root - Changed type of config entry \\"d.x\\" from int to *List"',
        ),
        (
            "config_modifications",
            '* / stderr: * "WARNING - root - Changed type of config entry \\"d.x\\" from int to list"',
        ),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("config_scope_idioms", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
    ],
    "A failing observer is reported with the event that failed.": [
        ("events_failing_observer", '* / stderr: * "WARNING - failing - *'),
        ("events_failing_observer", '* / stderr: * "ERROR - failing - *'),
        ("events_failing_observer", '* / stderr: + "Traceback (most recent call last):"'),
    ],
    "An observer whose final event failed is left alone, too.": [
        ("events_failing_observer", 'runs / 1 / facts / completed_event[0]: - "join"'),
    ],
    "traverse_ingredients yields each ingredient once.": [
        ("experiment_as_ingredient", '* / facts / traversed: - ["deep", 2]'),
    ],
    "print_config shows where each entry comes from (issue 3, point 2).": [
        ("experiment_as_ingredient", 'runs / 4 print_config * / stdout: + "*← *"'),
        ("experiment_as_ingredient", 'runs / 4 print_config * / stdout: - "  * = *"'),
        (
            "experiment_as_ingredient",
            'runs / 4 print_config * / stdout: + " *# (experiment_as_ingredient.py:*)"',
        ),
        (
            "experiment_as_ingredient",
            'runs / 4 print_config * / stdout: + "  seed = 1 *# the random seed for *"',
        ),
        ("print_config", '* / stdout: + "*← *"'),
        ("print_config", '* / stdout: - "  * = *"'),
        ("print_config", '* / stdout: - "  *:"'),
        ("print_config", '* / stdout: + "  *: *# modified"'),
        ("print_config", '* / stdout: + "  long_name_of_an_entry_that_goes_on = *"'),
    ],
    "The main file is the script that makes the experiment, not the module of its class.": [
        ("experiment_subclass", '* / mainfile: "mine.py" → "experiment_subclass.py"'),
        ("experiment_subclass", '* / sources: + {"tuple": ["experiment_subclass.py", *'),
    ],
    "An id that is taken is told in one message.": [
        ("folder_ids", "runs / 4 -i given / stderr: *"),
    ],
    "0.8.7's debug lines about its own work are no part of the contract.": [
        ("loggers", '* / stderr: - "DEBUG - *'),
        ("loggers", 'runs / 6 root / stdout: - "Started"'),
        ("loggers", 'runs / 6 root / stdout: - "Finished after <duration>."'),
        ("loggers", 'runs / 6 root / stdout: - "Using capture mode *"'),
        ("loggers", 'runs / 6 root / stdout: - "* Heartbeat"'),
    ],
    "A run's capture_mode tells the mode that it used, also when it wasn't asked for.": [
        ("meta_info", '* / facts / run[5]: null → "*"'),
        ("run_attributes", '* / facts / has / capture_mode: "NoneType" → "str"'),
        ("settings", 'runs / 1 / facts / level: null → "no"'),
    ],
    "The seed comes after all other entries of the experiment.": [
        ("named_config_parameters", '* / stderr: * "INFO - parameters - Result: *'),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare KeyError.": [
        ("options", "* / facts / hooks / raises: KeyError → InvalidConfigError"),
    ],
    "A short flag may be given without its hyphen.": [
        ("options", '* / facts / malformed: "Short flag malformed. * → {"object": "CLIOption"}'),
    ],
    "The older classes work without a word each time the options are listed.": [
        ("options", '* / stderr: - "<file>: UserWarning: Subclassing `CommandLineOption` is deprecated.*'),
    ],
    "What stands against --enforce_clean is told in one message.": [
        ("options", "runs / 2 -e / stderr: *"),
    ],
    "Points that are logged after the end are told of; 0.8.7 loses them in silence.": [
        (
            "log_scalar_rules",
            'runs / 1 / stderr: + "WARNING - sacred - The run has ended: points of metric *',
        ),
    ],
    "The status of a timeout is TIMED_OUT in the specification, which wins over 0.8.7's TIMEOUT.": [
        ("status_exit_codes", '* / status: "TIMEOUT" → "TIMED_OUT"'),
        ("status_from_python", '* / facts / late[5]: "TIMEOUT" → "TIMED_OUT"'),
        ("utils", '* / facts / statuses: * "TIME*'),
    ],
    "meta_info has an update as it was given; the entry is a list in both.": [
        ("update_values", '* / facts / updates / f*: * → {"tuple": [*2]}'),
    ],
    "Text that looks like a broken literal is told.": [
        (
            "update_values",
            '* / stderr: + "Warning: the value in g=[1,x] is no Python literal and is taken as text"',
        ),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare AssertionError.": [
        ("utils", "* / facts / seeds[2] / raises: AssertionError → InvalidConfigError"),
    ],
    "The argument of save_config is no suspicious addition.": [
        ("save_config", '* / stderr: - "WARNING - root - Added new config entry: \\"config_filename\\""'),
    ],
    "A snake-case name has no double underscore.": [
        ("utils", '* / facts / snake: * "foo_*bar"'),
    ],
}

DIFFERENCES = [Difference(case, what, why) for why, rows in _TABLE.items() for case, what in rows]
