"""A run: status, logging, output, hooks, metrics."""

TABLE = {
    "Leaving by sys.exit is told: the log says only that the run failed.": [
        ("status_exit_codes", '* / stderr: + "SystemExit(*) was raised"'),
    ],
    "A filter that fails does not fail the run.": [
        ("captured_output", "runs / 5 broken*"),
    ],
    "0.8.7's debug lines about its own work are no part of the contract.": [
        ("loggers", '* / stderr: - "DEBUG - *'),
        ("loggers", 'runs / 6 root / stdout: - "Started"'),
        ("loggers", 'runs / 6 root / stdout: - "Finished after <duration>."'),
        ("loggers", 'runs / 6 root / stdout: - "Using capture mode *"'),
        ("loggers", 'runs / 6 root / stdout: - "* Heartbeat"'),
    ],
    "Points that are logged after the end are told of; 0.8.7 loses them in silence.": [
        (
            "log_scalar_rules",
            'runs / 1 / stderr: + "WARNING - sacred - The run has ended: points of metric *',
        ),
    ],
}
