"""The scenarios module that hyperspace_explorer's worker wants."""

from hyperspace_explorer.scenario_base import Scenario as Base


class Scenario(Base, is_registry=False):
    """Adds up, and logs on the way."""

    def __init__(self, offset):
        super().__init__()
        self.offset = offset

    @classmethod
    def get_default_config(cls):
        return {"offset": 1}

    @classmethod
    def from_config(cls, params):
        return cls(params["offset"])

    def single_run(self, params):
        self.info["offset"] = self.offset
        for step in range(params["steps"]):
            self.log_scalar("sum", step + self.offset)
        return params["steps"] + self.offset, {}, None
