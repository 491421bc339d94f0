"""First on the path of runs marked ``[no-numpy]``: numpy can't be found, as where it isn't installed."""

from importlib.machinery import PathFinder

_find_spec = PathFinder.find_spec


def _hide(fullname, path=None, target=None):
    return None if fullname.partition(".")[0] == "numpy" else _find_spec(fullname, path, target)


PathFinder.find_spec = _hide
