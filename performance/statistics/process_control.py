"""The usual range of a series, the points that left it, and what that means.

An XmR chart: individual values with limits from their moving ranges.

Source: NHS England, Making data count (and its R package NHSRplotthedots); Wheeler,
Understanding variation.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import fsum, isclose

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from performance.statistics.polarity import Judgement, Polarity, Side, judge

MIN_POINTS = 12  # fewer give trial limits
TO_LIMIT = 2.66  # 3 sigma over d2 = 1.128, for ranges of pairs
TO_SCREEN = 3.267  # upper limit of a moving range, D4 for pairs
RUN_LENGTH = 7
TREND_LENGTH = 7  # points, so six steps
ROUNDING = 1e-9  # a value this near a line, as a share of it, is on the line


class WhyNoLimits(enum.StrEnum):
    NO_POINTS = "no figures"
    TOO_FEW = "no two consecutive figures"
    FLAT = "no variation to measure"


@dataclass(frozen=True)
class Limits:
    """Centre line and natural process limits, in the unit of the values.

    ``centre`` is None without any value; ``lower`` and ``upper`` are None without
    variation to measure, and ``reason`` says why. ``trial`` means fewer than MIN_POINTS
    values. ``points`` were averaged, ``screened`` moving ranges left out.
    """

    lower: float | None
    centre: float | None
    upper: float | None
    trial: bool
    points: int = field(default=0, compare=False)
    screened: int = field(default=0, compare=False)
    reason: WhyNoLimits | None = None

    @property
    def known(self) -> bool:
        return self.upper is not None


class Rule(enum.StrEnum):
    """What makes a point a signal; the order is that in which they are shown."""

    OUTSIDE = "outside a limit"
    TREND = "trend"
    TWO_OF_THREE = "two of three near a limit"
    RUN = "run on one side"


@dataclass(frozen=True)
class Signal:
    rule: Rule
    side: Side  # of the centre line; of a trend, where it heads


@dataclass(frozen=True)
class Point:
    """One period: its value (None where missing) and every rule it meets, in order."""

    value: float | None
    signals: tuple[Signal, ...] = ()

    @property
    def shown(self) -> Signal | None:
        """The signal that names the point, if any."""
        return self.signals[0] if self.signals else None

    @property
    def outside(self) -> Side | None:
        """The limit it is strictly outside of, if any."""
        shown = self.shown
        return shown.side if shown and shown.rule is Rule.OUTSIDE else None


@dataclass(frozen=True)
class Segment:
    """Points [start, stop) that share limits."""

    start: int
    stop: int
    limits: Limits


@dataclass(frozen=True)
class ProcessControl:
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]

    @property
    def limits(self) -> Limits:
        """Those of the last segment."""
        return self.segments[-1].limits


class Verdict(enum.StrEnum):
    IMPROVING = "improving"
    CONCERNING = "concerning"
    NEITHER = "neither"  # changed, no judgement
    USUAL = "within usual range"
    CANNOT_TELL = "cannot tell yet"


@dataclass(frozen=True)
class Variation:
    """The verdict on the latest points, with the signal it rests on.

    ``reason`` says why it cannot be told; it is empty too when all those points are
    missing.
    """

    verdict: Verdict
    signal: Signal | None = None
    trial: bool = False
    reason: WhyNoLimits | None = None


class Assurance(enum.StrEnum):
    MET = "consistently met"
    MISSED = "consistently missed"
    HIT_AND_MISS = "hit and miss"
    NO_TARGET = "no target"
    NOT_JUDGED = "neither way is judged"
    CANNOT_TELL = "cannot tell yet"


def limits(values: Sequence[float | None]) -> Limits:
    """Centre line and natural process limits of consecutive periods, oldest first.

    Values are in the indicator's own unit, None where a period is missing: no moving
    range is taken across it. Ranges of 3.267 × their mean or more are left out, once.
    The lower limit is not clipped at 0: a chart of counts does that.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Limits(None, None, None, trial=True, reason=WhyNoLimits.NO_POINTS)
    centre = fsum(known) / len(known)
    trial = len(known) < MIN_POINTS
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None is not b]
    kept = screened(ranges)
    spread = TO_LIMIT * fsum(kept) / len(kept) if kept else 0
    counts = {"points": len(known), "screened": len(ranges) - len(kept)}
    if not spread:
        reason = WhyNoLimits.FLAT if ranges else WhyNoLimits.TOO_FEW
        return Limits(None, centre, None, trial, reason=reason, **counts)
    return Limits(centre - spread, centre, centre + spread, trial, **counts)


