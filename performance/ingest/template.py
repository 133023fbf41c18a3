"""The blank workbook of a quarter, which performance.ingest.sources.workbook reads."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from performance import periods
from performance.ingest.sources.workbook import OUT_OF
from performance.models import Indicator
from performance.periods import Quarter

BOLD = Font(bold=True)
TITLE = Font(bold=True, size=14)
HEAD = PatternFill("solid", fgColor="DCE9EA")
NOT_COLLECTED = PatternFill("solid", fgColor="BFC7C8")
WRAPPED = Alignment(wrap_text=True, vertical="top")
WORDS = ["missing", "not applicable", "suppressed"]
STATUSES = ["final", "provisional", "estimated"]

READ_ME = [
    "Fill in the sheets of figures, save the workbook, and upload it on the page "
    "“Uploads”. Nothing changes until you have seen what will change and say so.",
    "Write whole numbers in digits. 0 means that there were none.",
    "Leave a cell empty to say nothing: the figure that the portal holds stays.",
    "Write missing where a figure should exist and does not, not applicable where there "
    "can be none, and suppressed where its owner keeps it back.",
    "Grey cells are not collected.",
    "Status is final unless you write provisional or estimated; it is for the whole row.",
    "Write counts only: no names, addresses, dates of birth or anything else about a "
    "person.",
    "Areas and indicators must be named as in the sheets “Areas” and “Indicators”.",
]


def workbook(quarter: Quarter, indicators: Iterable[Indicator]) -> bytes:
    """The blank .xlsx of a quarter for these indicators, which bring their groups.

    Those counted by month have a row for each month and area, those counted by quarter
    one for each area; others are not collected quarterly and are left out.
    """
    by_kind = {
        kind: [each for each in indicators if each.native_period == kind]
        for kind in (periods.Month.kind, periods.Quarter.kind)
    }
    book = Workbook()
    _read_me(book.active, quarter)
    if monthly := by_kind[periods.Month.kind]:
        sheet = book.create_sheet("By month")
        _figures(sheet, quarter, quarter.months, monthly)
    if quarterly := by_kind[periods.Quarter.kind]:
        sheet = book.create_sheet("By quarter")
        _figures(sheet, quarter, [quarter], quarterly)
    _areas(book.create_sheet("Areas"), by_kind.values())
    _indicators(book.create_sheet("Indicators"), by_kind.values())
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Worksheet, row: int, column: int, text: str, **style) -> None:
    """Put text into a cell as text: a name that begins with = is no formula."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)


def _read_me(sheet: Worksheet, quarter: Quarter) -> None:
    sheet.title = "Read me"
    _write(sheet, 1, 1, f"Figures for {quarter.label}", font=TITLE)
    _write(sheet, 2, 1, quarter.long_label)
    for row, text in enumerate(READ_ME, start=4):
        _write(sheet, row, 1, text, alignment=WRAPPED)
    sheet.column_dimensions["A"].width = 90


def _figures(
    sheet: Worksheet,
    quarter: Quarter,
    when: Sequence[periods.Period],
    indicators: Sequence[Indicator],
) -> None:
    areas = _areas_of(indicators)
    _write(
        sheet, 1, 1, f"Figures for {quarter.label}, {quarter.long_label}", font=TITLE
    )
    _write(sheet, 2, 1, "See the sheet “Read me” for how to fill this in.")
    _write(sheet, 3, 1, "Quarter", font=BOLD)
    _write(sheet, 3, 2, quarter.label)
    _write(sheet, 4, 1, "Unit", font=BOLD)
    several = len(when) > 1
    names = ["Month", "Area"] if several else ["Area"]
    units = [""] * len(names)
    owners: list[Indicator | None] = [None] * len(names)
    for indicator in indicators:
        names.append(indicator.title)
        units.append(indicator.unit)
        owners.append(indicator)
        if indicator.kind == Indicator.Kind.PROPORTION:
            names.append(f"{indicator.title}{OUT_OF}")
            units.append("all of them")
            owners.append(indicator)
    names.append("Status")
    for column, (name, unit) in enumerate(
        zip(names, [*units, ""], strict=True), start=1
    ):
        if unit:
            _write(sheet, 4, column, unit, alignment=WRAPPED)
        _write(sheet, 5, column, name, font=BOLD, fill=HEAD, alignment=WRAPPED)
        sheet.column_dimensions[get_column_letter(column)].width = 18
    row = 6
    for period in when:
        for pk, area in areas.items():
            if several:
                _write(sheet, row, 1, period.label)
            _write(sheet, row, 1 + several, area)
            for column, indicator in enumerate(owners, start=1):
                if indicator and pk not in _own_areas(indicator):
                    sheet.cell(row, column).fill = NOT_COLLECTED
            row += 1
    words = DataValidation("list", formula1=f'"{",".join(STATUSES)}"', allow_blank=True)
    status = get_column_letter(len(names))
    words.add(f"{status}6:{status}{row - 1}")
    sheet.add_data_validation(words)
    sheet.freeze_panes = sheet.cell(6, 2 + several)


def _own_areas(indicator: Indicator) -> dict[int, str]:
    """The areas an indicator has figures for, in the order of their names."""
    group = indicator.group
    if indicator.by_area:
        return {area.pk: area.name for area in group.areas.all()}
    return {group.whole.pk: group.whole.name} if group.whole else {}


def _areas_of(indicators: Iterable[Indicator]) -> dict[int, str]:
    areas: dict[int, str] = {}
    for indicator in indicators:
        areas |= _own_areas(indicator)
    return areas


def _areas(sheet: Worksheet, lists: Iterable[Sequence[Indicator]]) -> None:
    _write(sheet, 1, 1, "Name to write", font=BOLD, fill=HEAD)
    areas = _areas_of(indicator for indicators in lists for indicator in indicators)
    for row, name in enumerate(areas.values(), start=2):
        _write(sheet, row, 1, name)
    sheet.column_dimensions["A"].width = 40


def _indicators(sheet: Worksheet, lists: Iterable[Sequence[Indicator]]) -> None:
    head = ["Name to write", "Short name", "Unit", "What is counted", "Read with care"]
    for column, text in enumerate(head, start=1):
        _write(sheet, 1, column, text, font=BOLD, fill=HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = (
            18 if column == 3 else 40
        )
    rows = (indicator for indicators in lists for indicator in indicators)
    for row, indicator in enumerate(rows, start=2):
        cells = [
            indicator.title,
            indicator.slug,
            indicator.unit,
            indicator.numerator,
            indicator.what_would_mislead,
        ]
        for column, text in enumerate(cells, start=1):
            _write(sheet, row, column, text, alignment=WRAPPED)
