"""What pages read, worked out from the current observations when an event touches them.

Reading takes the same few queries however many figures there are; writing takes as few
statements as the database lets rows go in together.
"""

import datetime
from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cache
from math import fsum

import polars as pl
from django.db import models, transaction
from django.db.models import Min, Q

from performance import bulk, periods, small_counts
from performance.models import (
    Indicator,
    Period,
    Position,
    Summary,
)
from performance.series import NOTHING, Figure, Series, read, sum_of
from performance.statistics import change, cost, intervals, position, process_control

SUMMARISED = [Period.Kind.MONTH, Period.Kind.QUARTER]

VARIATIONS = {
    process_control.Verdict.IMPROVING: Summary.Variation.IMPROVING,
    process_control.Verdict.CONCERNING: Summary.Variation.CONCERNING,
    process_control.Verdict.NEITHER: Summary.Variation.CHANGED,
    process_control.Verdict.USUAL: Summary.Variation.USUAL,
    process_control.Verdict.CANNOT_TELL: Summary.Variation.CANNOT_TELL,
}
CHANGES = {
    change.Side.HIGH: Summary.Change.CLEAR_RISE,
    change.Side.LOW: Summary.Change.CLEAR_FALL,
}
VERDICTS = {
    position.Place.HIGHER: Position.Verdict.HIGHER,
    position.Place.LOWER: Position.Verdict.LOWER,
    position.Place.SIMILAR: Position.Verdict.SIMILAR,
    position.Place.NOT_COMPARED: Position.Verdict.NOT_COMPARED,
}
# What the process chart of each area plots, all along a series.
Points = dict[int, list[float | None]]
INVENTED = "invented figures are not compared"
NO_RATE = "no rate is worked out"


def refresh(touched: set[tuple[int, int, int]]) -> None:
    """Work out again every summary and position that the touched figures feed.

    ``touched`` holds (indicator, area, period) keys of native periods whose current
    observation changed, came or went. Everything from the first touched quarter onward
    is done again, since later quarters look back on it; a population does this to every
    indicator that uses it.
    """
    if not touched:
        return
    first = Period.objects.filter(pk__in={period for _, _, period in touched})
    refresh_since(
        {indicator for indicator, _, _ in touched},
        first.aggregate(day=Min("start"))["day"],
    )


@transaction.atomic
def refresh_since(touched: set[int], first: datetime.date) -> None:
    """Work out again what the touched indicators feed, from the quarter of a day on."""
    indicators = _affected(touched)
    since = periods.Quarter.containing(first).start
    told = small_counts.for_readers(read(indicators))
    _write(indicators, since, *worked_out(told, since))


def worked_out(
    every_series: list[Series], since: datetime.date
) -> tuple[list[Summary], list[Position]]:
    """The summaries from a quarter's first day on, with their positions; none is saved.

    A position holds its very summary.
    """
    period_ids = _store_periods(every_series, since)
    summaries, positions = [], []
    for series in every_series:
        points: Points = {}
        for period, areas in _due(series, since):
            rows, places = _of_period(series, period, areas, points)
            for row in rows:
                row.period_id = period_ids[period.kind, period.start]
            summaries += rows
            positions += places
    return summaries, positions


def _of_period(
    series: Series, period: periods.Period, areas: list[int], points: Points
) -> tuple[list[Summary], list[Position]]:
    rows, rates = {}, {}
    for area in areas:
        rows[area], rates[area] = _summary(series, area, period, points)
    places = []
    if period.kind == Period.Kind.QUARTER and series.indicator.by_area:
        places = _positions(series, period, rows, rates)
    return list(rows.values()), places


