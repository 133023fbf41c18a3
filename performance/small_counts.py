"""Small counts: which figures are hidden, and a series as those are told who may not
see them.

Everything that those readers are told of an indicator is worked out from a masked series,
so what a figure hides cannot come back in a rate, a rolling sum, a limit or a rank.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from performance import periods
from performance.models import Event, HiddenFigure, Indicator, Period
from performance.periods import Quarter
from performance.series import NUMBERS, Cell, Figure, Grid, Series, read
from performance.statistics.suppression import Sum, hidden_with, is_small, rounded


def hidden_of(indicators: Iterable[Indicator]) -> dict[int, set[Cell]]:
    """The hidden figures of each indicator with a rule for small counts; one query, if
    there is such an indicator."""
    protected = [each.pk for each in indicators if each.protected]
    cells: dict[int, set[Cell]] = defaultdict(set)
    if protected:
        rows = HiddenFigure.objects.filter(indicator__in=protected).values_list(
            "indicator", "area", "period__kind", "period__start"
        )
        for indicator, area, kind, start in rows:
            cells[indicator].add((area, periods.of(kind, start)))
    return cells


def hide(every_series: Iterable[Series]) -> dict[int, set[Cell]]:
    """Keep what has to be hidden of the series beside what is hidden already; returns
    all of it, by indicator."""
    protected = [each for each in every_series if each.indicator.protected]
    cells = hidden_of(each.indicator for each in protected)
    new: list[tuple[int, Cell]] = []
    for series in protected:
        before = cells[series.indicator.pk]
        counts, sums = _table(series)
        after = hidden_with(
            before | _small(series.indicator, series.group.whole, counts),
            {cell: value for cell, (value, _) in counts.items()},
            sums,
            max(series.indicator.threshold, series.indicator.whole_threshold),
        )
        new += [(series.indicator.pk, cell) for cell in after - before]
        cells[series.indicator.pk] = after
    keys = Period.objects.stored({period for _, (_, period) in new})
    HiddenFigure.objects.bulk_create(
        HiddenFigure(indicator_id=indicator, area_id=area, period_id=keys[period])
        for indicator, (area, period) in new
    )
    return cells


def hide_in_every_version(indicator: Indicator) -> None:
    """Keep what has to be hidden of every version there was, for a rule that is new."""
    events = Event.objects.filter(upload__observations__indicator=indicator)
    for number in events.distinct().values_list("number", flat=True):
        hide(read([indicator], as_at=number))


def for_readers(every_series: Iterable[Series]) -> list[Series]:
    """The series as pages tell them, after keeping what has to be hidden of them: each
    with its true figures, and beside it the masked one where there is a rule."""
    every_series = list(every_series)
    hidden = hide(every_series)
    told = []
    for series in every_series:
        if series.indicator.protected:
            cells = hidden[series.indicator.pk]
            told += [marked(series, cells), masked(series, cells)]
        else:
            told.append(series)
    return told


def for_reader(every_series: Iterable[Series], true: Collection[int]) -> list[Series]:
    """The series as one reader is told them, who may see the true figures of some
    indicators; nothing is kept. One query, if an indicator has a rule."""
    every_series = list(every_series)
    hidden = hidden_of(each.indicator for each in every_series)
    told = []
    for series in every_series:
        pk = series.indicator.pk
        tell = marked if pk in true else masked
        told.append(tell(series, hidden[pk]) if series.indicator.protected else series)
    return told


def marked(series: Series, hidden: Collection[Cell]) -> Series:
    """The series with its true values, those that others are not told marked."""
    return series.each_grid(lambda grid: grid.marked(hidden))


def masked(series: Series, hidden: Collection[Cell]) -> Series:
    """The series as those are told it who may not see small counts."""
    told = series.each_grid(lambda grid: grid.without(hidden, series.group))
    indicator, group = series.indicator, series.group
    if indicator.rounding or indicator.whole_rounding:
        bases = [
            indicator.whole_rounding if area == group.whole else indicator.rounding
            for area in group.areas
        ]
        told = told.each_grid(lambda grid: _rounded_rows(grid, bases))
    return replace(told, masked=True)


def _rounded_rows(grid: Grid, bases: Sequence[int]) -> Grid:
    """Each area's numbers rounded to its base; the sides of a whole that is rounded would
    not add up, and go."""
    arrays = {name: getattr(grid, name).copy() for name in NUMBERS}
    for row, base in enumerate(bases):
        if base:
            arrays["value"][row] = rounded(arrays["value"][row], base)
            arrays["denominator"][row] = rounded(arrays["denominator"][row], base)
            arrays["in_areas"][row] = arrays["unplaced"][row] = np.nan
    return replace(grid, **arrays)


def masked_figure(
    indicator: Indicator, whole: int | None, area: int, figure: Figure, *, hidden: bool
) -> Figure:
    """One figure as those are told it who may not see small counts: without its numbers
    where it is hidden, else rounded."""
    base = indicator.whole_rounding if area == whole else indicator.rounding
    numbers = {name: getattr(figure, name) for name in NUMBERS}
    if hidden:
        numbers = dict.fromkeys(NUMBERS)
    elif base:
        numbers = {
            name: None if value is None else Decimal(rounded(float(value), base))
            for name, value in numbers.items()
        }
    return replace(figure, hidden=hidden, **numbers)


def _small(
    indicator: Indicator, whole: int | None, counts: dict[Cell, tuple[float, float]]
) -> set[Cell]:
    """The cells that are hidden for themselves: a small count, or a proportion with few
    on either side of it."""
    small = set()
    for cell, (value, of) in counts.items():
        threshold = (
            indicator.whole_threshold if cell[0] == whole else indicator.threshold
        )
        sides = (value,) if np.isnan(of) else (value, of, of - value)
        if any(is_small(side, threshold) for side in sides):
            small.add(cell)
    return small


def _table(series: Series) -> tuple[dict[Cell, tuple[float, float]], list[Sum]]:
    """The figures that have a value, each with what it is out of, and the sums that tie
    them together: a whole's areas and what has no place, and a quarter's months.

    Longer sums need none: they are told only where every part is.
    """
    counts, sums = {}, []
    whole, unplaced = series.group.whole, series.group.unplaced
    for grid in {id(each): each for each in (series.own, series.quarterly)}.values():
        for row, column in zip(*np.nonzero(grid.known), strict=True):
            cell = grid.areas[row], grid.periods[column]
            counts[cell] = grid.value[row, column], grid.denominator[row, column]
        if whole is None:
            continue
        row = series.group.row(whole)
        for column in np.flatnonzero(~np.isnan(grid.in_areas[row])):
            period = grid.periods[column]
            rest = grid.unplaced[row, column]
            if not np.isnan(rest):
                counts.setdefault((unplaced, period), (rest, np.nan))
            areas = [*series.group.areas_on(period.end), unplaced]
            parts = [(area, period) for area in areas if (area, period) in counts]
            sums.append(Sum((whole, period), tuple(parts)))
    if series.quarterly is not series.own:
        for area, quarter in [cell for cell in counts if isinstance(cell[1], Quarter)]:
            months = tuple((area, month) for month in quarter.months)
            if all(month in counts for month in months):
                sums.append(Sum((area, quarter), months))
    return counts, sums