def screened(ranges: Sequence[float]) -> list[float]:
    """The moving ranges below 3.267 × their mean; all of them when none moved."""
    if not any(ranges):
        return list(ranges)
    most = (1 - ROUNDING) * TO_SCREEN * fsum(ranges) / len(ranges)
    return [size for size in ranges if size < most]


def process_control(
    values: Sequence[float | None],
    *,
    rebased_at: Iterable[int] = (),
    baseline: int | None = None,
) -> ProcessControl:
    """Limits and signals of consecutive periods, oldest first, None where missing.

    ``rebased_at`` are the indexes of the points that begin new segments; ``baseline``
    fixes the limits of each segment by its first so many periods. Nothing is joined
    across a missing period or a new segment. Raises ValueError for an index outside the
    series or a baseline below 2.
    """
    starts = sorted({0, *rebased_at})
    if starts[0] < 0 or starts[-1] > max(len(values) - 1, 0):
        raise ValueError("A re-base must be at one of the points.")
    if baseline is not None and baseline < 2:
        raise ValueError("A baseline needs two periods or more.")
    points: list[Point] = []
    segments = []
    for start, stop in pairwise([*starts, len(values)]):
        part = values[start:stop]
        found = limits(part[:baseline])
        segments.append(Segment(start, stop, found))
        points += _points(part, found)
    return ProcessControl(tuple(points), tuple(segments))


def variation(
    chart: ProcessControl, polarity: Polarity | str, *, last: int = 1
) -> Variation:
    """What the latest points say: the newest signal among the ``last`` ones.

    The published method looks at the latest point alone (``last=1``); a quarter of
    months is judged by its three.
    """
    reason, trial = chart.limits.reason, chart.limits.trial
    latest = [point for point in chart.points[-last:] if point.value is not None]
    if reason or not latest:
        return Variation(Verdict.CANNOT_TELL, trial=trial, reason=reason)
    signal = next((point.shown for point in reversed(latest) if point.shown), None)
    if signal is None:
        return Variation(Verdict.USUAL, trial=trial)
    verdict = {
        Judgement.BETTER: Verdict.IMPROVING,
        Judgement.WORSE: Verdict.CONCERNING,
        Judgement.NONE: Verdict.NEITHER,
    }[judge(signal.side, polarity)]
    return Variation(verdict, signal, trial)


@dataclass(frozen=True)
class Latest:
    """Of many charts at once: what ``variation`` finds of each.

    ``judged`` is false where it cannot be told. ``side`` is that of the signal: 1 high,
    -1 low, 0 without one. ``trial`` says that the limits are on trial.
    """

    judged: np.ndarray
    side: np.ndarray
    trial: np.ndarray


