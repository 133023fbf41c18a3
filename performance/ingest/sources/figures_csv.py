"""The portal's own CSV: a row a figure, under indicator, area, period and value."""

from itertools import islice

from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import Cell, Contents, Reading, readings_of

KIND = "figures_csv"
NEEDED = ("indicator", "area", "period", "value")
OPTIONAL = ("denominator", "status")
LOOK_IN_ROWS = 50


def recognises(book: Book) -> bool:
    return any(len(set(NEEDED) & set(_header(sheet)[1])) >= 3 for sheet in book.sheets)


def read(book: Book) -> Contents:
    sheet = next(
        (each for each in book.sheets if set(NEEDED) & set(_header(each)[1])),
        book.sheets[0],
    )
    number, header = _header(sheet)
    problems = [
        *book.problems,
        *_wrong_header(sheet, number, header),
        *_nameless(sheet, number, header),
    ]
    if any(problem.level == ERROR for problem in problems):
        return Contents(KIND, problems=tuple(problems))
    columns = {
        name: header.index(name) for name in (*NEEDED, *OPTIONAL) if name in header
    }
    readings, rows, empty = [], 0, 0
    for row_number, row in enumerate(islice(sheet.rows, number, None), number + 1):
        if not any(text.strip() for text in row):
            continue
        rows += 1
        if any(text.strip() for text in row[len(header) :]):
            problems.append(_too_long(sheet, row_number, row, header))
            continue
        if len(row) <= columns["value"]:
            problems.append(_too_short(sheet, row_number, row))
            continue
        cell = {
            name: Cell(
                row[columns[name]]
                if name in columns and columns[name] < len(row)
                else "",
                sheet.name,
                row_number,
                columns.get(name, -1) + 1,
            )
            for name in (*NEEDED, *OPTIONAL)
        }
        if cell["value"].text.strip() or cell["denominator"].text.strip():
            readings.append(Reading(**cell))
        else:
            empty += 1
    if not rows:
        problems.append(
            Problem(
                ERROR,
                "no-rows",
                "The file has a header and no rows.",
                "Put one figure in each row under the header.",
            )
        )
    if empty:
        problems.append(
            Problem(
                NOTE,
                "empty",
                "An empty value says nothing: the figure held there stays.",
                wrong_many="{cells} empty values say nothing: the figures held there stay.",
                cells=empty,
            )
        )
    return Contents(KIND, rows, readings_of(readings), problems=tuple(problems))


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