def as_known(
    indicators: list[Indicator],
    quarter: periods.Quarter,
    as_at: int,
    true: Collection[int],
) -> tuple[list[Summary], list[Summary]]:
    """What pages read of a quarter, from what was known after a numbered event: the
    summaries of wholes and areas, and the native periods of the wholes up to its end.

    Nothing is saved or read from what is. Each has its period, and the first also
    ``place`` and ``benchmark`` in its indicator's own group. ``true`` are the primary
    keys of the indicators whose hidden figures may be told. Three queries, one more for
    indicators with a rule for small counts.
    """
    of_quarter, of_wholes = [], []
    hidden = small_counts.hidden_of(indicators)
    for series in read(indicators, as_at=as_at):
        pk = series.indicator.pk
        mask = small_counts.marked if pk in true else small_counts.masked
        series = mask(series, hidden[pk]) if series.indicator.protected else series
        whole = series.group.whole
        for period in series.native:
            if whole is None or period.end > quarter.end:
                continue
            figure = series.figures.get((whole, period), NOTHING)
            row = Summary(
                indicator=series.indicator,
                area_id=whole,
                period=_unsaved(period),
                state=_state(figure),
                hidden=figure.hidden,
                value=figure.value,
                in_areas=figure.in_areas,
                unplaced=figure.unplaced,
            )
            rate = _rate(series.indicator, figure, series.population(whole, period)[0])
            row.rate = _stored(rate and rate.value)
            of_wholes.append(row)
        if quarter not in series.quarters:
            continue
        areas = [*series.group.areas_on(quarter.end), whole]
        held = [area for area in series.areas(quarter) if area in areas]
        rows, places = _of_period(series, quarter, held, {})
        own = {id(place.summary): place for place in places}
        for row in rows:
            row.period = _unsaved(quarter)
            row.indicator = series.indicator
            place = own.get(id(row))
            row.place = place.verdict if place else None
            row.benchmark = place.benchmark if place else None
        of_quarter += rows
    return of_quarter, of_wholes


def _unsaved(period: periods.Period) -> Period:
    return Period(kind=period.kind, start=period.start, end=period.end)


def _affected(touched: set[int]) -> list[Indicator]:
    """The touched indicators, those they are the population of, and those whose share
    without a place they are counted in."""
    alike = Indicator.objects.filter(
        pk__in=touched, native_period=Period.Kind.MONTH
    ).values("group")
    return list(
        Indicator.objects.filter(
            Q(pk__in=touched)
            | Q(denominator__in=touched)
            | Q(native_period=Period.Kind.MONTH, group__in=alike),
            native_period__in=SUMMARISED,
        )
        .exclude(kind=Indicator.Kind.POPULATION)
        .select_related("unit_cost", "group")
    )


def _due(
    series: Series, since: datetime.date
) -> Iterator[tuple[periods.Period, list[int]]]:
    """The periods to summarise with their areas: quarters of all, months of the whole."""
    for quarter in series.quarters:
        if quarter.start >= since:
            yield quarter, series.areas(quarter)
    if series.indicator.native_period == Period.Kind.MONTH and series.group.whole:
        for month in series.native:
            if month.start >= since:
                yield month, [series.group.whole]


def _summary(
    series: Series, area: int, period: periods.Period, points: Points
) -> tuple[Summary, intervals.Interval | None]:
    """The summary, without its stored period, and the rate before it is rounded."""
    indicator = series.indicator
    figure = series.figures.get((area, period), NOTHING)
    residents, year = series.population(area, period)
    rate = _rate(indicator, figure, residents)
    summary = Summary(
        indicator_id=indicator.pk,
        area_id=area,
        masked=series.masked,
        state=_state(figure),
        hidden=figure.hidden,
        parts_held=figure.held,
        parts_expected=figure.expected,
        provisional=figure.provisional,
        value=figure.value,
        in_areas=figure.in_areas,
        unplaced=figure.unplaced,
        rate=_stored(rate and rate.value),
    )
    if rate and indicator.kind != Indicator.Kind.PUBLISHED_RATE:
        summary.low, summary.high = _stored(rate.low), _stored(rate.high)
    if indicator.kind == Indicator.Kind.PROPORTION:
        summary.population = figure.denominator
    else:
        summary.population, summary.population_year = residents, year
    if indicator.illustrative:
        return summary, rate
    _judge_variation(summary, series, area, period, points)
    if indicator.kind == Indicator.Kind.COUNT:
        _look_back(summary, series, area, period)
        if indicator.unit_cost and _is_count(figure.value):
            summary.cost = cost.estimate(figure.value, indicator.unit_cost.pounds)
    return summary, rate


