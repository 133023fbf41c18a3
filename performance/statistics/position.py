"""Where an area stands: among the others, and against them all together."""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from performance.statistics.intervals import Interval
from performance.statistics.polarity import Judgement, Polarity, Side, judge

MIN_AREAS_FOR_QUARTILES = 4


class WhyNoPosition(enum.StrEnum):
    NO_VALUE = "no figure for this area"
    NOT_IN_GROUP = "not one of the areas compared"
    NO_OTHERS = "no other area has a figure"


@dataclass(frozen=True)
class Spread:
    """A group's values: how many areas have one, the range, the middle.

    ``lower_quartile`` and ``upper_quartile`` are None below four areas; everything is
    None when no area has a value.
    """

    areas: int
    lowest: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    highest: float | None


@dataclass(frozen=True)
class Position:
    """One area's place among a group.

    ``rank`` 1 is the highest value, ``rank_from_lowest`` 1 the lowest; areas that tie
    share the best of their ranks. ``quartile`` 1 is the lowest quarter. What cannot be
    had is None and ``reason`` says why.
    """

    spread: Spread
    rank: int | None = None
    rank_from_lowest: int | None = None
    quartile: int | None = None
    reason: WhyNoPosition | None = None


class Place(enum.StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    SIMILAR = "similar"
    NOT_COMPARED = "not compared"


class WhyNoComparison(enum.StrEnum):
    NO_VALUE = "no figure for this area"
    NO_INTERVAL = "no interval can be worked out"
    NO_BENCHMARK = "no figure to compare with"


@dataclass(frozen=True)
class Comparison:
    """An interval against a benchmark.

    ``judgement`` is None when similar or not compared.
    """

    place: Place
    judgement: Judgement | None = None
    reason: WhyNoComparison | None = None


def spread(values: Sequence[float | None]) -> Spread:
    """The range, median and quartiles of a group; None values are left out.

    Source: quartiles by linear interpolation, type 7 of Hyndman and Fan (1996), as R's
    ``quantile`` does by default.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return Spread(0, None, None, None, None, None)
    enough = len(known) >= MIN_AREAS_FOR_QUARTILES
    return Spread(
        areas=len(known),
        lowest=known[0],
        lower_quartile=quantile(known, 0.25) if enough else None,
        median=quantile(known, 0.5),
        upper_quartile=quantile(known, 0.75) if enough else None,
        highest=known[-1],
    )


def positions(values: Mapping[str, float | None]) -> dict[str, Position]:
    """Every area's place among the areas given; one without a value gets its reason."""
    group = spread(list(values.values()))
    known = sorted(value for value in values.values() if value is not None)
    from_lowest = {}
    from_highest = {}
    for number, value in enumerate(known, start=1):
        from_lowest.setdefault(value, number)
        from_highest[value] = len(known) - number + 1
    return {
        area: _position(value, group, from_highest, from_lowest)
        for area, value in values.items()
    }


def position(area: str, values: Mapping[str, float | None]) -> Position:
    """One area's place among the areas given; for all of them use ``positions``."""
    if area not in values:
        group = spread(list(values.values()))
        return Position(group, reason=WhyNoPosition.NOT_IN_GROUP)
    return positions(values)[area]


@dataclass(frozen=True)
class Standings:
    """``positions`` of many groups at once, a row each; NaN is what cannot be had.

    ``rank`` and ``quartile`` have a column an area, the others one figure a group.
    """

    rank: np.ndarray
    quartile: np.ndarray
    areas: np.ndarray
    lowest: np.ndarray
    median: np.ndarray
    highest: np.ndarray


def standings(values: np.ndarray) -> Standings:
    """Every area's place in each of many groups: a row a group, NaN without a value."""
    known = ~np.isnan(values)
    areas = known.sum(axis=1)
    ordered = np.sort(values, axis=1)  # NaN comes last
    cuts = [_quantiles(ordered, areas, share) for share in (0.25, 0.5, 0.75)]
    higher = (values[:, None, :] > values[:, :, None]).sum(axis=2)
    quarter = 1 + sum(values > cut[:, None] for cut in cuts)
    enough = known & (areas >= MIN_AREAS_FOR_QUARTILES)[:, None]
    return Standings(
        rank=np.where(known & (areas > 1)[:, None], 1 + higher, np.nan),
        quartile=np.where(enough, quarter, np.nan),
        areas=areas,
        lowest=_quantiles(ordered, areas, 0),
        median=cuts[1],
        highest=_quantiles(ordered, areas, 1),
    )


def _quantiles(ordered: np.ndarray, areas: np.ndarray, share: float) -> np.ndarray:
    """``quantile`` of the first so many of each row; NaN of none."""
    at = np.maximum(areas - 1, 0) * share
    below, above = np.floor(at).astype(int), np.ceil(at).astype(int)
    rows = np.arange(len(ordered))
    low, high = ordered[rows, below], ordered[rows, above]
    return low + (high - low) * (at - below)


def _position(
    value: float | None,
    group: Spread,
    from_highest: Mapping[float, int],
    from_lowest: Mapping[float, int],
) -> Position:
    if value is None:
        return Position(group, reason=WhyNoPosition.NO_VALUE)
    if group.areas == 1:
        return Position(group, reason=WhyNoPosition.NO_OTHERS)
    quartile = None
    if group.lower_quartile is not None:
        cuts = (group.lower_quartile, group.median, group.upper_quartile)
        quartile = 1 + sum(value > cut for cut in cuts)
    return Position(group, from_highest[value], from_lowest[value], quartile)


def compare(
    interval: Interval | None,
    benchmark: float | None,
    polarity: Polarity | str,
    *,
    value: float | None = None,
) -> Comparison:
    """Whether an area's interval leaves out the benchmark, both in one unit.

    Higher or lower when the whole interval is strictly on one side; a benchmark on a
    limit is similar. Without an interval or a benchmark the answer is "not compared",
    with its reason; ``value`` tells a missing interval from a missing figure.

    Source: Office for Health Improvement and Disparities, technical guide to comparing
    with a benchmark by confidence interval.
    """
    if interval is None:
        missing = WhyNoComparison.NO_VALUE
        if value is not None:
            missing = WhyNoComparison.NO_INTERVAL
        return Comparison(Place.NOT_COMPARED, reason=missing)
    if benchmark is None:
        return Comparison(Place.NOT_COMPARED, reason=WhyNoComparison.NO_BENCHMARK)
    if interval.low > benchmark:
        return Comparison(Place.HIGHER, judge(Side.HIGH, polarity))
    if interval.high < benchmark:
        return Comparison(Place.LOWER, judge(Side.LOW, polarity))
    return Comparison(Place.SIMILAR)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies; ``ordered`` ascending and not empty.

    Source: Hyndman and Fan (1996), type 7.
    """
    at = (len(ordered) - 1) * share
    below = math.floor(at)
    above = math.ceil(at)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
