import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sacred.config.config_files import ConfigFileError, load_config_file, save_config_file
from sacred.errors import ConfigError, ConfigKeyError
from unit.config.helpers import make_experiment, run_script

CONFIG = {"a": 1, "b": [1, 2.5, None, True], "d": {"x": "täxt", "e": {}}}


@pytest.mark.parametrize("name", ["c.json", "c.yaml", "c.yml", "c.pickle", "c.JSON"])
def test_a_file_gives_back_what_was_saved(tmp_path, name):
    path = tmp_path / name
    save_config_file(CONFIG, path)
    assert load_config_file(path) == load_config_file(str(path)) == CONFIG


def test_json_and_yaml_are_readable(tmp_path):
    save_config_file(CONFIG, tmp_path / "c.json")
    save_config_file({"b": 1, "a": {"x": [1]}}, tmp_path / "c.yaml")
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8")) == CONFIG
    assert (tmp_path / "c.yaml").read_text(encoding="utf-8") == "a:\n  x:\n  - 1\nb: 1\n"


def test_values_that_json_has_another_form_for(tmp_path):
    path = tmp_path / "c.json"
    save_config_file({"p": Path("/x"), "t": (1,), "s": {2}}, path)
    assert load_config_file(path) == {"p": "/x", "t": [1], "s": [2]}


@pytest.mark.parametrize("name", ["c.json", "c.yaml"])
def test_an_object_that_was_saved_as_type_and_text_is_told_when_loading(tmp_path, name):
    path = tmp_path / name
    save_config_file({"d": {"o": complex(1, 2)}}, path)
    with pytest.raises(
        ConfigFileError, match=r'no value for the entry "d\.o", only a description \(\(1\+2j\)\)'
    ):
        load_config_file(path)


def test_marks_of_08_are_read(tmp_path):
    path = tmp_path / "old.json"
    path.write_text('{"t": {"py/tuple": [1, 2]}, "n": {"x": {"py/tuple": []}}}', encoding="utf-8")
    assert load_config_file(path) == {"t": [1, 2], "n": {"x": []}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.json", "{", "Expecting property name"),
        ("c.json", "", "Expecting value"),
        ("c.json", b"\xff\xfe{}", "codec can't decode"),
        ("c.yaml", "a: [1", "while parsing a flow sequence"),
        ("c.yaml", "a: !!python/object:os.system x", "could not determine a constructor"),
        ("c.pickle", b"nonsense", "configuration file"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigFileError, match=re.escape(message)) as caught:
        load_config_file(path)
    assert f'Can\'t read the configuration file "{path}": ' in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ConfigError)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("c.json", "[1, 2]", "list"),
        ("c.yaml", "", "NoneType"),
        ("c.yaml", "just text", "str"),
        ("c.json", "3", "int"),
    ],
)
def test_a_file_that_holds_no_dictionary(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    for use in (load_config_file, lambda path: make_experiment().add_config(path)):
        with pytest.raises(ConfigFileError, match=f"holds no dictionary, but {kind}"):
            use(path)


@pytest.mark.parametrize("name", ["c.txt", "c", "c.toml"])
def test_an_unknown_ending(tmp_path, name):
    path = tmp_path / name
    path.write_text("{}", encoding="utf-8")
    extension = path.suffix
    expected = (
        f'"{path}" has invalid or unsupported extension "{extension}". Known are .json, .pickle, .yaml, .yml'
    )
    with pytest.raises(ConfigFileError) as caught:
        load_config_file(path)
    assert expected in str(caught.value)
    with pytest.raises(ConfigFileError):
        save_config_file({}, path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file"):
        load_config_file(tmp_path / "none.json")


def test_invalid_keys_in_files(tmp_path):
    path = tmp_path / "c.json"
    path.write_text('{"d": [{"a.b": 1}]}', encoding="utf-8")
    with pytest.raises(ConfigKeyError, match=r'Invalid key "a\.b"'):
        make_experiment().add_config(path)


def test_a_pickle_of_plain_values(tmp_path):
    path = tmp_path / "c.pickle"
    path.write_bytes(pickle.dumps({"a": (1, 2), "s": {3}}))
    assert load_config_file(path) == {"a": [1, 2], "s": {3}}


def test_a_pickle_of_what_can_not_be_imported(tmp_path):
    path = tmp_path / "c.pickle"
    path.write_bytes(b"cno_such_module\nThing\n.")
    with pytest.raises(ConfigFileError, match=r"Can't read .* No module named 'no_such_module'"):
        load_config_file(path)


def test_saving_a_read_only_configuration(tmp_path):
    ex = make_experiment(CONFIG)

    @ex.command
    def save(_config):
        for name in ("c.json", "c.yaml", "c.pickle"):
            save_config_file(_config, tmp_path / name)

    config = ex.run("save").config
    assert [load_config_file(tmp_path / name) for name in ("c.json", "c.yaml", "c.pickle")] == [config] * 3


def test_without_pyyaml_the_error_names_the_extra(tmp_path):
    (tmp_path / "c.yaml").write_text("a: 1", encoding="utf-8")
    program = """\
        import sys
        sys.modules["yaml"] = None
        from sacred.config.config_files import load_config_file
        try:
            load_config_file("c.yaml")
        except ImportError as error:
            print(error)
        """
    result = run_script(tmp_path / "program.py", program)
    assert "sacred[yaml]" in result.stdout, result.stdout + result.stderr


PROGRAM = """\
    from sacred import Experiment

    ex = Experiment("files", save_git_info=False)
    ex.add_config(a=1, b={"x": 2})


    @ex.automain
    def main(a, b):
        print("a", a, "b", b)
    """


@pytest.mark.parametrize(
    ("name", "content"), [("c.json", '{"a": 5}'), ("c.yaml", "a: 5"), ("c.pickle", pickle.dumps({"a": 5}))]
)
def test_files_on_the_command_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run_script(tmp_path / "files.py", PROGRAM, "files.py", "with", name)
    assert "a 5 b {'x': 2}" in result.stdout, result.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.json", "{", 'Can\'t read the configuration file "c.json"'),
        ("c.json", "[]", '"c.json" holds no dictionary'),
        ("c.txt", "{}", 'unsupported extension ".txt"'),
    ],
)
def test_bad_files_on_the_command_line(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = run_script(tmp_path / "files.py", PROGRAM, "files.py", "with", name)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "a 1" not in result.stdout


def test_what_save_config_writes_can_be_given_back(tmp_path):
    result = run_script(tmp_path / "files.py", PROGRAM, "files.py", "save_config", "with", "a=7", "b.x=8")
    assert result.returncode == 0, result.stderr
    result = subprocess.run(
        [sys.executable, "files.py", "print_config", "with", "config.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "a = 7" in result.stdout
    assert "x = 8" in result.stdout


def test_saving_a_value_that_a_file_cannot_hold_warns(tmp_path, caplog):
    save_config_file({"a": {"odd": object()}, "b": 1}, tmp_path / "saved.json")
    assert [record.getMessage() for record in caplog.records] == [
        'Config entry "a.odd" is a object, which the file can\'t hold: only its type and repr are saved'
    ]
