"""Configuration: config functions, files, named configs, updates."""

TABLE = {
    "A comment behind the head of a config function is about the function, not about its first entry.": [
        ("config_source_text", '* / comments[2] / inner: - "a comment: behind the head"'),
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
    "The seed comes after all other entries of the experiment.": [
        ("named_config_parameters", '* / stderr: * "INFO - parameters - Result: *'),
    ],
}
