"""Checksums of files."""

from os import PathLike

CHUNK_BYTES = 1 << 20


def get_digest(filename: str | PathLike[str]) -> str:
    """Return the MD5 checksum of a file in hexadecimal, reading it in pieces of 1 MiB.

    MD5 names stored files in Sacred's layout; it is no protection against a forger.
    """
    import hashlib  # takes 3 ms, for OpenSSL

    digest = hashlib.md5(usedforsecurity=False)
    with open(filename, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
