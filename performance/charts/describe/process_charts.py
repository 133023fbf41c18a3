"""A series with its usual range, signals, gaps and events."""

import calendar
import datetime
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from performance.charts.describe.axes import Axis, Tick, axis, ticks_of
from performance.charts.describe.ranges import (
    Band,
    Highlight,
    bands_of,
    check_lengths,
    highlight_of,
)
from performance.charts.describe.readings import process_reading
from performance.charts.describe.words import figure, noun, sentence
from performance.periods import Month, Period, Quarter
from performance.statistics.polarity import Judgement, Polarity, Side, judge
from performance.statistics.process_control import (
    Point,
    ProcessControl,
    Rule,
    Signal,
)

NO_FIGURE = "no figure"
MOST_GAPS_NAMED = 4


class Mark(enum.StrEnum):
    """A judgement's shape; each is also a word and a colour."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"  # away from usual, no judgement
    ORDINARY = "ordinary"


MARKS = {
    Judgement.WORSE: Mark.WORSE,
    Judgement.BETTER: Mark.BETTER,
    Judgement.NONE: Mark.CHANGED,
}


@dataclass(frozen=True)
class ChartPoint:
    """One period; ``words`` say what the mark means, empty for an ordinary point."""

    period: Period
    value: float | None
    label: str  # the value as people read it, or why there is none
    mark: Mark
    words: str


@dataclass(frozen=True)
class Gap:
    """Points [start, stop) without a figure, for one reason."""

    start: int
    stop: int
    reason: str


@dataclass(frozen=True)
class Event:
    """A dated event; ``at`` is where it falls, 0 being the start of the first period."""

    number: int
    date: datetime.date
    text: str
    at: float


@dataclass(frozen=True)
class ProcessChart:
    """A series with its usual range. ``id`` is unique in the page it is drawn on."""

    id: str
    reading: str  # one sentence: what the chart shows
    unit: str  # what is counted each period: "Burglaries a month"
    points: tuple[ChartPoint, ...]
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...]
    events: tuple[Event, ...]
    highlight: Highlight | None
    axis: Axis
    ticks: tuple[Tick, ...]
    legend: tuple[tuple[Mark, str], ...]
    limits_note: str  # how the limits were made

    @property
    def axis_note(self) -> str:
        """What the axis measures, and where it starts when that is not 0."""
        if self.axis.low == 0:
            return self.unit
        return f"{self.unit}; the axis starts at {self.axis.label(self.axis.low)}"

    @property
    def gaps_note(self) -> str:
        """Which periods have no figure: "No file: Jun, Aug, Sep 2020"."""
        return _gaps_note(self.points, self.gaps)


def process_chart(
    *,
    id: str,
    subject: str,
    unit: str,
    periods: Sequence[Period],
    chart: ProcessControl,
    polarity: Polarity | str,
    quarter: Quarter | None = None,
    events: Iterable[tuple[datetime.date, str]] = (),
    gap_reasons: Mapping[Period, str] | None = None,
    of_counts: bool = True,
    decimals: int = 0,
) -> ProcessChart:
    """Describe a process chart of consecutive periods of one kind, oldest first.

    ``chart`` holds a point for each period. ``subject`` begins the reading ("Burglary"),
    ``unit`` names the axis. Events outside the periods are left out, and the rest
    numbered by date. A period without a value shows its reason from ``gap_reasons``, else
    "no figure". Raises ValueError when periods and points differ in number or there are
    none.
    """
    check_lengths(periods, chart)
    reasons = gap_reasons or {}
    points = tuple(
        _chart_point(period, point, polarity, reasons, decimals)
        for period, point in zip(periods, chart.points, strict=True)
    )
    bands = bands_of(chart, of_counts)
    scale = _process_axis(points, bands, decimals)
    return ProcessChart(
        id=id,
        reading=process_reading(subject, periods, chart, quarter),
        unit=unit,
        points=points,
        bands=bands,
        gaps=_gaps(points),
        events=_events(events, periods),
        highlight=highlight_of(periods, quarter),
        axis=scale,
        ticks=ticks_of(periods),
        legend=_legend(points, polarity),
        limits_note=_limits_note(chart, periods, scale),
    )


def _chart_point(
    period: Period,
    point: Point,
    polarity: Polarity | str,
    reasons: Mapping[Period, str],
    decimals: int,
) -> ChartPoint:
    if point.value is None:
        reason = reasons.get(period, NO_FIGURE)
        return ChartPoint(period, None, reason, Mark.ORDINARY, "")
    label = figure(point.value, decimals)
    if point.shown is None:
        return ChartPoint(period, point.value, label, Mark.ORDINARY, "")
    mark = MARKS[judge(point.shown.side, polarity)]
    return ChartPoint(period, point.value, label, mark, signal_words(point.shown))


def signal_words(signal: Signal) -> str:
    """What a signal says of its point, in the words of pages."""
    high = signal.side is Side.HIGH
    return {
        Rule.OUTSIDE: "above the usual range" if high else "below the usual range",
        Rule.TREND: "one of seven or more rising"
        if high
        else "one of seven or more falling",
        Rule.TWO_OF_THREE: f"two of three close to the {'upper' if high else 'lower'} limit",
        Rule.RUN: f"one of seven or more in a row {'above' if high else 'below'} average",
    }[signal.rule]


def _gaps(points: Sequence[ChartPoint]) -> tuple[Gap, ...]:
    gaps = []
    at = 0
    for (missing, reason), group in groupby(
        points, key=lambda p: (p.value is None, p.label if p.value is None else "")
    ):
        length = len(list(group))
        if missing:
            gaps.append(Gap(at, at + length, reason))
        at += length
    return tuple(gaps)


def _gaps_note(points: Sequence[ChartPoint], gaps: Sequence[Gap]) -> str:
    by_reason: dict[str, list[Period]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).extend(
            point.period for point in points[gap.start : gap.stop]
        )
    notes = []
    for reason, periods in by_reason.items():
        if len(periods) > MOST_GAPS_NAMED:
            named = f"{len(periods)} {noun(periods[0])}s"
        else:
            named = _names(periods)
        notes.append(f"{sentence(reason)}: {named}")
    return "; ".join(notes)


def _names(periods: Sequence[Period]) -> str:
    """ "Jun, Aug, Sep 2020": a year is said once, after its last month."""
    if not isinstance(periods[0], Month):
        return ", ".join(period.label for period in periods)
    parts = []
    for year, months in groupby(periods, key=lambda month: month.year):
        names = ", ".join(calendar.month_abbr[month.month] for month in months)
        parts.append(f"{names} {year}")
    return ", ".join(parts)


def _events(
    events: Iterable[tuple[datetime.date, str]], periods: Sequence[Period]
) -> tuple[Event, ...]:
    placed = []
    for date, text in sorted(events):
        for index, period in enumerate(periods):
            if period.start <= date <= period.end:
                at = index + (date - period.start).days / period.days
                placed.append(Event(len(placed) + 1, date, text, at))
                break
    return tuple(placed)


def _process_axis(
    points: Sequence[ChartPoint], bands: Sequence[Band], decimals: int
) -> Axis:
    reach = [point.value for point in points if point.value is not None]
    reach += [line for band in bands for line in (band.low, band.high)]
    return axis(min(reach, default=0), max(reach, default=1), decimals=decimals)


def _legend(
    points: Sequence[ChartPoint], polarity: Polarity | str
) -> tuple[tuple[Mark, str], ...]:
    """The marks in the chart, with what each means here."""
    lower_is_better = Polarity(polarity) is Polarity.LOWER
    words = {
        Mark.WORSE: "unusually high" if lower_is_better else "unusually low",
        Mark.BETTER: "unusually low" if lower_is_better else "unusually high",
        Mark.CHANGED: "unusual, neither way is judged",
        Mark.ORDINARY: "ordinary variation",
    }
    drawn = {point.mark for point in points if point.value is not None}
    return tuple((mark, words[mark]) for mark in Mark if mark in drawn)


def _limits_note(chart: ProcessControl, periods: Sequence[Period], scale: Axis) -> str:
    last = chart.segments[-1]
    found = last.limits
    if not found.known:
        return f"No limits: {found.reason}."
    each = noun(periods[0])
    note = (
        f"{'Trial limits: average' if found.trial else 'Average'} "
        f"{scale.line_label(found.centre)} ± 2.66 × the mean moving range of "
        f"{found.points} {each}s"
    )
    if last.start:
        note += f" from {periods[last.start].label}"
    if found.screened:
        movements = "movement" if found.screened == 1 else "movements"
        note += f"; {found.screened} very large {movements} left out"
    if any(point.value is None for point in chart.points):
        note += "; no range taken across a gap"
    return f"{note}."
