"""Street-level crime of data.police.uk: a row a crime, one or several months in a file.

Meaning of the columns: https://data.police.uk/about/. Rows that are alike in every column
are separate incidents, so every row counts. A row without a place belongs to the force
and to no district. The district is the LSOA's name without its last five characters.
"""

import re

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
    """The counts of every file that has the columns; the others are left out, and so are
    those of other forces where there are several."""
    files = [each for each in book.sheets if set(TELLING) & set(_header(each))]
    files = files or book.sheets[:1]
    problems = list(book.problems)
    told = [each for each in files if set(NEEDED) <= set(_header(each))]
    if told and len(book.sheets) > 1:
        problems += book.left_out(told)
        files = told
    tables, rows, repeated = [], 0, 0
    for sheet in files:
        table, odd = _table(sheet)
        problems += odd
        tables.append((sheet, table))
    several = [
        (sheet, table) for sheet, table in tables if table is not None and table.height
    ]
    if len(several) > 1:
        problems += _same_month_twice(several)
    for _, table in several:
        rows += table.height
        ids = table.filter(pl.col("id") != "")["id"]
        repeated += len(ids) - ids.n_unique()
    if not rows and not any(problem.level == ERROR for problem in problems):
        problems.append(
            Problem(
                ERROR,
                "no-rows",
                "The file has a header and no rows.",
                "Download the month again from data.police.uk.",
            )
        )
    if repeated:
        problems.append(
            Problem(
                NOTE,
                "repeated-id",
                "A row repeats a Crime ID. Every row is counted.",
                wrong_many="{cells} rows repeat a Crime ID. Every row is counted.",
                cells=repeated,
            )
        )
    counts = [_counted(sheet, table) for sheet, table in several]
    return Contents(
        KIND,
        rows,
        counts=pl.concat(counts) if counts else pl.DataFrame(schema=COUNTS),
        problems=tuple(problems),
    )


def _table(sheet: Sheet) -> tuple[pl.DataFrame | None, list[Problem]]:
    """The rows of one file with what is counted in them, and what is wrong with it."""
    header = _header(sheet)
    missing = [name for name in NEEDED if name not in header]
    if missing:
        return None, [
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
    every = sheet.frame(after=1)
    month, force, lsoa, kind = (header.index(name) for name in NEEDED)

    def cell(at: int) -> pl.Expr:
        return pl.col(f"c{at}").fill_null("").str.strip_chars()

    garbled = _garbled(sheet, every, header)
    if garbled:
        every = every.filter(~pl.col("row").is_in([each.row for each in garbled]))
    blank = pl.all_horizontal(pl.exclude("row").fill_null("") == "")
    table = every.filter(~blank).select(
        "row",
        month=cell(month),
        force=cell(force),
        lsoa=cell(lsoa),
        kind=cell(kind),
        id=cell(header.index("Crime ID")) if "Crime ID" in header else pl.lit(""),
    )
    # Files put one after the other carry their header along.
    again = (pl.col("month") == "Month") & (pl.col("kind") == "Crime type")
    table = table.filter(~again)
    wrong_month = ~pl.col("month").str.contains(f"^{MONTH.pattern}$")
    wrong_place = (pl.col("lsoa") != "") & ~pl.col("lsoa").str.contains(
        f"^{LSOA.pattern}$"
    )
    problems = [
        *garbled,
        *_told(
            sheet,
            table.filter(wrong_place),
            "lsoa",
            lsoa + 1,
            "lsoa-name",
            "An LSOA's name ends in a code such as 003A, and this does not.",
            "Download the file from data.police.uk again and upload it unchanged.",
        ),
        *_told(
            sheet,
            table.filter(wrong_month),
            "month",
            0,
            "unknown-period",
            "{} is not a month.",
            "The file has months as 2022-01.",
        ),
    ]
    return table.filter(~wrong_month), problems


def _garbled(sheet: Sheet, every: pl.DataFrame, header: list[str]) -> list[Problem]:
    """Rows that have more or fewer cells than the header; a blank line is no row."""
    width = pl.sum_horizontal(pl.exclude("row").is_not_null())
    odd = every.select("row", width=width).filter(
        (pl.col("width") != len(header)) & (pl.col("width") > 0)
    )
    return [
        Problem(
            ERROR,
            "garbled-row",
            f"The row has {cells} cells and the header {len(header)}.",
            "Download the file from data.police.uk again and upload it unchanged.",
            sheet=sheet.name,
            row=row,
            wrong_many=f"{{cells}} rows have {cells} cells and the header {len(header)}.",
        )
        for row, cells in odd.rows()
    ]


def _told(
    sheet: Sheet,
    rows: pl.DataFrame,
    column: str,
    at: int,
    rule: str,
    wrong: str,
    mend: str,
) -> list[Problem]:
    """One problem for each text that is wrong in a column, with the first of its rows."""
    seen = rows.group_by(column).agg(pl.len(), pl.col("row").min()).sort("row")
    return [
        Problem(
            ERROR,
            rule,
            wrong.format(text or "Nothing"),
            mend,
            text,
            sheet.name,
            row,
            at,
            cells=many,
        )
        for text, many, row in seen.rows()
    ]


def _same_month_twice(tables: list[tuple[Sheet, pl.DataFrame]]) -> list[Problem]:
    """Months of a force that two files hold: which of them is meant is not guessed."""
    first: dict[tuple[str, str], str] = {}
    problems = []
    for sheet, table in tables:
        for force, month in (
            table.select("force", "month").unique().sort("month").rows()
        ):
            other = first.setdefault((force, month), sheet.name)
            if other != sheet.name:
                problems.append(
                    Problem(
                        ERROR,
                        "month-twice",
                        f"{month} of {force} is in two files: {other} and {sheet.name}.",
                        "Leave one of them out. We have not guessed.",
                        sheet=sheet.name,
                    )
                )
    return problems


def _counted(sheet: Sheet, table: pl.DataFrame) -> pl.DataFrame:
    """How many rows say the same of force, district, month and crime type."""
    return (
        table.with_columns(area=pl.col("lsoa").str.head(-5))
        .group_by("force", "area", "month", "kind")
        .agg(pl.len().alias("value"), pl.col("row").min())
        .sort("row")
        .select(
            within="force",
            area="area",
            period="month",
            code="kind",
            state=pl.lit("value"),
            value=pl.col("value").cast(pl.Int64),
            rows=pl.col("value").cast(pl.UInt32),
            sheet=pl.lit(sheet.name),
            row=pl.col("row").cast(pl.UInt32),
            column=pl.lit(0, dtype=pl.UInt32),
        )
    )


def _header(sheet: Sheet) -> list[str]:
    return [text.strip() for row in sheet.first(1) for text in row]
