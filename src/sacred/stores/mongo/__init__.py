"""Runs in MongoDB: those of Sacred 0.8, and ours in the same layout (docs/explanation/mongo-layout.md)."""

from sacred.plugins.extras import require

require("pymongo", "Reading a MongoDB store")  # before any module of this room imports it
