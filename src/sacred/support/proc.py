"""What the kernel says about itself in small files."""


def read_text(path: str) -> str | None:
    """Return the content of a small file without the white space around it; None if it can't be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(1 << 16).decode(errors="replace").strip()
    except OSError:
        return None


def read_fields(path: str) -> dict[str, str]:
    """Return the lines ``name: value`` of a file."""
    lines = (line.partition(":") for line in (read_text(path) or "").splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def read_number(path: str) -> int | None:
    """Return the number that a file holds; None without the file, and for ``max``."""
    text = read_text(path) or ""
    return int(text) if text.isdigit() else None
