"""An ingredient that two others need is configured once, whichever order they are declared in."""
# run:
# run: with settings.verbose=True
# run: with settings.loud model.width=3
# run: with override
# run: settings.report with override

from kit import tell

from sacred import Experiment, Ingredient

order = []
settings = Ingredient("settings")
model = Ingredient("model", ingredients=[settings])
data = Ingredient("data", ingredients=[settings])


@settings.config
def settings_config():
    order.append("settings")
    verbose = False
    level = 2 if verbose else 1


@settings.named_config
def loud():
    verbose = "loud"


@settings.command
def report(_config, level):
    tell(report=_config, level=level)


@settings.capture
def say(level, verbose):
    return [level, verbose]


@model.config
def model_config(settings):
    order.append("model")
    width = settings["level"] * 10


@model.capture
def build(width, settings):
    return [width, settings, say()]


@data.config
def data_config(settings):
    order.append("data")
    name = f"data-{settings['level']}"


@data.capture
def load(name, settings):
    return [name, settings, say()]


ex = Experiment("shared", ingredients=[model, data, settings])


@ex.config
def config(model, data, settings):
    order.append("experiment")
    summary = [model["width"], data["name"], settings["level"]]


@ex.named_config
def override():
    settings = {"level": 77}
    data = dict(name="overridden")


@ex.automain
def main(_config, _run):
    tell(config=_config, built=build(), loaded=load(), order=order)
    tell(modified=_run.config_modifications.modified, added=_run.config_modifications.added)
