"""Door to :mod:`sacred.collect.output.tee`; runs as ``python -m sacred.pytee [FILE ...]``."""

from sacred.collect.output.tee import CHUNK as buffer  # noqa: N811 - 0.8's name
from sacred.collect.output.tee import main

__all__ = ["buffer", "main"]

if __name__ == "__main__":
    raise SystemExit(main())
