"""An indicator's current figures, and what can be added up from them.

Coarser periods and wholes are sums, made only when every part is there. ``read`` gives
them as arrays, from which everything is worked out by set; ``figure_of`` gives one figure,
for its history.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache, cached_property

import numpy as np
import polars as pl
from django.conf import settings
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast

from partnerships.models import AreaGroupMember
from performance import periods
from performance.models import Current, Indicator, Observation, Period


@dataclass(frozen=True)
class Figure:
    """What is known of one area in one period.

    ``value`` is None unless every part of it is held. ``applicable`` is False where
    the source says that there is nothing to count. ``in_areas`` and ``unplaced`` are
    the two sides of a whole. ``hidden`` says that only some readers may know it.
    """

    value: Decimal | None
    denominator: Decimal | None = None
    held: int = 1
    expected: int = 1
    provisional: bool = False
    applicable: bool = True
    in_areas: Decimal | None = None
    unplaced: Decimal | None = None
    hidden: bool = False


NOTHING = Figure(None, held=0)
Cell = tuple[int, periods.Period]  # an area's primary key, and when
Table = dict[Cell, Figure]


@dataclass(frozen=True)
class Group:
    """Areas and what they make together, with the days between which each belongs."""

    whole: int | None
    unplaced: int | None
    members: list[AreaGroupMember]

    def areas_on(self, day: datetime.date) -> list[int]:
        return [
            member.area_id
            for member in self.members
            if (member.valid_from is None or member.valid_from <= day)
            and (member.valid_until is None or member.valid_until > day)
        ]

    @cached_property
    def areas(self) -> tuple[int, ...]:
        """Every area it ever had, the whole, and what has no place: the rows of a Grid."""
        ever = {member.area_id for member in self.members}
        return tuple(sorted(ever | ({self.whole, self.unplaced} - {None})))

    @cached_property
    def is_member(self) -> np.ndarray:
        """Whether each of its areas is, or ever was, one of those compared."""
        ever = [member.area_id for member in self.members]
        return np.isin(self.areas, np.array(ever, dtype=int))

    def row(self, area: int | None) -> int | None:
        return None if area is None else self.areas.index(area)

    def on(self, when: tuple[periods.Period, ...]) -> np.ndarray:
        """Whether each of its areas belongs on the last day of each period."""
        if when not in self._on:
            belongs = [set(self.areas_on(period.end)) for period in when]
            self._on[when] = np.array(
                [[area in each for each in belongs] for area in self.areas], dtype=bool
            ).reshape(len(self.areas), len(when))
        return self._on[when]

    @cached_property
    def _on(self) -> dict[tuple[periods.Period, ...], np.ndarray]:
        return {}


KINDS = list(Period.Kind)
# What a Grid says of an area and period of which nothing is known.
UNKNOWN = {
    "value": np.nan,
    "denominator": np.nan,
    "in_areas": np.nan,
    "unplaced": np.nan,
    "held": 0,
    "expected": 1,
    "provisional": False,
    "applicable": True,
    "observed": False,
    "hidden": False,
}
NUMBERS = ("value", "denominator", "in_areas", "unplaced")


@dataclass(frozen=True)
class Grid:
    """Figures as arrays: a row an area, a column a period, consecutive, oldest first.

    Each is what Figure says of one, with NaN for None; ``observed`` is whether there is a
    figure, were it only to say that it is missing. ``start`` is the place of the first
    period among all of its kind. Counts up to 2 to the 53rd are exact.
    """

    areas: tuple[int, ...]
    periods: tuple[periods.Period, ...]
    start: int
    value: np.ndarray
    denominator: np.ndarray
    in_areas: np.ndarray
    unplaced: np.ndarray
    held: np.ndarray
    expected: np.ndarray
    provisional: np.ndarray
    applicable: np.ndarray
    observed: np.ndarray
    hidden: np.ndarray

    @classmethod
    def empty(
        cls, areas: tuple[int, ...], columns: tuple[periods.Period, ...], start: int
    ) -> "Grid":
        shape = len(areas), len(columns)
        arrays = {name: np.full(shape, each) for name, each in UNKNOWN.items()}
        return cls(areas, columns, start, **arrays)

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.value)

    def rows(self, at: np.ndarray) -> "Grid":
        """Some of its rows."""
        areas = tuple(self.areas[each] for each in at)
        arrays = {name: getattr(self, name)[at] for name in UNKNOWN}
        return Grid(areas, self.periods, self.start, **arrays)

    def marked(self, cells: Collection[Cell]) -> "Grid":
        """A copy in which some areas and periods are marked as hidden from others."""
        hidden = self.hidden.copy()
        hidden[self._at(cells)] = True
        return replace(self, hidden=hidden)

    def without(self, cells: Collection[Cell], group: Group) -> "Grid":
        """A copy that has no value for some areas and periods; that one was held is kept.

        Hiding what has no place hides the two sides of the whole as well.
        """
        at = self._at(cells)
        copies = {name: getattr(self, name).copy() for name in NUMBERS}
        for copy in copies.values():
            copy[at] = np.nan
        both_sides = [(group.unplaced, period) in cells for period in self.periods]
        for name in ("in_areas", "unplaced"):
            copies[name][:, np.array(both_sides, dtype=bool)] = np.nan
        return replace(self.marked(cells), **copies)

    def _at(self, cells: Collection[Cell]) -> tuple[list[int], list[int]]:
        """Where some areas and periods stand, of those that do."""
        rows = {area: at for at, area in enumerate(self.areas)}
        columns = {period: at for at, period in enumerate(self.periods)}
        held = [
            (rows[area], columns[period])
            for area, period in cells
            if area in rows and period in columns
        ]
        return [row for row, _ in held], [column for _, column in held]


@dataclass(frozen=True)
class Series:
    """One indicator with all its figures and what they are judged by.

    ``own`` has the figures of its native periods, made up to whole quarters; those at
    ``native`` have figures. ``quarterly`` has their sums, and is ``own`` where quarters
    are native. ``residents`` and ``years`` are those of each quarter's rates, NaN and 0
    without any. ``poorly_placed`` are the native periods in which too many figures have
    no place for areas to be compared over time. ``masked`` is the series of those who may
    not see small counts.
    """

    indicator: Indicator
    group: Group
    own: Grid
    native: slice
    quarterly: Grid
    residents: np.ndarray
    years: np.ndarray
    poorly_placed: np.ndarray
    masked: bool = False

    @property
    def summarised(self) -> np.ndarray:
        """Which areas have a summary of each quarter: the group's on its last day, the
        whole, and those that were in the group and have a figure."""
        wanted = self.quarterly.observed & self.group.is_member[:, None]
        if self.indicator.by_area:
            wanted = wanted | self.group.on(self.quarterly.periods)
        wanted[np.array(self.group.areas) == self.group.whole] = True
        wanted[np.array(self.group.areas) == self.group.unplaced] = False
        return wanted

    def each_grid(self, change: Callable[[Grid], Grid]) -> "Series":
        """A copy with other figures, of its native periods and of quarters."""
        own = change(self.own)
        same = self.quarterly is self.own
        return replace(self, own=own, quarterly=own if same else change(self.quarterly))


def read(indicators: list[Indicator], *, as_at: int | None = None) -> list[Series]:
    """Everything held of the indicators, in three queries if their groups are loaded.

    ``as_at`` is the number of an event: what was current after it. Figures of areas that
    are only held for comparison are left out.
    """
    groups = {
        indicator.group_id: Group(
            indicator.group.whole_id, indicator.group.unplaced_id, []
        )
        for indicator in indicators
    }
    for member in AreaGroupMember.objects.filter(group__in=groups):
        groups[member.group_id].members.append(member)
    rows = _rows(indicators, groups.values(), as_at)
    every_series = [
        series_of(
            indicator,
            groups[indicator.group_id],
            rows.get(indicator.pk),
            rows.get(indicator.denominator_id),
        )
        for indicator in indicators
    ]
    mark_poorly_placed(every_series)
    return every_series


@dataclass(frozen=True)
class Rows:
    """Figures as they are stored, a row each; ``kind`` and ``place`` are those of the
    period, by its number among KINDS and where it comes among all of its kind."""

    area: np.ndarray
    kind: np.ndarray
    place: np.ndarray
    start: np.ndarray
    provisional: np.ndarray
    applicable: np.ndarray
    value: np.ndarray
    denominator: np.ndarray

    def where(self, chosen: np.ndarray | slice) -> "Rows":
        return Rows(**{name: each[chosen] for name, each in vars(self).items()})


def series_of(
    indicator: Indicator, group: Group, rows: Rows | None, people: Rows | None
) -> Series:
    """One indicator's series from its figures and those of its population."""
    own, native = _grid(rows, group, indicator.native_period)
    summed = indicator.kind != Indicator.Kind.PUBLISHED_RATE
    if summed and indicator.by_area:
        _add_wholes(own, group)
    quarterly = own
    if indicator.native_period == Period.Kind.MONTH:
        quarterly = _quarters(own, summed=summed)
    residents, years = _residents(people, group, quarterly)
    none = np.zeros(len(own.periods), dtype=bool)
    return Series(indicator, group, own, native, quarterly, residents, years, none)


