"""The portal's own CSV: a row a figure, under indicator, area, period and value."""

import polars as pl

from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import READINGS, Contents

KIND = "figures_csv"
NEEDED = ("indicator", "area", "period", "value")
OPTIONAL = ("denominator", "status")
LOOK_IN_ROWS = 50


def recognises(book: Book) -> bool:
    return any(len(set(NEEDED) & set(_header(sheet)[1])) >= 3 for sheet in book.sheets)


def read(book: Book) -> Contents:
    """The figures of every sheet or file that has the columns; the others are left out."""
    tables = [each for each in book.sheets if set(NEEDED) & set(_header(each)[1])]
    tables = tables or book.sheets[:1]
    problems = [*book.problems, *book.left_out(tables)]
    given, rows = [], 0
    for sheet in tables:
        of_sheet, counted, odd = _figures(sheet)
        given.append(of_sheet)
        rows += counted
        problems += odd
    return Contents(KIND, rows, pl.concat(given), problems=tuple(problems))


def _figures(sheet: Sheet) -> tuple[pl.DataFrame, int, list[Problem]]:
    """READINGS of one table, the number of its rows, and what is wrong with it."""
    number, header = _header(sheet)
    problems = [
        *_wrong_header(sheet, number, header),
        *_nameless(sheet, number, header),
    ]
    if any(problem.level == ERROR for problem in problems):
        return pl.DataFrame(schema=READINGS), 0, problems
    columns = {
        name: header.index(name) for name in (*NEEDED, *OPTIONAL) if name in header
    }
    width = max(len(header), *(at + 1 for at in columns.values()))
    table, beyond = _table(sheet, number, width)
    rows = table.height
    odd = table.filter(beyond | pl.col(f"c{columns['value']}").is_null())
    for row_number, *cells in odd.select("row", pl.exclude("row")).iter_rows():
        row = [text for text in cells if text is not None]
        if len(row) > len(header) and any(text.strip() for text in row[len(header) :]):
            problems.append(_too_long(sheet, row_number, row, header))
        else:
            problems.append(_too_short(sheet, row_number, row))
    told = table.join(odd, on="row", how="anti", maintain_order="left")
    readings = _readings(told, columns, sheet.name)
    given = readings.filter(
        (pl.col("value").str.strip_chars() != "")
        | (pl.col("denominator").str.strip_chars() != "")
    )
    empty = readings.height - given.height
    if not rows:
        problems.append(
            Problem(
                ERROR,
                "no-rows",
                "The file has a header and no rows.",
                "Put one figure in each row under the header.",
                sheet=sheet.name,
            )
        )
    if empty:
        problems.append(
            Problem(
                NOTE,
                "empty",
                "An empty value says nothing: the figure held there stays.",
                wrong_many="{cells} empty values say nothing: the figures held there stay.",
                sheet=sheet.name,
                cells=empty,
            )
        )
    return given, rows, problems


def _table(sheet: Sheet, header: int, width: int) -> tuple[pl.DataFrame, pl.Expr]:
    """The rows under the header in which anything stands, and whether a cell beyond the
    header does."""
    table = sheet.frame(after=header)
    lacking = [f"c{at}" for at in range(width) if f"c{at}" not in table.columns]
    table = table.with_columns(pl.lit(None, pl.String).alias(name) for name in lacking)
    names = [f"c{at}" for at in range(len(table.columns) - 1)]
    filled = [pl.col(name).str.strip_chars().fill_null("") != "" for name in names]
    beyond = pl.any_horizontal(pl.lit(False), *filled[width:])
    return table.select("row", *names).filter(pl.any_horizontal(filled)), beyond


def _readings(table: pl.DataFrame, columns: dict[str, int], sheet: str) -> pl.DataFrame:
    """READINGS of the rows, each cell by the column it stands in."""
    texts = {
        name: pl.col(f"c{columns[name]}").fill_null("")
        if name in columns
        else pl.lit("")
        for name in (*NEEDED, *OPTIONAL)
    }
    places = {f"{name}_column": pl.lit(columns.get(name, -1) + 1) for name in texts}
    rows = {f"{name}row": pl.col("row") for name in ("", "indicator_", "period_")}
    found = table.select(**texts, **places, **rows, sheet=pl.lit(sheet))
    return found.select(*READINGS).cast(READINGS)


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """The first row that holds anything, and its number."""
    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1):
        if any(text.strip() for text in row):
            return number, [text.strip().lower() for text in row]
    return 0, []


def _wrong_header(sheet: Sheet, number: int, header: list[str]) -> list[Problem]:
    problems = [
        Problem(
            ERROR,
            "missing-column",
            f"The column “{name}” is missing.",
            f"The first row must name {', '.join(NEEDED[:-1])} and {NEEDED[-1]}.",
            ", ".join(filter(None, header)),
            sheet.name,
            number,
        )
        for name in NEEDED
        if name not in header
    ]
    for column, name in enumerate(header, start=1):
        if name and header.index(name) + 1 < column:
            problems.append(
                Problem(
                    ERROR,
                    "repeated-column",
                    f"The column “{name}” is there twice.",
                    "Delete the one that is not meant. We have not guessed.",
                    name,
                    sheet.name,
                    number,
                    column,
                )
            )
        elif name and name not in (*NEEDED, *OPTIONAL):
            problems.append(
                Problem(
                    NOTE,
                    "other-column",
                    "Kept with the file, not read as figures.",
                    text=name,
                    sheet=sheet.name,
                    row=number,
                    column=column,
                )
            )
    return problems


def _nameless(sheet: Sheet, number: int, header: list[str]) -> list[Problem]:
    """Columns without a name that hold something near the top."""
    under = sheet.first(LOOK_IN_ROWS)[number:]
    return [
        Problem(
            NOTE,
            "other-column",
            "A column with no name. Kept with the file, not read as figures.",
            sheet=sheet.name,
            row=number,
            column=column,
        )
        for column, name in enumerate(header, start=1)
        if not name
        and any(column <= len(row) and row[column - 1].strip() for row in under)
    ]


def _too_short(sheet: Sheet, number: int, row: list[str]) -> Problem:
    return Problem(
        ERROR,
        "too-few-cells",
        "The row ends before its value.",
        "If it is the last row, the file was cut short: save it again from the program "
        "that made it.",
        ",".join(row),
        sheet.name,
        number,
    )


def _too_long(sheet: Sheet, number: int, row: list[str], header: list[str]) -> Problem:
    return Problem(
        ERROR,
        "too-many-cells",
        f"The row has {len(row)} cells and the header {len(header)}.",
        "A comma inside a number or a name parts it: write 1863 for 1,863, or put the "
        "text in quotation marks.",
        ",".join(row),
        sheet.name,
        number,
    )
