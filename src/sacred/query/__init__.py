"""The query language: what it means, independent of any store."""
