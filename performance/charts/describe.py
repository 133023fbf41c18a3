"""What a chart shows, worked out from values once and then drawn in any way.

A description holds positions in the chart's own terms: points by their index, oldest
first, and values in the indicator's unit. Nothing here knows pixels.
"""

import calendar
import datetime
import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from performance.periods import Month, Period, Quarter
from performance.statistics.intervals import Interval
from performance.statistics.polarity import Judgement, Polarity, Side, judge
from performance.statistics.position import Comparison, Place
from performance.statistics.process_control import (
    Point,
    ProcessControl,
    Rule,
    Signal,
    WhyNoLimits,
)

NO_FIGURE = "no figure"
MOST_GAPS_NAMED = 4
LABELS_ROOM = 10  # tick labels along a process chart, at most


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
class Axis:
    """A value axis from ``low`` to ``high``; both are ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    def share(self, value: float) -> float:
        """How far along the axis a value lies, 0 to 1; outside values stay outside."""
        return (value - self.low) / (self.high - self.low)

    def label(self, tick: float) -> str:
        """A tick as people write it: 0, 0.5, 1."""
        return _trimmed(figure(tick, self.decimals))

    def line_label(self, value: float) -> str:
        """A limit or average: one decimal more than the ticks where steps are small."""
        fine = self.ticks[1] - self.ticks[0] < 10
        return _trimmed(figure(value, self.decimals + fine))


@dataclass(frozen=True)
class Tick:
    """A label under point ``index``; ``year`` is in bold below it where one begins."""

    index: int
    label: str
    year: str
    minor: bool  # left out where there is little room


@dataclass(frozen=True)
class ChartPoint:
    """One period; ``words`` say what the mark means, empty for an ordinary point."""

    period: Period
    value: float | None
    label: str  # the value as people read it, or why there is none
    mark: Mark
    words: str


@dataclass(frozen=True)
class Band:
    """The usual range of points [start, stop): limits as drawn, 0 at least for counts."""

    start: int
    stop: int
    low: float
    average: float
    high: float
    trial: bool


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
class Highlight:
    """Points [start, stop) of the quarter the page is about."""

    start: int
    stop: int
    label: str
    short_label: str


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


@dataclass(frozen=True)
class Sparkline:
    """Values small beside their usual range; the last few stand out."""

    id: str
    reading: str
    values: tuple[float | None, ...]
    bands: tuple[Band, ...]
    highlighted: tuple[int, ...]  # indexes of the points that stand out
    low: float
    high: float


@dataclass(frozen=True)
class IntervalRow:
    """One area: value and interval, and where it stands.

    ``value``, ``low`` and ``high`` are None together where there is nothing to draw.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    place: Place
    judgement: Judgement | None
    words: str  # "Higher", or why it is not compared
    reading: str  # the row in a sentence


@dataclass(frozen=True)
class IntervalPlot:
    """Areas with their intervals around one benchmark, in the order given."""

    id: str
    reading: str
    unit: str  # "Rate per 1,000 residents"
    rows: tuple[IntervalRow, ...]
    benchmark: float | None
    benchmark_label: str  # "All 14: 1.20"
    axis: Axis

    @property
    def without_interval(self) -> tuple[IntervalRow, ...]:
        return tuple(row for row in self.rows if row.value is None)


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
    _check(periods, chart)
    reasons = gap_reasons or {}
    points = tuple(
        _chart_point(period, point, polarity, reasons, decimals)
        for period, point in zip(periods, chart.points, strict=True)
    )
    bands = _bands(chart, of_counts)
    scale = _process_axis(points, bands, decimals)
    return ProcessChart(
        id=id,
        reading=process_reading(subject, periods, chart, quarter),
        unit=unit,
        points=points,
        bands=bands,
        gaps=_gaps(points),
        events=_events(events, periods),
        highlight=_highlight(periods, quarter),
        axis=scale,
        ticks=_ticks(periods),
        legend=_legend(points, polarity),
        limits_note=_limits_note(chart, periods, scale),
    )