def latest(values: np.ndarray, *, last: int = 1) -> Latest:
    """The verdicts on the latest points of many charts: a row each, NaN where missing.

    As ``variation`` of ``process_control``, without baseline and re-base, to the rounding
    that decides nothing there. Only the last points are looked at, and what they can be
    in: costs as much for a long history as for a short one, but for its limits.
    """
    known = ~np.isnan(values)
    points = known.sum(axis=1)
    with np.errstate(invalid="ignore"):  # nothing of nothing is NaN, which judges none
        centre = np.where(known, values, 0).sum(axis=1) / points
        spread = _spreads(values)
    reach = max(RUN_LENGTH, TREND_LENGTH, 3) - 1 + last
    lead = max(reach - values.shape[1], 0)
    recent = np.pad(values, [(0, 0), (lead, 0)], constant_values=np.nan)[:, -reach:]

    def beyond(parts: float) -> np.ndarray:
        """1 above the line so much of the way to a limit, -1 below it, else 0."""
        away = (spread * parts)[:, None]
        high, low = centre[:, None] + away, centre[:, None] - away
        return _all_strictly_below(high, recent) * 1 - _all_strictly_below(recent, low)

    near = beyond(2 / 3)
    two_of_three = np.zeros_like(near)
    whole = ~np.isnan(recent)
    for side in (1, -1):
        enough = (_windows(near == side, 3).sum(axis=2) >= 2) & _windows(whole, 3).all(
            2
        )
        two_of_three[(near == side) & _inside(enough, 3)] = side
    row = _windows(beyond(0), RUN_LENGTH)
    run = np.zeros_like(near)
    trend = np.zeros_like(near)
    steps = _windows(np.sign(np.diff(recent, axis=1)), TREND_LENGTH - 1)
    for side in (1, -1):
        run[_inside((row == side).all(axis=2), RUN_LENGTH)] = side
    for at in range(steps.shape[1]):  # where trends meet the newer wins
        heads = np.where((steps[:, at] == 1).all(axis=1), 1, 0)
        heads -= (steps[:, at] == -1).all(axis=1)
        one = trend[:, at : at + TREND_LENGTH]
        one[...] = np.where(heads[:, None] != 0, heads[:, None], one)
    shown = np.zeros(len(values), dtype=int)
    for at in range(-last, 0):
        for signal in (run, two_of_three, trend, beyond(1)):
            shown = np.where(signal[:, at] != 0, signal[:, at], shown)
    judged = (spread > 0) & whole[:, -last:].any(axis=1)
    return Latest(judged, np.where(judged, shown, 0), points < MIN_POINTS)


def assurance(
    chart: ProcessControl,
    target: float | None,
    polarity: Polarity | str,
    *,
    of_counts: bool,
) -> Assurance:
    """Whether the last segment's usual range lies wholly on one side of the target.

    A target on a limit is hit and miss, and a target of 0 for a count is never
    consistently met. Target and values are in one unit.
    """
    polarity, found = Polarity(polarity), chart.limits
    if target is None:
        return Assurance.NO_TARGET
    if polarity is Polarity.NEUTRAL:
        return Assurance.NOT_JUDGED
    if not found.known:
        return Assurance.CANNOT_TELL
    lower_is_better = polarity is Polarity.LOWER
    if _strictly_below(found.upper, target):
        verdict = Assurance.MET if lower_is_better else Assurance.MISSED
    elif _strictly_below(target, found.lower):
        verdict = Assurance.MISSED if lower_is_better else Assurance.MET
    else:
        verdict = Assurance.HIT_AND_MISS
    if verdict is Assurance.MET and of_counts and target == 0:
        return Assurance.HIT_AND_MISS
    return verdict


def _points(values: Sequence[float | None], found: Limits) -> list[Point]:
    """The values of one segment with the rules each meets."""
    if not found.known:
        return [Point(value) for value in values]
    signals: list[dict[Rule, Side]] = [{} for _ in values]
    for start, stop in _stretches(values):
        known = values[start:stop]
        for rule, marks in (
            (Rule.OUTSIDE, _outside(known, found)),
            (Rule.TREND, _trend(known)),
            (Rule.TWO_OF_THREE, _two_of_three(known, found)),
            (Rule.RUN, _run(known, found.centre)),
        ):
            for index, side in marks.items():
                signals[start + index][rule] = side
    return [
        Point(value, tuple(Signal(rule, side) for rule, side in met.items()))
        for value, met in zip(values, signals, strict=True)
    ]


