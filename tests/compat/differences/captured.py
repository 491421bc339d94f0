"""Captured functions."""

TABLE = {}