def _state(figure: Figure) -> Summary.State:
    if figure.value is not None:
        return Summary.State.COMPLETE
    if figure.hidden:
        return Summary.State.HIDDEN
    return Summary.State.INCOMPLETE if figure.held else Summary.State.NONE


def _is_count(value: Decimal | None) -> bool:
    """Below 0 is what was taken back after it was counted: held, and not a count."""
    return value is not None and value >= 0


def _rate(
    indicator: Indicator, figure: Figure, residents: Decimal | None
) -> intervals.Interval | None:
    if not _is_count(figure.value):
        return None
    value, per = float(figure.value), indicator.rate_per
    if indicator.kind == Indicator.Kind.PUBLISHED_RATE:
        return intervals.Interval(value, value, value)
    if indicator.kind == Indicator.Kind.PROPORTION:
        whole = figure.denominator
        return intervals.proportion_interval(value, whole and float(whole), per)
    return intervals.rate_interval(value, residents and float(residents), per)


def _stored(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.6f}")


def _look_back(
    summary: Summary, series: Series, area: int, period: periods.Period
) -> None:
    """Fill in the earlier counts and the verdict on the change from last year."""
    figures = series.figures
    last_year = period.same_last_year
    summary.last_year = figures.get((area, last_year), NOTHING).value
    summary.previous = figures.get((area, period.previous), NOTHING).value
    summary.twelve_months = _twelve_months(series, area, period)
    summary.twelve_months_last_year = _twelve_months(series, area, last_year)
    if not all(series.comparable(area, each) for each in (period, last_year)):
        return
    if not all(map(_is_count, (summary.value, summary.last_year))):
        return
    found = change.change(
        float(summary.value),
        float(summary.last_year),
        days_now=_days(period),
        days_before=_days(last_year),
        polarity=series.indicator.polarity,
    )
    summary.p_value = found.p
    if found.verdict is change.Verdict.CLEAR:
        summary.change = CHANGES[found.side]
    elif found.verdict is change.Verdict.NOT_CLEAR:
        summary.change = Summary.Change.NO_CLEAR_CHANGE


@cache
def _days(period: periods.Period) -> int:
    return period.days


def _twelve_months(series: Series, area: int, period: periods.Period) -> Decimal | None:
    """The sum of the twelve months that end with the period, if all are held."""
    return sum_of(
        series.figures.get((area, part), NOTHING).value
        for part in series.twelve_months(period)
    )


def _judge_variation(
    summary: Summary,
    series: Series,
    area: int,
    period: periods.Period,
    points: Points,
) -> None:
    """Judge the period's points on the process chart of all up to its last one."""
    parts = series.parts(period)
    if area not in points:
        points[area] = [_measured(series, area, each) for each in series.timeline]
    until = series.timeline[parts[-1]] + 1
    found = process_control.variation(
        process_control.process_control(points[area][:until]),
        series.indicator.polarity,
        last=len(parts),
    )
    summary.variation = VARIATIONS[found.verdict]
    summary.trial_limits = found.trial


def _measured(series: Series, area: int, period: periods.Period) -> float | None:
    """What a process chart plots: counts as they are, other kinds by their rate."""
    figure = series.figures.get((area, period), NOTHING)
    if figure.value is None or not series.comparable(area, period):
        return None
    if series.indicator.kind == Indicator.Kind.COUNT:
        return float(figure.value)
    rate = _rate(series.indicator, figure, None)
    return rate and rate.value


