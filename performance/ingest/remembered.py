"""What was read in a file, kept so that it need not be read again; can be lost at any time."""

import datetime
from collections.abc import Iterator

from django.core.files.storage import default_storage

FOLDER = "read"


def names() -> Iterator[tuple[str, datetime.datetime]]:
    """Every remembered reading, and since when."""
    for folder in _listed(FOLDER)[0]:
        yield from _inside(f"{FOLDER}/{folder}")


def forget(sha256: str) -> None:
    """Delete every remembered reading of the bytes with a SHA-256."""
    for name, _ in _inside(f"{FOLDER}/{sha256[:2]}"):
        if name.rsplit("/", 1)[1].startswith(sha256):
            default_storage.delete(name)


def _inside(folder: str) -> Iterator[tuple[str, datetime.datetime]]:
    for file in _listed(folder)[1]:
        name = f"{folder}/{file}"
        yield name, default_storage.get_modified_time(name)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder; nothing of one that is not there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
