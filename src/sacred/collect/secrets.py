"""What the settings take for secrets."""

import os
from collections.abc import Mapping
from typing import Any

from sacred.settings import SETTINGS
from sacred.support.masking import MASK, Masking, is_harmless


def make_masking(variables: Mapping[str, str]) -> Masking:
    """Return what masks arguments and environment variables.

    Args:
        variables: the environment; the values of its secrets are masked wherever they stand.
    """
    names = [*SETTINGS.SECRETS.NAMES, *SETTINGS.CONFIG.SECRETS]
    return Masking(names, SETTINGS.SECRETS.EXCEPTIONS, variables)


def mask_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what observers are told of a run at its start without secrets.

    Args:
        facts: with ``config`` and ``meta_info``, whose ``masked_config`` says then which entries the record
            does not have: the run can't be repeated from it.
    """
    config, secrets = mask_config(facts["config"])
    masking = make_masking(os.environ)
    masking.learn(secrets.values())
    meta = dict(facts["meta_info"])
    for key, mask in (("options", _mask_options), ("config_updates", _mask_updates)):
        if isinstance(meta.get(key), Mapping):
            meta[key] = mask(meta[key], masking)
    if isinstance(meta.get("comment"), str):
        meta["comment"] = masking.mask_text(meta["comment"])
    if secrets:
        meta["masked_config"] = sorted(secrets)
    return {**facts, "config": config, "meta_info": meta}


def _mask_options(options: Mapping[str, Any], masking: Masking) -> dict[str, Any]:
    updates = options.get("UPDATE")
    masked = {key: masking.mask_value(value, key) for key, value in options.items()}
    if isinstance(updates, list) and all(isinstance(word, str) for word in updates):
        masked["UPDATE"] = masking.mask_words(updates)
    return masked


def _mask_updates(updates: Mapping[str, Any], _: Masking) -> dict[str, Any]:
    return dict(mask_config(updates)[0])


def mask_config(config: dict[str, Any] | Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return a configuration without the entries of ``SETTINGS.CONFIG.SECRETS``, and those by path."""
    secrets: dict[str, Any] = {}
    if not SETTINGS.CONFIG.SECRETS:
        return config, secrets
    masking = Masking(SETTINGS.CONFIG.SECRETS)
    masked = {key: _mask_entry(value, str(key), masking, secrets) for key, value in config.items()}
    return masked, secrets


def _mask_entry(value: Any, path: str, masking: Masking, secrets: dict[str, Any]) -> Any:
    if masking.is_secret(path) and not is_harmless(value):
        secrets[path] = value
        return MASK
    if isinstance(value, Mapping):
        return {key: _mask_entry(item, f"{path}.{key}", masking, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_entry(item, f"{path}[{index}]", masking, secrets) for index, item in enumerate(value)]
    return value
