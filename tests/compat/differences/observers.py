"""Observers and the run folder."""

TABLE = {
    "A failing observer is reported with the event that failed.": [
        ("events_failing_observer", '* / stderr: * "WARNING - failing - *'),
        ("events_failing_observer", '* / stderr: * "ERROR - failing - *'),
        ("events_failing_observer", '* / stderr: + "Traceback (most recent call last):"'),
        ("folders_that_break", "runs / 1 is_file / stderr: - *"),
        ("folders_that_break", "runs / 2 removed / stderr: - *"),
        ("folders_that_break", 'runs / 2 removed / stderr: + "WARNING - sacred - The run folder *'),
        (
            "folders_that_break",
            'runs / 2 removed / stderr: + "ERROR - breaking - The FileStorageObserver could *',
        ),
        (
            "folders_that_break",
            'runs / 2 removed / stderr: + "WARNING - breaking - The FileStorageObserver failed *',
        ),
        ("observers_that_raise", '* / stderr: - "WARNING - raising - An error ocurred in *'),
        (
            "observers_that_raise",
            '* / stderr: + "WARNING - raising - An error occurred in the Raising during *',
        ),
        (
            "observers_that_raise",
            '* / stderr: * "WARNING - raising - The * failed at some point during the run."',
        ),
        ("observers_that_raise", '* / stderr: - "ERROR - raising - Traceback (most recent call last):"'),
        ("observers_that_raise", '* / stderr: + "ERROR - raising - The Raising could not record *'),
        ("observers_that_raise", '* / stderr: + "Traceback (most recent call last):"'),
    ],
    "A run that no observer has whole keeps a record of its own, and says where.": [
        ("observers_that_raise", '* / stderr: + "WARNING - raising - The record of this run is in *'),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("records_of_commands", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("info_from_observers", 'folders / runs/1 / info.json / metrics: - ["accuracy", "loss"]'),
        ("info_from_observers", 'runs / 1 / facts / *: - ["accuracy", "loss"]'),
        ("observers_added_late", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare AssertionError.": [
        ("artifacts_outside_of_runs", 'runs / 1 / facts / before / *: - "AssertionError"'),
        ("artifacts_outside_of_runs", 'runs / 1 / facts / before / *: + "AttributeError"'),
    ],
    "Points that are logged after the end are told of; 0.8.7 loses them in silence.": [
        (
            "artifacts_outside_of_runs",
            '* / stderr: + "WARNING - sacred - The run has ended: points of metric *',
        ),
    ],
    "The end of the output is kept; 0.8.7 loses what comes after the last heartbeat of a run that ends early.": [
        ("folder_after_every_ending", 'folders / runs/* / cout.txt: + "some output"'),
    ],
    "Leaving by sys.exit is told: the log says only that the run failed.": [
        ("folder_after_every_ending", '* / stderr: + "SystemExit(2) was raised"'),
    ],
    "The classes of errors live in sacred.errors; sacred.utils has the same ones.": [
        ("folder_after_every_ending", '* / stderr: * "sacred.*.SacredInterrupt: enough"'),
    ],
    "What is recorded twice is listed once.": [
        ("resources_of_runs", 'folders / runs/1 / run.json / resources: - ["<DIR>/data/a.txt", *'),
        ("artifacts_of_runs", 'folders / runs/3 / run.json / artifacts: - "table.csv"'),
        ("artifacts_outside_of_runs", 'folders / runs/1 / run.json / artifacts: - "some.txt"'),
        ("artifacts_outside_of_runs", 'folders / runs/1 / run.json / resources: - ["<DIR>/some.txt", *'),
    ],
    "A file that can't be kept is noted in the record, which goes on; 0.8.7 leaves the observer out from then on.": [
        ("resources_of_runs", 'folders / files: + "runs/3/metrics.json"'),
        ("resources_of_runs", "folders / runs/3 / *: + *"),
        ("resources_of_runs", "folders / runs/3 / run.json / heartbeat: *"),
        ("resources_of_runs", 'runs / 3 * / stderr: - "WARNING - resources - *'),
        ("resources_of_runs", 'runs / 3 * / stderr: + "WARNING - sacred - The resource *'),
        ("artifacts_of_runs", 'folders / files: + "runs/4/metrics.json"'),
        ("artifacts_of_runs", "folders / runs/4 / *: + *"),
        ("artifacts_of_runs", "folders / runs/4 / run.json / heartbeat: *"),
        ("artifacts_of_runs", 'runs / 4 * / stderr: - "WARNING - artifacts - *'),
        ("artifacts_of_runs", 'runs / 4 * / stderr: + "WARNING - sacred - The artifact *'),
    ],
    "A file that can't be opened is no resource: open_resource raises, and no observer is told.": [
        (
            "resources_of_runs",
            'runs / 3 * / facts / events: - ["observer", "resource_event", *data/none.txt"}]',
        ),
    ],
    "Any file can be added to the sources; 0.8.7 fails by an AssertionError unless it ends in .py.": [
        ("sources_added_by_hand", "runs / 5 other / facts / other / *"),
        ("sources_added_by_hand", 'runs / 5 other / facts / sources: + {"tuple": ["conf/net.yaml", *'),
    ],
    "What stands against --enforce_clean is told in one message.": [
        ("git_repository_clean_and_dirty", "runs / 4 dirty -e / stderr: *"),
        ("git_repository_clean_and_dirty", "runs / 5 no_git -e / stderr: *"),
    ],
    "copy_artifacts=False does what it says: places of artifacts are noted; 0.8.7 copies nevertheless.": [
        ("folder_options", 'folders / contents / four/1/out.txt: - ["out"]'),
        ("folder_options", 'folders / files: - "four/1/out.txt"'),
    ],
    "An id that is taken, or can't be the name of a folder, is told in one message, and changes no record.": [
        ("ids_that_are_given", "folders / runs/5 / *"),
        ("ids_that_are_given", "runs / 5 -i sub/deep -F runs / stderr: *"),
        ("ids_that_are_given", 'runs / 6 python / facts / 5[3]: "FileExistsError" → "IdTakenError"'),
    ],
    "Folders and templates may be given as text; 0.8.7 fails later, when it uses them as paths.": [
        ("folder_options", "folders / contents / six*"),
        ("folder_options", 'folders / files: + "six*'),
        ("folder_options", "folders / six/1 / *"),
        ("folder_options", 'runs / 1 / facts / folders: + "six_resources"'),
        ("folder_options", 'runs / 1 / stderr: - "WARNING - options - *'),
        ("folder_report", "folders / contents / given/*"),
        ("folder_report", 'folders / files: + "given/*'),
        ("folder_report", "runs / 1 given / stderr: - *"),
        ("folder_report", "runs / 4 fails / stderr: - *"),
    ],
    "A template in the folder of the runs is used; 0.8.7 can't open it with the mako of today.": [
        ("folder_report", "folders / contents / found/*"),
        ("folder_report", 'folders / files: + "found/*'),
        ("folder_report", "runs / 2 found / stderr: - *"),
    ],
    "All packages that are loaded are dependencies, not only those that global names lead to.": [
        ("folder_report", 'folders / given/* / run.json / experiment / dependencies: + "mako==<version>"'),
    ],
    "An observer whose final event failed is left alone, too.": [
        ("events_failing_observer", 'runs / 1 / facts / completed_event[0]: - "join"'),
    ],
    "An id that is taken is told in one message.": [
        ("folder_ids", "runs / 4 -i given / stderr: *"),
    ],
}
