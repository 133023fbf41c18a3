"""What a file says, before anybody asks what it means. Pure: no Django.

These cross from the child process to the portal as JSON, so they are tuples of text and
whole numbers and nothing else.
"""

from typing import NamedTuple

from performance.ingest.findings import Problem


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


class StreetRows(NamedTuple):
    """How many rows of a street-level file say the same, and the first of them."""

    force: str
    month: str
    district: str
    crime_type: str
    rows: int
    first_row: int


class Contents(NamedTuple):
    """All that was read in a file; ``source`` is empty where none recognised it."""

    source: str = ""
    rows: int = 0
    readings: tuple[Reading, ...] = ()
    street: tuple[StreetRows, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: bool = False
