"""Python alone: what every other process costs at least."""