def _rows(
    indicators: list[Indicator], groups: Iterable[Group], as_at: int | None
) -> dict[int, Rows]:
    """The figures of the indicators and of their populations, by indicator."""
    own = {indicator.pk for indicator in indicators}
    people = {indicator.denominator_id for indicator in indicators} - {None}
    wanted = {
        "indicator__in": own | people,
        "area__in": {area for group in groups for area in group.areas},
    }
    if as_at is None:
        found = _floats(Current.objects.filter(**wanted), "observation__")
    else:
        found = _floats(Observation.objects.filter(**wanted).as_at(as_at), "")
    schema = {"indicator": pl.Int64, "area": pl.Int64, "period": pl.Int64}
    schema |= {"state": pl.String, "status": pl.String}
    schema |= {"value": pl.Float64, "denominator": pl.Float64}
    spans = pl.DataFrame(
        [
            (pk, KINDS.index(kind), _place(kind, start), start)
            for pk, kind, start in Period.objects.values_list("pk", "kind", "start")
        ],
        schema={
            "period": pl.Int64,
            "kind": pl.Int8,
            "place": pl.Int64,
            "start": pl.Date,
        },
        orient="row",
    )
    table = (
        pl.DataFrame(list(found), schema=schema, orient="row")
        .join(spans, on="period")
        .with_columns(
            provisional=pl.col("status") != Observation.Status.FINAL,
            applicable=pl.col("state") != Observation.State.NOT_APPLICABLE,
        )
        .sort("indicator")
    )
    every = Rows(**{each.name: table[each.name].to_numpy() for each in fields(Rows)})
    of = table["indicator"].to_numpy()
    return {
        pk: every.where(slice(*np.searchsorted(of, (pk, pk + 1))))
        for pk in np.unique(of).tolist()
    }


