"""Text as databases keep it: without NUL and lone surrogates, which some of them refuse, and in order.

What stands for such a character is between its neighbours, so that texts sort by code point as before::

    NUL, U+0001        U+0001 U+0001, U+0001 U+0002
    U+D800 … U+DFFF    U+E000 U+0100 … U+E000 U+08FF
    U+E000             U+E000 U+E000
"""

import hashlib
import re

_ODD = re.compile("[\x00\x01\ud800-\udfff\ue000]")
_KEPT = re.compile("\x01[\x01\x02]|\ue000[\u0100-\u08ff\ue000]")


def encode_text(text: str) -> str:
    """Return a text as a database keeps it."""
    return _ODD.sub(_encode, text) if not text.isascii() or "\x00" in text or "\x01" in text else text


def _encode(match: re.Match[str]) -> str:
    character = match[0]
    if character < "\x02":
        return "\x01" + chr(ord(character) + 1)
    return "\ue000" + ("\ue000" if character == "\ue000" else chr(ord(character) - 0xD800 + 0x100))


def decode_text(text: str) -> str:
    """Return what :func:`encode_text` was given."""
    return _KEPT.sub(_decode, text)


def _decode(match: re.Match[str]) -> str:
    mark, character = match[0][0], match[0][1]
    if mark == "\x01":
        return chr(ord(character) - 1)
    return character if character == "\ue000" else chr(ord(character) - 0x100 + 0xD800)


def is_kept_as_it_is(text: str) -> bool:
    """Tell whether a database keeps a text as it is."""
    return encode_text(text) == text


def compute_digest(text: str) -> str:
    """Return what stands for a text where a database needs something short: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
