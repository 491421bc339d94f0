"""Seeds and random numbers."""

TABLE = {
    "The seed is documented wherever it comes from.": [
        ("seed_sources", '* / facts / docs / seed: + "the random seed for this experiment"'),
        ("seeds_of_commands", 'runs / 6 * / stdout: * "  seed = 4*"'),
    ],
    "print_config tells the origin of each entry.": [
        ("seeds_of_commands", 'runs / 6 * / stdout: + " *# modified ← command line"'),
    ],
    "A numpy integer is an integer, and can be a seed.": [
        ("seed_values", '* / facts / numpy / raises: - ["AssertionError", *'),
        ("seed_values", '* / facts / numpy / returns: + ["int", 7, *'),
    ],
    "A value that can't be a seed is told in one message, with its entry and the bounds.": [
        ("seed_values", '* / stderr: - "Exception originated from within Sacred."'),
        ("seed_values", '* / stderr: - "Traceback (most recent calls*'),
        ("seed_values", '* / stderr: - "AssertionError: Seed has to be integer *'),
        ("seed_values", '* / stderr: - "ValueError: expected non-negative integer"'),
        (
            "seed_values",
            "* / stderr: + \"InvalidConfigError: Config entry '*seed': Seed has to be integer from 0 *",
        ),
    ],
}
