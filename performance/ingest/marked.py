"""A file handed back with what was found marked in it.

A workbook of at most MAX_CELLS cells comes back itself: faulty cells edged and filled, the
sentences as notes on them, and a sheet in front that lists all. Of anything larger, or no
.xlsx, a new workbook holds the faulty rows. Macros and pictures are left out, and formulas
come back as text, so that nothing in the file runs.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from performance.ingest import readers
from performance.ingest.findings import ERROR, LEVELS, NOTE, QUERY, Problem, place

MAX_CELLS = 100_000
MAX_ROWS = 10_000  # faulty rows, and lines of the list
FOUND = "What was found"
AUTHOR = "CSA Portal"
WRAPPED = Alignment(wrap_text=True, vertical="top")
BOLD = Font(bold=True)

# As on the page: a solid edge for an error, a dashed one for a query, a dotted for a note.
LOOKS = {
    ERROR: ("FDF1F0", "B3211F", "medium"),
    QUERY: ("FFF6E6", "7A4300", "mediumDashed"),
    NOTE: ("EEF4FB", "1A4F86", "dotted"),
}
WORDS = {ERROR: "Error", QUERY: "Query", NOTE: "Note"}
LEFT_OUT = (
    "Macros and pictures are left out, and formulas stand as text. Mend the cells, delete "
    "this sheet, save the workbook and upload it again."
)
ONLY_FAULTY = (
    "These are the faulty rows only, under the header of their file; column A has their "
    "row numbers there. Mend them in your own file and upload that again."
)
Marks = dict[tuple[str, int], dict[int, list[Problem]]]  # by sheet and row, then column


def marked(data: bytes, problems: Sequence[Problem]) -> bytes:
    """An .xlsx of the file with its problems marked; raises Refused where the file cannot
    be read at all."""
    book = _own_workbook(data)
    marks = _marks(problems)
    if book is None:
        book = _faulty_rows(readers.read(data), marks)
        said = ONLY_FAULTY
    else:
        _mark_sheets(book, marks)
        said = LEFT_OUT
    _list(book.create_sheet(_free_name(book), 0), book, problems, said)
    book.active = 0
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _own_workbook(data: bytes) -> Workbook | None:
    """The workbook itself with nothing in it that runs; None for other files, and for
    one that is too large to be marked."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return None
    read = readers.read(data)  # which refuses what is not safe to open
    if sum(len(row) for sheet in read.sheets for row in sheet.rows) > MAX_CELLS:
        return None
    book = load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        sheet._images, sheet._charts = [], []
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    _write(sheet, cell.row, cell.column, f"{cell.value}")
    book.vba_archive = None
    return book


def _marks(problems: Sequence[Problem]) -> Marks:
    marks: Marks = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        if problem.row:
            marks[problem.sheet, problem.row][problem.column].append(problem)
    return marks


def _mark_sheets(book: Workbook, marks: Marks) -> None:
    for (name, row), cells in marks.items():
        if name not in book.sheetnames:
            continue
        for column, found in cells.items():
            _mark(book[name], row, column or 1, found)


def _mark(sheet: Worksheet, row: int, column: int, found: Sequence[Problem]) -> None:
    cell = sheet.cell(row, column)
    if not hasattr(cell, "comment") or cell.__class__.__name__ == "MergedCell":
        return
    worst = min(found, key=lambda problem: LEVELS.index(problem.level))
    fill, edge, style = LOOKS[worst.level]
    side = Side(style=style, color=edge)
    cell.fill = PatternFill("solid", fgColor=fill)
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    sentences = [
        f"{WORDS[each.level]}: {each.wrong} {each.mend}".strip() for each in found
    ]
    cell.comment = Comment("\n".join(dict.fromkeys(sentences)), AUTHOR, 160, 320)


def _faulty_rows(read: readers.Book, marks: Marks) -> Workbook:
    """The first MAX_ROWS faulty rows of each sheet, under the first row of it."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(read.sheets, start=1):
        rows = {row for name, row in marks if name == sheet.name}
        if not rows:
            continue
        into = book.create_sheet(f"Rows of file {number}" if number > 1 else "Rows")
        at = 0
        for row_number, row in enumerate(sheet.rows, start=1):
            if row_number != 1 and row_number not in rows:
                continue
            at += 1
            if at > MAX_ROWS:
                break
            into.cell(at, 1, row_number)
            for column, text in enumerate(row, start=2):
                _write(into, at, column, text)
            for column, found in marks.get((sheet.name, row_number), {}).items():
                _mark(into, at, column + 1, found)
    return book


def _list(
    sheet: Worksheet, book: Workbook, problems: Sequence[Problem], said: str
) -> None:
    """Everything that was found, errors first, with links to the cells."""
    _write(sheet, 1, 1, FOUND, font=Font(bold=True, size=14))
    _write(sheet, 2, 1, said)
    head = [
        "Level",
        "Sheet",
        "Cell",
        "The cell says",
        "What is wrong",
        "How to mend it",
    ]
    for column, text in enumerate(head, start=1):
        _write(sheet, 4, column, text, font=BOLD)
        width = 12 if column < 4 else 44
        sheet.column_dimensions[get_column_letter(column)].width = width
    ordered = sorted(problems, key=lambda each: LEVELS.index(each.level))
    for row, each in enumerate(ordered[:MAX_ROWS], start=5):
        where = place(each.row, each.column)
        cells = [WORDS[each.level], each.sheet, where, each.text, each.wrong, each.mend]
        for column, text in enumerate(cells, start=1):
            _write(sheet, row, column, text, alignment=WRAPPED)
        if each.row and each.sheet in book.sheetnames:
            at = f"{get_column_letter(each.column or 1)}{each.row}"
            sheet.cell(row, 3).hyperlink = Hyperlink(
                ref=f"C{row}", location=f"{quote_sheetname(each.sheet)}!{at}"
            )
    if len(ordered) > MAX_ROWS:
        more = f"{len(ordered) - MAX_ROWS:,} more are not listed here."
        _write(sheet, 5 + MAX_ROWS, 1, more)
    sheet.freeze_panes = "A5"


def _free_name(book: Workbook) -> str:
    name, number = FOUND, 1
    while name in book.sheetnames:
        number += 1
        name = f"{FOUND} {number}"
    return name


def _write(sheet: Worksheet, row: int, column: int, text: str, **style) -> None:
    """Put text into a cell as text, whatever it begins with, without control signs."""
    tidy = "".join(sign for sign in text if sign.isprintable() or sign == "\n")[:32_000]
    cell = sheet.cell(row, column)
    cell.value = tidy
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
