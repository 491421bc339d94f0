"""The exceptions of sacred.utils with their arguments, and filtered tracebacks."""
# run:
# run: with how=raise
# run: with how=usage
# run: with how=never
# run: with how=quiet

from kit import outcome, tell

from sacred import Experiment, Ingredient
from sacred.utils import (
    CircularDependencyError,
    ConfigAddedError,
    ConfigError,
    InvalidConfigError,
    MissingConfigError,
    NamedConfigNotFoundError,
    ObserverError,
    SacredError,
    SacredInterrupt,
    SignatureError,
    TimeoutInterrupt,
    format_filtered_stacktrace,
)

ex = Experiment("raising")
ex.add_config(how="")


class OwnError(SacredError):
    pass


@ex.capture
def inner(how):
    if how == "raise":
        raise OwnError("plain")
    if how == "usage":
        raise OwnError("with usage", print_usage=True)
    if how == "never":
        raise OwnError("never filtered", filter_traceback="never")
    if how == "quiet":
        raise OwnError("without traceback", print_traceback=False)


def attributes(error):
    return [error.print_traceback, error.filter_traceback, error.print_usage]


def filtered(how):
    try:
        ex.run(config_updates={"how": "raise"}, options={"--loglevel": "CRITICAL"})
    except SacredError:
        lines = format_filtered_stacktrace(how).splitlines()
        return [line for line in lines if not line.startswith("  ")][:1], "in inner" in "".join(lines)


@ex.main
def main(how):
    inner()


if __name__ == "__main__":
    tell(
        defaults={
            each.__name__: attributes(each("text"))
            for each in (SacredError, ConfigError, ConfigAddedError, InvalidConfigError, MissingConfigError)
        },
        more={each.__name__: attributes(each("text")) for each in (NamedConfigNotFoundError, SignatureError)},
        texts=[str(SacredError("a text")), str(SignatureError("signature")), str(ObserverError("observer"))],
        interrupts=[
            SacredInterrupt.STATUS,
            str(SacredInterrupt("why")),
            issubclass(TimeoutInterrupt, SacredInterrupt),
        ],
        circle=outcome(CircularDependencyError, ingredients=[Ingredient("a"), Ingredient("b")]),
        no_text=[outcome(each) for each in (SacredError, ConfigError, NamedConfigNotFoundError)],
        filtered=[filtered("default"), filtered("always")],
    )
    ex.run_commandline()