def _floats(rows: QuerySet, of: str) -> QuerySet:
    """Keys, state, status and numbers of figures, the numbers as floats."""
    return rows.order_by().values_list(
        "indicator",
        "area",
        "period",
        f"{of}state",
        f"{of}status",
        Cast(F(f"{of}value"), FloatField()),
        Cast(F(f"{of}denominator"), FloatField()),
    )


def _place(kind: str, start: datetime.date) -> int:
    """Where a period comes among all of its kind; a quarter's is a third of its months'."""
    month = 12 * start.year + start.month - 1
    return {Period.Kind.MONTH: month, Period.Kind.QUARTER: month // 3}.get(
        kind, start.year
    )


@cache
def columns(kind: str, start: datetime.date, number: int) -> tuple[periods.Period, ...]:
    """So many consecutive periods of a kind."""
    found = [periods.of(kind, start)]
    while len(found) < number:
        found.append(found[-1].next)
    return tuple(found)


def _grid(rows: Rows | None, group: Group, kind: str) -> tuple[Grid, slice]:
    """Figures of a group's areas in periods of a kind, months made up to whole quarters,
    and where the first and last figure are."""
    if rows is not None:
        rows = rows.where(
            (rows.kind == KINDS.index(kind)) & np.isin(rows.area, group.areas)
        )
    if rows is None or not len(rows.area):
        return Grid.empty(group.areas, (), 0), slice(0)
    first, last = int(rows.place.min()), int(rows.place.max())
    start, begin, stop = rows.start[rows.place.argmin()].item(), first, last + 1
    if kind == Period.Kind.MONTH:
        start = periods.Quarter.containing(start).start
        begin, stop = first - first % 3, last + 3 - last % 3
    grid = Grid.empty(group.areas, columns(kind, start, stop - begin), begin)
    at = np.searchsorted(group.areas, rows.area), rows.place - begin
    grid.value[at], grid.denominator[at] = rows.value, rows.denominator
    grid.held[at] = ~np.isnan(rows.value)
    grid.provisional[at], grid.applicable[at] = rows.provisional, rows.applicable
    grid.observed[at] = True
    return grid, slice(first - begin, last + 1 - begin)


