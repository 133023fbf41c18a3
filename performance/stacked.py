"""Many series as one set of arrays, and what is worked out from them: the rows of
summaries and positions.

Only the figures given are looked at, and nothing is read or saved: what is masked in a
series is in no result.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
from numpy.lib.stride_tricks import sliding_window_view

from performance import periods
from performance.models import Indicator, Period, Position, Summary
from performance.series import UNKNOWN, Grid, Series, columns, slice_of
from performance.statistics import change, cost, intervals, position, process_control
from performance.statistics.polarity import Polarity

INVENTED = "invented figures are not compared"
NO_RATE = "no rate is worked out"
CHANGES = {1: Summary.Change.CLEAR_RISE, -1: Summary.Change.CLEAR_FALL}
# What a signal on a side means; of 0, there is none.
VARIATIONS = {
    Polarity.LOWER: {1: Summary.Variation.CONCERNING, -1: Summary.Variation.IMPROVING},
    Polarity.HIGHER: {1: Summary.Variation.IMPROVING, -1: Summary.Variation.CONCERNING},
    Polarity.NEUTRAL: {1: Summary.Variation.CHANGED, -1: Summary.Variation.CHANGED},
}
VERDICTS = {
    position.Place.HIGHER: Position.Verdict.HIGHER,
    position.Place.LOWER: Position.Verdict.LOWER,
    position.Place.SIMILAR: Position.Verdict.SIMILAR,
    position.Place.NOT_COMPARED: Position.Verdict.NOT_COMPARED,
}

KEY = {
    "indicator": pl.Int64,
    "area": pl.Int64,
    "masked": pl.Boolean,
    "kind": pl.String,
    "start": pl.Date,
}
WHOLE_NUMBERS = ("population", "population_year", "rank", "quartile")
Fact = Callable[[Indicator], object]
Rates = tuple[np.ndarray, np.ndarray, np.ndarray]  # with their limits


@dataclass(frozen=True)
class Stack:
    """Series of one native period, one under another over the same periods.

    ``of`` is the number of each row's series; the other arrays have a row for each area
    of each series, and a column for each native period or each quarter, as Series has.
    """

    every: Sequence[Series]
    of: np.ndarray
    area: np.ndarray
    is_whole: np.ndarray
    own: Grid
    quarterly: Grid
    native: np.ndarray
    poor: np.ndarray
    summarised: np.ndarray
    members: np.ndarray
    residents: np.ndarray
    years: np.ndarray

    @property
    def native_period(self) -> str:
        return self.every[0].indicator.native_period

    def each(self, fact: Fact) -> np.ndarray:
        """A fact of each row's indicator, as a column."""
        facts = np.array([fact(series.indicator) for series in self.every])
        return facts[self.of][:, None]

    def is_kind(self, kind: Indicator.Kind) -> np.ndarray:
        return self.each(lambda indicator: indicator.kind == kind)


@dataclass(frozen=True)
class Cells:
    """What is to be summarised of a stack: some of its rows in periods of one kind.

    Of each period, ``last`` is the column of its last native part and ``parts`` their
    number; ``year`` is how many periods are twelve months.
    """

    rows: np.ndarray
    grid: Grid
    wanted: np.ndarray
    residents: np.ndarray
    years: np.ndarray
    last: np.ndarray
    parts: int
    year: int

    def where(self, chosen: np.ndarray) -> "Cells":
        return replace(self, wanted=self.wanted & chosen)

    def between(self, first: datetime.date, last: datetime.date) -> "Cells":
        """Those alone whose periods start and end between two days."""
        inside = [
            first <= each.start and each.end <= last for each in self.grid.periods
        ]
        return self.where(np.array(inside))


