"""Seeds and random numbers."""

TABLE = {}
