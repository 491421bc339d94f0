"""Run folders as a store: those that this version writes, and those of Sacred 0.8 and 0.7."""