def worked_out(
    every_series: list[Series], since: datetime.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The summaries from a quarter's first day on, and their positions.

    Rows under the models' names, but for kind and start of the period; a position has
    those of its summary, with its indicator and area.
    """
    summaries, positions = [], []
    for stack in stacks(every_series):
        quarters = quarters_of(stack).between(since, datetime.date.max)
        figures, rates = figures_of(stack, quarters)
        summaries.append(rows_of(stack, quarters, figures | judged(stack, quarters)))
        positions.append(positions_of(stack, quarters, rates))
        if stack.native_period == Period.Kind.MONTH:
            months = wholes_of(stack).between(since, datetime.date.max)
            figures, _ = figures_of(stack, months)
            summaries.append(rows_of(stack, months, figures | judged(stack, months)))
    return _together(summaries), _together(positions)


def _together(tables: list[pl.DataFrame]) -> pl.DataFrame:
    held = [table for table in tables if table.height]
    if not held:
        return pl.DataFrame(schema=KEY)
    return pl.concat(held, how="vertical_relaxed")


def stacks(every_series: list[Series]) -> list[Stack]:
    """The series that have figures, stacked by what their native period is."""
    held = [series for series in every_series if series.own.periods]
    kinds = dict.fromkeys(series.indicator.native_period for series in held)
    return [
        _stack([each for each in held if each.indicator.native_period == kind])
        for kind in kinds
    ]


def _stack(every: list[Series]) -> Stack:
    sizes = [len(series.group.areas) for series in every]
    area = np.concatenate([series.group.areas for series in every])
    wholes = [series.group.whole or 0 for series in every]
    of = np.repeat(np.arange(len(every)), sizes)
    rows = [
        slice(at - size, at) for at, size in zip(np.cumsum(sizes), sizes, strict=True)
    ]
    own = _Layout(rows, [series.own for series in every])
    quarterly = _Layout(rows, [series.quarterly for series in every])
    return Stack(
        every,
        of,
        area,
        area == np.array(wholes)[of],
        own.grid(),
        quarterly.grid(),
        own.lay([_between(each.own, each.native) for each in every], False),
        own.lay([each.poorly_placed for each in every], False),
        quarterly.lay([each.summarised for each in every], False),
        quarterly.lay([each.group.on(each.quarterly.periods) for each in every], False),
        quarterly.lay([each.residents for each in every], np.nan),
        quarterly.lay([each.years for each in every], 0),
    )


def _between(grid: Grid, native: slice) -> np.ndarray:
    inside = np.zeros(len(grid.periods), dtype=bool)
    inside[native] = True
    return inside


class _Layout:
    """Where each of several grids goes in one that has all their rows and periods."""

    def __init__(self, rows: list[slice], grids: list[Grid]):
        first = min(grids, key=lambda grid: grid.start)
        self.grids, self.start = grids, first.start
        stop = max(grid.start + len(grid.periods) for grid in grids)
        kind, day = first.periods[0].kind, first.periods[0].start
        self.periods = columns(kind, day, stop - self.start)
        self.places = [
            (at, slice_of(grid, self.start))
            for at, grid in zip(rows, grids, strict=True)
        ]
        self.shape = rows[-1].stop, len(self.periods)

    def lay(self, arrays: list[np.ndarray], otherwise: object) -> np.ndarray:
        laid = np.full(self.shape, otherwise)
        for place, array in zip(self.places, arrays, strict=True):
            laid[place] = array
        return laid

    def grid(self) -> Grid:
        areas = tuple(area for grid in self.grids for area in grid.areas)
        arrays = {
            name: self.lay([getattr(grid, name) for grid in self.grids], otherwise)
            for name, otherwise in UNKNOWN.items()
        }
        return Grid(areas, self.periods, self.start, **arrays)


def quarters_of(stack: Stack) -> Cells:
    """Every quarter of every area that has a summary of it."""
    grid = stack.quarterly
    parts = len(stack.own.periods) // len(grid.periods)
    return Cells(
        rows=np.arange(len(stack.area)),
        grid=grid,
        wanted=stack.summarised,
        residents=stack.residents,
        years=stack.years,
        last=parts * np.arange(1, len(grid.periods) + 1) - 1,
        parts=parts,
        year=4,
    )


def wholes_of(stack: Stack) -> Cells:
    """Every native period of the wholes."""
    rows = np.flatnonzero(stack.is_whole)
    parts = len(stack.own.periods) // len(stack.quarterly.periods)
    at = np.arange(len(stack.own.periods))
    return Cells(
        rows=rows,
        grid=stack.own.rows(rows),
        wanted=stack.native[rows],
        residents=stack.residents[rows][:, at // parts],
        years=stack.years[rows][:, at // parts],
        last=at,
        parts=1,
        year=4 * parts,
    )


def figures_of(stack: Stack, cells: Cells) -> tuple[dict[str, np.ndarray], Rates]:
    """What each of the cells is: columns of Summary, and the rates unrounded."""
    grid, rows = cells.grid, cells.rows
    is_share = stack.is_kind(Indicator.Kind.PROPORTION)[rows]
    has_limits = ~stack.is_kind(Indicator.Kind.PUBLISHED_RATE)[rows]
    rates = _rates(stack, cells)
    rate, low, high = (_stored(each) for each in rates)
    state = np.select(
        [grid.known, grid.hidden, grid.held > 0],
        [Summary.State.COMPLETE, Summary.State.HIDDEN, Summary.State.INCOMPLETE],
        Summary.State.NONE,
    )
    return {
        "state": state,
        "hidden": grid.hidden,
        "parts_held": grid.held,
        "parts_expected": grid.expected,
        "provisional": grid.provisional,
        "value": grid.value,
        "in_areas": grid.in_areas,
        "unplaced": grid.unplaced,
        "population": np.where(is_share, grid.denominator, cells.residents),
        "population_year": np.where(is_share | (cells.years == 0), np.nan, cells.years),
        "rate": rate,
        "low": np.where(has_limits, low, np.nan),
        "high": np.where(has_limits, high, np.nan),
    }, rates


def _rates(stack: Stack, cells: Cells) -> Rates:
    """The rates with their limits, NaN where there is none: below 0 is what was taken
    back after it was counted, and no count."""
    grid, rows = cells.grid, cells.rows
    per = stack.each(lambda indicator: indicator.rate_per)[rows]
    kind = {each: stack.is_kind(each)[rows] for each in Indicator.Kind}
    is_share = kind[Indicator.Kind.PROPORTION]
    is_published = kind[Indicator.Kind.PUBLISHED_RATE]
    is_count = ~(is_share | is_published)
    value = np.where(grid.value >= 0, grid.value, np.nan)
    of = np.where(is_share, grid.denominator, cells.residents)
    of = np.where(of > 0, of, np.nan)
    rate, low, high = value.copy(), value.copy(), value.copy()
    if is_count.any():
        counts = np.where(is_count & ~np.isnan(of), value, np.nan)
        limits = intervals.count_limits(counts)
        factor = per / of
        for array, each in zip((rate, low, high), (counts, *limits), strict=True):
            np.copyto(array, each * factor, where=is_count)
    if is_share.any():
        parts = np.where(is_share, value, np.nan), np.where(is_share, of, np.nan)
        if (parts[0] > parts[1]).any():
            raise ValueError("A part of a proportion is more than the whole.")
        limits = intervals.proportion_limits(*parts)
        for array, each in zip(
            (rate, low, high), (parts[0] / parts[1], *limits), strict=True
        ):
            np.copyto(array, each * per, where=is_share)
    return rate, low, high


def _stored(values: np.ndarray) -> np.ndarray:
    """To the six places that are kept, as printing them would round."""
    millionths = values * 1e6
    rounded = np.rint(millionths) / 1e6
    halves = np.abs(millionths - np.floor(millionths) - 0.5) < 1e-4
    rounded[halves] = [float(f"{value:.6f}") for value in values[halves]]
    return rounded


def judged(stack: Stack, cells: Cells) -> dict[str, np.ndarray]:
    """What each of the cells says beside what was before it: columns of Summary."""
    rows, value = cells.rows, cells.grid.value
    real = ~stack.each(lambda indicator: indicator.illustrative)[rows]
    counted = real & stack.is_kind(Indicator.Kind.COUNT)[rows]
    over_twelve = _rolling(stack.own.value[rows], cells.year * cells.parts)
    looked_back = {
        "last_year": _back(value, cells.year),
        "previous": _back(value, 1),
        "twelve_months": over_twelve[:, cells.last],
        "twelve_months_last_year": _back(over_twelve, cells.year * cells.parts)[
            :, cells.last
        ],
        "cost": _costs(stack, cells),
    }
    p, changes = _changes(stack, cells, counted & cells.wanted)
    variation, trial = _variations(stack, cells, real)
    return {
        name: np.where(counted, each, np.nan) for name, each in looked_back.items()
    } | {"p_value": p, "change": changes, "variation": variation, "trial_limits": trial}


def _back(values: np.ndarray, columns: int, otherwise: object = np.nan) -> np.ndarray:
    """The values of so many columns before."""
    moved = np.full(values.shape, otherwise)
    moved[:, columns:] = values[:, : max(values.shape[1] - columns, 0)]
    return moved


def _rolling(values: np.ndarray, length: int) -> np.ndarray:
    """The sum of so many columns that end with each, NaN unless each has a value."""
    wide = np.pad(values, [(0, 0), (length - 1, 0)], constant_values=np.nan)
    return sliding_window_view(wide, length, axis=1).sum(axis=2)


def _comparable(stack: Stack, cells: Cells) -> np.ndarray:
    """Whether each cell can be set against another period's."""
    poor = stack.poor[cells.rows]
    if poor.shape[1] > len(cells.last):
        poor = poor.reshape(len(poor), -1, cells.parts).any(axis=2)
    return ~poor | stack.is_whole[cells.rows][:, None]


def _changes(
    stack: Stack, cells: Cells, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The p of each count having changed since last year, and the verdict."""
    value = cells.grid.value
    before = _back(value, cells.year)
    comparable = _comparable(stack, cells)
    compared = wanted & comparable & _back(comparable, cells.year, False)
    compared &= (value >= 0) & (before >= 0)  # and neither is missing
    compared &= (value == np.floor(value)) & (before == np.floor(before))
    days = np.array([_days(each) for each in cells.grid.periods])
    days_before = np.array([_days(each.same_last_year) for each in cells.grid.periods])
    at = np.nonzero(compared)
    now, then = value[at].astype(np.int64), before[at].astype(np.int64)
    days, days_before = days[at[1]], days_before[at[1]]
    found = change.two_counts_ps(now, then, days, days_before)
    same_way = (now - then) * (now * days_before - then * days) > 0
    clear = np.where((found < change.CLEAR) & same_way, np.sign(now - then), 0)
    verdicts = [Summary.Change.NO_CLEAR_CHANGE, CHANGES[1], CHANGES[-1]]
    p = np.full(value.shape, np.nan)
    changes = np.full(value.shape, Summary.Change.NOT_COMPARED)
    p[at], changes[at] = found, np.array(verdicts)[clear]
    return p, changes


@cache
def _days(period: periods.Period) -> int:
    return period.days


def _variations(
    stack: Stack, cells: Cells, real: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The verdict on each cell's points on the process chart of all up to its last one,
    and whether its limits are on trial."""
    shape = cells.grid.value.shape
    sides, known = np.zeros(shape, dtype=int), np.zeros(shape, dtype=bool)
    trial = np.zeros(shape, dtype=bool)
    measured = _measured(stack)[cells.rows]
    for at in np.flatnonzero(cells.wanted.any(axis=0)):
        found = process_control.latest(
            measured[:, : cells.last[at] + 1], last=cells.parts
        )
        sides[:, at], known[:, at] = found.side, found.judged
        trial[:, at] = found.trial
    meanings = [
        [Summary.Variation.USUAL, *(VARIATIONS[each][side] for side in (1, -1))]
        for each in Polarity
    ]
    polarity = stack.each(lambda each: list(Polarity).index(Polarity(each.polarity)))
    verdicts = np.array(meanings)[polarity[cells.rows], sides]
    return (
        np.where(known & real, verdicts, Summary.Variation.CANNOT_TELL),
        trial & real,
    )


def _measured(stack: Stack) -> np.ndarray:
    """What process charts plot: counts as they are, other kinds by their rate."""
    own = stack.own
    per = stack.each(lambda indicator: indicator.rate_per)
    of = np.where(own.denominator > 0, own.denominator, np.nan)
    counted = np.where(own.value >= 0, own.value, np.nan)
    plotted = np.where(stack.is_kind(Indicator.Kind.COUNT), own.value, counted)
    is_share = stack.is_kind(Indicator.Kind.PROPORTION)
    plotted = np.where(is_share, counted / of * per, plotted)
    return np.where(stack.poor & ~stack.is_whole[:, None], np.nan, plotted)


def _costs(stack: Stack, cells: Cells) -> np.ndarray:
    value = cells.grid.value
    costs = np.full(value.shape, np.nan)
    for number, series in enumerate(stack.every):
        if series.indicator.unit_cost:
            pounds = series.indicator.unit_cost.pounds
            of_it = (stack.of[cells.rows] == number)[:, None]
            at = of_it & cells.wanted & (value >= 0)
            costs[at] = [cost.estimate(each, pounds) for each in value[at]]
    return costs


def rows_of(stack: Stack, cells: Cells, found: dict[str, np.ndarray]) -> pl.DataFrame:
    """Cells that are wanted as rows under Summary's names, with kind and start of their
    period."""
    at = np.nonzero(cells.wanted)
    pks = stack.each(lambda indicator: indicator.pk)[:, 0]
    masked = np.array([series.masked for series in stack.every])[stack.of]
    starts = np.array(
        [each.start for each in cells.grid.periods], dtype="datetime64[D]"
    )
    rows = cells.rows[at[0]]
    return _frame(
        {
            "indicator": pks[rows],
            "area": stack.area[rows],
            "masked": masked[rows],
            "kind": np.full(len(rows), cells.grid.periods[0].kind),
            "start": starts[at[1]],
        }
        | {name: array[at] for name, array in found.items()}
    )


def positions_of(stack: Stack, cells: Cells, rates: Rates) -> pl.DataFrame:
    """Where each of a group's areas stands in each quarter, as rows under Position's
    names, with indicator, area and period of the summary. ``cells`` are quarters."""
    compared = [
        (number, series)
        for number, series in enumerate(stack.every)
        if series.indicator.by_area
    ]
    when = np.flatnonzero(cells.wanted.any(axis=0))
    if not compared or not len(when):
        return pl.DataFrame(schema=KEY)
    # Groups have any number of areas: the row after the last stands for none.
    none = len(stack.area)
    of = np.full((len(compared), max(len(s.group.areas) for _, s in compared)), none)
    for place, (number, series) in enumerate(compared):
        of[place, : len(series.group.areas)] = np.flatnonzero(stack.of == number)

    def by_group(array: np.ndarray, otherwise: object) -> np.ndarray:
        """A row for each group and quarter, a column for each area."""
        wide = np.vstack([array[:, when], np.full((1, len(when)), otherwise)])
        return wide[of].swapaxes(1, 2).reshape(-1, of.shape[1])

    def by_series(fact: Fact) -> np.ndarray:
        facts = np.array([fact(series.indicator) for _, series in compared])
        return np.repeat(facts, len(when))[:, None]

    belongs = by_group(stack.members & cells.wanted, False)
    invented = by_series(lambda each: each.illustrative)
    uncounted = by_series(
        lambda each: each.kind == each.Kind.COUNT and each.denominator_id is None
    )
    judged = ~(invented | uncounted)
    published = by_series(lambda each: each.kind == each.Kind.PUBLISHED_RATE)
    rate, low, high = (
        np.where(belongs & judged, by_group(each, np.nan), np.nan) for each in rates
    )
    is_share = by_series(lambda each: each.kind == each.Kind.PROPORTION)
    of_whom = np.where(
        is_share,
        by_group(cells.grid.denominator, np.nan),
        by_group(cells.residents, np.nan),
    )
    benchmark = _benchmarks(
        by_group(cells.grid.value, np.nan),
        of_whom,
        belongs & by_group(cells.grid.applicable, True),
        by_series(lambda each: each.rate_per)[:, 0],
        hidden=by_group(cells.grid.hidden, False) & ~is_share,
        in_areas=by_group(cells.grid.in_areas, np.nan),
    )
    benchmark = np.where(judged & ~published, benchmark[:, None], np.nan)
    verdict, why_not = _compared(
        np.where(published, np.nan, low), high, benchmark, has_rate=~np.isnan(rate)
    )
    why_not = np.where(uncounted, NO_RATE, why_not)
    why_not = np.where(invented, INVENTED, why_not)
    place = position.standings(rate)
    at = np.nonzero(belongs)
    group = at[0]
    column = np.tile(when, len(compared))[group]
    row = np.repeat(of, len(when), axis=0)[at]
    starts = np.array(
        [each.start for each in cells.grid.periods], dtype="datetime64[D]"
    )

    def of_group(array: np.ndarray) -> np.ndarray:
        return _stored(array)[group]

    return _frame(
        {
            "indicator": by_series(lambda each: each.pk)[group, 0],
            "area": stack.area[row],
            "masked": np.array([series.masked for _, series in compared])[
                group // len(when)
            ],
            "kind": np.full(len(row), Period.Kind.QUARTER),
            "start": starts[column],
            "group": by_series(lambda each: each.group_id)[group, 0],
            "rank": place.rank[at],
            "of": place.areas[group],
            "quartile": place.quartile[at],
            "median": of_group(place.median),
            "lowest": of_group(place.lowest),
            "highest": of_group(place.highest),
            "benchmark": _stored(benchmark)[group, 0],
            "verdict": verdict[at],
            "why_not": why_not[at],
        }
    )


def _benchmarks(
    counts: np.ndarray,
    people: np.ndarray,
    belongs: np.ndarray,
    per: np.ndarray,
    *,
    hidden: np.ndarray,
    in_areas: np.ndarray,
) -> np.ndarray:
    """The rate of each row's areas together, without what has no place; NaN unless all
    have a figure. An area to which the figure does not apply is left out. Where a count
    is hidden, the areas' count is the one that is told of the whole (``in_areas``)."""
    unknown = belongs & np.isnan(counts)
    counts = np.where(unknown & hidden, 0, counts)
    lacking = (belongs & (np.isnan(counts) | ~(people > 0))).any(axis=1)
    count = np.where(belongs, counts, 0).sum(axis=1)
    of_whole = np.where(np.isnan(in_areas), 0, in_areas).sum(axis=1)  # one has it
    of_whole[np.isnan(in_areas).all(axis=1)] = np.nan
    count = np.where((unknown & hidden).any(axis=1), of_whole, count)
    residents = np.where(belongs, people, 0).sum(axis=1)
    known = belongs.any(axis=1) & ~lacking & (count >= 0)
    residents = np.where(known, residents, np.nan)
    return count / residents * per


def _compared(
    low: np.ndarray, high: np.ndarray, benchmark: np.ndarray, *, has_rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The verdict on each interval against its benchmark, as position.compare has it, and
    why there is none."""
    reasons = position.WhyNoComparison
    unknown = np.isnan(low) | np.isnan(benchmark)
    verdict = np.select(
        [unknown, low > benchmark, high < benchmark],
        [
            VERDICTS[place]
            for place in (
                position.Place.NOT_COMPARED,
                position.Place.HIGHER,
                position.Place.LOWER,
            )
        ],
        VERDICTS[position.Place.SIMILAR],
    )
    why_not = np.select(
        [~has_rate, np.isnan(low), np.isnan(benchmark)],
        [reasons.NO_VALUE, reasons.NO_INTERVAL, reasons.NO_BENCHMARK],
        "",
    )
    return verdict, why_not


def _frame(found: dict[str, np.ndarray]) -> pl.DataFrame:
    """Columns of arrays as a table, null for NaN."""
    whole = [name for name in WHOLE_NUMBERS if name in found]
    return (
        pl.DataFrame(found)
        .with_columns(pl.selectors.float().fill_nan(None))
        .with_columns(pl.col(whole).cast(pl.Int64))
    )
