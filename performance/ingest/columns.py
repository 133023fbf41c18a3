"""What somebody said the columns of a table are. Pure: no Django.

A column is given one role: one of PLAIN, or ``of:`` and an indicator's slug where all its
figures are of that indicator, or ``out-of:`` and the slug for what a proportion is out
of. A table is known again by its header.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from performance import periods
from performance.ingest.findings import column_letters
from performance.ingest.known import plain

UNREAD = "unread"
PLAIN = {
    "area": "Area",
    "period": "Period, as Q4 2021/22 or January 2022",
    "year": "Year (the quarter or month is in another column)",
    "quarter": "Quarter of that year",
    "month": "Month of that year",
    "indicator": "Name of the indicator",
    "value": "Value, or numerator of a proportion",
    "denominator": "Denominator: what the value is out of",
    "status": "Status: final, provisional or estimated",
    UNREAD: "Not read",
}
OF, OUT_OF = "of:", "out-of:"
LOOK_IN_ROWS = 40  # for a header
LONGEST_NAME = 200
MAX_COLUMNS = 200
NAMED = ("area", "period", "year", "quarter", "month", "indicator", "status")

AREA_NAMES = {
    "area",
    "area name",
    "district",
    "council",
    "local authority",
    "local authority name",
}
PERIOD_NAMES = {"period", "quarter", "month", "year", "financial year", "date"}
VALUE_NAMES = {"value", "figure", "count", "number", "numerator"}
DENOMINATOR_NAMES = {"denominator", "out of"}
STATUSES = {"final", "provisional", "estimated"}
QUARTER_CELL = re.compile(r"(?:q|qtr|quarter)? ?([1-4])", re.ASCII)
FINANCIAL_YEAR = re.compile(r"(\d{4}) ?[/-] ?(?:\d{2}|\d{4})", re.ASCII)


class Columns(NamedTuple):
    """A kept mapping as it crosses to the child process; ``roles`` has one a column.

    ``version`` is the number of its state in the history, ``leave_out`` what the area's
    cell says in rows that are not read, ``area`` which area every row is about where no
    column says so.
    """

    version: int
    name: str
    fingerprint: str
    roles: Sequence[str]
    leave_out: Sequence[str] = ()
    area: str = ""

    def at(self, role: str) -> int | None:
        """Where the column of a role stands, from 0."""
        return self.roles.index(role) if role in self.roles else None

    @property
    def figures(self) -> dict[int, str]:
        """The columns whose figures are all of one indicator, with its slug."""
        return {
            at: role.removeprefix(OF)
            for at, role in enumerate(self.roles)
            if role.startswith(OF)
        }


class Wrong(NamedTuple):
    """A choice that cannot stand; ``column`` from 0, or None for the whole."""

    column: int | None
    sentence: str


def header_of(row: Sequence[str]) -> list[str]:
    """A row's texts without the empty ones at its end, each in one line."""
    texts = [" ".join(text[:LONGEST_NAME].split()) for text in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def fingerprint(row: Sequence[str]) -> str:
    """By which a table is known again: its header without case and odd blanks."""
    names = [plain(text) for text in header_of(row)]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest() if names else ""


def period_text(year: str, part: str, *, quarterly: bool) -> str:
    """A period from its two cells, in words that performance.periods reads.

    "2021/22" and "4" are "Q4 2021/22"; "2021/22" and "Jan" are "Jan 2022", because the
    months of a financial year are known. What is no period stays as it was written.
    """
    year, part = " ".join(year.split()), " ".join(part.split())
    if quarterly:
        match = QUARTER_CELL.fullmatch(part.lower())
        return f"Q{match[1]} {year}" if match else f"{part} {year}"
    number = periods.MONTH_NUMBERS.get(part.lower())
    if number is None and re.fullmatch(r"\d{1,2}", part, re.ASCII):
        number = int(part)
    if number is None or not 1 <= number <= 12:
        return f"{part} {year}"
    if match := FINANCIAL_YEAR.fullmatch(year):
        try:
            first = periods.parse(year, periods.FinancialYear.kind).start.year
        except periods.NoSuchPeriod:
            return f"{part} {year}"
        return periods.Month(first + (number < 4), number).label
    if re.fullmatch(r"\d{4}", year, re.ASCII):
        return periods.Month(int(year), number).label
    return f"{part} {year}"


def wrong_with(
    header: Sequence[str],
    roles: Sequence[str],
    titles: Mapping[str, str],
    proportions: Collection[str],
    area: str = "",
) -> list[Wrong]:
    """Everything about some choices that cannot stand, in words to act on.

    ``area`` is that of every row, where no column says it. ``titles`` are those of the indicators by slug, ``proportions`` the slugs of those
    that need to be told what they are out of.
    """
    held: dict[str, list[int]] = defaultdict(list)
    for at, role in enumerate(roles):
        if role and role != UNREAD:
            held[role].append(at)
    return [
        *_not_chosen(header, roles),
        *_chosen_twice(header, held, titles),
        *_no_area(header, held, area),
        *_no_period(header, held),
        *_no_figures(header, held, titles, proportions),
    ]


def _not_chosen(header: Sequence[str], roles: Sequence[str]) -> Iterator[Wrong]:
    for at, role in enumerate(roles):
        if not role:
            yield Wrong(
                at, f"Say what {named(header, at)} is, or that it is not to be read."
            )


def _chosen_twice(
    header: Sequence[str], held: Mapping[str, list[int]], titles: Mapping[str, str]
) -> Iterator[Wrong]:
    for role, columns in held.items():
        if len(columns) > 1:
            *others, last = [f"column {letters(at)}" for at in columns]
            yield Wrong(
                columns[-1],
                f"{capital(', '.join(others))} and {last} are both called "
                f"“{words(role, titles)}”. Choose it for one of them.",
            )


def _no_area(
    header: Sequence[str], held: Mapping[str, list[int]], area: str
) -> Iterator[Wrong]:
    if "area" not in held and not area:
        yield Wrong(
            None,
            "No column is the area. Choose it, or, if every row is about one area, choose "
            "that area for the whole table.",
        )
    if "area" in held and area:
        yield Wrong(
            held["area"][0],
            f"The whole table is said to be about {area}. Choose “Not read” for "
            f"{named(header, held['area'][0])}, or no area for the whole table.",
        )


def _no_period(header: Sequence[str], held: Mapping[str, list[int]]) -> Iterator[Wrong]:
    parts = [role for role in ("quarter", "month") if role in held]
    if "period" in held:
        for role in ("year", *parts):
            if role in held:
                yield Wrong(
                    held[role][0],
                    f"The period is {named(header, held['period'][0])} already. Choose "
                    f"“Not read” for {named(header, held[role][0])}.",
                )
    elif "year" in held and not parts:
        yield Wrong(
            held["year"][0],
            "A year needs the column of its quarter or month as well. If the figures "
            "are of whole years, choose “Period” for it.",
        )
    elif parts and "year" not in held:
        yield Wrong(
            held[parts[0]][0],
            f"A {parts[0]} needs the column of its year as well. If the year is in the "
            "same cell, choose “Period” for it.",
        )
    elif len(parts) == 2:
        yield Wrong(
            held["month"][0],
            "The period cannot be a quarter and a month. Choose “Not read” for one of "
            "the two.",
        )
    elif not parts:
        yield Wrong(
            None,
            "No column is the period. Choose it, or add a column to the table that says "
            "in each row when the figure was counted, such as Q4 2021/22.",
        )


def _no_figures(
    header: Sequence[str],
    held: Mapping[str, list[int]],
    titles: Mapping[str, str],
    proportions: Collection[str],
) -> Iterator[Wrong]:
    own = {role.removeprefix(OF): at[0] for role, at in held.items() if role[:3] == OF}
    wholes = {
        role.removeprefix(OUT_OF): at[0]
        for role, at in held.items()
        if role.startswith(OUT_OF)
    }
    for slug, at in [*own.items(), *wholes.items()]:
        if slug not in titles:
            yield Wrong(at, f"The indicator of {named(header, at)} is no longer there.")
    if not own and not {"value", "indicator"} & held.keys():
        yield Wrong(
            None,
            "No column has figures. Choose “Value”, or the indicator whose figures a "
            "column holds.",
        )
    if "value" in held and "indicator" not in held:
        yield Wrong(
            held["value"][0],
            "No column names the indicator of these values. If they are all of one "
            f"indicator, choose that indicator for {named(header, held['value'][0])}.",
        )
    if "indicator" in held and "value" not in held:
        yield Wrong(
            held["indicator"][0],
            "A column names indicators, and none holds their values. Choose “Value” for "
            "the one that does.",
        )
    if "value" in held and own:
        at = next(iter(own.values()))
        yield Wrong(
            at,
            "The values are in one column already. Choose “Not read” for "
            f"{named(header, at)}, or for the column of values.",
        )
    if "denominator" in held and "value" not in held:
        yield Wrong(
            held["denominator"][0],
            "A denominator belongs to a column of values. Choose what it is out of by "
            "the name of its indicator.",
        )
    for slug, at in own.items():
        if slug in proportions and slug not in wholes:
            yield Wrong(
                at,
                f"{titles[slug]} needs what it is out of as well. Choose the column "
                "that holds it.",
            )
    for slug, at in wholes.items():
        if slug not in own:
            yield Wrong(
                at,
                f"This is what {titles.get(slug, slug)} is out of, and no column holds "
                "how many there were.",
            )


def proposed(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    areas: Collection[str],
    indicators: Mapping[str, str],
) -> list[str]:
    """A role for each column that its name and its cells make sure, "" for the rest.

    ``areas`` are names that areas have, ``indicators`` the slugs of indicators by title
    and by slug; all as ``plain`` makes them. Where two columns could be the same thing,
    neither is proposed.
    """
    names = [plain(text) for text in header]
    cells = [
        [
            row[at].strip()
            for row in rows
            if at < len(row) and row[at].strip() and len(list(filter(None, row))) > 1
        ]
        for at in range(len(names))
    ]
    roles = [
        _sure(name, texts, areas, indicators)
        for name, texts in zip(names, cells, strict=True)
    ]
    if "value" in roles and "indicator" not in roles:
        roles = ["" if role in ("value", "denominator") else role for role in roles]
    once = [role if role and roles.count(role) == 1 else "" for role in roles]
    if "year" in once and not {"quarter", "month"} & set(once):
        once[once.index("year")] = ""
    return once


def _sure(
    name: str,
    texts: Sequence[str],
    areas: Collection[str],
    indicators: Mapping[str, str],
) -> str:
    if not texts:
        return ""
    if name in indicators:
        return f"{OF}{indicators[name]}"
    plains = {plain(text) for text in texts}
    if name in AREA_NAMES and plains & set(areas):
        return "area"
    if plains <= set(areas):
        return "area"
    if plains <= indicators.keys():
        return "indicator"
    if plains <= STATUSES:
        return "status"
    if name in PERIOD_NAMES:
        return _sure_period(name, texts)
    if name in VALUE_NAMES:
        return "value"
    if name in DENOMINATOR_NAMES:
        return "denominator"
    return ""


def _sure_period(name: str, texts: Sequence[str]) -> str:
    kinds = set()
    for text in set(texts):
        try:
            kinds.add(periods.parse(text).kind)
        except periods.NoSuchPeriod:
            kinds.add("")
    if kinds and kinds <= {periods.Month.kind, periods.Quarter.kind}:
        return "period"
    if name in ("year", "financial year") and kinds <= {
        periods.FinancialYear.kind,
        periods.CalendarYear.kind,
    }:
        return "year"
    if name == "quarter" and all(QUARTER_CELL.fullmatch(t.lower()) for t in texts):
        return "quarter"
    if name == "month" and all(t.lower() in periods.MONTH_NUMBERS for t in texts):
        return "month"
    return ""


def likely_header(rows: Sequence[Sequence[str]]) -> int:
    """The number of the row that looks most like a header, from 1.

    The first one with as many names as the table is wide, none of them a number.
    """
    widths = [len([text for text in row if text.strip()]) for row in rows]
    widest = max(widths, default=0)
    for number, (row, width) in enumerate(zip(rows, widths, strict=True), start=1):
        names = [text.strip() for text in row if text.strip()]
        if width >= max(2, widest - 1) and not any(
            re.fullmatch(r"[\d.,%/ -]+", name) for name in names
        ):
            return number
    return next((number for number, width in enumerate(widths, 1) if width), 1)


def words(role: str, titles: Mapping[str, str]) -> str:
    """A role as people read it."""
    if role.startswith(OUT_OF):
        slug = role.removeprefix(OUT_OF)
        return f"What {titles.get(slug, slug)} is out of"
    if role.startswith(OF):
        slug = role.removeprefix(OF)
        return titles.get(slug, slug)
    return PLAIN.get(role, role)


def named(header: Sequence[str], at: int) -> str:
    """column C (“Quarter”)"""
    name = header[at] if at < len(header) else ""
    return f"column {letters(at)}" + (f" (“{name}”)" if name else "")


def letters(at: int) -> str:
    return column_letters(at + 1)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
