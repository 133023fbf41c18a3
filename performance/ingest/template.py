"""The workbook of a partner's figures, or the whole county's, for a quarter or several,
with those held now; and a CSV of the same. performance.ingest.sources reads both.

What comes back untouched changes nothing: every figure is written with its state and
status in the words that are read.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from performance import periods
from performance.ingest.resolving import STATES
from performance.ingest.sources.figures_csv import NEEDED, OPTIONAL
from performance.ingest.sources.workbook import OUT_OF, STATUS_OF
from performance.models import Current, Indicator
from performance.periods import Quarter

BOLD = Font(bold=True)
TITLE = Font(bold=True, size=14)
HEAD = PatternFill("solid", fgColor="DCE9EA")
NOT_COLLECTED = PatternFill("solid", fgColor="BFC7C8")
WRAPPED = Alignment(wrap_text=True, vertical="top")
WORDS = {state: word for word, state in STATES.items()}
FINAL = "final"
STATUSES = [FINAL, "provisional", "estimated"]
HEAD_ROW = 5

READ_ME = [
    "Fill in the sheets of figures, save the workbook, and upload it on the page "
    "“Uploads”. Nothing changes until you have seen what will change and say so.",
    "What is filled in already is what the portal holds. Left as it is, it changes "
    "nothing.",
    "Write whole numbers in digits. 0 means that there were none.",
    "Leave a cell empty to say nothing: the figure that the portal holds stays.",
    "Write missing where a figure should exist and does not, not applicable where there "
    "can be none, and suppressed where its owner keeps it back.",
    "Grey cells are not collected.",
    "Status is final unless you write provisional or estimated; it is for the whole row, "
    "but for an indicator with a column of its own for it.",
    "Write counts only: no names, addresses, dates of birth or anything else about a "
    "person.",
    "Areas and indicators must be named as in the sheets “Areas” and “Indicators”.",
]


class Held(NamedTuple):
    """A figure as the portal holds it."""

    state: str
    status: str
    value: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Asked:
    """What a workbook is for: one quarter or several, oldest first, and indicators that
    bring their groups.

    ``held`` are the figures to fill in, by indicator, area, kind of period and first day;
    ``by_slug`` the titles that more than one indicator has, so that these are named by their slugs.
    """

    quarters: Sequence[Quarter]
    indicators: Sequence[Indicator]
    held: Mapping[tuple, Held] = field(default_factory=dict)
    by_slug: Collection[str] = ()

    @property
    def label(self) -> str:
        first, last = self.quarters[0], self.quarters[-1]
        return first.label if first == last else f"{first.label} to {last.label}"

    @property
    def slug(self) -> str:
        first, last = self.quarters[0], self.quarters[-1]
        return first.slug if first == last else f"{first.slug}-to-{last.slug}"

    @property
    def lists(self) -> Iterator[tuple[str, Sequence[periods.Period], list[Indicator]]]:
        """The name of each sheet, its periods and its indicators; only those in use.

        What is collected by month or by quarter; others are left out.
        """
        months = [month for quarter in self.quarters for month in quarter.months]
        for name, when in (("By month", months), ("By quarter", self.quarters)):
            indicators = [
                each for each in self.indicators if each.native_period == when[0].kind
            ]
            if indicators:
                yield name, when, indicators

    def name(self, indicator: Indicator) -> str:
        return indicator.slug if indicator.title in self.by_slug else indicator.title

    def figure(
        self, indicator: Indicator, area: int, period: periods.Period
    ) -> Held | None:
        return self.held.get((indicator.pk, area, period.kind, period.start))


def held_now(
    indicators: Collection[Indicator], quarters: Sequence[Quarter]
) -> dict[tuple, Held]:
    """The figures held for some quarters, as Asked takes them; one query."""
    rows = Current.objects.filter(
        indicator__in=indicators,
        period__kind__in=[periods.Month.kind, Quarter.kind],
        period__start__gte=quarters[0].start,
        period__end__lte=quarters[-1].end,
    ).values_list(
        *("indicator", "area", "period__kind", "period__start"),
        *(f"observation__{name}" for name in Held._fields),
    )
    return {row[:4]: Held(*row[4:]) for row in rows}


def csv_rows(asked: Asked) -> Iterator[tuple]:
    """The rows of the CSV, its header first; a figure that is not held is left empty."""
    yield (*NEEDED, *OPTIONAL)
    for _, when, indicators in asked.lists:
        for indicator in indicators:
            for period in when:
                for pk, area in _own_areas(indicator).items():
                    held = asked.figure(indicator, pk, period)
                    said = ("", "", "") if held is None else _in_csv(held)
                    yield (indicator.slug, area, period.label, *said)


def _in_csv(held: Held) -> tuple[str, str, str]:
    whole = "" if held.denominator is None else _digits(held.denominator)
    status = "" if held.status == FINAL else held.status
    return WORDS.get(held.state) or _digits(held.value), whole, status


def workbook(asked: Asked) -> bytes:
    """The .xlsx: a row a month or quarter and area, a column an indicator."""
    book = Workbook()
    _read_me(book.active, asked)
    for name, when, indicators in asked.lists:
        _figures(book.create_sheet(name), asked, when, indicators)
    indicators = [each for *_, listed in asked.lists for each in listed]
    _areas(book.create_sheet("Areas"), indicators)
    _indicators(book.create_sheet("Indicators"), asked, indicators)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Worksheet, row: int, column: int, text: str, **style) -> None:
    """Put text into a cell as text: a name that begins with = is no formula."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)


