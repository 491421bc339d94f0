"""How real projects use it."""

TABLE = {}