def _add_wholes(grid: Grid, group: Group) -> None:
    """Put the group's whole in its row: as observed from the first time it is, else the
    sum of its areas and, from the first time it is given, of what has no place.

    An area to which the figure does not apply is no part of the sum.
    """
    if group.whole is None or not grid.periods:
        return
    whole, unplaced = group.row(group.whole), group.row(group.unplaced)
    areas = group.on(grid.periods) & grid.applicable
    parts = areas.copy()
    if unplaced is not None:
        parts[unplaced] |= np.maximum.accumulate(grid.observed[unplaced])
    summed = ~np.maximum.accumulate(grid.observed[whole])
    found = {
        "value": _sums(grid.value, parts),
        "denominator": _sums(grid.denominator, parts),
        "held": (parts & grid.known).sum(axis=0),
        "expected": parts.sum(axis=0),
        "provisional": (parts & grid.known & grid.provisional).any(axis=0),
    }
    for name, row in found.items():
        array = getattr(grid, name)
        array[whole] = np.where(summed, row, array[whole])
    grid.denominator[whole] = np.where(
        np.isnan(grid.value[whole]) & summed, np.nan, grid.denominator[whole]
    )
    held = grid.known[whole]
    grid.in_areas[whole] = np.where(held, _sums(grid.value, areas), np.nan)
    if unplaced is not None:
        grid.unplaced[whole] = np.where(
            held & parts[unplaced], grid.value[unplaced], np.nan
        )


