"""What the machine can do at best with the same file, measured in the same run."""

import csv
import io
import sqlite3
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.db import connection


def limit(path: Path) -> float:
    """Seconds to read a CSV file with Python's csv module and put its rows, unindexed,
    into a table of text: by COPY on PostgreSQL, by executemany in one transaction on
    SQLite."""
    start = time.perf_counter()
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    return time.perf_counter() - start + stored(rows)


def stored(rows: list[list[str]]) -> float:
    """Seconds to put rows of text into a table without an index."""
    width = max(map(len, rows))
    columns = ", ".join(f"c{number} text" for number in range(width))
    start = time.perf_counter()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE yardstick ({columns})")
            with cursor.copy("COPY yardstick FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            seconds = time.perf_counter() - start
            cursor.execute("DROP TABLE yardstick")
        return seconds
    return _in_sqlite(columns, width, rows)


def _in_sqlite(columns: str, width: int, rows: Iterable[list[str]]) -> float:
    """In a database file of its own, next to the portal's and set up as that is."""
    path = Path(connection.settings_dict["NAME"]).with_name("yardstick.sqlite3")
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute(f"CREATE TABLE yardstick ({columns})")
        start = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * width)
        database.executemany(f"INSERT INTO yardstick VALUES ({marks})", rows)
        database.execute("COMMIT")
        seconds = time.perf_counter() - start
    database.close()
    for each in path.parent.glob("yardstick.sqlite3*"):
        each.unlink()
    return seconds


def workbook_limit(path: Path) -> float:
    """Seconds of calamine's own reading of a workbook's first sheet and of the pass over
    its XML."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- slow import

    from performance.ingest.readers.sheet_scan import (  # noqa: PLC0415
        extent_of,
    )

    data = path.read_bytes()
    start = time.perf_counter()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        extent_of(archive, "xl/worksheets/sheet1.xml", "first")
    return time.perf_counter() - start
