"""Places where runs are kept, each behind the same protocol."""
