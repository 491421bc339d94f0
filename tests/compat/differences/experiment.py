"""Experiments, ingredients, settings and the functions of modules."""

TABLE = {
    "traverse_ingredients yields each ingredient once.": [
        ("experiment_as_ingredient", '* / facts / traversed: - ["deep", 2]'),
    ],
    "The main file is the script that makes the experiment, not the module of its class.": [
        ("experiment_subclass", '* / mainfile: "mine.py" → "experiment_subclass.py"'),
        ("experiment_subclass", '* / sources: + {"tuple": ["experiment_subclass.py", *'),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare AssertionError.": [
        ("utils", "* / facts / seeds[2] / raises: AssertionError → InvalidConfigError"),
    ],
    "A snake-case name has no double underscore.": [
        ("utils", '* / facts / snake: * "foo_*bar"'),
    ],
    "A mistake before the start is told in one message, without a traceback.": [
        ("circles_and_clashes", "runs / 2 circle / stderr: *"),
        ("circles_and_clashes", "runs / 3 clash / stderr: *"),
    ],
    "An attempt to overwrite an ingredient's entry is told of (contract §3); 0.8.7 ignored it in silence.": [
        ("circles_and_clashes", 'runs / 1 / stderr: + "WARNING - root - Ignored attempt to set value of *"'),
    ],
    "Every Python literal may be given on the command line; 0.8.7 failed at complex numbers, sets and bytes.": [
        ("arg_parser_functions", "* / facts / strict[*][1]: true → false"),
        ("arg_parser_functions", "* / facts / values[*][1] / raises: - *TypeError*"),
        ("arg_parser_functions", '* / facts / values[8][1] / returns: + {"object": "complex"}'),
        ("arg_parser_functions", "* / facts / values[19][1] / returns: + {*"),
        ("arg_parser_functions", '* / facts / values[31][1] / returns: + {"object": "bytes"}'),
        ("arg_parser_functions", '* / facts / values[35][1] / returns: + "..."'),
    ],
    "An update is a tuple where it was given as one; the entry is a list in both.": [
        ("arg_parser_functions", '* / facts / values[15][1] / returns: [1] → {"tuple": [1]}'),
        ("arg_parser_functions", '* / facts / values[16][1] / returns: [] → {"tuple": []}'),
    ],
    "Updates that contradict each other or have no name are usage errors.": [
        ("arg_parser_functions", "* / facts / updates[2][1] / raises: TypeError → UsageError"),
        ("arg_parser_functions", "* / facts / updates[10][1] / *"),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised bare ones.": [
        ("capturing_functions", "* / facts / wrong / raises: KeyError → SettingError"),
        ("dotted_paths", "* / facts / rel[*] / raises: AssertionError → ValueError"),
        ("host_info_functions", "* / facts / conflict / raises: KeyError → SacredError"),
        ("outside_of_a_run", "* / facts / before / * / raises: AssertionError → NotRunningError"),
        ("settings_at_every_time", "* / facts / nonsense / raises: KeyError → SettingError"),
    ],
    "No empty line after the text of help.": [
        ("command_functions", 'runs / * help * / stdout: - ""'),
    ],
    "Arrays that differ in one element are different; 0.8.7 asked for all of them.": [
        ("config_containers", "* / facts / arrays[3]: false → true"),
    ],
    "Tuples are stored as lists, without jsonpickle's marks, and a configuration has lists in their place.": [
        ("config_file_functions", "folders / contents / order.json: *"),
        ("config_file_functions", '* / facts / marked: "(1, 2)" → "[1, 2]"'),
        ("config_file_functions", '* / facts / pickled / t: {"tuple": [1, 2]} → [1, 2]'),
        ("run_arguments", '* / facts / tuples[2]: {"tuple": [1, 2]} → [1, 2]'),
        ("run_arguments", '* / stderr: * "INFO - shapes - Result: [1, 2, *1, 2*'),
    ],
    "A config file has to hold a dictionary; 0.8.7 took others and failed later.": [
        ("config_file_functions", "* / facts / list / *"),
    ],
    "The ending of a config file may be in capitals.": [
        ("config_file_functions", "* / facts / unknown[2] / *"),
    ],
    "The entry seed is documented where it is made, not by every config function.": [
        ("config_summaries", '* / facts / * / docs / seed: - "the random seed for this experiment"'),
    ],
    "The file alone decides whether a module is the project's: a folder may be on the path by itself.": [
        ("dependency_functions", "* / facts / local[*]: false → true"),
    ],
    "There is nothing below a plain value; 0.8.7 failed.": [
        ("dotted_paths", "* / facts / got[*] / raises: - *TypeError*"),
        ("dotted_paths", "* / facts / got[*] / returns: + null"),
    ],
    "A dictionary may take the place of a plain value; 0.8.7 failed.": [
        ("dotted_paths", "* / facts / updated[3] / raises: - *TypeError*"),
        ("dotted_paths", '* / facts / updated[3] / returns: + {"a": {"b": 1}}'),
    ],
    "All modules loaded from the project's folder are sources, not only those that global names lead to.": [
        ("experiments_in_packages", "*sources: + *_sources/*"),
        ("experiments_in_packages", "folders / files: + *_sources/*"),
        ("experiments_in_packages", "* / cout.txt: *main.py ['__init__.py', *"),
        ("experiments_in_packages", "* / facts / deep[*]: *['deep', 'deep.py', [*"),
        ("experiments_in_packages", "* / facts / user[*]: *['deep', 'deep.py', [*"),
        ("experiments_in_packages", "* / facts / user[1]: *main.py ['__init__.py', *"),
    ],
    "Experiments that capture one function have values of their own; 0.8.7 let them share the last ones.": [
        ("factories_of_experiments", "* / facts / independent[1]: 10 → 4"),
    ],
    "A host info that can't be found out is a warning; 0.8.7 failed the run.": [
        ("host_info_functions", "* / facts / broken / *"),
        ("host_info_functions", '* / stderr: + "* broken - *'),
        ("host_info_functions", '* / stderr: + "WARNING - * The host info \\"broken\\" is missing: *'),
    ],
    "Any file may be added as a source, not only Python's.": [
        ("info_of_the_experiment", "* / facts / no_python / *"),
        ("info_of_the_experiment", '* / facts / sources: + ["sub/data/table.csv", *'),
    ],
    "Points that are logged after the end are told of; 0.8.7 loses them in silence.": [
        ("outside_of_a_run", '* / stderr: + "WARNING - sacred - The run has ended: points of metric *'),
    ],
    "A dictionary assigned to a group of settings changes the settings in it.": [
        ("settings_wrong", "* / facts / group_by_dict / *"),
        ("settings_wrong", "* / facts / strict: false → true"),
        ("settings_wrong", "* / facts / copied / STRICT_PARSING: false → true"),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("info_and_meta_info", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
    ],
}