def sparkline(
    *,
    id: str,
    subject: str,
    periods: Sequence[Period],
    chart: ProcessControl,
    quarter: Quarter | None = None,
    of_counts: bool = True,
    last: int = 3,
) -> Sparkline:
    """Describe a sparkline; the quarter's points stand out, else the ``last`` ones.

    Raises ValueError when periods and points differ in number or there are none.
    """
    _check(periods, chart)
    values = tuple(point.value for point in chart.points)
    bands = _bands(chart, of_counts)
    span = _highlight(periods, quarter)
    standing_out = (
        range(span.start, span.stop)
        if span
        else range(max(len(values) - last, 0), len(values))
    )
    reach = [value for value in values if value is not None]
    reach += [line for band in bands for line in (band.low, band.high)]
    return Sparkline(
        id=id,
        reading=process_reading(subject, periods, chart, quarter),
        values=values,
        bands=bands,
        highlighted=tuple(i for i in standing_out if values[i] is not None),
        low=min(reach, default=0),
        high=max(reach, default=0),
    )


def interval_plot(
    *,
    id: str,
    unit: str,
    rows: Sequence[tuple[str, Interval | None, Comparison]],
    benchmark: float | None,
    benchmark_name: str,
    decimals: int = 2,
) -> IntervalPlot:
    """Describe areas and their intervals against a benchmark, in the order given.

    ``benchmark_name`` completes "higher than …": "all 14 areas". Everything is in one
    unit. The axis starts at 0. Raises ValueError without rows.
    """
    if not rows:
        raise ValueError("An interval plot needs a row.")
    reach = [interval.high for _, interval, _ in rows if interval]
    if benchmark is not None:
        reach.append(benchmark)
    label = "Nothing to compare with"
    if benchmark is not None:
        label = f"{_sentence(benchmark_name)}: {figure(benchmark, decimals)}"
    return IntervalPlot(
        id=id,
        reading=_interval_reading([c for _, _, c in rows], benchmark_name),
        unit=unit,
        rows=tuple(
            _interval_row(name, interval, comparison, benchmark_name, decimals)
            for name, interval, comparison in rows
        ),
        benchmark=benchmark,
        benchmark_label=label,
        axis=axis(0, max(reach, default=1), decimals=decimals),
    )


def figure(value: float, decimals: int = 0) -> str:
    """A number as pages print it: "1,955", "0.16", "−3", rounded half up."""
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    text = f"{scaled:,.{decimals}f}"
    return f"−{text}" if value < 0 and scaled else text


def axis(low: float, high: float, *, steps: int = 6, decimals: int = 0) -> Axis:
    """An axis that covers low to high with about so many round steps.

    It starts at 0 unless all values are well above it; a step is then left below them.
    Tick labels have as few decimals as they need, up to ``decimals``.
    """
    if high <= low:
        high = low + 1
    from_zero = 0 <= low <= 0.4 * high
    reach = high - (0 if from_zero else low)
    step = _round_step(max(reach / (steps - 1), 10.0**-decimals))
    start = 0.0
    if not from_zero:
        start = math.floor((low - 0.7 * step) / step) * step
        start = max(start, 0.0) if low >= 0 else start
    count = max(math.ceil((high - start) / step - 1e-9), 1)
    shown = max(0, -math.floor(math.log10(step)))
    ticks = tuple(round(start + number * step, 9) for number in range(count + 1))
    return Axis(ticks[0], ticks[-1], ticks, shown)


