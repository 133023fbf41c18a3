"""Reading a file in a child process, which may use so much memory and time and no more.

``parse`` is called by the portal; ``main`` is the child, which knows neither Django nor
the database, is given no secret, and answers in the bytes of its contents.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from performance.ingest import personal, readers
from performance.ingest.columns import LONGEST_NAME, MAX_COLUMNS, Columns
from performance.ingest.findings import Problem
from performance.ingest.readers import Book, Refused
from performance.ingest.readings import Contents
from performance.ingest.sources import (
    figures_csv,
    generic,
    home_office,
    ons_csp,
    ons_population,
    stats19,
    street,
    workbook,
)

ROOT = Path(__file__).parent.parent.parent
SOURCES = {
    source.KIND: source
    for source in (
        street,
        home_office,
        ons_csp,
        ons_population,
        stats19,
        generic,
        figures_csv,
        workbook,
    )
}
FIRST_ROWS = "first-rows"  # in place of a kind: what the tables begin with, no more
ROWS_SHOWN, SHEETS_SHOWN = 60, 30


class CutShort(Exception):
    """The child was ended from outside; nothing is known of the file."""


def parse(
    data: bytes,
    kind: str = "",
    columns: Sequence[Columns] = (),
    *,
    seconds: int,
    max_bytes: int,
) -> bytes:
    """Read a file in a child process; returns the packed Contents.

    ``kind`` overrules the recognition. Whatever the file does to the child, the answer is
    contents, whose problem then says what happened. Raises CutShort when somebody else
    ended the child, as a machine that shuts down does.
    """
    # By files that have no name: a pipe takes a large file in small pieces.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(data)
        given.seek(0)
        said.write(json.dumps(columns).encode())
        said.seek(0)
        with subprocess.Popen(
            [
                sys.executable,
                "-m",
                "performance.ingest.parsing",
                *(str(seconds), str(max_bytes), kind, str(said.fileno())),
            ],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            # Ctrl+C is for the portal, which lets the child finish.
            start_new_session=True,
            env={"LANG": "C.UTF-8", "POLARS_MAX_THREADS": "2"},
            pass_fds=[said.fileno()],
        ) as child:
            try:
                answer, _ = child.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                return _too_slow(seconds).packed()
    if child.returncode == 0:
        return answer
    if child.returncode in (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        raise CutShort
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(seconds).packed()
    return _too_large().packed()


def read(data: bytes, kind: str = "", columns: Sequence[Columns] = ()) -> Contents:
    """What a file says, read in this very process; raises Refused.

    Of a file that is about people only that is told.
    """
    book = readers.read(data)
    del data  # a large file's bytes are not needed beside its text
    book.columns = columns
    if kind == FIRST_ROWS:
        return first_rows(book)
    try:
        source = SOURCES[kind] if kind else _source_of(book)
    except Refused:
        if about_people := personal.found(book, None):
            return _stopped("", about_people)
        raise
    published = source.recognises if hasattr(source, "FOOTPRINT") else None
    if about_people := personal.found(book, published):
        return _stopped(source.KIND if source else "", about_people)
    if source:
        return source.read(book)
    first = next(
        (
            row
            for sheet in book.sheets
            for row in sheet.rows
            if any(map(str.strip, row))
        ),
        [],
    )
    raise Refused(
        "The file is a table, but not one that the portal knows.",
        "It takes its own workbook, its own CSV (columns indicator, area, period and "
        "value), street-level crime from data.police.uk, and tables of the Home Office, "
        "the ONS and STATS19. Any other table needs to be told once what its columns "
        "are.",
        rule="unknown-file",
        text=", ".join(filter(None, first)),
    )


def first_rows(book: Book) -> Contents:
    """What each sheet begins with, cut to what a page can show."""
    tables = [
        (
            sheet.name,
            [
                [text[:LONGEST_NAME] for text in row[: MAX_COLUMNS + 1]]
                for row in sheet.first(ROWS_SHOWN)
            ],
        )
        for sheet in book.sheets[:SHEETS_SHOWN]
    ]
    return Contents(tables=tuple(tables))


def _source_of(book: Book):
    """The first kind of file that a book is, or None."""
    known = (each for each in SOURCES.values() if each.recognises(book))
    return next(known, None)


def _stopped(source: str, about_people: list[Problem]) -> Contents:
    return Contents(source, problems=tuple(about_people), unreadable=True)


def main(seconds: int, max_bytes: int, kind: str, said: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    with os.fdopen(said) as file:
        columns = [Columns(*each) for each in json.load(file)]
    try:
        answer = read(sys.stdin.buffer.read(), kind, columns).packed()
    except Refused as refusal:
        answer = Contents(problems=(refusal.problem,), unreadable=True).packed()
    except (MemoryError, OSError):  # the second is how polars says it
        answer = _too_large().packed()
    sys.stdout.buffer.write(answer)


def _too_slow(seconds: int) -> Contents:
    refusal = Refused(
        f"Reading the file took longer than {seconds} seconds and was stopped.",
        "Upload it in parts, or copy the figures into a blank workbook.",
        rule="too-slow",
    )
    return Contents(problems=(refusal.problem,), unreadable=True)


def _too_large() -> Contents:
    refusal = Refused(
        "The file could not be read within the memory that one file may use.",
        "Upload it in parts, or copy the figures into a blank workbook.",
        rule="too-large",
    )
    return Contents(problems=(refusal.problem,), unreadable=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
