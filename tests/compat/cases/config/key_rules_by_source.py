"""The rules for keys hold wherever an entry comes from: config functions, named configs, hooks, updates."""
# run:

from kit import outcome, tell

from sacred import SETTINGS, Experiment

CONFIG = SETTINGS.CONFIG


def make(add):
    ex = Experiment("keys")
    ex.add_config(d={"ok": 0})
    ex.main(lambda _config, table=None: dict(_config))
    add(ex)
    return ex


def in_function(ex):
    @ex.config
    def config():
        table = {KEY: 1}
        nested = {"list": [{"deep": {KEY: 2}}]}


def in_named(ex):
    @ex.named_config
    def named():
        table = {KEY: 1}


def in_hook(ex):
    @ex.config_hook
    def hook(config, command_name, logger):
        return {"hooked": {KEY: 1}}


def try_key(add, **arguments):
    def attempt():
        ex = make(add)
        return ex.run(config_updates={"seed": 1}, options={"--loglevel": "ERROR"}, **arguments).result

    return outcome(attempt)


for KEY in ("plain", "with space", "a.b", "$set", "k=v", "py/id", "9lives", "class"):
    tell(**{KEY: [try_key(in_function), try_key(in_named, named_configs=["named"])]})
CONFIG.ENFORCE_KEYS_MONGO_COMPATIBLE = CONFIG.ENFORCE_KEYS_NO_EQUALS = False
CONFIG.ENFORCE_KEYS_JSONPICKLE_COMPATIBLE = False
for KEY in ("$set", "k=v", "py/id"):
    tell(**{f"{KEY} allowed": [try_key(in_function), try_key(in_named, named_configs=["named"])]})
KEY = 3
tell(number=[try_key(in_function), try_key(in_named, named_configs=["named"]), try_key(in_hook)])
CONFIG.ENFORCE_STRING_KEYS = True
tell(strings=[try_key(in_function), try_key(in_named, named_configs=["named"])])
CONFIG.ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS = True
for KEY in ("fine", "two words"):
    tell(**{f"{KEY} as identifier": [try_key(in_function), try_key(in_named, named_configs=["named"])]})
