"""Street-level crime of data.police.uk: a row a crime, one or several months in a file.

Meaning of the columns: https://data.police.uk/about/. Rows that are alike in every column
are separate incidents, so every row counts. A row without a place belongs to the force
and to no district. The district is the LSOA's name without its last five characters.
"""

import re
from itertools import islice

import polars as pl

from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import COUNTS, Contents, Footprint

KIND = "street"
FOOTPRINT = Footprint(
    native="month",
    whole_periods=True,
    within_only=True,
    strangers="note",
    unknown_codes="error",
    code_word="crime type",
)
NEEDED = ("Month", "Falls within", "LSOA name", "Crime type")
TELLING = (*NEEDED, "Crime ID", "Reported by", "LSOA code", "Last outcome category")
MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)
LSOA = re.compile(r"(.+) \d{3}[A-Z]", re.ASCII)


def recognises(book: Book) -> bool:
    return any(len(set(TELLING) & set(_header(sheet))) >= 4 for sheet in book.sheets)


def read(book: Book) -> Contents:
    sheet = next(
        (each for each in book.sheets if set(TELLING) & set(_header(each))),
        book.sheets[0],
    )
    header = _header(sheet)
    problems = list(book.problems)
    missing = [name for name in NEEDED if name not in header]
    if missing:
        problems += [
            Problem(
                ERROR,
                "missing-column",
                f"The column “{name}” is missing.",
                "Download the file from data.police.uk again and upload it unchanged.",
                ", ".join(header),
                sheet.name,
                1,
            )
            for name in missing
        ]
        return Contents(KIND, problems=tuple(problems))
    month, force, lsoa, kind = (header.index(name) for name in NEEDED)
    crime_id = header.index("Crime ID") if "Crime ID" in header else None
    counts: dict[tuple[str, str, str, str], list[int]] = {}
    ids: set[str] = set()
    rows = repeated = 0
    for number, row in enumerate(islice(sheet.rows, 1, None), start=2):
        if len(row) != len(header):
            if any(row):
                problems.append(_wrong_width(sheet, number, row, header))
            continue
        if crime_id is not None and row[crime_id]:
            if row[crime_id] in ids:
                repeated += 1
            ids.add(row[crime_id])
        key = (row[force], row[month], row[lsoa], row[kind])
        if counted := counts.get(key):
            counted[0] += 1
        else:
            counts[key] = [1, number]
        rows += 1
    # Files put one after the other carry their header along.
    header_again = ("Falls within", "Month", "LSOA name", "Crime type")
    if again := counts.pop(header_again, None):
        rows -= again[0]
        repeated -= max(again[0] - 1, 0)
    problems += _lsoa_problems(sheet, counts, lsoa)
    problems += _month_problems(sheet, counts)
    counts = {key: each for key, each in counts.items() if _is_month(key[1])}
    if not rows:
        problems.append(
            Problem(
                ERROR,
                "no-rows",
                "The file has a header and no rows.",
                "Download the month again from data.police.uk.",
            )
        )
    if repeated > 0:
        problems.append(
            Problem(
                NOTE,
                "repeated-id",
                "A row repeats a Crime ID. Every row is counted.",
                wrong_many="{cells} rows repeat a Crime ID. Every row is counted.",
                cells=repeated,
            )
        )
    return Contents(
        KIND, rows, counts=_by_district(sheet, counts), problems=tuple(problems)
    )


def _header(sheet: Sheet) -> list[str]:
    return [text.strip() for text in next(iter(sheet.rows), [])]


def _wrong_width(
    sheet: Sheet, number: int, row: list[str], header: list[str]
) -> Problem:
    return Problem(
        ERROR,
        "garbled-row",
        f"The row has {len(row)} cells and the header {len(header)}.",
        "Download the file from data.police.uk again and upload it unchanged.",
        sheet=sheet.name,
        row=number,
        wrong_many=f"{{cells}} rows have {len(row)} cells and the header {len(header)}.",
    )


def _lsoa_problems(
    sheet: Sheet, counts: dict[tuple[str, str, str, str], list[int]], column: int
) -> list[Problem]:
    return [
        Problem(
            ERROR,
            "lsoa-name",
            "An LSOA's name ends in a code such as 003A, and this does not.",
            "Download the file from data.police.uk again and upload it unchanged.",
            lsoa,
            sheet.name,
            first,
            column + 1,
            cells=rows,
        )
        for (_, _, lsoa, _), (rows, first) in counts.items()
        if lsoa.strip() and not LSOA.fullmatch(lsoa.strip())
    ]


def _is_month(text: str) -> bool:
    return bool(MONTH.fullmatch(text.strip()))


def _month_problems(
    sheet: Sheet, counts: dict[tuple[str, str, str, str], list[int]]
) -> list[Problem]:
    """A month has one way to be written here."""
    return [
        Problem(
            ERROR,
            "unknown-period",
            f"{month.strip() or 'Nothing'} is not a month.",
            "The file has months as 2022-01.",
            month.strip(),
            sheet.name,
            first,
            cells=rows,
        )
        for (_, month, _, _), (rows, first) in counts.items()
        if not _is_month(month)
    ]


def _by_district(
    sheet: Sheet, counts: dict[tuple[str, str, str, str], list[int]]
) -> pl.DataFrame:
    districts: dict[tuple[str, str, str, str], list[int]] = {}
    for (force, month, lsoa, kind), (rows, first) in counts.items():
        key = (force.strip(), lsoa.strip()[:-5], month.strip(), kind.strip())
        held = districts.setdefault(key, [0, first])
        held[0] += rows
        held[1] = min(held[1], first)
    return pl.DataFrame(
        [
            (*key, "value", rows, rows, sheet.name, first, 0)
            for key, (rows, first) in districts.items()
        ],
        schema=COUNTS,
        orient="row",
    )
