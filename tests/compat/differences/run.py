"""A run: status, logging, output, hooks, metrics."""

TABLE = {
    "Leaving by sys.exit is told: the log says only that the run failed.": [
        ("status_exit_codes", '* / stderr: + "SystemExit(*) was raised"'),
        ("exit_by_the_script", '* / stderr: + "SystemExit(*) was raised"'),
        ("endings_before_the_start", '* / stderr: + "SystemExit(3) was raised"'),
        ("processes_of_runs", 'runs / 2 exits -F runs / stderr: + "SystemExit(4) was raised"'),
    ],
    "A filter that fails does not fail the run.": [
        ("captured_output", "runs / 5 broken*"),
    ],
    "0.8.7's debug lines about its own work are no part of the contract.": [
        ("loggers", '* / stderr: - "DEBUG - *'),
        ("log_levels", '* / stderr: - "DEBUG - levels - *'),
        ("log_levels", '* / stderr: - "DEBUG - * - Started"'),
        ("log_levels", '* / stderr: - "DEBUG - * - Finished after <duration>."'),
        ("options_from_python", '* / stderr: - "DEBUG - *'),
        ("loggers", 'runs / 6 root / stdout: - "Started"'),
        ("loggers", 'runs / 6 root / stdout: - "Finished after <duration>."'),
        ("loggers", 'runs / 6 root / stdout: - "Using capture mode *"'),
        ("loggers", 'runs / 6 root / stdout: - "* Heartbeat"'),
    ],
    "A filter is chosen before the run starts: `ex.captured_out_filter`.": [
        ("attributes_set_during_run", 'folders / runs/3 / cout.txt: * "a *"'),
        ("attributes_set_during_run", 'runs / 3 * / facts / lines: * "a *"'),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("attributes_set_during_run", "folders / runs/1 / run.json / meta / added: - true"),
    ],
    "What a script changes in the lists of `_run.config` itself shows in the values of later calls.": [
        ("attributes_set_during_run", "runs / 4 * / facts / result[2][1] / b: + 2"),
        ("attributes_set_during_run", 'runs / 4 * / stderr: * "INFO - assigned - Result: *'),
    ],
    "Records are plain JSON: no marks of jsonpickle.": [
        ("attributes_set_during_run", "folders / runs/4 / run.json / result[*: - *"),
        ("attributes_set_during_run", 'folders / runs/4 / run.json / result[* / b: {"py/object": *'),
    ],
    "Each run has values of its own; in 0.8.7 a function has those of the run that started last.": [
        ("runs_inside_the_same", "folders / runs/* / run.json / result[1]: *"),
        ("runs_inside_the_same", "runs / * / facts / result[1]: *"),
        ("runs_inside_the_same", '* / stderr: * "INFO - inside - Result: *'),
    ],
    "A config hook sees what the one before it added.": [
        ("hooks_with_arguments", "runs / * / facts / calls[2][1]: null → *"),
    ],
    "The logger of an ingredient's hook has the ingredient's name.": [
        ("hooks_with_arguments", 'runs / * / facts / calls[0][3]: "hooked" → "part"'),
    ],
    "Levels have their names in lower case as well.": [
        ("log_levels", "runs / 6 -l warning / *"),
    ],
    "Tracebacks of config functions show the file's own lines; 0.8.7's are off.": [
        (
            "endings_before_the_start",
            '* / stderr: - "  File \\"<DIR>/endings_before_the_start.py\\", line *, in <module>"',
        ),
        (
            "endings_before_the_start",
            '* / stderr: + "  File \\"<DIR>/endings_before_the_start.py\\", line *, in config"',
        ),
        ("endings_before_the_start", '* / stderr: + "    end(how)"'),
        (
            "traceback_places",
            'runs / 5 * / stderr: - "  File \\"<DIR>/traceback_places.py\\", line *, in <module>"',
        ),
        (
            "traceback_places",
            'runs / 5 * / stderr: + "  File \\"<DIR>/traceback_places.py\\", line *, in config"',
        ),
        ("traceback_places", 'runs / 5 * / stderr: + "    raise ValueError(\\"wrong configuration\\")"'),
    ],
    "The traceback of a value that is missing shows where it was needed.": [
        ("stacktrace_functions", 'runs / 1 * / stderr: - "Traceback (most recent calls):"'),
        ("stacktrace_functions", 'runs / 1 * / stderr: + "Traceback (most recent call last):"'),
        (
            "stacktrace_functions",
            'runs / 1 * / stderr: + "  File \\"<DIR>/stacktrace_functions.py\\", line *',
        ),
        ("stacktrace_functions", 'runs / 1 * / stderr: + "    fail(kind)"'),
        ("stacktrace_functions", 'runs / 1 * / stderr: + "    needs_more()"'),
        (
            "stacktrace_functions",
            'runs / 1 * / facts / found / missing[1]: * "Traceback (most recent call*):"',
        ),
        ("stacktrace_functions", "runs / 1 * / facts / found / missing[2]: false → true"),
    ],
    "The traceback of a group of exceptions says that it is filtered, as others do.": [
        ("exceptions_of_all_kinds", 'runs / 2 * / stderr: * "  + Exception Group Traceback (most recent *"'),
    ],
    "What is written by writelines is kept, too.": [
        ("streams_that_are_replaced", 'folders / runs/1 / cout.txt: + "one"'),
        ("streams_that_are_replaced", 'folders / runs/1 / cout.txt: + "two"'),
        ("streams_that_are_replaced", 'runs / 1 * / facts / lines: + "one"'),
        ("streams_that_are_replaced", 'runs / 1 * / facts / lines: + "two"'),
    ],
    "The end of the output is kept; 0.8.7 loses what comes after the last heartbeat of a run that ends early.": [
        ("exit_by_the_script", 'folders / runs/2 / cout.txt: + "before"'),
    ],
    "A run's stop_time is set before its last heartbeat, however it ends; in 0.8.7 only if it succeeds.": [
        ("run_at_each_moment", "runs / 2 fail / facts / moments[3][6]: false → true"),
    ],
    "A forked child that leaves by sys.exit does not say that the run has failed.": [
        (
            "processes_of_runs",
            'runs / 2 exits -F runs / stderr: - "ERROR - processes - Failed after <duration>!"',
        ),
    ],
    "Points that are logged after the end are told of; 0.8.7 loses them in silence.": [
        (
            "log_scalar_rules",
            'runs / 1 / stderr: + "WARNING - sacred - The run has ended: points of metric *',
        ),
    ],
}
