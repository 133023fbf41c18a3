"""Home Office police recorded crime open data: tables by Community Safety Partnership, and
tables by police force, by quarter of the financial year.

https://www.gov.uk/government/statistics/police-recorded-crime-open-data-tables. Numbers
have blanks around them; "-00 " is 0; a few are truly below 0, crimes taken back after they
were counted, and are kept. Offence codes are text. A table by force has no areas: its
figures are for the whole of the force.
"""

import polars as pl

from performance.ingest.findings import ERROR, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import COUNTS, Contents, Footprint

KIND = "home_office"
FOOTPRINT = Footprint(native="quarter", code_word="offence code", back_series=True)
NEEDED = (
    "financial year",
    "financial quarter",
    "force name",
    "offence code",
    "number of offences",
)
AREA_CODES = ("ons code", "csp code", "ons csp code", "csp ons code")
AREA_NAMES = ("csp name", "community safety partnership", "csp")
LOOK_IN_ROWS = 20  # for the header
MAX_TOLD = 10_000  # faulty cells of a kind
YEAR, QUARTER, COUNT = r"^\d{4}/\d{2}$", r"^[1-4]$", r"^-?\d{1,9}$"


def recognises(book: Book) -> bool:
    return any(_header(sheet) for sheet in book.sheets)


def read(book: Book) -> Contents:
    """The counts of every sheet that has the columns; a workbook has one a year."""
    problems, counts, rows = list(book.problems), [], 0
    for sheet in book.sheets:
        if found := _header(sheet):
            frame, odd = _counts(sheet, *found)
            counts.append(frame)
            problems += odd
            rows += frame.height + len(odd)
    if not counts:
        problems.append(_no_table(book))
        return Contents(KIND, problems=tuple(problems))
    if not book.is_workbook:
        problems += book.left_out([each for each in book.sheets if _header(each)])
    return Contents(KIND, rows, counts=pl.concat(counts), problems=tuple(problems))


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The header's row and where each column stands, from 0."""
    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1):
        names = [" ".join(text.lower().split()) for text in row]
        if set(NEEDED) <= set(names):
            return number, {name: at for at, name in enumerate(names) if name}
    return None


def _counts(
    sheet: Sheet, header: int, columns: dict[str, int]
) -> tuple[pl.DataFrame, list[Problem]]:
    code = next((columns[name] for name in AREA_CODES if name in columns), None)
    name = next((columns[name] for name in AREA_NAMES if name in columns), None)

    def cell(at: int | None) -> pl.Expr:
        if at is None:
            return pl.lit(None, dtype=pl.String)
        return pl.col(f"c{at}").fill_null("").str.strip_chars()

    year, quarter, force, offence, number = (cell(columns[n]) for n in NEEDED)
    area = cell(name)
    if code is not None:
        area = pl.when(cell(code) == "").then(area).otherwise(cell(code))
    table = sheet.frame(after=header).select(
        "row",
        year=year,
        quarter=quarter,
        within=force,
        area=area,
        code=offence,
        # -00 is how the publisher writes none at all
        number=number.str.replace(r"^-0+$", "0").str.replace_all(",", "", literal=True),
    )
    blank = (pl.col("year") == "") & (pl.col("number") == "") & (pl.col("code") == "")
    table = table.filter(~blank)
    problems: list[Problem] = []
    for column, named, pattern, wrong, mend in (
        (
            "year",
            NEEDED[0],
            YEAR,
            "This is not a financial year.",
            "The table has them as 2017/18.",
        ),
        (
            "quarter",
            NEEDED[1],
            QUARTER,
            "This is not a quarter.",
            "The table has 1, 2, 3 or 4.",
        ),
        (
            "number",
            NEEDED[4],
            COUNT,
            "This is not a whole number.",
            "Download the table again and upload it unchanged.",
        ),
    ):
        bad = table.filter(~pl.col(column).str.contains(pattern)).head(MAX_TOLD)
        problems += [
            Problem(
                ERROR,
                f"bad-{column}",
                wrong,
                mend,
                text,
                sheet.name,
                row,
                columns[named] + 1,
                wrong_many=f"{{cells}} cells hold this: {wrong[0].lower()}{wrong[1:]}",
            )
            for row, text in bad.select("row", column).rows()
        ]
    good = pl.all_horizontal(
        pl.col("year").str.contains(YEAR),
        pl.col("quarter").str.contains(QUARTER),
        pl.col("number").str.contains(COUNT),
    )
    counts = table.filter(good).select(
        "within",
        "area",
        period=pl.format("Q{} {}", "quarter", "year"),
        code="code",
        state=pl.lit("value"),
        value=pl.col("number").cast(pl.Int64),
        rows=pl.lit(1, dtype=pl.UInt32),
        sheet=pl.lit(sheet.name),
        row=pl.col("row").cast(pl.UInt32),
        column=pl.lit(columns[NEEDED[4]] + 1, dtype=pl.UInt32),
    )
    return counts.select(*COUNTS), problems


def _no_table(book: Book) -> Problem:
    first = book.sheets[0].first(1) if book.sheets else []
    return Problem(
        ERROR,
        "missing-column",
        "No sheet has the columns of the Home Office's open data.",
        "They are Financial Year, Financial Quarter, Force Name, Offence Code and Number "
        "of Offences. Download the table again and upload it unchanged.",
        ", ".join(filter(None, first[0])) if first else "",
    )