def _stretches(values: Sequence[float | None]) -> list[tuple[int, int]]:
    """Where there are values without a gap: [start, stop) of each stretch."""
    gaps = [-1, *(i for i, value in enumerate(values) if value is None), len(values)]
    return [(a + 1, b) for a, b in pairwise(gaps) if b - a > 1]


def _outside(values: Sequence[float], found: Limits) -> dict[int, Side]:
    """Points strictly outside a limit."""
    return _beyond(values, found.lower, found.upper)


def _two_of_three(values: Sequence[float], found: Limits) -> dict[int, Side]:
    """Points beyond two thirds of the way to a limit, where two of three are."""
    beyond = _beyond(
        values,
        found.centre - (found.centre - found.lower) * 2 / 3,
        found.centre + (found.upper - found.centre) * 2 / 3,
    )
    marks = {}
    for first in range(len(values) - 2):
        for side in Side:
            near = [i for i in range(first, first + 3) if beyond.get(i) is side]
            if len(near) >= 2:
                marks |= dict.fromkeys(near, side)
    return marks


def _run(values: Sequence[float], centre: float) -> dict[int, Side]:
    """Points of seven or more in a row on one side; one on the mean ends it."""
    sides = _beyond(values, centre, centre)
    marks = {}
    for first in range(len(values) - RUN_LENGTH + 1):
        row = range(first, first + RUN_LENGTH)
        if sides.get(first) and len({sides.get(i) for i in row}) == 1:
            marks |= dict.fromkeys(row, sides[first])
    return marks


def _trend(values: Sequence[float]) -> dict[int, Side]:
    """Points of seven or more rising or falling; where trends meet the newer wins."""
    marks = {}
    for first in range(len(values) - TREND_LENGTH + 1):
        steps = list(pairwise(values[first : first + TREND_LENGTH]))
        row = range(first, first + TREND_LENGTH)
        if all(a < b for a, b in steps):
            marks |= dict.fromkeys(row, Side.HIGH)
        elif all(a > b for a, b in steps):
            marks |= dict.fromkeys(row, Side.LOW)
    return marks


def _beyond(values: Sequence[float], low: float, high: float) -> dict[int, Side]:
    """Values strictly below the low line or above the high one."""
    marks = {}
    for index, value in enumerate(values):
        if _strictly_below(high, value):
            marks[index] = Side.HIGH
        elif _strictly_below(value, low):
            marks[index] = Side.LOW
    return marks


def _strictly_below(value: float, other: float) -> bool:
    """Below by more than rounding, which must decide nothing."""
    return value < other and not isclose(value, other, rel_tol=ROUNDING)


def _spreads(values: np.ndarray) -> np.ndarray:
    """From the centre to a limit, of many charts; 0 or NaN without variation."""
    ranges = np.abs(np.diff(values, axis=1))
    measured = ~np.isnan(ranges)
    ranges = np.where(measured, ranges, 0)
    total = ranges.sum(axis=1)
    most = (1 - ROUNDING) * TO_SCREEN * total / measured.sum(axis=1)
    kept = measured & (ranges < most[:, None])
    return TO_LIMIT * np.where(kept, ranges, 0).sum(axis=1) / kept.sum(axis=1)


def _all_strictly_below(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """``_strictly_below`` for each; NaN is never below."""
    apart = ROUNDING * np.maximum(np.abs(values), np.abs(others))
    return (values < others) & (np.abs(values - others) > apart)


def _windows(values: np.ndarray, length: int) -> np.ndarray:
    """So many consecutive ones of each row, from each that has them: a third axis."""
    return sliding_window_view(values, length, axis=1)


def _inside(windows: np.ndarray, length: int) -> np.ndarray:
    """Which points lie in a window that is marked; windows are known by their first."""
    wide = np.pad(windows, [(0, 0), (length - 1, length - 1)])
    return _windows(wide, length).any(axis=2)