def _sums(values: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The sum of each column's parts; NaN unless each has a value, and of no parts."""
    sums = np.where(parts, values, 0).sum(axis=0)
    return np.where(parts.any(axis=0), sums, np.nan)


def _quarters(own: Grid, *, summed: bool) -> Grid:
    """The quarters of a grid of months, each with the sum of its three where it is
    summed: a published rate never is."""
    if not own.periods:
        return own
    first = own.periods[0].start
    quarters = columns(Period.Kind.QUARTER, first, len(own.periods) // 3)
    grid = Grid.empty(own.areas, quarters, own.start // 3)

    def months(array: np.ndarray) -> np.ndarray:
        return array.reshape(len(own.areas), -1, 3)

    grid.observed[:] = months(own.observed).any(axis=2)
    if summed:
        for name in ("value", "denominator", "in_areas", "unplaced"):
            getattr(grid, name)[:] = months(getattr(own, name)).sum(axis=2)
        # What only a part of three months have is not told of the quarter.
        grid.denominator[np.isnan(grid.value)] = np.nan
        grid.held[:] = months(own.known).sum(axis=2)
        grid.expected[:] = 3
        grid.provisional[:] = months(own.known & own.provisional).any(axis=2)
    return grid


def _residents(
    rows: Rows | None, group: Group, quarterly: Grid
) -> tuple[np.ndarray, np.ndarray]:
    """The residents of the mid-year inside each quarter's financial year, else of the
    latest one held before it, and that year; NaN and 0 without one."""
    shape = quarterly.value.shape
    if rows is None or not quarterly.periods:
        return np.full(shape, np.nan), np.zeros(shape, dtype=int)
    people, _ = _grid(rows, group, KINDS[rows.kind[0]])
    _add_wholes(people, group)
    if not people.periods:
        return np.full(shape, np.nan), np.zeros(shape, dtype=int)
    first = people.periods[0].start.year
    held = people.value > 0
    last = np.where(held, np.arange(held.shape[1]), -1)
    last = np.maximum.accumulate(last, axis=1)
    wanted = np.array([quarter.year - first for quarter in quarterly.periods])
    at = np.where(wanted < 0, -1, last[:, np.clip(wanted, 0, held.shape[1] - 1)])
    rows = np.arange(len(people.areas))[:, None]
    return (
        np.where(at < 0, np.nan, people.value[rows, at]),
        np.where(at < 0, 0, first + at),
    )


def mark_poorly_placed(every_series: list[Series]) -> None:
    """Months with too many figures without a place, among all that are counted alike:
    crimes with crimes, incidents with incidents."""
    alike = defaultdict(list)
    for series in every_series:
        indicator = series.indicator
        if series.group.unplaced is not None and series.own.periods:
            key = indicator.group_id, indicator.source_kind, indicator.unit
            alike[*key, indicator.native_period].append(series)
    for together in alike.values():
        start = min(series.own.start for series in together)
        stop = max(series.own.start + len(series.own.periods) for series in together)
        placed, without = np.zeros(stop - start), np.zeros(stop - start)
        for series in together:
            own, at = series.own, slice_of(series.own, start)
            unplaced = series.group.row(series.group.unplaced)
            counted = own.known & own.observed[unplaced]
            counts = np.where(counted, own.value, 0)
            placed[at] += counts[series.group.is_member].sum(axis=0)
            without[at] += counts[unplaced]
        with np.errstate(invalid="ignore"):  # none of none is NaN, which is not too few
            poor = placed / (placed + without) < settings.PLACED_ENOUGH
        for series in together:
            series.poorly_placed[:] = poor[slice_of(series.own, start)]


def slice_of(grid: Grid, start: int) -> slice:
    """Where a grid's periods stand among consecutive ones that begin at a place."""
    return slice(grid.start - start, grid.start - start + len(grid.periods))


def _figure(
    state: str, status: str, value: Decimal | None, denominator: Decimal | None
) -> Figure:
    return Figure(
        value,
        denominator,
        held=int(value is not None),
        provisional=status != Observation.Status.FINAL,
        applicable=state != Observation.State.NOT_APPLICABLE,
    )


def figure_of(
    indicator: Indicator,
    group: Group,
    current: dict[tuple[int, periods.Period], Observation],
    area: int,
    period: periods.Period,
) -> Figure:
    """What is known of one area in one period from current observations of its kind:
    the figure itself, or the sum of its months, or of a whole's areas."""
    table = {
        key: _figure(each.state, each.status, each.value, each.denominator)
        for key, each in current.items()
    }
    parts = _parts(period, indicator.native_period)
    if period.kind == indicator.native_period:
        parts = (period,)
    if indicator.by_area and indicator.kind != Indicator.Kind.PUBLISHED_RATE:
        table |= _wholes(table, group, parts)
    if len(parts) == 1:
        return table.get((area, period), NOTHING)
    return _add([table.get((area, part), NOTHING) for part in parts])


def _add(parts: list[Figure]) -> Figure:
    """Their sum, without a value unless each has one."""
    held = [part for part in parts if part.value is not None]
    counted = {"held": len(held), "expected": len(parts)}
    provisional = any(part.provisional for part in held)
    if not parts or len(held) < len(parts):
        return Figure(None, provisional=provisional, **counted)
    return Figure(
        sum(part.value for part in parts),
        sum_of(part.denominator for part in parts),
        provisional=provisional,
        in_areas=sum_of(part.in_areas for part in parts),
        unplaced=sum_of(part.unplaced for part in parts),
        **counted,
    )


def sum_of(values: Iterable[Decimal | None]) -> Decimal | None:
    values = list(values)
    return None if None in values else sum(values)


def _wholes(figures: Table, group: Group, wanted: Iterable[periods.Period]) -> Table:
    """The group's whole in each period: as observed from the first time it is, else the
    sum of its areas and, from the first time it is given, of what has no place.

    An area to which the figure does not apply is no part of the sum.
    """
    whole, unplaced = group.whole, group.unplaced
    first = {}
    for area, period in figures:
        first[area] = min(period, first.get(area, period))
    wholes = {}
    for period in wanted if whole else ():
        areas = [figures.get((a, period), NOTHING) for a in group.areas_on(period.end)]
        areas = [figure for figure in areas if figure.applicable]
        rest = []
        if unplaced in first and first[unplaced] <= period:
            rest = [figures.get((unplaced, period), NOTHING)]
        figure = _add(areas + rest)
        if whole in first and first[whole] <= period:
            figure = figures.get((whole, period), NOTHING)
        if figure.value is not None:
            figure = replace(
                figure,
                in_areas=_add(areas).value,
                unplaced=rest[0].value if rest else None,
            )
        wholes[whole, period] = figure
    return wholes


@cache
def quarter_of(period: periods.Period) -> periods.Quarter:
    return periods.Quarter.containing(period.start)


@cache
def _parts(period: periods.Period, native: str) -> tuple[periods.Period, ...]:
    """The native periods that a period is made of, oldest first."""
    if native == Period.Kind.QUARTER:
        return tuple(dict.fromkeys(map(quarter_of, period.months)))
    return period.months