def process_reading(
    subject: str,
    periods: Sequence[Period],
    chart: ProcessControl,
    quarter: Quarter | None = None,
) -> str:
    """One sentence: what the quarter's points (else the latest) did, and what came before."""
    reason = chart.limits.reason
    if reason is WhyNoLimits.NO_POINTS:
        return f"{subject}: no figures yet."
    if reason is WhyNoLimits.TOO_FEW:
        return f"{subject}: too few figures in a row for a usual range."
    if reason is WhyNoLimits.FLAT:
        return f"{subject}: no variation to measure."
    span = _highlight(periods, quarter)
    start, stop = (span.start, span.stop) if span else (len(periods) - 1, len(periods))
    now = _span(periods[start], periods[stop - 1])
    spells = _spells(chart.points[:stop])
    current = [spell for spell in spells if spell[1] > start]
    earlier = [spell for spell in spells if spell[1] <= start]
    trial = " (trial limits)" if chart.limits.trial else ""
    phrases = [_phrase(spell, periods, chart.points) for spell in earlier[-1:]]
    if current:
        phrases += [_phrase(spell, periods, chart.points) for spell in current]
    elif all(point.value is None for point in chart.points[start:stop]):
        phrases.append(f"had no figure for {now}")
    elif earlier:
        phrases.append(f"stayed within the usual range in {now}")
    else:
        began = next(i for i, p in enumerate(chart.points) if p.value is not None)
        whole = _span(periods[began], periods[stop - 1])
        preposition = "from" if began < stop - 1 else "in"
        phrases.append(f"stayed within the usual range {preposition} {whole}")
    return f"{subject} {_and(phrases)}{trial}."


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


def _bands(chart: ProcessControl, of_counts: bool) -> tuple[Band, ...]:
    return tuple(
        Band(
            segment.start,
            segment.stop,
            max(segment.limits.lower, 0) if of_counts else segment.limits.lower,
            segment.limits.centre,
            segment.limits.upper,
            segment.limits.trial,
        )
        for segment in chart.segments
        if segment.limits.known
    )


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
            named = f"{len(periods)} {_noun(periods[0])}s"
        else:
            named = _names(periods)
        notes.append(f"{_sentence(reason)}: {named}")
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


def _highlight(periods: Sequence[Period], quarter: Quarter | None) -> Highlight | None:
    if quarter is None:
        return None
    inside = [
        index
        for index, period in enumerate(periods)
        if quarter.start <= period.start and period.end <= quarter.end
    ]
    if not inside:
        return None
    return Highlight(inside[0], inside[-1] + 1, quarter.label, f"Q{quarter.number}")


def _process_axis(
    points: Sequence[ChartPoint], bands: Sequence[Band], decimals: int
) -> Axis:
    reach = [point.value for point in points if point.value is not None]
    reach += [line for band in bands for line in (band.low, band.high)]
    return axis(min(reach, default=0), max(reach, default=1), decimals=decimals)


def _ticks(periods: Sequence[Period]) -> tuple[Tick, ...]:
    if isinstance(periods[0], Month):
        return _month_ticks(periods)
    if isinstance(periods[0], Quarter):
        every = 1 if len(periods) <= LABELS_ROOM else 4
        ticks = [
            Tick(
                index,
                f"Q{quarter.number}",
                quarter.financial_year.label if quarter.number == 1 else "",
                minor=quarter.number != 1,
            )
            for index, quarter in enumerate(periods)
            if every == 1 or quarter.number == 1
        ]
        return tuple(ticks)
    every = math.ceil(len(periods) / LABELS_ROOM)
    return tuple(
        Tick(index, period.label.removeprefix("Year ending "), "", minor=index % 2 == 1)
        for index, period in enumerate(periods)
        if index % every == 0
    )


def _month_ticks(months: Sequence[Month]) -> tuple[Tick, ...]:
    """January, and the other quarters' first months while there is room."""
    starts = (1, 4, 7, 10) if len(months) <= 3 * LABELS_ROOM else (1, 7)
    starts = starts if len(months) <= 6 * LABELS_ROOM else (1,)
    ticks = []
    for index, month in enumerate(months):
        if month.month in starts:
            first = month.month == 1 or not ticks
            ticks.append(
                Tick(
                    index,
                    calendar.month_abbr[month.month],
                    str(month.year) if first else "",
                    minor=month.month not in (1, 7),
                )
            )
    return tuple(ticks)


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
    noun = _noun(periods[0])
    note = (
        f"{'Trial limits: average' if found.trial else 'Average'} "
        f"{scale.line_label(found.centre)} ± 2.66 × the mean moving range of "
        f"{found.points} {noun}s"
    )
    if last.start:
        note += f" from {periods[last.start].label}"
    if found.screened:
        movements = "movement" if found.screened == 1 else "movements"
        note += f"; {found.screened} very large {movements} left out"
    if any(point.value is None for point in chart.points):
        note += "; no range taken across a gap"
    return f"{note}."


