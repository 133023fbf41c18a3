"""What is wrong or odd in a file, where it is, and how to mend it. Pure: no Django."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

ERROR, QUERY, NOTE = "error", "query", "note"
LEVELS = (ERROR, QUERY, NOTE)
PERSONAL = "personal-data"  # the rule of a file that is about people

MAX_FINDINGS_A_LEVEL = 200
MAX_PLACES_NAMED = 3


class Problem(NamedTuple):
    """Something about one cell. Equal problems of other cells join it in one finding.

    ``wrong`` may have a plural, ``wrong_many``, in which {cells} stands for their number.
    ``cells`` is more than 1 where the source has counted already; ``about`` is the slug
    of the indicator it is about.
    """

    level: str
    rule: str
    wrong: str
    mend: str = ""
    text: str = ""
    sheet: str = ""
    row: int = 0
    column: int = 0
    wrong_many: str = ""
    cells: int = 1
    about: str = ""


class Finding(NamedTuple):
    level: str
    rule: str
    sheet: str
    where: str
    text: str
    wrong: str
    mend: str
    cells: int
    about: str = ""


def column_letters(column: int) -> str:
    """1 as A, 27 as AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place(row: int, column: int) -> str:
    """D9 for a cell, "Row 9" for a whole row, nothing for the whole sheet."""
    if not row:
        return ""
    return f"{column_letters(column)}{row}" if column else f"Row {row:,}"


def places(cells: Sequence[tuple[int, int]]) -> str:
    """Several cells in words: "F6 to F19" when they touch, "A13, A21" when they do not."""
    cells = sorted(set(cells))
    if len(cells) == 1:
        return place(*cells[0])
    (top, left), (bottom, right) = cells[0], cells[-1]
    if not left:
        if not top:
            return ""
        if bottom - top == len(cells) - 1:
            return f"Rows {top:,} to {bottom:,}"
        named = ", ".join(f"{row:,}" for row, _ in cells[:MAX_PLACES_NAMED])
        rest = len(cells) - MAX_PLACES_NAMED
        return f"Rows {named}" + (f" and {rest:,} more" if rest > 0 else "")
    if _block(cells):
        return f"{place(top, left)} to {place(bottom, right)}"
    named = ", ".join(place(*cell) for cell in cells[:MAX_PLACES_NAMED])
    rest = len(cells) - MAX_PLACES_NAMED
    return named + (f" and {rest:,} more" if rest > 0 else "")


def _block(cells: Sequence[tuple[int, int]]) -> bool:
    """Whether sorted cells fill a rectangle."""
    (top, left), (bottom, right) = cells[0], cells[-1]
    if len(cells) != (bottom - top + 1) * (right - left + 1):
        return False
    return all(
        (after[0] == before[0] and after[1] == before[1] + 1)
        or (after == (before[0] + 1, left) and before[1] == right)
        for before, after in pairwise(cells)
    )


def grouped(problems: Iterable[Problem]) -> list[Finding]:
    """One finding for all cells of a sheet that have the same thing wrong with them.

    Errors first, then queries, then notes, each in the order in which they were found;
    at most MAX_FINDINGS_A_LEVEL of each, the last of which says how many are not listed.
    """
    groups: dict[tuple, list[Problem]] = defaultdict(list)
    for problem in problems:
        key = (
            problem.level,
            problem.rule,
            problem.sheet,
            problem.text,
            problem.wrong,
            problem.mend,
        )
        groups[key].append(problem)
    findings = [_joined(group) for group in groups.values()]
    return [
        finding
        for level in LEVELS
        for finding in _capped([each for each in findings if each.level == level])
    ]


def _joined(group: Sequence[Problem]) -> Finding:
    first = group[0]
    seen = {(problem.row, problem.column): problem.cells for problem in group}
    cells = sum(seen.values())
    many = cells > 1 and first.wrong_many
    about = {problem.about for problem in group}
    return Finding(
        level=first.level,
        rule=first.rule,
        sheet=first.sheet[:100],
        where=places(list(seen))[:60],
        text=_short(first.text, 200),
        wrong=_short(
            first.wrong_many.replace("{cells}", f"{cells:,}") if many else first.wrong,
            400,
        ),
        mend=_short(first.mend, 400),
        cells=cells,
        about=first.about if len(about) == 1 else "",
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _capped(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MAX_FINDINGS_A_LEVEL:
        return findings
    shown, rest = (
        findings[: MAX_FINDINGS_A_LEVEL - 1],
        findings[MAX_FINDINGS_A_LEVEL - 1 :],
    )
    level = rest[0].level
    kinds = {ERROR: "errors", QUERY: "queries", NOTE: "notes"}[level]
    return [
        *shown,
        Finding(
            level=level,
            rule="more",
            sheet="",
            where="",
            text="",
            wrong=f"{len(rest):,} more {kinds} are not listed.",
            mend="Mend these first, then upload the file again to see the rest.",
            cells=sum(finding.cells for finding in rest),
        ),
    ]
