"""Which packages are used, found without importlib.metadata."""

import json
import subprocess
import sys
import types
from importlib import metadata

import pytest

from sacred.collect import packages as module
from sacred.collect.packages import (
    PackageDependency,
    collect_dependencies,
    dependency_discovery_strategies,
    find_installed,
    get_dependencies_from_modules,
    get_dependencies_from_pkg,
)
from sacred.collect.versions import check_version
from sacred.errors import SettingError


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder on sys.path in which a test can install distributions."""
    path = tmp_path / "site-packages"
    path.mkdir()
    monkeypatch.syspath_prepend(path)
    return path


def install(site, name, version, files=(), top_level=None):
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nVersion: wrong\n"
    )
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))
    if top_level is not None:
        (info / "top_level.txt").write_text(top_level)


def load(site, name, is_package=True, **names):
    loaded = types.ModuleType(name)
    loaded.__dict__.update(names)
    path = site.joinpath(*name.split("."))
    loaded.__file__ = str(path / "__init__.py" if is_package else path.with_suffix(".py"))
    if is_package:
        loaded.__path__ = [str(path)]
    return name, loaded


def found(modules, base_path="/nowhere"):
    return sorted(package.to_json() for package in get_dependencies_from_modules(modules, str(base_path)))


def test_a_distribution_named_like_its_module(site):
    install(site, "Foo.Bar", "1.2")
    assert found([load(site, "foo_bar")]) == ["foo.bar==1.2"]


def test_a_distribution_found_by_its_list_of_files(site):
    install(site, "Other-Name", "2.0", files=["unlike/__init__.py", "unlike/x.py"])
    install(site, "decoy", "1", files=["notunlike/__init__.py"])
    assert found([load(site, "unlike")]) == ["other-name==2.0"]


def test_a_distribution_found_by_its_top_level_names(site):
    install(site, "PyThing", "3.1", top_level="_thing\nthing\n")
    assert found([load(site, "thing", is_package=False)]) == ["pything==3.1"]


def test_modules_of_a_namespace_belong_to_their_own_distributions(site):
    install(site, "big-one", "1", files=["big/one/__init__.py"])
    install(site, "big-two", "2", files=["big/two/__init__.py"])
    namespace = types.ModuleType("big")
    namespace.__path__ = [str(site / "big")]
    modules = [("big", namespace), load(site, "big.one"), load(site, "big.two"), load(site, "big.two.deep")]
    assert found(modules) == ["big-one==1", "big-two==2"]


def test_a_module_without_distribution_needs_a_version_of_its_own(site):
    modules = [
        load(site, "lonely"),
        load(site, "versioned", __version__="0.3"),
        load(site, "odd", __version__=3),
    ]
    assert found(modules) == ["versioned==0.3"]


def test_what_is_no_package_is_left_out(site, tmp_path):
    install(site, "startup", "1", files=["_startup.py"])
    own = load(tmp_path, "own", __version__="1")
    modules = [("os", sys.modules["os"]), ("json.decoder", sys.modules["json"]), load(site, "_startup"), own]
    assert found(modules, tmp_path) == []


def test_an_egg_info_file(site):
    (site / "old_style-1.5-py3.11.egg-info").write_text(
        "Metadata-Version: 1.1\nName: Old-Style\nVersion: 1.5\n"
    )
    assert found([load(site, "old_style")]) == ["old-style==1.5"]


def test_a_description_that_is_gone_leaves_the_folders_name(site):
    (site / "bare_one-2.5.dist-info").mkdir()
    assert found([load(site, "bare_one")]) == ["bare-one==2.5"]


def test_what_is_installed_meanwhile_is_seen(site):
    assert find_installed("late-comer") is None
    install(site, "late-comer", "1")
    assert find_installed("Late_Comer").version == "1"


def test_names_and_versions_are_those_of_importlib_metadata():
    ours = {package.to_json() for package in get_dependencies_from_pkg({}, "")}
    theirs = {
        f"{found.metadata['Name'].lower()}=={found.version}"
        for found in metadata.distributions()
        if found.metadata["Name"]
    }
    assert ours == theirs


def test_collected_packages_are_those_that_are_loaded(tmp_path):
    program = (
        "import json, pluggy, yaml\n"
        "from sacred.collect.packages import collect_dependencies\n"
        "import sys\n"
        "modes = {mode: sorted(p.to_json() for p in collect_dependencies(mode, '/nowhere'))"
        " for mode in ('imported', 'sys', 'none')}\n"
        "assert 'numpy' not in sys.modules and 'importlib.metadata' not in sys.modules\n"
        "print(json.dumps(modes))\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    result = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    modes = json.loads(result.stdout)
    expected = {
        f"{name.lower()}=={metadata.version(name)}" for name in ("pluggy", "PyYAML", "numpy", "sacred")
    }
    assert expected <= set(modes["imported"])
    assert modes["imported"] == modes["sys"]
    assert modes["none"] == [f"numpy=={metadata.version('numpy')}"]


def test_an_unknown_mode_is_an_error_that_names_the_modes():
    with pytest.raises(
        SettingError, match=r"DISCOVER_DEPENDENCIES.*'pgk'; did you mean \"pkg\"\?.*imported, none"
    ):
        collect_dependencies("pgk", "/")
    assert set(dependency_discovery_strategies) == {"none", "imported", "sys", "pkg"}


def test_a_dependency_made_of_a_module():
    import yaml.nodes

    made = PackageDependency.create(yaml.nodes)
    assert made.to_json() == f"pyyaml=={metadata.version('PyYAML')}"
    unknown = PackageDependency.create(types.ModuleType("nobodys.part"))
    assert unknown.to_json() == "nobodys==<unknown>"


def test_dependencies_are_equal_by_name():
    one, other = PackageDependency("a", "1"), PackageDependency("a", "2")
    assert one == other
    assert len({one, other}) == 1
    assert one != "a"
    assert one < PackageDependency("b", None)
    assert repr(one) == "<PackageDependency: a=1>"


def test_a_missing_version_is_filled_from_what_is_installed():
    package = PackageDependency("pyyaml", None)
    package.fill_missing_version()
    assert package.version == metadata.version("PyYAML")
    given = PackageDependency("pyyaml", "0.1")
    given.fill_missing_version()
    assert given.version == "0.1"
    nowhere = PackageDependency("no-such-thing", None)
    nowhere.fill_missing_version()
    assert nowhere.version is None


@pytest.mark.parametrize("version", ["1", "1.2", "2!1.0", "1.0rc1", "1.0.post2.dev3", "2.1.0+cu118"])
def test_versions(version):
    assert check_version(version) == version


@pytest.mark.parametrize("version", ["abc", "", "1.", "v1"])
def test_what_is_no_version(version):
    with pytest.raises(ValueError, match="Invalid Version"):
        check_version(version)


def test_site_folders_are_read_once(site, monkeypatch):
    # without the working folder: other tests write there meanwhile, and a folder that changes is read anew
    monkeypatch.setattr(sys, "path", [str(site)])
    install(site, "foo", "1")
    modules = [load(site, "foo"), load(site, "unknown_one")]
    found(modules)
    monkeypatch.setattr(module, "_iter_distributions", lambda path: pytest.fail(f"{path} was listed again"))
    monkeypatch.setattr(module, "_read", lambda path, limit=-1: pytest.fail(f"{path} was read again"))
    assert found(modules) == ["foo==1"]