def _spells(points: Sequence[Point]) -> list[tuple[int, int, Side]]:
    """Stretches [start, stop) of signals on one side, without a gap."""
    spells = []
    at = 0
    for side, group in groupby(points, key=lambda p: p.shown and p.shown.side):
        length = len(list(group))
        if side:
            spells.append((at, at + length, side))
        at += length
    return spells


def _phrase(
    spell: tuple[int, int, Side], periods: Sequence[Period], points: Sequence[Point]
) -> str:
    start, stop, side = spell
    high = side is Side.HIGH
    rules = [{signal.rule for signal in point.signals} for point in points[start:stop]]
    if all(Rule.RUN in met for met in rules):
        verb = "ran above average" if high else "ran below average"
    elif all(Rule.TREND in met for met in rules):
        verb = "rose without a break" if high else "fell without a break"
    elif any(Rule.OUTSIDE in met for met in rules):
        outside = [
            index for index, met in enumerate(rules, start) if Rule.OUTSIDE in met
        ]
        start, stop = outside[0], outside[-1] + 1
        verb = "went above the usual range" if high else "went below the usual range"
        if len(outside) < stop - start:
            return (
                f"{verb} between {periods[start].label} and {periods[stop - 1].label}"
            )
    elif any(Rule.TWO_OF_THREE in met for met in rules):
        verb = f"came close to the {'upper' if high else 'lower'} limit"
    else:
        verb = "rose or stayed high" if high else "fell or stayed low"
    if stop - start == 1:
        return f"{verb} in {periods[start].label}"
    return f"{verb} from {_span(periods[start], periods[stop - 1])}"


def _interval_row(
    name: str,
    interval: Interval | None,
    comparison: Comparison,
    benchmark_name: str,
    decimals: int,
) -> IntervalRow:
    words = _sentence(comparison.place)
    if interval is None:
        reading = f"{name}: {comparison.place}, {comparison.reason}."
        place, judgement = comparison.place, comparison.judgement
        return IntervalRow(name, None, None, None, place, judgement, words, reading)
    reading = (
        f"{name}: {figure(interval.value, decimals)}, 95% interval "
        f"{figure(interval.low, decimals)} to {figure(interval.high, decimals)}, "
    )
    reading += {
        Place.HIGHER: f"higher than {benchmark_name}.",
        Place.LOWER: f"lower than {benchmark_name}.",
        Place.SIMILAR: f"similar to {benchmark_name}.",
        Place.NOT_COMPARED: f"not compared, {comparison.reason}.",
    }[comparison.place]
    return IntervalRow(
        name,
        interval.value,
        interval.low,
        interval.high,
        comparison.place,
        comparison.judgement,
        words,
        reading,
    )


def _interval_reading(comparisons: Sequence[Comparison], benchmark_name: str) -> str:
    places = [comparison.place for comparison in comparisons]
    higher, lower = places.count(Place.HIGHER), places.count(Place.LOWER)
    missing = places.count(Place.NOT_COMPARED)
    compared = len(places) - missing
    left_out = f"; {missing} not compared" if missing else ""
    if not compared:
        return f"None of the {len(places)} areas can be compared."
    if not higher and not lower:
        return f"All {compared} areas are similar to {benchmark_name}{left_out}."
    return (
        f"Of {compared} areas, {higher} {_are(higher)} higher than {benchmark_name}, "
        f"{lower} lower and {compared - higher - lower} similar{left_out}."
    )


def _span(first: Period, last: Period) -> str:
    """ "January to March 2022", or one period's own name."""
    if first == last:
        return first.label
    if isinstance(first, Month) and first.year == last.year:
        return f"{first.name} to {last.label}"
    return f"{first.label} to {last.label}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _round_step(step: float) -> float:
    """The next of 1, 2, 5 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= step * (1 - 1e-9))


def _noun(period: Period) -> str:
    return period.kind.replace("_", " ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _and(phrases: Sequence[str]) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"


def _check(periods: Sequence[Period], chart: ProcessControl) -> None:
    if not periods or len(periods) != len(chart.points):
        raise ValueError(
            f"{len(periods)} periods do not go with {len(chart.points)} points."
        )
