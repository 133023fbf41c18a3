"""Changes clear enough to be listed: worse, better, and changed without judgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from performance import periods, sentences
from performance.charts.describe import figure
from performance.dashboard.reader import Reader
from performance.dashboard.rows import AreaRow, Row, poorly_placed, series
from performance.models import Current, Summary
from performance.periods import Quarter
from performance.statistics.change import LISTED

MOST_LISTED = 5
LISTS = (
    ("worse", "Worse"),
    ("better", "Better"),
    ("changed", "Changed, no judgement"),
)
LEFT_RANGE = {
    "worse": Summary.Variation.CONCERNING,
    "better": Summary.Variation.IMPROVING,
    "changed": Summary.Variation.CHANGED,
}


@dataclass(frozen=True)
class Found:
    """A change to list. ``area`` is None where it is the whole's, with ``alike`` saying
    how all of its areas moved."""

    row: Row
    area: AreaRow | None
    change: sentences.Change
    summary: Summary
    alike: str = ""

    @property
    def order(self) -> tuple[bool, float]:
        """First what left its usual range the same way, then by strength."""
        left = self.summary.variation == LEFT_RANGE[self.change.kind]
        return not left, self.summary.p_value or 0

    @property
    def title(self) -> str:
        if self.area:
            return f"{self.row.indicator.title} in {self.area.area.name}"
        if self.alike:
            return f"{self.row.indicator.title} in all {len(self.row.areas.rows)} areas"
        return self.row.indicator.title


@dataclass(frozen=True)
class Item:
    """A change in words; ``points`` and ``leads`` only where it is shown in full."""

    title: str
    url: str
    value: float
    change: sentences.Change
    points: str = ""
    leads: str = ""

    @property
    def value_in_words(self) -> str:
        return figure(self.value)

    @property
    def words(self) -> str:
        """ "78 more than the same quarter last year (+62%). March was above …" """
        return f"{self.change.than_last_year}. {self.points}".strip()


@dataclass(frozen=True)
class ChangeList:
    kind: str
    title: str
    shown: tuple[Item, ...]
    more: tuple[Item, ...]

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.more)


@dataclass(frozen=True)
class WhatChanged:
    """``comparisons`` were made, of which those listed had p < 0.001."""

    lists: tuple[ChangeList, ...]
    comparisons: int

    @property
    def any(self) -> bool:
        return any(changes.count for changes in self.lists)


def what_changed(
    rows: Iterable[Row],
    leads: Mapping[int, Sequence[str]],
    quarter: Quarter,
    reader: Reader,
    months: Sequence[Summary],
) -> WhatChanged:
    """The three lists, at most five of each in full. One query, if anything changed.

    ``leads`` say for each indicator who leads; ``months`` are those of all wholes.
    Illustrative indicators are never compared.
    """
    found: list[Found] = []
    comparisons = 0
    for row in {row.indicator.pk: row for row in rows}.values():
        of_row, made = _changes_of(row)
        found += of_row
        comparisons += made
    by_kind = {
        kind: sorted((f for f in found if f.change.kind == kind), key=lambda f: f.order)
        for kind, _ in LISTS
    }
    in_full = [f for changes in by_kind.values() for f in changes[:MOST_LISTED]]
    points = _points(in_full, quarter, reader, months)
    lists = tuple(
        ChangeList(
            kind,
            title,
            shown=tuple(
                _item(
                    f,
                    points.get(f.title, ""),
                    " ".join(leads.get(f.row.indicator.pk, ())),
                )
                for f in by_kind[kind][:MOST_LISTED]
            ),
            more=tuple(_item(f) for f in by_kind[kind][MOST_LISTED:]),
        )
        for kind, title in LISTS
    )
    return WhatChanged(lists, comparisons)


def _changes_of(row: Row) -> tuple[list[Found], int]:
    """An indicator's changes to list, and how many comparisons were made to find them.

    Areas are compared, one by one; only an indicator without areas as a whole.
    """
    if row.indicator.illustrative:
        return [], 0
    if row.areas is None:
        if not row.change:
            return [], 0
        whole = Found(row, None, row.change, row.summary)
        return ([whole] if _listed(whole) else []), 1
    compared = [
        Found(row, area, area.change, area.summary)
        for area in row.areas.rows
        if area.change
    ]
    found = [change for change in compared if _listed(change)]
    alike = len(found) == len(row.areas.rows) > 1
    if alike and row.change and len({f.change.direction for f in found}) == 1:
        per_cents = [
            float(100 * (f.summary.value - f.summary.last_year) / f.summary.last_year)
            for f in found
            if f.summary.last_year
        ]
        words = sentences.all_alike(len(found), per_cents)
        whole = Found(row, None, row.change, row.summary, words)
        if _listed(whole):
            found = [whole]
    return found, len(compared)


def _listed(found: Found) -> bool:
    p = found.summary.p_value
    return found.change.kind in LEFT_RANGE and p is not None and p < LISTED


def _item(found: Found, points: str = "", leads: str = "") -> Item:
    return Item(
        title=found.title,
        url=found.row.url,
        value=float(found.summary.value),
        change=found.change,
        points=" ".join(filter(None, [points, found.alike])),
        leads=leads,
    )


def _points(
    found: Sequence[Found],
    quarter: Quarter,
    reader: Reader,
    months: Sequence[Summary],
) -> dict[str, str]:
    """What the months of each change did, by its title.

    The usual range is that of every figure held; only the quarter's own months are told
    of. Months in which too few have a place are left out of it.
    """
    words = {
        f.title: f.row.series.words() for f in found if not f.area and f.row.series
    }
    of_areas = {
        (f.row.indicator.pk, f.area.area.pk): f for f in found if f.area is not None
    }
    if not of_areas:
        return words
    wanted = Q()
    for indicator, area in of_areas:
        wanted |= Q(indicator=indicator, area=area)
    poor = poorly_placed(months)
    values: dict[tuple[int, int], dict] = {key: {} for key in of_areas}
    rows = (
        Current.objects.told_to(reader.user)
        .filter(wanted, period__end__lte=quarter.end)
        .values_list(
            "indicator", "area", "period__kind", "period__start", "observation__value"
        )
    )
    for indicator, area, kind, start, value in rows:
        period, change = periods.of(kind, start), of_areas[indicator, area]
        if value is not None and period not in poor.get(change.row.indicator.unit, ()):
            values[indicator, area][period] = float(value)
    for key, change in of_areas.items():
        if drawn := series(values[key], quarter, reader):
            words[change.title] = drawn.words()
    return words
