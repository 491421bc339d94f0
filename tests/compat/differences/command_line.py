"""The command line: options, commands, usage, errors."""

TABLE = {
    "Documentation stands in the column that print_config has it in.": [
        ("commands", 'runs / 11 print_named_configs / stdout: * "  ing.large *# Many."'),
    ],
    "No empty line after the text of help.": [
        ("commands", 'runs / * help * / stdout: - ""'),
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
    ],
}
