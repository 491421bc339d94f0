"""Captured functions."""

TABLE = {
    "Positional-only arguments are completed like others; 0.8.7 gave them by name, which Python refuses.": [
        ("argument_kinds", '* / facts / only_* / raises: - ["TypeError", *'),
        ("argument_kinds", "* / facts / only_by_name / returns: + [5, 2, *]"),
        ("argument_kinds", "* / facts / only_entries / returns: + [1*, 2, *]"),
        ("argument_kinds", "* / facts / only_first / returns: + [5, 2, *]"),
        ("argument_kinds", '* / facts / all_kinds / raises: - ["SignatureError", *'),
        ("argument_kinds", '* / facts / all_kinds / returns: + [5, 6, [7, 8], 9, *, {"x": 10}]'),
    ],
    "A keyword-only argument comes from the configuration, however many positional ones are given (contract §3).": [
        ("argument_kinds", '* / facts / variadic_more / returns[2]: "own" → *'),
    ],
    "Bound methods, callable objects and partial functions can be captured.": [
        ("partial_and_callables", '* / facts / bound / raises: - ["AttributeError", *'),
        ("partial_and_callables", '* / facts / bound / returns: + ["method", "bound", 1, 10]'),
        ("partial_and_callables", '* / facts / instance / raises: - ["AttributeError", *'),
        ("partial_and_callables", '* / facts / instance / returns: + ["instance", 1, 10]'),
        ("partial_and_callables", '* / facts / partial_captured / raises: - ["AttributeError", *'),
        ("partial_and_callables", "* / facts / partial_captured / returns: + [1, 5, 0]"),
    ],
    "A captured function is no instance of types.FunctionType, though it answers like one.": [
        ("introspection", "runs / 1 / facts / * / kinds[4]: true → false"),
        ("tools_that_inspect", 'runs / 1 / facts / spec[1] / raises: - ["TypeError", *'),
        ("tools_that_inspect", 'runs / 1 / facts / spec[1] / returns: + "mocked"'),
    ],
    "The classes of errors live in sacred.errors; sacred.utils has the same ones.": [
        ("errors_inside", 'runs / 5 wrong_call / stderr: * "sacred.*.SignatureError: divide got *'),
    ],
    "A function that several experiments or ingredients capture has the values of each; 0.8.7 mixed them.": [
        ("two_experiments", "* / facts / * / in_first: *"),
        ("two_experiments", "* / facts / * / in_part*"),
        ("two_experiments", '* / facts / before / in_second: [*, "plain"] → "error"'),
    ],
    "After a run within a run, functions have the values of the outer one again.": [
        ("two_experiments", "* / facts / after / both[*"),
        ("two_experiments", "* / facts / after / of_first[*"),
        ("two_experiments", '* / facts / after / shared[0]: "part" → 7'),
    ],
    "A function that is captured already stays what it is, also for another experiment.": [
        ("two_experiments", "* / facts / same[0]: false → true"),
    ],
}
