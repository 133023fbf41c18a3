"""The portal's own workbook: areas down, indicators across, the period above or beside.

A sheet of figures is known by a row that holds "Area". Left of it or right of it may
stand a column "Month" (or Quarter, Period, Year) and one "Status"; every other name in
that row is an indicator, "… : out of" is what it is a part of, and "… : status" the
status of its figures alone, before that of the row. Without a column the period stands beside the word "Quarter" (or Month …) in a row above.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import Cell, Contents, Reading, readings_of

KIND = "workbook"
PERIOD_WORDS = ("period", "month", "quarter", "year")
OUT_OF = ": out of"
STATUS_OF = ": status"
OWN_SHEETS = ("Read me", "Areas", "Indicators")
LOOK_IN_ROWS = 40  # for the row of names


@dataclass
class Layout:
    """Where a sheet keeps what; columns count from 0, row numbers from 1."""

    row: int
    area: int
    names: dict[int, str]  # a column of figures and its indicator
    period: int | None = None
    period_cell: Cell | None = None
    status: int | None = None
    out_of: dict[str, int] = field(default_factory=dict)
    status_of: dict[str, int] = field(default_factory=dict)


def recognises(book: Book) -> bool:
    return any(_layout(sheet) for sheet in book.sheets)


def read(book: Book) -> Contents:
    problems, readings, rows, empty = list(book.problems), [], 0, 0
    found = False
    for sheet in book.sheets:
        layout = _layout(sheet)
        if not layout:
            if sheet.name not in OWN_SHEETS and any(map(any, sheet.rows)):
                problems.append(
                    Problem(
                        NOTE,
                        "other-sheet",
                        "Kept with the file, not read as figures.",
                        sheet=sheet.name,
                    )
                )
            continue
        found = True
        cells, lines, blanks, odd = _figures(sheet, layout)
        problems += odd
        if cells and layout.period is None and layout.period_cell is None:
            problems.append(_no_period(sheet, layout))
            continue
        readings += cells
        rows += lines
        empty += blanks
    if not found:
        problems.append(
            Problem(
                ERROR,
                "no-table",
                "No sheet has a table with a column called Area.",
                "Copy the figures into a blank workbook from the uploads page.",
            )
        )
    elif not readings and not any(problem.level == ERROR for problem in problems):
        problems.append(
            Problem(
                ERROR,
                "no-figures",
                "There are no figures in the workbook.",
                "Fill in the sheets of figures, save the workbook and upload it again.",
            )
        )
    if empty:
        problems.append(
            Problem(
                NOTE,
                "empty",
                "An empty cell says nothing: the figure held there stays.",
                wrong_many="{cells} empty cells say nothing: the figures held there stay.",
                cells=empty,
            )
        )
    return Contents(KIND, rows, readings_of(readings), problems=tuple(problems))


def _layout(sheet: Sheet) -> Layout | None:
    period_cell = None
    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1):
        words = [text.strip().lower() for text in row]
        if "area" in words:
            layout = Layout(number, words.index("area"), {}, period_cell=period_cell)
            for column, word in enumerate(words):
                if column == layout.area or not word:
                    continue
                if word in PERIOD_WORDS and layout.period is None:
                    layout.period = column
                elif word == "status" and layout.status is None:
                    layout.status = column
                elif word.endswith(OUT_OF):
                    layout.out_of[word.removesuffix(OUT_OF).strip()] = column
                elif word.endswith(STATUS_OF):
                    layout.status_of[word.removesuffix(STATUS_OF).strip()] = column
                else:
                    layout.names[column] = row[column]
            return layout
        for column, word in enumerate(words[:-1]):
            if word.rstrip(":") in PERIOD_WORDS and words[column + 1]:
                period_cell = Cell(row[column + 1], sheet.name, number, column + 2)
    return None


def _figures(
    sheet: Sheet, layout: Layout
) -> tuple[list[Reading], int, int, list[Problem]]:
    """The readings of a sheet, its rows, its empty cells, and what is odd about it."""
    readings, rows, empty, nameless = [], 0, 0, {}
    known = {layout.area, layout.period, layout.status, *layout.out_of.values()}
    known |= set(layout.status_of.values())
    for number, row in enumerate(islice(sheet.rows, layout.row, None), layout.row + 1):

        def cell(column: int | None, row=row, number=number) -> Cell:
            if column is None:
                return Cell("", sheet.name, number)
            text = row[column] if column < len(row) else ""
            return Cell(text, sheet.name, number, column + 1)

        for column, text in enumerate(row):
            if text.strip() and column not in known and column not in layout.names:
                nameless.setdefault(column, text)
        in_row = list(_in_row(layout, cell))
        area = cell(layout.area)
        if not in_row and not area.text.strip():
            continue
        rows += 1
        empty += len(layout.names) - len(in_row)
        period = layout.period_cell if layout.period is None else cell(layout.period)
        for column, denominator in in_row:
            name = layout.names[column].strip().lower()
            status = cell(layout.status_of.get(name))
            readings.append(
                Reading(
                    Cell(layout.names[column], sheet.name, layout.row, column + 1),
                    area,
                    period or Cell("", sheet.name, number),
                    cell(column),
                    denominator,
                    status if status.text.strip() else cell(layout.status),
                )
            )
    problems = [
        Problem(
            ERROR,
            "nameless-column",
            "The column holds something and has no name above it.",
            "Write the indicator's name above it, or delete the column.",
            text,
            sheet.name,
            layout.row,
            column + 1,
        )
        for column, text in nameless.items()
    ]
    return readings, rows, empty, problems


def _in_row(layout: Layout, cell) -> Iterator[tuple[int, Cell]]:
    """The columns of a row that hold a figure, each with the cell of what it is out of."""
    for column, name in layout.names.items():
        denominator = cell(layout.out_of.get(name.strip().lower()))
        if cell(column).text.strip() or denominator.text.strip():
            yield column, denominator


def _no_period(sheet: Sheet, layout: Layout) -> Problem:
    return Problem(
        ERROR,
        "no-period",
        "The sheet does not say which period its figures are for.",
        "Above the table write Quarter in one cell and, in the cell right of it, the "
        "quarter, such as Q4 2021/22.",
        sheet=sheet.name,
        row=layout.row,
    )
