"""Whatever the secrets are: none is anywhere in the folder of a run."""

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sacred.collect.secrets import make_masking

# six characters at least, and none that the shell of a test could stumble over
SECRET = st.text(st.characters(codec="ascii", categories=("L", "N"), include_characters="+.~!#%"), min_size=8)
NAMES = st.sampled_from(
    ["password", "HF_TOKEN", "api_key", "clientSecret", "AWS_SECRET_ACCESS_KEY", "db_pwd"]
)
URL = "https://ada:{}@example.org/a.git?token={}"

PROGRAM = """
import os, sys
from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver

SETTINGS.CONFIG.SECRETS = ["licence", "db.key"]
SETTINGS.HOST_INFO.CAPTURED_ENV = ["PLACE", "MY_TOKEN"]
ex = Experiment("secrets")

@ex.config
def configuration():
    licence = "none"
    db = {"key": "none", "host": "here"}

@ex.automain
def main(licence, db):
    assert len(licence) >= 8 and len(db["key"]) >= 8
"""


@given(secret=SECRET, name=NAMES, other=st.text(max_size=20))
def test_no_form_of_an_argument_keeps_a_secret(secret, name, other):
    masking = make_masking({})
    words = [f"--{name}", secret, f"--{name}={secret}", f"{name}={secret}", f"x.{name}={secret}"]
    words.append(f"d={ {'n': 1, name: secret}!r}")
    masked = masking.mask_words([*words, "end"])
    assert not any(secret in word.replace(name, "") for word in masked)
    assert masked[-1] == "end"
    assert masking.mask_value({name: secret, "x": [{name: secret}]}) == {name: "***", "x": [{name: "***"}]}
    assert isinstance(masking.mask_text(other), str)


@given(secret=SECRET.filter(lambda text: not set(text) & set("#%&+")))
def test_no_url_keeps_a_secret(secret):
    masking = make_masking({})
    for url in (
        URL.format(secret, secret),
        f"see x://u:{secret}@h, y",
        f"x=postgres://{secret}:{secret}@h/d",
    ):
        assert secret not in masking.mask_text(url)


@given(value=SECRET)
def test_a_known_value_is_masked_everywhere(value):
    masking = make_masking({"A_TOKEN": value})
    assert value not in masking.mask_text(f"before {value}{value} after")


@settings(max_examples=4, deadline=None)
@given(secrets=st.lists(SECRET.map("zQ".__add__), min_size=9, max_size=9, unique=True))
@pytest.mark.timeout(300)
def test_no_secret_is_in_the_folder_of_a_run(secrets):
    # one is often a part of another one, which then is not there either
    with TemporaryDirectory() as folder:
        run_with(folder, secrets)
        files = [os.path.join(place, name) for place, _, names in os.walk(f"{folder}/runs") for name in names]
        for path in files:
            with open(path, "rb") as file:
                content = file.read()
            found = [secret for secret in secrets if secret.encode() in content]
            assert not found, f"{path} has {found}"
        with open(f"{folder}/runs/1/run.json", encoding="utf-8") as file:
            assert json.load(file)["meta"]["masked_config"] == ["db.key", "licence"]


def run_with(folder, secrets):
    variables, in_url, captured, remote, new_file = secrets[:5]
    licence, key, option, changed = secrets[5:]
    with open(f"{folder}/train.py", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    with open(f"{folder}/notes.txt", "w", encoding="utf-8") as file:
        file.write("first\n")
    git = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"]
    url = URL.format(remote.replace("#", "_").replace("%", "_"), "x")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "1"], ["remote", "add", "origin", url]):
        subprocess.run([*git, *command], check=True)
    for name, secret in (("notes.txt", changed), ("new.txt", new_file), (".env", option)):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(f"key = {secret}\n")
    own = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    own |= {"HF_TOKEN": variables, "A_PASSWORD": changed, "B_SECRET": new_file}
    own |= {
        "PLACE": f"x://u:{in_url.replace('#', '_')}@h",
        "MY_TOKEN": captured,
        "TORCH_URL": f"?api_key={variables}",
    }
    updates = [f"licence={licence}", f"db.key={key}"]
    done = subprocess.run(
        [sys.executable, "train.py", "-F", "runs", "-c", f"see {variables}", "with", *updates],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
