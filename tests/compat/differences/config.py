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
        ("file_pickle_details", 'runs / 3 * / stderr: * "  File \\"<DIR>/file_pickle_details.py\\", line *'),
        ("file_pickle_details", 'runs / 3 * / stderr: + "    n = len(pair)"'),
        ("scope_validation", '* / stderr: * "  File \\"<DIR>/scope_validation.py\\", line *'),
        ("scope_validation", '* / stderr: * "    *'),
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
        ("scope_dict_building", "* / facts / modified / set: + \"'model.depth'\""),
        ("scope_dict_building", "* / facts / modified / set: + \"'trainer.logger.level'\""),
        ("several_configs_in_order", "runs / 3 * / facts / modified / set: + \"'opts.c'\""),
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
        ("suspicious_type_changes", 'runs / 4 * / facts / commandline[0][1] / tuple[1]: * "*ist"'),
        ("updates_through_other_values", '* / facts / types / *: - "DogmaticDict"'),
        ("updates_through_other_values", '* / facts / types / *: + "dict"'),
        (
            "suspicious_type_changes",
            'runs / 4 * / stderr: * "WARNING - root - Changed type of config entry \\"nested.deep.x\\" from int to *ist"',
        ),
        ("suspicious_type_changes", 'runs / 4 * / stderr: * "INFO - types - Result: *'),
    ],
    "Every observer gets facts of its own; in 0.8.7 one sees what another put into them.": [
        ("config_scope_idioms", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
        ("hook_returns_config", '* / ex_info / sources[0]: *, "_sources/* → {"tuple": *'),
    ],
    "The seed comes after all other entries of the experiment.": [
        ("named_config_parameters", '* / stderr: * "INFO - parameters - Result: *'),
    ],
    "Comprehensions, lambdas, inner functions and functions inside functions can use their variables (contract §9).": [
        ("scope_closures", 'runs / 1 / facts / * / raises: - ["NameError", *'),
        ("scope_closures", "runs / 1 / facts / * / returns: + {*"),
    ],
    "A `global` statement means the module's variable, as in any function; 0.8.7 set a copy.": [
        ("scope_locals_and_deletion", "* / facts / counter: 0 → *"),
    ],
    "A deleted name is gone; if an update fixes it, its entry comes after those that the function assigns.": [
        ("scope_locals_and_deletion", 'runs / 3 * / facts / order: * "temporary"'),
    ],
    "print_config tells the origin of each entry, and wraps lines at the width of the terminal.": [
        ("documentation_comments", '* / stdout: + "* ← *"'),
        ("documentation_comments", '* / stdout: + "*# (documentation_comments.py:14)"'),
        ("documentation_comments", '* / stdout: + "  *: *# modified"'),
        ("documentation_comments", '* / stdout: - "  *:"'),
        ("documentation_comments", '* / stdout: - "  *chosen = 1"'),
        ("documentation_comments", '* / stdout: - "  *undecided = None"'),
        ("documentation_comments", '* / stdout: - "  *inner = 1"'),
        ("documentation_comments", '* / stdout: - "  *thing = 2"'),
        ("documentation_comments", '* / stdout: - "    depth = 9 *"'),
        (
            "documentation_comments",
            '* / stdout: * "  plain = 1 *# a comment of its own, with an empty line*"',
        ),
        ("documentation_comments", '* / stdout: + " *# below"'),
        ("file_pickle_details", 'runs / 4 * / stdout: + "* ← *"'),
        ("file_pickle_details", 'runs / 4 * / stdout: + "  d: *# modified"'),
        ("file_pickle_details", 'runs / 4 * / stdout: - "  * = *"'),
        ("file_pickle_details", 'runs / 4 * / stdout: - "  d:"'),
        ("scope_from_library", 'runs / 4 * / stdout: + "* ← *"'),
        ("scope_from_library", 'runs / 4 * / stdout: - "  * = *"'),
        ("scope_objects_as_entries", 'runs / 3 * / stdout: + "* ← *"'),
        ("scope_objects_as_entries", 'runs / 3 * / stdout: - "  * = *"'),
        ("scope_side_effects", 'runs / 4 * / stdout: + "* ← *"'),
        ("scope_side_effects", 'runs / 4 * / stdout: - "  * = *"'),
    ],
    "print_named_configs has documentation in one column.": [
        ("add_named_config_shapes", 'runs / 6 * / stdout: * "  function *# Set by a function."'),
        ("add_named_config_shapes", 'runs / 6 * / stdout: - "  decorated"'),
        ("add_named_config_shapes", 'runs / 6 * / stdout: - "    *"'),
        ("add_named_config_shapes", 'runs / 6 * / stdout: - ""'),
        ("add_named_config_shapes", 'runs / 6 * / stdout: + "  decorated *# Set by a function, too."'),
        ("add_named_config_shapes", 'runs / 6 * / stdout: + " *# With a long text."'),
    ],
    "The docstring of a named config documents that, and is no addition to the configuration.": [
        ("add_named_config_shapes", "* / facts / added / set: - \"'__doc__'\""),
        ("add_named_config_shapes", "* / facts / config / __doc__: - *"),
        ("add_named_config_shapes", '* / stderr: - "WARNING - root - Added new config entry: \\"__doc__\\""'),
    ],
    "A config file that can't be read, or holds no dictionary, is told in one message with its name.": [
        (
            "file_json_details",
            'runs / 4 * / stderr: - "Traceback (most recent calls WITHOUT Sacred internals):"',
        ),
        (
            "file_json_details",
            'runs / 5 * / stderr: - "Traceback (most recent calls WITHOUT Sacred internals):"',
        ),
        ("file_json_details", '* / stderr: - "json.decoder.JSONDecodeError: *'),
        ("file_json_details", "runs / 6 with list.json / stderr: - *"),
        ("file_yaml_details", "* / facts / loaded / empty.yaml / *"),
        ("file_yaml_details", "runs / 5 with empty.yaml / stderr: - *"),
        ("file_yaml_details", "runs / 6 with broken.yaml / stderr: - *"),
    ],
    "load_config_file gives what the configuration will hold: lists for tuples, Python's numbers for numpy's.": [
        ("file_json_details", '* / facts / loaded / tuple.json / returns / a: {"tuple": [1, 2]} → [1, 2]'),
        (
            "file_pickle_details",
            '* / facts / loaded[0] / pair: {"tuple": [1, {"tuple": [2, 3]}]} → [1, [2, 3]]',
        ),
        ("file_pickle_details", '* / facts / loaded[0] / scalar: {"numpy.float64": 0.5} → 0.5'),
        ("file_pickle_details", '* / facts / loaded[1] / t: {"tuple": [1, 2]} → [1, 2]'),
    ],
    "Tuples become lists wherever they come from, also inside updates.": [
        ("updates_from_python", 'runs / 1 / facts / whole / model / width: {"tuple": [3]} → [3]'),
    ],
    "Keys that are no text stay as they are, also in named configs.": [
        ("key_rules_by_source", "runs / 1 / facts / number[1] / returns / table / *"),
    ],
    "An overwritten ingredient is told; it has no effect, as before (contract §3).": [
        (
            "ingredient_config_overwritten",
            '* / stderr: + "WARNING - root - Ignored attempt to set value of *',
        ),
        ("ingredient_parameters", '* / stderr: + "WARNING - root - Ignored attempt to set value of *'),
    ],
    "A list that comes from an ingredient is a list that can be changed; 0.8.7 ignored that in silence.": [
        ("ingredient_parameters", "* / facts / config / after[0]: + 1000"),
        ("ingredient_parameters", "* / facts / config / everything[2]: + 1000"),
        ("ingredient_parameters", "* / facts / config / layers: + 1000"),
    ],
    "A parameter that nobody has is told in one message, with what there is.": [
        ("fallback_and_missing_parameters", "runs / 3 broken / stderr: - *"),
        ("fallback_and_missing_parameters", 'runs / 3 broken / stderr: + "ConfigKeyError: *'),
        ("fallback_and_missing_parameters", 'runs / 3 broken / stderr: + "  Available: _log, part"'),
    ],
    "A config hook that returns no dictionary is told by name.": [
        ("hook_returns_config", 'runs / 4 with wrong=True / stderr: * "Traceback *'),
        ("hook_returns_config", 'runs / 4 with wrong=True / stderr: - "AttributeError: *'),
        (
            "hook_returns_config",
            "runs / 4 with wrong=True / stderr: + \"sacred.errors.InvalidConfigError: The config hook 'check' *",
        ),
    ],
    "The message of an error names the entries that it is about, in brackets.": [
        (
            "hook_returns_config",
            "runs / 3 with broken=True / stderr: * \"sacred.*.InvalidConfigError: can't be broken*",
        ),
    ],
    "An addition below an entry is told, also where later configs are dictionaries or functions that take it.": [
        ("several_configs_in_order", "* / facts / added / set: + \"'opts.new'\""),
        (
            "several_configs_in_order",
            '* / stderr: + "WARNING - root - Added new config entry: \\"opts.new\\""',
        ),
    ],
    "numpy's scalars count as Python's (contract §3), so that no change of type is told.": [
        ("suspicious_type_changes", "runs / 3 * / facts / commandline[0][*] / tuple[1]: *"),
        (
            "suspicious_type_changes",
            'runs / 3 * / stderr: - "WARNING - root - Changed type of config entry \\"scalar*',
        ),
        ("suspicious_type_changes", 'runs / 3 * / stderr: * "INFO - types - Result: *'),
    ],
    "Functions, lambdas and classes are no entries (contract §3).": [
        ("scope_objects_as_entries", 'folders / * / config.json / Options: - {"py/type": *'),
        ("scope_objects_as_entries", 'folders / * / config.json / schedule: - {"py/function": *'),
        ("scope_objects_as_entries", "* / facts / objects: - *"),
    ],
    "One config function can be given to several experiments, also by decorators upon each other.": [
        ("decorated_config_functions", '* / facts / shared / raises: - ["AssertionError", *'),
        ("decorated_config_functions", "* / facts / shared / returns: + null"),
        ("decorated_config_functions", "* / facts / other / returns / common: + 1"),
        ("decorated_config_functions", "* / facts / config / part / common: + 1"),
    ],
    "Text of several lines in a config function stays as it is written; 0.8.7 cut its indentation.": [
        ("scope_source_forms", '* / facts / config / formatted: "ConfigScope22" → "ConfigScope30"'),
        ("scope_source_forms", "* / facts / config / last[1]: 22 → 30"),
        (
            "scope_source_forms",
            '* / facts / config / t*: "first\\nsecond\\n    third" → "first\\n    second\\n *',
        ),
    ],
    "A named config may take entries of configs and updates (contract §3).": [
        ("named_configs_that_depend", "runs / 4 with scaled / exit: 1 → 0"),
        ("named_configs_that_depend", "runs / 4 with scaled / facts / *: + *"),
        ("named_configs_that_depend", "runs / 4 with scaled / stderr: - *"),
        ("named_configs_that_depend", 'runs / 4 with scaled / stderr: + "INFO - depending - *'),
        (
            "named_configs_that_depend",
            'runs / 4 with scaled / stderr: + "WARNING - depending - No observers *',
        ),
    ],
    "Updates that contradict each other are told in one message.": [
        ("updates_through_other_values", "runs / 5 * / stderr: - *"),
    ],
}
