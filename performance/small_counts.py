"""Small counts: which figures are hidden, and a series as those are told who may not
see them.

Everything that those readers are told of an indicator is worked out from a masked series,
so what a figure hides cannot come back in a rate, a rolling sum, a limit or a rank.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from performance import periods
from performance.models import Event, HiddenFigure, Indicator, Period
from performance.series import Figure, Series, read
from performance.statistics.suppression import Sum, hidden_with, is_small, rounded

Cell = tuple[int, periods.Period]  # an area's primary key, and when
SUMMED = (Indicator.Kind.COUNT, Indicator.Kind.PROPORTION)


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
        figures, sums = _table(series)
        after = hidden_with(
            before | _small(series.indicator, series.group.whole, figures),
            {cell: float(figure.value) for cell, figure in figures.items()},
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
        if not series.indicator.protected:
            told.append(series)
            continue
        cells = hidden[series.indicator.pk]
        told += [marked(series, cells), masked(series, cells)]
    return told


def marked(series: Series, hidden: Collection[Cell]) -> Series:
    """The series with its true values, those that others are not told marked."""
    return replace(
        series,
        figures={
            cell: replace(figure, hidden=cell in hidden)
            for cell, figure in series.figures.items()
        },
    )


def masked(series: Series, hidden: Collection[Cell]) -> Series:
    """The series as those are told it who may not see small counts."""
    indicator, group = series.indicator, series.group
    figures = {
        (area, period): masked_figure(
            indicator,
            group.whole,
            area,
            figure,
            hidden=(area, period) in hidden,
            unplaced_hidden=(group.unplaced, period) in hidden,
        )
        for (area, period), figure in series.figures.items()
    }
    return replace(series, figures=figures, masked=True)


def masked_figure(
    indicator: Indicator,
    whole: int | None,
    area: int,
    figure: Figure,
    *,
    hidden: bool,
    unplaced_hidden: bool = False,
) -> Figure:
    """One figure as those are told it who may not see small counts: without its numbers
    where it is hidden, else rounded. The two sides of a whole go together."""
    if hidden:
        return Figure(
            None,
            held=figure.held,
            expected=figure.expected,
            provisional=figure.provisional,
            applicable=figure.applicable,
            hidden=True,
        )
    base = indicator.whole_rounding if area == whole else indicator.rounding
    numbers = {
        "value": figure.value,
        "denominator": figure.denominator,
        "in_areas": None if unplaced_hidden else figure.in_areas,
        "unplaced": None if unplaced_hidden else figure.unplaced,
    }
    if base and indicator.kind in SUMMED:
        numbers = {name: _rounded(value, base) for name, value in numbers.items()}
        numbers |= {"in_areas": None, "unplaced": None}  # they would not add up
    return replace(figure, **numbers)


def _rounded(value: Decimal | None, base: int) -> Decimal | None:
    return None if value is None else Decimal(rounded(float(value), base))


def _small(
    indicator: Indicator, whole: int | None, figures: dict[Cell, Figure]
) -> set[Cell]:
    """The cells that are hidden for themselves: a small count, or a proportion with few
    on either side of it."""
    small = set()
    for cell, figure in figures.items():
        threshold = (
            indicator.whole_threshold if cell[0] == whole else indicator.threshold
        )
        sides = [figure.value]
        if figure.denominator is not None:
            sides += [figure.denominator, figure.denominator - figure.value]
        if any(is_small(side, threshold) for side in sides):
            small.add(cell)
    return small


def _table(series: Series) -> tuple[dict[Cell, Figure], list[Sum]]:
    """The figures that have a value, and the sums that tie them together: a whole's
    areas and what has no place, and a quarter's months.

    Longer sums need none: they are told only where every part is.
    """
    if series.indicator.kind not in SUMMED:
        return {}, []
    whole, unplaced = series.group.whole, series.group.unplaced
    figures = {
        cell: figure
        for cell, figure in series.figures.items()
        if figure.value is not None
    }
    quarters = series.quarters if series.monthly else []
    sums = []
    for period in dict.fromkeys((*series.native, *quarters)):
        figure = figures.get((whole, period))
        if figure is None or figure.in_areas is None:
            continue
        if figure.unplaced is not None:
            figures.setdefault((unplaced, period), Figure(figure.unplaced))
        areas = [*series.group.areas_on(period.end), unplaced]
        parts = tuple((area, period) for area in areas if (area, period) in figures)
        sums.append(Sum((whole, period), parts))
    for quarter in quarters:
        for area in {area for area, period in figures if period == quarter}:
            months = tuple((area, month) for month in series.parts(quarter))
            if all(month in figures for month in months):
                sums.append(Sum((area, quarter), months))
    return figures, sums
