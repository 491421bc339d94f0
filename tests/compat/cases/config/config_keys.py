"""Which keys an entry may have."""
# run:

from kit import outcome, tell

from sacred import SETTINGS, Experiment

ex = Experiment("keys")
ex.main(lambda _config: dict(_config))
keys = ["a.b", "$a", "a=b", "py/tuple", "py/object", "a b", "1a", "under_score", "Ünïcode"]


def try_keys():
    found = {}
    for key in keys:
        found[key] = outcome(Experiment("other").add_config, {key: 1})
        found["nested " + key] = outcome(Experiment("other").add_config, {"d": {"l": [{key: 1}]}})
    return found | {"int": outcome(Experiment("other").add_config, {"d": {1: 2}})}


tell(default=try_keys())
SETTINGS.CONFIG.ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS = True
tell(identifiers=try_keys())
SETTINGS.CONFIG.ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS = False
SETTINGS.CONFIG.ENFORCE_STRING_KEYS = True
tell(strings=try_keys())
SETTINGS.CONFIG.ENFORCE_STRING_KEYS = False
SETTINGS.CONFIG.ENFORCE_KEYS_MONGO_COMPATIBLE = False
SETTINGS.CONFIG.ENFORCE_KEYS_JSONPICKLE_COMPATIBLE = False
SETTINGS.CONFIG.ENFORCE_KEYS_NO_EQUALS = False
tell(none=try_keys())
