"""Making a run of an experiment, a command and updates."""

import copyreg
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sacred.collect.experiment_info import CodeOrigin, collect_experiment_info
from sacred.collect.git import Repositories
from sacred.config.captured_function import Binding, CapturedFunction
from sacred.errors import CircularDependencyError, InvalidConfigError
from sacred.run.logs import initialize_logging
from sacred.run.resolve import Scaffolding, get_command, get_config_modifications, resolve
from sacred.run.run import Run
from sacred.run.scaffold import Scaffold


class IngredientLike(Protocol):
    """What a run needs of an ingredient."""

    path: str
    ingredients: list[Any]
    configurations: list[Any]
    captured_functions: list[CapturedFunction[Any]]
    commands: dict[str, Any]
    named_configs: dict[str, Any]
    config_hooks: list[Any]
    pre_run_hooks: list[Any]
    post_run_hooks: list[Any]

    def describe_code(self) -> CodeOrigin:
        """Return what it knows of its own code."""
        ...


class ExperimentLike(IngredientLike, Protocol):
    """What a run needs of an experiment."""

    observers: list[Any]
    logger: Any
    captured_out_filter: Any
    additional_host_info: list[Any]


def create_run(
    experiment: ExperimentLike,
    command_name: str,
    config_updates: Mapping[str, Any] | None = None,
    named_configs: Sequence[str] = (),
    force: bool = False,
    log_level: Any = None,
) -> Run:
    """Resolve the configuration of a command, and return its run, not yet started.

    Args:
        experiment: the experiment.
        command_name: ``name`` or ``ingredient.path.name``.
        config_updates: updates by dotted path or nested.
        named_configs: names of named configs and config files, in order.
        force: accept suspicious changes.
        log_level: a level of the module ``logging``.

    Raises:
        CommandNotFoundError: there is no such command.
        ConfigError: the updates don't fit.
        NamedConfigNotFoundError: there is no named config or file of such a name.
        CircularDependencyError: ingredients need each other.
    """
    from sacred.collect.host import get_host_info  # with all its gatherers: not for importing sacred

    ingredients = gather_ingredients_topological(experiment)
    scaffolding = create_scaffolding(experiment, ingredients)
    root_logger, run_logger = initialize_logging(experiment, scaffolding, log_level)
    main_function = get_command(scaffolding, command_name)
    faults: list[InvalidConfigError] | None = [] if getattr(main_function, "shows_faults", False) else None
    config = resolve(scaffolding, config_updates or {}, named_configs, command_name, faults)
    if not force:
        for scaffold in scaffolding.values():
            scaffold.warn_about_suspicious_changes()
    repositories = Repositories()
    code = [one.describe_code() for one in reversed(ingredients)]
    run = Run(
        config,
        get_config_modifications(scaffolding),
        main_function,
        list(experiment.observers),  # copied only now: configs append to them
        root_logger,
        run_logger,
        collect_experiment_info(experiment.path, code, repositories),
        get_host_info(experiment.additional_host_info),
        [hook for one in ingredients for hook in one.pre_run_hooks],
        [hook for one in ingredients for hook in one.post_run_hooks],
        experiment.captured_out_filter,
    )
    run.config_faults = faults or ()
    run.repository_answers = repositories.answers
    run.force = force
    run.unobserved = getattr(main_function, "unobserved", False)
    run.bindings = _bind(scaffolding, run)
    return run


def _send(run: Run) -> tuple[Any, ...]:
    """Pickle what another process needs to take part in a run; after the end, what came of it."""
    from sacred.run.joining import join_run
    from sacred.run.tickets import make_ticket

    return join_run, (make_ticket(run),)


# no method of the class: what it is in another process is a subclass of it
copyreg.pickle(Run, _send)


def _bind(scaffolding: Scaffolding, run: Run) -> dict[CapturedFunction[Any], Binding]:
    return {
        function: binding
        for scaffold in scaffolding.values()
        for function, binding in scaffold.make_bindings(run, scaffolding.values()).items()
    }


def gather_ingredients_topological(ingredient: Any) -> list[Any]:
    """Return an ingredient and all that it needs, each once, those that are needed first.

    Raises:
        CircularDependencyError: ingredients need each other.
    """
    order: list[Any] = []
    _visit(ingredient, [], order)
    return order


def _visit(ingredient: Any, path: list[Any], order: list[Any]) -> None:
    if any(ingredient is above for above in path):
        start = next(index for index, above in enumerate(path) if above is ingredient)
        raise CircularDependencyError(ingredients=[*path[start:], ingredient], print_traceback=False)
    if any(ingredient is known for known in order):
        return
    for needed in ingredient.ingredients:
        _visit(needed, [*path, ingredient], order)
    order.append(ingredient)


def create_scaffolding(experiment: Any, sorted_ingredients: Sequence[Any]) -> Scaffolding:
    """Return the scaffolds of an experiment and its ingredients by path; the experiment's path is ``""``.

    Args:
        experiment: the experiment.
        sorted_ingredients: what :func:`gather_ingredients_topological` returns.

    Raises:
        InvalidConfigError: two ingredients have the same path.
    """
    scaffolding: Scaffolding = {}
    for ingredient in sorted_ingredients:
        path = "" if ingredient is experiment else ingredient.path
        if path in scaffolding or (not path and ingredient is not experiment):
            raise InvalidConfigError(
                f"Two ingredients have the same path {path!r}: the paths of ingredients have to be unique",
                print_traceback=False,
            )
        scaffolding[path] = Scaffold(
            config_scopes=ingredient.configurations,
            subrunners={needed.path: scaffolding[needed.path] for needed in ingredient.ingredients},
            path=path,
            captured_functions=ingredient.captured_functions,
            commands=ingredient.commands,
            named_configs=ingredient.named_configs,
            config_hooks=ingredient.config_hooks,
            generate_seed=ingredient is experiment,
        )
    return scaffolding
