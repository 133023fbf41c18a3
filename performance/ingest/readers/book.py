"""What a reader gives: sheets of text, or the reason why the file cannot be read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from performance.ingest.findings import ERROR, Problem


class Refused(Exception):
    """The file cannot be read; holds the problem that says why."""

    def __init__(self, wrong: str, mend: str, *, rule: str = "unreadable", **where):
        super().__init__(wrong)
        self.problem = Problem(ERROR, rule, wrong, mend, **where)


DAMAGED = (
    "The file is damaged or was cut short, and could not be opened.",
    "Open it in the program that made it, save it again, and upload that copy.",
)


@dataclass(frozen=True)
class Sheet:
    """A table as text; ``rows`` may be gone through again and again, row 1 first."""

    name: str
    rows: Iterable[list[str]]


@dataclass
class Book:
    sheets: list[Sheet]
    is_workbook: bool
    problems: list[Problem] = field(default_factory=list)
