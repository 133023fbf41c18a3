"""Who is working on what: a lock that ends with the process that holds it.

However a process ends, its lock ends with it at that moment, so nobody needs to guess from
a time whether work goes on. On PostgreSQL it is an advisory lock of a session of its own, for
any number of machines; on SQLite a lock on a file beside the database, for one.
"""

import fcntl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

SPACE = 0x435341  # our numbers among the advisory locks of a database
TRIES, PAUSE = (
    20,
    0.05,
)  # seconds; asking whether a file is locked locks it for a moment

TAKEN = """
SELECT objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid = %s AND objsubid = 2
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def hold(number: int) -> Iterator[bool]:
    """Hold the lock of a number for a block; False where somebody else holds it."""
    keep = _hold_session if connection.vendor == "postgresql" else _hold_file
    with keep(number) as mine:
        yield mine


def taken(numbers: Iterable[int]) -> set[int]:
    """Those of some numbers whose lock somebody holds; at most one query."""
    numbers = set(numbers)
    if not numbers:
        return set()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(TAKEN, [SPACE])
            return numbers & {number for (number,) in cursor.fetchall()}
    return {number for number in numbers if _file_is_locked(number)}


@contextmanager
def _hold_session(number: int) -> Iterator[bool]:
    """A session outside any pool: one handed back to a pool would keep the lock."""
    params = connection.get_connection_params()
    with connection.Database.connect(**params, autocommit=True) as own:
        ask = "SELECT pg_try_advisory_lock(%s::int, %s::int)"
        yield own.execute(ask, [SPACE, number]).fetchone()[0]


@contextmanager
def _hold_file(number: int) -> Iterator[bool]:
    path = _path(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        yield any(_locked(file, fcntl.LOCK_EX, wait=n) for n in range(TRIES))


def _file_is_locked(number: int) -> bool:
    try:
        with _path(number).open() as file:
            return not _locked(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _locked(file, kind: int, *, wait: bool = False) -> bool:
    if wait:
        time.sleep(PAUSE)
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(number: int) -> Path:
    return Path(settings.WORK_LOCKS) / f"{number}.lock"
