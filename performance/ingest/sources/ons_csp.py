"""ONS "Crime in England and Wales", Table C2: recorded crime by Community Safety
Partnership, of twelve months.

https://www.ons.gov.uk/peoplepopulationandcommunity/crimeandjustice/datasets/policeforceareadatatables.
Title and notes stand above a header whose cells hold line breaks; numbers are text with a
comma and a blank; [x] is unavailable. The force's own row is the sum of its partnerships
and of what is assigned to none: it is checked against them and never added.
"""

import re
from collections import defaultdict

import polars as pl

from performance.ingest.findings import ERROR, QUERY, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import COUNTS, Contents, Footprint

KIND = "ons_csp"
FOOTPRINT = Footprint(native="rolling_year", code_word="column of Table C2")
FORCE, PARTNERSHIP = "police force area name", "community safety partnership code"
PARTNERSHIP_NAME = "community safety partnership name"
AUTHORITY = "local authority code"
ABOUT = 6  # columns that say what a row is about; the counts follow
LOOK_IN_ROWS = 30  # for the header
TITLE = re.compile(r"year ending ([a-z]+ \d{4})", re.IGNORECASE)
CODE = re.compile(r"[EWNS]\d{8}", re.ASCII)
NUMBER = re.compile(r"\d{1,3}(,\d{3})*|\d+", re.ASCII)
STATES = {"[x]": "missing", "[c]": "suppressed", "[z]": "missing"}
Cells = dict[str, tuple[str, int | None, int]]  # by column: state, value, its place


def recognises(book: Book) -> bool:
    return any(_header(sheet) for sheet in book.sheets)


def read(book: Book) -> Contents:
    sheet = next((each for each in book.sheets if _header(each)), None)
    if sheet is None:
        return Contents(KIND, problems=(*book.problems, _no_table()))
    header, names = _header(sheet)
    above = " ".join(cell for row in sheet.first(header) for cell in row)
    title = TITLE.search(above)
    if not title:
        return Contents(KIND, problems=(*book.problems, _no_period(sheet)))
    period = f"Year ending {title[1]}"
    problems, counts, rows = list(book.problems), [], 0
    if not book.is_workbook:
        problems += book.left_out([sheet])
    totals: dict[str, tuple[int, Cells]] = {}
    parts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, row in enumerate(sheet.rows, start=1):
        if number <= header or not any(text.strip() for text in row):
            continue
        about = dict(zip(names, (text.strip() for text in row[:ABOUT]), strict=False))
        force, cells, odd = about[FORCE], *_cells(sheet, number, row, names)
        problems += odd
        rows += 1
        if not about[PARTNERSHIP] and not about[PARTNERSHIP_NAME]:
            totals[force] = (number, cells)
            continue
        for name, (state, value, column) in cells.items():
            parts[force][name] += value or 0
            area = _area(about)
            counts.append(
                (force, area, period, name, state, value, 1, sheet.name, number, column)
            )
    problems += _not_the_sum(sheet, totals, parts)
    frame = pl.DataFrame(counts, schema=COUNTS, orient="row")
    return Contents(KIND, rows, counts=frame, problems=tuple(problems))


def _header(sheet: Sheet) -> tuple[int, list[str]] | None:
    """The header's row, and the columns' names on one line each, in lower case."""
    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1):
        names = [_tidy(text).lower() for text in row]
        if {FORCE, PARTNERSHIP, PARTNERSHIP_NAME} <= set(names[:ABOUT]):
            return number, [*names[:ABOUT], *(_tidy(text) for text in row[ABOUT:])]
    return None


def _tidy(text: str) -> str:
    """A header's words on one line, without the notes they refer to."""
    return " ".join(re.sub(r"\[note \d+\]", "", text).split())


def _area(about: dict[str, str]) -> str:
    """The local authority where the partnership is one, else the partnership; empty for
    what is assigned to none."""
    for code in (about[AUTHORITY], about[PARTNERSHIP]):
        if CODE.fullmatch(code):
            return code
    return ""


def _cells(
    sheet: Sheet, number: int, row: list[str], names: list[str]
) -> tuple[Cells, list[Problem]]:
    cells: Cells = {}
    problems = []
    for at, name in enumerate(names[ABOUT:], start=ABOUT):
        text = row[at].strip() if at < len(row) else ""
        if not text or not name:
            continue
        if state := STATES.get(text.lower()):
            cells[name] = (state, None, at + 1)
        elif NUMBER.fullmatch(text):
            cells[name] = ("value", int(text.replace(",", "")), at + 1)
        else:
            problems.append(
                Problem(
                    ERROR,
                    "not-a-number",
                    "This is not a number.",
                    "Download the table again and upload it unchanged.",
                    text,
                    sheet.name,
                    number,
                    at + 1,
                )
            )
    return cells, problems


def _not_the_sum(
    sheet: Sheet,
    totals: dict[str, tuple[int, Cells]],
    parts: dict[str, dict[str, int]],
) -> list[Problem]:
    """Forces whose own row is other than the sum of the rows under it."""
    return [
        Problem(
            QUERY,
            "parts-and-total",
            f"{force} has {value:,} in all, and its rows add up to {parts[force][name]:,}.",
            f"{name}: is a row missing, or was the table changed?",
            f"{value:,}",
            sheet.name,
            number,
            column,
        )
        for force, (number, cells) in totals.items()
        for name, (state, value, column) in cells.items()
        if state == "value" and force in parts and value != parts[force][name]
    ]


def _no_table() -> Problem:
    return Problem(
        ERROR,
        "missing-column",
        "No sheet has the columns of Table C2.",
        "They are Police Force Area name, Community Safety Partnership code and name, and "
        "a column for each offence. Download the table again and upload it unchanged.",
    )


def _no_period(sheet: Sheet) -> Problem:
    return Problem(
        ERROR,
        "no-period",
        "The title does not say which twelve months the table is about.",
        "Keep the title above the table: it ends in “year ending June 2025”.",
        sheet=sheet.name,
        row=1,
    )
