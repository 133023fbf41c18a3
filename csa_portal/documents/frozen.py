"""Bytes that are kept as they came, named by their SHA-256."""

import contextlib
import datetime
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class NotKept(Exception):
    """No bytes are kept under that SHA-256, or those kept are not the ones named."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes, sha256: str = "") -> str:
    """Keep the bytes and return their SHA-256, the name to read them by, which need not
    be worked out again where it is given.

    They are on the disk when this returns, so that a transaction may name them. The same
    bytes are kept once; a copy that a crash cut short is written again.
    """
    sha256 = sha256 or digest(data)
    name = _path(sha256)
    if default_storage.exists(name):
        if digest(_stored(name)) == sha256:
            _touch(name)
            return sha256
        default_storage.delete(name)
    saved = default_storage.save(name, ContentFile(data))
    _sync(saved)
    if saved != name:  # somebody kept the same bytes at the same moment
        default_storage.delete(saved)
    return sha256


def read(sha256: str) -> bytes:
    """The bytes kept under a SHA-256; raises NotKept when they are not there whole."""
    try:
        data = _stored(_path(sha256))
    except FileNotFoundError as error:
        raise NotKept(sha256) from error
    if digest(data) != sha256:
        raise NotKept(sha256)
    return data


def let_go(sha256: str) -> bool:
    """Delete the bytes kept under a SHA-256; False when there were none."""
    name = _path(sha256)
    there = default_storage.exists(name)
    default_storage.delete(name)
    return there


def kept() -> Iterator[tuple[str, datetime.datetime]]:
    """The SHA-256 of everything that is kept, and when it was last asked to be."""
    for folder in _listed("kept")[0]:
        for sha256 in _listed(f"kept/{folder}")[1]:
            yield sha256, default_storage.get_modified_time(_path(sha256))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder; nothing of one that is not there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _path(sha256: str) -> str:
    return f"kept/{sha256[:2]}/{sha256}"


def _stored(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def _touch(name: str) -> None:
    """Have a local file be kept since now, so that a sweep leaves it until it is named."""
    with contextlib.suppress(NotImplementedError):
        os.utime(default_storage.path(name))


def _sync(name: str) -> None:
    """Have a local file and its folder written; other storages have it when they say so."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        return
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