def _write_number(sheet: Worksheet, row: int, column: int, value: Decimal) -> None:
    """Put a number into a cell, as text where a spreadsheet would round it."""
    number = int(value) if value == value.to_integral_value() else float(value)
    if Decimal(f"{number:.15g}") == value:
        sheet.cell(row, column, number)
    else:
        _write(sheet, row, column, _digits(value))


def _digits(value: Decimal) -> str:
    """1863.0000 as 1863 and 4.2500 as 4.25."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_me(sheet: Worksheet, asked: Asked) -> None:
    sheet.title = "Read me"
    _write(sheet, 1, 1, f"Figures for {asked.label}", font=TITLE)
    _write(sheet, 2, 1, _in_words(asked.quarters))
    for row, text in enumerate(READ_ME, start=4):
        _write(sheet, row, 1, text, alignment=WRAPPED)
    sheet.column_dimensions["A"].width = 90


def _in_words(quarters: Sequence[Quarter]) -> str:
    first, last = quarters[0], quarters[-1]
    if first == last:
        return first.long_label
    return f"{first.months[0].label} to {last.months[-1].label}"


class Column(NamedTuple):
    """A column of figures; ``part`` says which part of them: "", OUT_OF or STATUS_OF."""

    indicator: Indicator
    part: str = ""


def _columns(
    asked: Asked, when: Sequence[periods.Period], indicators: Sequence[Indicator]
) -> list[Column]:
    """An indicator has a column for its status where its rows hold several statuses."""
    apart = set()
    for period in when:
        for area in _areas_of(indicators):
            statuses = _statuses(asked, indicators, area, period)
            if len(set(statuses.values())) > 1:
                apart |= {pk for pk, status in statuses.items() if status != FINAL}
    columns = []
    for indicator in indicators:
        columns.append(Column(indicator))
        if indicator.kind == Indicator.Kind.PROPORTION:
            columns.append(Column(indicator, OUT_OF))
        if indicator.pk in apart:
            columns.append(Column(indicator, STATUS_OF))
    return columns


def _statuses(
    asked: Asked, indicators: Sequence[Indicator], area: int, period: periods.Period
) -> dict[int, str]:
    """The status of each figure that a row holds, by indicator."""
    return {
        indicator.pk: held.status
        for indicator in indicators
        if (held := asked.figure(indicator, area, period))
    }


def _figures(
    sheet: Worksheet,
    asked: Asked,
    when: Sequence[periods.Period],
    indicators: Sequence[Indicator],
) -> None:
    title = f"Figures for {asked.label}, {_in_words(asked.quarters)}"
    _write(sheet, 1, 1, title, font=TITLE)
    _write(sheet, 2, 1, "See the sheet “Read me” for how to fill this in.")
    several = len(when) > 1
    if len(asked.quarters) == 1:
        _write(sheet, 3, 1, "Quarter", font=BOLD)
        _write(sheet, 3, 2, asked.label)
    _write(sheet, 4, 1, "Unit", font=BOLD)
    columns = _columns(asked, when, indicators)
    before = [when[0].kind.capitalize(), "Area"] if several else ["Area"]
    names = [f"{asked.name(each)}{part}" for each, part in columns]
    for at, name in enumerate([*before, *names, "Status"], start=1):
        _write(sheet, HEAD_ROW, at, name, font=BOLD, fill=HEAD, alignment=WRAPPED)
        sheet.column_dimensions[get_column_letter(at)].width = 18
    for at, (indicator, part) in enumerate(columns, start=1 + len(before)):
        unit = {OUT_OF: "all of them", STATUS_OF: "status"}.get(part, indicator.unit)
        _write(sheet, 4, at, unit, alignment=WRAPPED)
    row = HEAD_ROW
    for period in when:
        for pk, area in _areas_of(indicators).items():
            row += 1
            if several:
                _write(sheet, row, 1, period.label)
            _write(sheet, row, len(before), area)
            _row(sheet, row, len(before), asked, columns, pk, period)
    _offer_statuses(sheet, row, len(before), columns)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1 + len(before))


def _row(
    sheet: Worksheet,
    row: int,
    before: int,
    asked: Asked,
    columns: Sequence[Column],
    area: int,
    period: periods.Period,
) -> None:
    """The figures of a row, their statuses, and grey where none are collected."""
    indicators = [each for each, part in columns if not part]
    statuses = _statuses(asked, indicators, area, period)
    alike = set(statuses.values())
    for at, (indicator, part) in enumerate(columns, start=before + 1):
        held = asked.figure(indicator, area, period)
        if area not in _own_areas(indicator):
            sheet.cell(row, at).fill = NOT_COLLECTED
        elif held is None:
            continue
        elif part == STATUS_OF:
            if len(alike) > 1 and held.status != FINAL:
                _write(sheet, row, at, held.status)
        elif part == OUT_OF:
            if held.denominator is not None:
                _write_number(sheet, row, at, held.denominator)
        elif held.value is None:
            _write(sheet, row, at, WORDS[held.state])
        else:
            _write_number(sheet, row, at, held.value)
    if len(alike) == 1 and alike != {FINAL}:
        _write(sheet, row, before + len(columns) + 1, alike.pop())


def _offer_statuses(
    sheet: Worksheet, last: int, before: int, columns: Sequence[Column]
) -> None:
    words = DataValidation("list", formula1=f'"{",".join(STATUSES)}"', allow_blank=True)
    parts = [*(part for _, part in columns), STATUS_OF]
    for at, part in enumerate(parts, start=before + 1):
        if part == STATUS_OF:
            letter = get_column_letter(at)
            words.add(f"{letter}{HEAD_ROW + 1}:{letter}{last}")
    sheet.add_data_validation(words)


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


def _areas(sheet: Worksheet, indicators: Iterable[Indicator]) -> None:
    _write(sheet, 1, 1, "Name to write", font=BOLD, fill=HEAD)
    for row, name in enumerate(_areas_of(indicators).values(), start=2):
        _write(sheet, row, 1, name)
    sheet.column_dimensions["A"].width = 40


def _indicators(
    sheet: Worksheet, asked: Asked, indicators: Iterable[Indicator]
) -> None:
    head = ["Name to write", "Short name", "Unit", "What is counted", "Read with care"]
    for column, text in enumerate(head, start=1):
        _write(sheet, 1, column, text, font=BOLD, fill=HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = (
            18 if column == 3 else 40
        )
    for row, indicator in enumerate(indicators, start=2):
        cells = [
            asked.name(indicator),
            indicator.slug,
            indicator.unit,
            indicator.numerator,
            indicator.what_would_mislead,
        ]
        for column, text in enumerate(cells, start=1):
            _write(sheet, row, column, text, alignment=WRAPPED)
