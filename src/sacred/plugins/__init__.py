"""How the package is extended: names that load when used, optional packages, command line options."""
