"""Secrets that must not be written down: found by the names that they have, and in URLs.

A name is a secret's if its last words are those of a pattern: ``HF_TOKEN``, ``--hf-token`` and ``hfToken``
end in ``token``, while ``tokenizer``, ``max_tokens`` and ``token_count`` do not. In a pattern ``*`` stands
for anything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

MASK = "***"
"""What is written in a secret's place."""

_LEAST_KNOWN = 6  # characters; a shorter value would be found where it only happens to stand
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^a-z0-9*]+")
# up to the last @ before the path, since passwords may have one; and passwords with a slash, but no ports
_USER_INFO = re.compile(r"(?<=://)(?:[^/\s?#\"']*@|[^/\s:@\"']+:(?!\d*/)[^\s@\"']*@)")
_PARAMETER = re.compile(r"([?&;])([^=&;#\s]+)=([^&;#\s\"']*)")
_HEADER = re.compile(r"(?i)\b(authorization\s*[:=]\s*(?:[a-z]+\s+)?|bearer\s+(?=\S{16}))[^\s\"']+")


def mask_url(url: str) -> str:
    """Remove user name and password from a URL."""
    return _USER_INFO.sub("", url)


class Masking:
    """Knows secrets by their names, and by the values that were found under such names.

    Args:
        patterns: of names, such as ``token`` or ``secret_*``.
        exceptions: patterns of names that are no secrets' all the same.
        known: names and values; those values whose names are secrets' are masked wherever else they stand.
    """

    def __init__(
        self,
        patterns: Iterable[str],
        exceptions: Iterable[str] = (),
        known: Mapping[str, Any] | None = None,
    ) -> None:
        self._patterns = tuple(patterns)
        self._exceptions = tuple(exceptions)
        self.values: list[str] = []
        known = known or {}
        self.learn(known[name] for name in known if self.is_secret(name))  # os.environ decodes each value

    def learn(self, values: Iterable[Any]) -> None:
        """Mask these values wherever they stand, as far as they are texts of some length."""
        texts = {value for value in values if isinstance(value, str) and len(value) >= _LEAST_KNOWN}
        self.values = sorted(texts | set(self.values), key=len, reverse=True)  # one may be a part of another

    def is_secret(self, name: object) -> bool:
        """Tell whether what has this name is a secret."""
        return isinstance(name, str) and _is_secret(name, self._patterns, self._exceptions)

    def mask_text(self, text: str) -> str:
        """Return a text without user names and passwords in URLs, tokens in headers and known values."""
        for value in self.values:
            text = text.replace(value, MASK)
        if "://" in text:
            text = _PARAMETER.sub(self._mask_parameter, mask_url(text))
        return _HEADER.sub(rf"\1{MASK}", text)

    def _mask_parameter(self, match: re.Match[str]) -> str:
        start, name, value = match.groups()
        return f"{start}{name}={MASK if self.is_secret(name) else value}"

    def mask_value(self, value: Any, name: object = "") -> Any:
        """Return a value, with what is in nested dictionaries and lists, for the record.

        Args:
            value: anything.
            name: what it is called.
        """
        if self.is_secret(name) and not is_harmless(value):
            return MASK
        if isinstance(value, Mapping):
            return {key: self.mask_value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask_value(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.mask_value(item) for item in value)
        return self.mask_text(value) if isinstance(value, str) else value

    def mask_words(self, words: Sequence[str]) -> list[str]:
        """Return the words of a command line: ``--token X``, ``--token=X`` and ``token=X`` lose their X."""
        masked = []
        is_value = False
        for word in words:
            # a value may begin with a dash, but with two it is the next option
            masked.append(MASK if is_value and not word.startswith("--") else self._mask_word(word))
            is_value = word.startswith("-") and "=" not in word and self.is_secret(word)
        return masked

    def _mask_word(self, word: str) -> str:
        name, equals, value = word.partition("=")
        if not equals or "://" in name:
            return self.mask_text(word)
        if self.is_secret(name.strip()):
            return f"{name}={MASK}"
        return f"{name}={self._mask_literal(value)}"

    def _mask_literal(self, source: str) -> str:
        """Return the value of an update; a dictionary may have secrets in it."""
        if not source.lstrip().startswith(("{", "[", "(")):
            return self.mask_text(source)
        import ast

        try:
            value = ast.literal_eval(source.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return self.mask_text(source)
        masked = self.mask_value(value)
        return source if masked == value else repr(masked)


def is_harmless(value: Any) -> bool:
    """Tell whether a value can't be a secret, whatever its name: nothing, or only yes or no."""
    return value is None or isinstance(value, bool) or (isinstance(value, str) and value in {"", MASK})


def _join_words(name: str) -> str:
    return _SEPARATORS.sub("_", _WORD_START.sub("_", name).lower()).strip("_")


@lru_cache(maxsize=4096)
def _is_secret(name: str, patterns: tuple[str, ...], exceptions: tuple[str, ...]) -> bool:
    words = _join_words(name)
    return bool(_compile(patterns).search(words)) and not _compile(exceptions).search(words)


@lru_cache(maxsize=16)
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    globs = [re.escape(words).replace(r"\*", ".*") for words in map(_join_words, patterns) if words]
    return re.compile(rf"(?:^|_)(?:{'|'.join(globs)})$" if globs else r"(?!)", re.DOTALL)  # else nothing
