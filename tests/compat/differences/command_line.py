"""The command line: options, commands, usage, errors."""

TABLE = {
    "Documentation stands in the column that print_config has it in.": [
        ("commands", 'runs / 11 print_named_configs / stdout: * "  ing.large *# Many."'),
        ("named_configs_listed", 'runs / 1 * / stdout: * "  base *# The net of the paper."'),
        ("named_configs_listed", 'runs / 1 * / stdout: - "  large.data.all_of_it"'),
        ("named_configs_listed", 'runs / 1 * / stdout: + "  large.data.all_of_it *# Everything."'),
        ("named_configs_listed", 'runs / 1 * / stdout: + " *# More than one paragraph."'),
        ("named_configs_listed", 'runs / 1 * / stdout: - "    \\"\\"\\"Everything."'),
        ("named_configs_listed", 'runs / 1 * / stdout: - "      More than one paragraph."'),
        ("named_configs_listed", 'runs / 1 * / stdout: - "      \\"\\"\\""'),
        ("named_configs_listed", 'runs / 1 * / stdout: - ""'),
    ],
    "No empty line after the text of help.": [
        ("commands", 'runs / * help * / stdout: - ""'),
        ("help_of_commands", 'runs / * help * / stdout: - ""'),
    ],
    "Help shows what a user can set: no special parameters, no type of the result.": [
        ("help_of_commands", 'runs / 1 help train / stdout: * "train(epochs, width=5*)"'),
        (
            "help_of_commands",
            "runs / 2 help evaluate / stdout: * \"evaluate(width: int, names=('a', 'b'))*\"",
        ),
    ],
    "A failed run ends with exit code 1 after the debugger, too.": [
        ("debug_options", 'runs / 5 post_mortem -D / facts / found: "fine" → {"raises": ["SystemExit", *'),
    ],
    "One function may be a command and the main function at once; 0.8.7 loses its configuration.": [
        ("default_commands", "runs / 2 named / exit: 1 → 0"),
        ("default_commands", "runs / 2 named / facts / *"),
        ("default_commands", "runs / 2 named / stderr: *"),
    ],
    "A pickled configuration is equal, though not to the byte.": [
        ("save_config_everywhere", "folders / contents / saved.pickle: *"),
    ],
    "A flag may be given twice.": [
        ("options_in_odd_forms", "runs / 6 -uu / *"),
    ],
    "Elements of lists can be updated.": [
        ("updates_of_list_elements", "runs / 1 with items[0]=5 / *"),
    ],
    "Hyphen and underscore are the same in the names of options (contract §4).": [
        ("option_spellings", "runs / 5 -u -f -d --beat_interval=5 --print_config / *"),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare KeyError.": [
        ("options", "* / facts / hooks / raises: KeyError → InvalidConfigError"),
    ],
    "A short flag may be given without its hyphen.": [
        ("options", '* / facts / malformed: "Short flag malformed. * → {"object": "CLIOption"}'),
    ],
    "The older classes work without a word each time the options are listed.": [
        ("options", '* / stderr: - "<file>: UserWarning: Subclassing `CommandLineOption` is deprecated.*'),
        (
            "options_of_older_classes",
            '* / stderr: - "<file>: UserWarning: Subclassing `CommandLineOption` is deprecated.*',
        ),
    ],
    "What stands against --enforce_clean is told in one message.": [
        ("options", "runs / 2 -e / stderr: *"),
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
    "The argument of save_config is no suspicious addition.": [
        ("save_config", '* / stderr: - "WARNING - root - Added new config entry: \\"config_filename\\""'),
        (
            "save_config_everywhere",
            '* / stderr: - "WARNING - root - Added new config entry: \\"config_filename\\""',
        ),
    ],
}
