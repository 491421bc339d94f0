"""Read-only mappings with attributes."""

import copy
import pickle

import pytest

from sacred.errors import EntryNotFoundError
from sacred.reader.views import View

ENTRIES = {
    "rate": 0.1,
    "items": [1],
    "model": {"size": 3, "layers": [{"kind": "dense"}]},
    "odd key": 1,
    "a.b": 2,
}


@pytest.fixture
def view():
    return View(ENTRIES, "config")


def test_entries_are_attributes_and_items(view):
    assert view.rate == view["rate"] == 0.1
    assert view.model.size == view["model"]["size"] == 3
    assert view.model.layers[0].kind == "dense"
    assert view["odd key"] == 1
    assert view["a.b"] == 2


def test_methods_of_mappings_win_over_entries(view):
    assert view["items"] == [1]
    assert dict(view.items())["rate"] == 0.1
    assert list(view) == list(ENTRIES)
    assert len(view) == 5
    assert "rate" in view
    assert "nothing" not in view
    assert 3 not in view
    assert view.get("nothing", 7) == 7
    assert {**view}["rate"] == 0.1


@pytest.mark.parametrize("look", [lambda view: view.rat, lambda view: view["rat"]], ids=["attribute", "item"])
def test_what_is_missing_names_what_is_near(view, look):
    with pytest.raises(EntryNotFoundError) as caught:
        look(view)
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, AttributeError)
    assert str(caught.value) == 'config has no entry "rat"; did you mean "rate"?'


def test_paths_are_in_messages(view):
    with pytest.raises(EntryNotFoundError, match=r'config\.model has no entry "sise"; did you mean "size"'):
        _ = view.model.sise
    with pytest.raises(EntryNotFoundError, match=r"config\.model\.layers\[0\] has no entry"):
        _ = view.model.layers[0].x
    with pytest.raises(KeyError):
        view[3]
    assert not hasattr(view, "nothing")


def test_nothing_can_be_changed(view):
    with pytest.raises(AttributeError, match=r"config can't be changed; to_dict\(\) gives a copy that can"):
        view.rate = 3
    with pytest.raises(AttributeError, match=r"config\.model can't be changed"):
        view.model.size = 3
    with pytest.raises(TypeError):
        view["rate"] = 3
    view["items"].append(2)
    assert view["items"] == [1]
    view.to_dict()["model"]["size"] = 4
    assert view.model.size == 3


def test_equality(view):
    assert view == ENTRIES
    assert view == View(ENTRIES)
    assert view != {"rate": 0.1}
    assert view != 3
    with pytest.raises(TypeError):
        hash(view)


def test_completion_knows_entries(view):
    assert {"rate", "model", "to_dict"} <= set(dir(view))
    assert "odd key" not in dir(view)
    assert "odd key" in view._ipython_key_completions_()


def test_copies_and_pickles(view):
    assert copy.copy(view) is view
    assert copy.deepcopy(view) == view
    twin = pickle.loads(pickle.dumps(view))
    assert twin == view
    assert twin.model.size == 3
    assert repr(View({"a": {"b": 1}})) == "View({'a': {'b': 1}})"


@pytest.mark.parametrize("entries", [None, [1], "text", 3])
def test_what_is_no_dictionary_is_an_empty_one(entries):
    assert dict(View(entries)) == {}


def test_what_jsonpickle_wrote_is_plain():
    view = View({"shape": {"py/tuple": [1, 2]}, "deep": [{"x": {"py/tuple": [3]}}]})
    assert view.shape == (1, 2)
    assert view.deep[0].x == (3,)
    assert view.to_dict() == {"shape": (1, 2), "deep": [{"x": (3,)}]}


def test_objects_are_never_made():
    code = {"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["exit 1"]}]}
    view = View({"code": code, "kind": {"py/object": "os.system", "x": 1}})
    assert view.code.to_dict()["py/reduce"][0] == {"py/function": "os.system"}
    assert view.kind["x"] == 1


def test_deep_ones():
    entries = {}
    level = entries
    for _ in range(300):
        level["a"] = {}
        level = level["a"]
    view = View(entries)
    assert view.to_dict() == entries
    assert view.a.a.a
