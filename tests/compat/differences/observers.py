"""Observers and the run folder."""

TABLE = {
    "A failing observer is reported with the event that failed.": [
        ("events_failing_observer", '* / stderr: * "WARNING - failing - *'),
        ("events_failing_observer", '* / stderr: * "ERROR - failing - *'),
        ("events_failing_observer", '* / stderr: + "Traceback (most recent call last):"'),
    ],
    "An observer whose final event failed is left alone, too.": [
        ("events_failing_observer", 'runs / 1 / facts / completed_event[0]: - "join"'),
    ],
    "An id that is taken is told in one message.": [
        ("folder_ids", "runs / 4 -i given / stderr: *"),
    ],
}
