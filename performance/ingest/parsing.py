"""Reading a file in a child process, which may use so much memory and time and no more.

``parse`` is called by the portal; ``main`` is the child, which knows neither Django nor
the database, is given no secret, and answers in JSON.
"""

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

from performance.ingest import readers
from performance.ingest.findings import Problem
from performance.ingest.readers import Refused
from performance.ingest.readings import Cell, Contents, Reading, StreetRows
from performance.ingest.sources import figures_csv, street, workbook

ROOT = Path(__file__).parent.parent.parent
SOURCES = {source.KIND: source for source in (street, figures_csv, workbook)}
MAX_READINGS = 500_000


def parse(data: bytes, kind: str = "", *, seconds: int, max_bytes: int) -> bytes:
    """Read a file in a child process; returns what ``contents`` reads.

    ``kind`` overrules the recognition. Whatever becomes of the child, the answer is
    contents, whose problem then says what happened.
    """
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "performance.ingest.parsing",
            *(str(seconds), str(max_bytes), kind),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"LANG": "C.UTF-8"},
    )
    try:
        answer, _ = child.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return _packed(_too_slow(seconds))
    if child.returncode == 0:
        return answer
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _packed(_too_slow(seconds))
    return _packed(_too_large())


def contents(answer: bytes) -> Contents:
    """The contents that ``parse`` answered with."""
    source, rows, readings, street_rows, problems, unreadable = json.loads(answer)
    return Contents(
        source,
        rows,
        tuple(Reading(*(Cell(*cell) for cell in reading)) for reading in readings),
        tuple(StreetRows(*row) for row in street_rows),
        tuple(Problem(*problem) for problem in problems),
        unreadable,
    )


def read(data: bytes, kind: str = "") -> Contents:
    """What a file says, read in this very process; raises Refused."""
    book = readers.read(data)
    if kind:
        return SOURCES[kind].read(book)
    for source in SOURCES.values():
        if source.recognises(book):
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
        "value) and street-level crime from data.police.uk.",
        rule="unknown-file",
        text=", ".join(filter(None, first)),
    )


def main(seconds: int, max_bytes: int, kind: str) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    try:
        found = read(sys.stdin.buffer.read(), kind)
        if len(found.readings) > MAX_READINGS:
            raise Refused(
                f"The file holds more than {MAX_READINGS:,} figures.",
                "Upload it in parts.",
            )
        answer = _packed(found)
    except Refused as refusal:
        answer = _packed(Contents(problems=(refusal.problem,), unreadable=True))
    except MemoryError:
        answer = _packed(_too_large())
    sys.stdout.buffer.write(answer)


def _packed(found: Contents) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(
        errors="replace"
    )


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
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
