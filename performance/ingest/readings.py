"""What a file says, before anybody asks what it means. Pure: no Django.

These cross from the child process to the portal as bytes: a head in JSON and two tables
in Arrow's format.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from performance.ingest.findings import PERSONAL, Problem

# One row a figure, in the file's own words. Where each of the others stands is told by
# columns, from 1, with 0 for no such cell; rows are told where they are not the value's.
READINGS = {
    "indicator": pl.String,
    "area": pl.String,
    "period": pl.String,
    "value": pl.String,
    "denominator": pl.String,
    "status": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "value_column": pl.UInt32,
    "denominator_column": pl.UInt32,
    "area_column": pl.UInt32,
    "period_column": pl.UInt32,
    "indicator_column": pl.UInt32,
    "status_column": pl.UInt32,
    "indicator_row": pl.UInt32,
    "period_row": pl.UInt32,
}

# Of official tables: a source's own codes, counted already, one row for each force, area,
# period and code. ``area`` is an ONS code or a name, empty for what has no place and null
# for the whole of the force.
COUNTS = {
    "within": pl.String,
    "area": pl.String,
    "period": pl.String,
    "code": pl.String,
    "state": pl.String,
    "value": pl.Int64,
    "rows": pl.UInt32,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.UInt32,
}


class Footprint(NamedTuple):
    """How a source's COUNTS are to be taken.

    ``whole_periods``: inside a period that the file holds, a combination it lacks is 0.
    ``within_only``: rows of another force refuse the file, by name.
    ``native``: the kind of its periods. ``strangers``: areas nobody knows are a "note"
    or "ignored". ``unknown_codes``: those nobody set are an "error", a "query" or
    "ignored"; ``code_word`` is what people call one. ``back_series``: every publication
    gives earlier periods again, so that one that ends sooner is an older one.
    """

    native: str
    whole_periods: bool = False
    within_only: bool = False
    strangers: str = "ignored"
    unknown_codes: str = "query"
    code_word: str = "code"
    back_series: bool = False


class Cell(NamedTuple):
    """A cell's text and its place; row and column as the spreadsheet numbers them.

    Column 0 stands for the whole row, row 0 for the whole sheet or file.
    """

    text: str
    sheet: str = ""
    row: int = 0
    column: int = 0


class Reading(NamedTuple):
    """One figure: its value and the cells that say what it is about."""

    indicator: Cell
    area: Cell
    period: Cell
    value: Cell
    denominator: Cell
    status: Cell

    @classmethod
    def of(cls, row: dict) -> "Reading":
        """A row of READINGS with its cells."""
        sheet, number = row["sheet"], row["row"]

        def cell(name: str, at: int = number) -> Cell:
            return Cell(row[name], sheet, at, row[f"{name}_column"])

        return cls(
            cell("indicator", row["indicator_row"]),
            cell("area"),
            cell("period", row["period_row"]),
            cell("value"),
            cell("denominator"),
            cell("status"),
        )


@dataclass(frozen=True)
class Contents:
    """All that was read in a file; ``source`` is empty where none recognised it.

    ``columns`` is the version of the kept columns it was read with, 0 for none. ``tables``
    are the first rows of each sheet, by its name, where only those were asked for.
    """

    source: str = ""
    rows: int = 0
    readings: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=READINGS)
    )
    counts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COUNTS))
    problems: tuple[Problem, ...] = ()
    unreadable: bool = False
    columns: int = 0
    tables: tuple[tuple[str, list[list[str]]], ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether the file was not read because it is about people."""
        return any(problem.rule == PERSONAL for problem in self.problems)

    def packed(self) -> bytes:
        head = json.dumps(
            [
                *(self.source, self.rows, self.problems, self.unreadable),
                *(self.columns, self.tables),
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode(errors="replace")
        tables = [_arrow(self.readings), _arrow(self.counts)]
        return b"".join(len(part).to_bytes(8, "big") + part for part in (head, *tables))

    @classmethod
    def unpacked(cls, data: bytes) -> "Contents":
        parts, at = [], 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 8], "big")
            parts.append(data[at + 8 : at + 8 + size])
            at += 8 + size
        head, readings, counts = parts
        source, rows, problems, unreadable, columns, tables = json.loads(head)
        return cls(
            source,
            rows,
            pl.read_ipc(io.BytesIO(readings)),
            pl.read_ipc(io.BytesIO(counts)),
            tuple(Problem(*problem) for problem in problems),
            unreadable,
            columns,
            tuple((name, first) for name, first in tables),
        )


def readings_of(readings: Iterable[Reading]) -> pl.DataFrame:
    """READINGS of figures that a source has gone through one by one."""
    return pl.DataFrame(
        [
            (
                *(cell.text for cell in reading),
                reading.value.sheet,
                reading.value.row,
                reading.value.column,
                reading.denominator.column,
                reading.area.column,
                reading.period.column,
                reading.indicator.column,
                reading.status.column,
                reading.indicator.row,
                reading.period.row,
            )
            for reading in readings
        ],
        schema=READINGS,
        orient="row",
    )


def _arrow(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_ipc(file, compression="lz4")
    return file.getvalue()