def _positions(
    series: Series,
    period: periods.Period,
    summaries: dict[int, Summary],
    rates: dict[int, intervals.Interval | None],
) -> list[Position]:
    """Where each of the group's areas stands in the quarter."""
    indicator = series.indicator
    areas = series.group.areas_on(period.end)
    made = [
        Position(summary=summaries[area], group_id=indicator.group_id) for area in areas
    ]
    why_not = INVENTED if indicator.illustrative else ""
    if indicator.kind == Indicator.Kind.COUNT and indicator.denominator_id is None:
        why_not = why_not or NO_RATE
    if why_not:
        for each in made:
            each.verdict, each.why_not = Position.Verdict.NOT_COMPARED, why_not
        return made
    benchmark = _benchmark(series, period, areas)
    places = position.positions({a: rates[a] and rates[a].value for a in areas})
    for each, area in zip(made, areas, strict=True):
        place, rate = places[area], rates[area]
        interval = None if indicator.kind == Indicator.Kind.PUBLISHED_RATE else rate
        compared = position.compare(
            interval, benchmark, indicator.polarity, value=rate and rate.value
        )
        each.rank, each.quartile = place.rank, place.quartile
        each.of = place.spread.areas
        each.median = _stored(place.spread.median)
        each.lowest = _stored(place.spread.lowest)
        each.highest = _stored(place.spread.highest)
        each.benchmark = _stored(benchmark)
        each.verdict = VERDICTS[compared.place]
        each.why_not = compared.reason or ""
    return made


def _benchmark(
    series: Series, period: periods.Period, areas: list[int]
) -> float | None:
    """The rate of the areas together, without what has no place; None unless all have
    a figure. An area to which the figure does not apply is left out. Where a count is
    hidden, the areas' count is the one that is told of the whole."""
    kind = series.indicator.kind
    if kind == Indicator.Kind.PUBLISHED_RATE:
        return None
    counts, people = [], []
    together = None
    for area in areas:
        figure = series.figures.get((area, period), NOTHING)
        if not figure.applicable:
            continue
        if kind == Indicator.Kind.PROPORTION:
            residents = figure.denominator
        else:
            residents, _ = series.population(area, period)
        if figure.hidden and figure.value is None:
            together = series.figures[series.group.whole, period].in_areas
            if together is None:
                return None
        elif figure.value is None:
            return None
        if not residents:
            return None
        counts.append(float(figure.value or 0))
        people.append(float(residents))
    if together is not None:
        counts = [float(together)]
    if not people or fsum(counts) < 0:
        return None
    return intervals.rate(fsum(counts), fsum(people), series.indicator.rate_per)


def _store_periods(
    every_series: list[Series], since: datetime.date
) -> dict[tuple[str, datetime.date], int]:
    needed = {period for series in every_series for period, _ in _due(series, since)}
    Period.objects.bulk_create(
        [Period(kind=each.kind, start=each.start, end=each.end) for each in needed],
        ignore_conflicts=True,
    )
    stored = Period.objects.filter(kind__in=SUMMARISED, start__gte=since)
    return {
        (kind, start): pk
        for pk, kind, start in stored.values_list("pk", "kind", "start")
    }


def _write(
    indicators: list[Indicator],
    since: datetime.date,
    summaries: list[Summary],
    positions: list[Position],
) -> None:
    held = Summary.objects.filter(indicator__in=indicators, period__start__gte=since)
    Position.objects.filter(summary__in=held.values("pk"))._raw_delete(held.db)
    held._raw_delete(held.db)
    bulk.insert(Summary, _frame(Summary, summaries))
    keys = {
        tuple(key): pk
        for pk, *key in held.values_list("pk", "indicator", "area", "period", "masked")
    }
    for place in positions:
        summary = place.summary
        place.summary_id = keys[
            summary.indicator_id, summary.area_id, summary.period_id, summary.masked
        ]
    bulk.insert(Position, _frame(Position, positions))


def _frame(model: type[models.Model], rows: list[models.Model]) -> pl.DataFrame:
    """Unsaved rows as the database stores them."""
    columns = {}
    for field in model._meta.concrete_fields:
        values = [getattr(row, field.attname) for row in rows]
        if isinstance(field, models.DecimalField):
            dtype = pl.Decimal(20, field.decimal_places)
            columns[field.name] = pl.Series(values, dtype=dtype, strict=False)
        elif isinstance(field, models.PositiveBigIntegerField):  # sums are decimals
            whole = [None if value is None else int(value) for value in values]
            columns[field.name] = pl.Series(whole, dtype=pl.Int64)
        elif isinstance(field, models.CharField):  # choices are more than their text
            columns[field.name] = pl.Series(list(map(str, values)), dtype=pl.String)
        elif not field.primary_key:
            columns[field.name] = pl.Series(values)
    return pl.DataFrame(columns)
