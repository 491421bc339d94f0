"""What `seml add` does before it writes to the database: configurations are resolved and checked."""

import json
import logging

from seml.experiment.config import (
    check_config,
    generate_configs,
    generate_named_configs,
    read_config,
    resolve_configs,
)

from sacred.utils import ConfigAddedError

logging.disable(logging.WARNING)
settings, _, experiments = read_config("grid.yaml")
configs, named_configs = generate_named_configs(generate_configs(experiments))
script = settings["executable"]
resolved = resolve_configs(script, None, configs, named_configs, ".")
check_config(script, None, configs, ".")
try:
    check_config(script, None, [{"learning_rate": 3}], ".")
    refused = None
except ConfigAddedError as error:
    refused = str(error).splitlines()[0]
found = {"named_configs": named_configs, "resolved": resolved, "refused": refused}
print(json.dumps(found, indent=1, sort_keys=True))
