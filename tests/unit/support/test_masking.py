"""Which names are secrets', and what is left of texts, words and values that have some."""

import pytest

from sacred.collect.secrets import make_masking
from sacred.support.masking import MASK, Masking, mask_url


@pytest.fixture
def masking():
    return make_masking({"HF_TOKEN": "hf_0123456789", "SHORT_TOKEN": "abc"})


@pytest.mark.parametrize(
    "name",
    [
        *("password", "DB_PASSWORD", "dbPassword", "--password", "x.y.password", "passwd", "MYSQL_PWD"),
        *("token", "HF_TOKEN", "--api-token", "secret", "CLIENT_SECRET", "SECRET_KEY", "secret_key_base"),
        *("api_key", "apiKey", "OPENAI_API_KEY", "X-API-Key", "AWS_SECRET_ACCESS_KEY", "private-key"),
        *("GOOGLE_CREDENTIALS", "auth", "Authorization", "cookie"),
    ],
)
def test_names_of_secrets(masking, name):
    assert masking.is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("tokenizer", "max_tokens", "token_count", "tokens", "keyboard", "monkey", "key", "author", "PWD"),
        *(
            "OLDPWD",
            "pad_token",
            "eos_token",
            "tokens_per_token",
            "secretary",
            "passwords_file",
            "compass",
            "",
        ),
        *("hashing_keys", "lr", "SSH_AUTH_SOCK", "authors", "basic"),
    ],
)
def test_names_of_others(masking, name):
    assert not masking.is_secret(name)


def test_patterns_with_stars_and_exceptions():
    masking = Masking(["db.*", "license"], ["db.host"])
    assert masking.is_secret("db.user")
    assert masking.is_secret("main.db.user")
    assert masking.is_secret("LICENSE")
    assert not masking.is_secret("db.host")
    assert not Masking([]).is_secret("password")


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        ("https://user:secret@host/x", "https://host/x"),
        ("https://user@host/x", "https://host/x"),
        ("postgres://u:p@ss@host:5432/db", "postgres://host:5432/db"),
        ("postgres://u:p%40ss/w@host/db", "postgres://host/db"),
        ("https://host:8080/a/@scope/b", "https://host:8080/a/@scope/b"),
        ("https://host/@user", "https://host/@user"),
        ("git@host:a/b.git", "git@host:a/b.git"),
        ("see https://a:b@c and https://d:e@f", "see https://c and https://f"),
    ],
)
def test_urls_lose_user_and_password(given, masked):
    assert mask_url(given) == masked


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        ("https://host/?token=abc&page=2", f"https://host/?token={MASK}&page=2"),
        ("https://host/?page=2&X-Amz-Signature=abc#x", f"https://host/?page=2&X-Amz-Signature={MASK}#x"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {MASK}"),
        ("bearer 0123456789abcdef01", f"bearer {MASK}"),
        ("the bearer of this", "the bearer of this"),
        ("basic training", "basic training"),
        ("run --with hf_0123456789!", f"run --with {MASK}!"),
        ("abc", "abc"),
    ],
)
def test_texts(masking, given, masked):
    assert masking.mask_text(given) == masked


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        (["--token", "x", "y"], ["--token", MASK, "y"]),
        (["--token=x", "y"], [f"--token={MASK}", "y"]),
        (["--token", "-x"], ["--token", MASK]),
        (["--token", "--verbose", "x"], ["--token", "--verbose", "x"]),
        (["with", "api_key=x", "lr=0.1"], ["with", f"api_key={MASK}", "lr=0.1"]),
        (["with", "db.password = x y"], ["with", f"db.password ={MASK}"]),
        (["db={'password': 'x', 'port': 1}"], [f"db={{'password': '{MASK}', 'port': 1}}"]),
        (["db={'port':1}"], ["db={'port':1}"]),
        (["db={'port"], ["db={'port"]),
        (["url=https://u:p@h/?a=b"], ["url=https://h/?a=b"]),
        (["https://u:p@h/?a=b"], ["https://h/?a=b"]),
        (["--max-tokens", "5", "tokenizer=bpe"], ["--max-tokens", "5", "tokenizer=bpe"]),
        (["x=hf_0123456789"], [f"x={MASK}"]),
    ],
)
def test_words_of_a_command_line(masking, given, masked):
    assert masking.mask_words(given) == masked


def test_values(masking):
    value = {"a": [{"token": "x", "n": 1}], "token": None, "secret": True, "auth": {"user": "x"}, "t": ("x",)}
    masked = {"a": [{"token": MASK, "n": 1}], "token": None, "secret": True, "auth": MASK, "t": ("x",)}
    assert masking.mask_value(value) == masked
    assert masking.mask_value("x", "password") == MASK
    assert masking.mask_value(7, 7) == 7


def test_a_secret_that_is_part_of_another_one():
    masking = Masking(["token"], known={"a_token": "abcdef", "b_token": "abcdefgh"})
    assert masking.mask_text("abcdefgh abcdef") == f"{MASK} {MASK}"
