"""What a reader gives: sheets of text, or the reason why the file cannot be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from performance.ingest.columns import Columns
from performance.ingest.findings import ERROR, NOTE, Problem


class Refused(Exception):
    """The file cannot be read; holds the problem that says why."""

    def __init__(self, wrong: str, mend: str, *, rule: str = "unreadable", **where):
        super().__init__(wrong)
        self.problem = Problem(ERROR, rule, wrong, mend, **where)


EMPTY = ("The file is empty.", "Choose the file that holds the figures.")
DAMAGED = (
    "The file is damaged or was cut short, and could not be opened.",
    "Open it in the program that made it, save it again, and upload that copy.",
)


@dataclass(frozen=True)
class Sheet:
    """A table as text; ``rows`` may be gone through again and again, row 1 first."""

    name: str
    rows: Iterable[list[str]]

    def first(self, rows: int) -> list[list[str]]:
        """At most so many rows from the top."""
        if hasattr(self.rows, "first"):
            return self.rows.first(rows)
        return list(islice(self.rows, rows))

    def frame(self, after: int) -> pl.DataFrame:
        """The rows under one, as texts in columns c0, c1 …, with their number in ``row``.

        A cell that its row does not reach is null. There are as many columns as the
        widest row has, those above included.
        """
        if hasattr(self.rows, "frame"):
            table = self.rows.frame(after)
        else:
            table = table_of(list(islice(self.rows, after, None)), after)
        width = max(map(len, self.first(after)), default=0)
        lacking = [f"c{at}" for at in range(table.width - 1, width)]
        return table.with_columns(
            pl.lit(None, dtype=pl.String).alias(name) for name in lacking
        )


def table_of(rows: list[list[str]], after: int) -> pl.DataFrame:
    """Rows of texts as a table, numbered from the one that follows ``after``."""
    width = max(map(len, rows), default=0)
    numbers = pl.int_range(
        after + 1, after + 1 + len(rows), dtype=pl.UInt32, eager=True
    )
    columns = {
        f"c{at}": pl.Series(
            [row[at] if at < len(row) else None for row in rows], dtype=pl.String
        )
        for at in range(width)
    }
    return pl.DataFrame({"row": numbers} | columns)


@dataclass
class Book:
    """``columns`` is what people have said of tables whose header they kept."""

    sheets: list[Sheet]
    is_workbook: bool
    problems: list[Problem] = field(default_factory=list)
    columns: Sequence[Columns] = ()

    def left_out(self, read: Sequence[Sheet]) -> list[Problem]:
        """Notes on the sheets, or files of a .zip, that no figure comes from."""
        return [kept_only(sheet=each.name) for each in self.sheets if each not in read]


def kept_only(**where: str) -> Problem:
    return Problem(
        NOTE, "other-file", "Kept with the file, not read as figures.", **where
    )
