"""``python -m sacred``: what can be done with records, one module for each command."""
