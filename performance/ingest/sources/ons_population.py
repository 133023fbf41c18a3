"""ONS mid-year population estimates: a row an area, a column a year, the newest first.

https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates.
The header stands below title and notes; a year is "Mid-2020", in one edition with a blank
before it.
"""

import re

import polars as pl

from performance.ingest.findings import ERROR, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import COUNTS, Contents, Footprint

KIND = "ons_population"
FOOTPRINT = Footprint(native="calendar_year", code_word="measure", back_series=True)
CODE = "population"  # all that the table measures
NEEDED = ("code", "name")
YEAR = re.compile(r"(?:mid-?\s*)?(\d{4})(?: population.*)?", re.IGNORECASE)
AREA = re.compile(r"[EWNSKJ]\d{8}", re.ASCII)
NUMBER = re.compile(r"\d{1,3}(,\d{3})*|\d+", re.ASCII)
LOOK_IN_ROWS = 30  # for the header


def recognises(book: Book) -> bool:
    return any(_header(sheet) for sheet in book.sheets)


def read(book: Book) -> Contents:
    """Every sheet that has the columns; one with most years where there are several."""
    tables = [
        (sheet, *found)
        for sheet in book.sheets
        if (found := _header(sheet)) is not None
    ]
    if not tables:
        return Contents(KIND, problems=(*book.problems, _no_table()))
    sheet, header, code, years = max(tables, key=lambda table: len(table[3]))
    problems, counts, rows = list(book.problems), [], 0
    if not book.is_workbook:
        problems += book.left_out([sheet])
    for number, row in enumerate(sheet.rows, start=1):
        area = row[code].strip() if code < len(row) else ""
        if number <= header or not AREA.fullmatch(area):
            continue
        rows += 1
        for at, year in years.items():
            text = row[at].strip() if at < len(row) else ""
            if NUMBER.fullmatch(text):
                value = int(text.replace(",", ""))
                about = ("", area, year, CODE, "value", value)
                counts.append((*about, 1, sheet.name, number, at + 1))
            elif text:
                problems.append(_not_a_number(sheet, number, at, text))
    if not rows:
        problems.append(_no_table())
    frame = pl.DataFrame(counts, schema=COUNTS, orient="row")
    return Contents(KIND, rows, counts=frame, problems=tuple(problems))


def _header(sheet: Sheet) -> tuple[int, int, dict[int, str]] | None:
    """The header's row, the column of codes, and the columns of years; from 0."""
    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1):
        names = [text.strip().lower() for text in row]
        years = {
            at: match[1]
            for at, name in enumerate(names)
            if (match := YEAR.fullmatch(name))
        }
        if set(NEEDED) <= set(names) and years:
            return number, names.index("code"), years
    return None


def _not_a_number(sheet: Sheet, number: int, at: int, text: str) -> Problem:
    return Problem(
        ERROR,
        "not-a-number",
        "This is not a number of residents.",
        "Download the estimates again and upload them unchanged.",
        text,
        sheet.name,
        number,
        at + 1,
    )


def _no_table() -> Problem:
    return Problem(
        ERROR,
        "missing-column",
        "No sheet has the columns Code and Name and a column for each year.",
        "Upload the estimates as the ONS publishes them, such as sheet MYE4.",
    )
