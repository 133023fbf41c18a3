"""An indicator's current figures, and what can be added up from them.

Coarser periods and wholes are sums, made only when every part is there.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property

from django.conf import settings

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
Table = dict[tuple[int, periods.Period], Figure]


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


@dataclass(frozen=True)
class Series:
    """One indicator with all its figures and what they are judged by.

    ``native`` are its own periods, without a gap, oldest first. ``poorly_placed`` are
    those in which too many figures have no place for areas to be compared over time.
    ``masked`` is the series of those who may not see small counts.
    """

    indicator: Indicator
    group: Group
    figures: Table
    native: list[periods.Period]
    populations: dict[int, dict[int, Decimal]]
    poorly_placed: set[periods.Period] = field(default_factory=set)
    masked: bool = False

    @property
    def monthly(self) -> bool:
        return self.indicator.native_period == Period.Kind.MONTH

    @property
    def quarters(self) -> list[periods.Quarter]:
        return list(dict.fromkeys(map(quarter_of, self.native)))

    @cached_property
    def timeline(self) -> dict[periods.Period, int]:
        """The places, from 0, of its own periods up to the end of its last quarter."""
        last = self.parts(self.quarters[-1])[-1]
        return {
            period: place for place, period in enumerate(through(self.native[0], last))
        }

    @cached_property
    def observed(self) -> dict[periods.Period, set[int]]:
        """The areas with a figure in each period."""
        areas = defaultdict(set)
        for area, period in self.figures:
            areas[period].add(area)
        return areas

    def areas(self, period: periods.Period) -> list[int]:
        """Those to summarise: the group's on its last day, the whole, and those that
        were in the group and have a figure. Areas held for comparison have none."""
        areas = {self.group.whole}
        ever = {member.area_id for member in self.group.members}
        for part in self.parts(period):
            areas.update(ever.intersection(self.observed.get(part, ())))
        if self.indicator.by_area:
            areas.update(self.group.areas_on(period.end))
        return sorted(areas - {self.group.unplaced, None})

    def parts(self, period: periods.Period) -> tuple[periods.Period, ...]:
        return _parts(period, self.indicator.native_period)

    def twelve_months(self, period: periods.Period) -> tuple[periods.Period, ...]:
        """The native periods of the twelve months that end with the period."""
        return _twelve_months(period, self.indicator.native_period)

    def comparable(self, area: int, period: periods.Period) -> bool:
        """Whether an area's count of the period can be set against another period's."""
        return area == self.group.whole or self.poorly_placed.isdisjoint(
            self.parts(period)
        )

    def population(
        self, area: int, period: periods.Period
    ) -> tuple[Decimal | None, int | None]:
        """The residents of the mid-year inside the financial year, else of the latest
        one held before it, with that year."""
        held, latest = self.populations.get(area, {}), quarter_of(period).year
        year = max((each for each in held if each <= latest), default=None)
        return held.get(year), year


def read(indicators: list[Indicator], *, as_at: int | None = None) -> list[Series]:
    """Everything held of the indicators, in two queries if their groups are loaded.

    ``as_at`` is the number of an event: what was current after it.
    """
    groups = {
        indicator.group_id: Group(
            indicator.group.whole_id, indicator.group.unplaced_id, []
        )
        for indicator in indicators
    }
    for member in AreaGroupMember.objects.filter(group__in=groups):
        groups[member.group_id].members.append(member)
    tables = _tables(
        {i.pk for i in indicators} | {i.denominator_id for i in indicators}, as_at
    )
    every_series, populations = [], {}
    for indicator in indicators:
        group = groups[indicator.group_id]
        figures = {
            key: figure
            for key, figure in tables[indicator.pk].items()
            if key[1].kind == indicator.native_period
        }
        held = {period for _, period in figures}
        native = list(through(min(held), max(held))) if held else []
        residents = (indicator.denominator_id, indicator.group_id)
        if residents not in populations:
            people = tables[indicator.denominator_id]
            wholes = _wholes(people, group, {period for _, period in people})
            populations[residents] = _by_year(people | wholes)
        every_series.append(
            Series(indicator, group, figures, native, populations[residents])
        )
    _mark_poorly_placed(every_series)
    for series in every_series:
        _add_wholes_and_quarters(series)
    return every_series


def _tables(indicators: set[int | None], as_at: int | None) -> dict[int | None, Table]:
    key = ["indicator", "area", "period__kind", "period__start"]
    figure = ["state", "status", "value", "denominator"]
    of_these = {"indicator__in": indicators - {None}}
    if as_at is None:
        rows = Current.objects.filter(**of_these).values_list(
            *key, *(f"observation__{name}" for name in figure)
        )
    else:
        rows = (
            Observation.objects.filter(**of_these)
            .as_at(as_at)
            .values_list(*key, *figure)
        )
    tables: dict[int | None, Table] = defaultdict(dict)
    known = {}
    for indicator, area, kind, start, state, status, value, denominator in rows:
        if (kind, start) not in known:
            known[kind, start] = periods.of(kind, start)
        tables[indicator][area, known[kind, start]] = _figure(
            state, status, value, denominator
        )
    return tables


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


def through(first: periods.Period, last: periods.Period) -> Iterator[periods.Period]:
    """The first period and every one after it up to the last, none left out."""
    while first <= last:
        yield first
        first = first.next


def _by_year(people: Table) -> dict[int, dict[int, Decimal]]:
    years = defaultdict(dict)
    for (area, period), figure in people.items():
        if figure.value:
            years[area][period.start.year] = figure.value
    return years


def _mark_poorly_placed(every_series: list[Series]) -> None:
    """Months with too many figures without a place, among all that are counted alike:
    crimes with crimes, incidents with incidents."""
    alike = defaultdict(list)
    for series in every_series:
        indicator = series.indicator
        alike[indicator.group_id, indicator.source_kind, indicator.unit].append(series)
    for together in alike.values():
        shares = placed_shares(together)
        poor = {
            period for period, share in shares.items() if share < settings.PLACED_ENOUGH
        }
        for series in together:
            series.poorly_placed.update(poor)


def placed_shares(together: list[Series]) -> dict[periods.Period, float]:
    """The share of the counts of each native period that have a place.

    Periods without a figure for what has no place are left out.
    """
    placed, without = defaultdict(Decimal), defaultdict(Decimal)
    for series in together:
        members = {member.area_id for member in series.group.members}
        unplaced = series.group.unplaced
        for (area, period), figure in series.figures.items():
            if figure.value is not None and (unplaced, period) in series.figures:
                if area == unplaced:
                    without[period] += figure.value
                elif area in members:
                    placed[period] += figure.value
    return {
        period: float(placed[period] / (placed[period] + without[period]))
        for period in without
        if placed[period] + without[period] > 0
    }


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


def _add_wholes_and_quarters(series: Series) -> None:
    """Put the sums beside the figures; a published rate is never summed."""
    figures, indicator = series.figures, series.indicator
    summed = indicator.kind != Indicator.Kind.PUBLISHED_RATE
    if summed and indicator.by_area:
        figures |= _wholes(figures, series.group, series.native)
    if summed and indicator.native_period == Period.Kind.MONTH:
        for quarter in series.quarters:
            months = series.parts(quarter)
            for area in series.areas(quarter):
                parts = [figures.get((area, month), NOTHING) for month in months]
                figures[area, quarter] = _add(parts)


@cache
def quarter_of(period: periods.Period) -> periods.Quarter:
    return periods.Quarter.containing(period.start)


@cache
def _parts(period: periods.Period, native: str) -> tuple[periods.Period, ...]:
    """The native periods that a period is made of, oldest first."""
    if native == Period.Kind.QUARTER:
        return tuple(dict.fromkeys(map(quarter_of, period.months)))
    return period.months


@cache
def _twelve_months(period: periods.Period, native: str) -> tuple[periods.Period, ...]:
    return _parts(periods.RollingYear.ending(period.months[-1]), native)
