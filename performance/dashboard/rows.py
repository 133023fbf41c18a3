"""One indicator in one quarter, as every dashboard shows it: figure, change, months,
usual range, areas. Built from summaries already read; nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings

from partnerships.models import Area
from performance import sentences
from performance.charts import describe, svg
from performance.dashboard.reader import Reader
from performance.models import Indicator, Summary
from performance.periods import Month, Period, Quarter
from performance.statistics.intervals import Interval
from performance.statistics.polarity import Judgement, Side, judge
from performance.statistics.position import Comparison, Place
from performance.statistics.process_control import (
    Limits,
    Point,
    ProcessControl,
    Segment,
    process_control,
    variation,
)

NO_FILE, NO_FIGURE, NOT_PUBLISHED = "no file", "no figure", "not published"
INCOMPLETE = "incomplete"  # some of the areas have a figure
HIDDEN = "hidden"  # a small count, or one that would give it away
NOT_HELD = "not held"
SPARK_WIDTH, SPARK_HEIGHT = 150, 36

WHY_NO_VALUE = {Summary.State.INCOMPLETE: INCOMPLETE, Summary.State.HIDDEN: HIDDEN}
SIDES = {Place.HIGHER: Side.HIGH, Place.LOWER: Side.LOW}


@dataclass(frozen=True)
class Series:
    """Consecutive native periods up to the quarter's end, and why some have no value."""

    periods: tuple[Period, ...]
    control: ProcessControl
    reasons: Mapping[Period, str]
    quarter: Quarter

    @property
    def of_quarter(self) -> slice:
        """The places of the quarter's own periods; the last period of a longer kind."""
        inside = [
            at
            for at, period in enumerate(self.periods)
            if self.quarter.start <= period.start and period.end <= self.quarter.end
        ]
        first = inside[0] if inside else len(self.periods)
        return slice(first, len(self.periods))

    @property
    def missing(self) -> tuple[Period, ...]:
        """The quarter's periods without a value."""
        return self._of_quarter(held=False)

    @property
    def held(self) -> tuple[Period, ...]:
        return self._of_quarter(held=True)

    def _of_quarter(self, *, held: bool) -> tuple[Period, ...]:
        part = self.of_quarter
        pairs = zip(self.periods[part], self.control.points[part], strict=True)
        return tuple(
            period for period, point in pairs if (point.value is not None) is held
        )

    def words(self) -> str:
        """What the quarter's points did against the usual range."""
        part = self.of_quarter
        if not self.control.limits.known:
            return ""
        return sentences.points_against_range(
            self.periods[part], self.control.points[part]
        )

    def status(self, polarity: str) -> sentences.Status:
        part = self.of_quarter
        count = part.stop - part.start
        if not count:
            return sentences.NOT_JUDGED
        return sentences.usual_range(variation(self.control, polarity, last=count))


@dataclass(frozen=True)
class AreaRow:
    """One area of the group, against all of them together and its own last year."""

    area: Area
    summary: Summary
    interval: Interval | None
    comparison: Comparison
    change: sentences.Change | None
    why_not: str

    @property
    def judged(self) -> str:
        """The colour of its word: worse, better, changed, or none."""
        words = {
            Judgement.WORSE: "worse",
            Judgement.BETTER: "better",
            Judgement.NONE: "changed",
            None: "",
        }
        return words[self.comparison.judgement]


@dataclass(frozen=True)
class Areas:
    rows: tuple[AreaRow, ...]
    plot: describe.IntervalPlot | None
    benchmark: float | None

    @cached_property
    def highest(self) -> tuple[str, float] | None:
        """The area with the highest rate; areas that tie are named together."""
        rates = [
            (row.interval.value, row.area.name) for row in self.rows if row.interval
        ]
        if not rates:
            return None
        most = max(value for value, _ in rates)
        return sentences.listed(name for value, name in rates if value == most), most

    def names(self, place: Place) -> list[str]:
        return [row.area.name for row in self.rows if row.comparison.place is place]

    @property
    def words(self) -> str:
        return sentences.against_the_line(
            len(self.names(Place.HIGHER)), len(self.names(Place.LOWER))
        )

    @property
    def hidden(self) -> int:
        """How many have a figure that only some readers are told."""
        return sum(row.summary.hidden for row in self.rows)

    @property
    def told_all(self) -> bool:
        """Whether this reader is told the hidden ones too."""
        return all(row.summary.state != Summary.State.HIDDEN for row in self.rows)

    @property
    def strip(self) -> svg.Svg:
        return svg.area_strip(self.plot)

    @property
    def drawn(self) -> list[tuple[AreaRow, svg.Svg]]:
        """Each area with its row of the interval plot."""
        rows = self.plot.rows if self.plot else ()
        drawings = [svg.interval_row(row, self.plot) for row in rows]
        return list(zip(self.rows, drawings or [""] * len(self.rows), strict=True))


@dataclass(frozen=True)
class Row:
    indicator: Indicator
    quarter: Quarter
    url: str
    summary: Summary | None
    change: sentences.Change | None
    why_not: str
    series: Series | None
    areas: Areas | None

    @property
    def complete(self) -> bool:
        return self.summary is not None and self.summary.value is not None

    @property
    def hidden(self) -> bool:
        """Whether its count is one that this reader is not told."""
        return bool(self.summary) and self.summary.state == Summary.State.HIDDEN

    @property
    def value(self) -> float | None:
        return measure(self.summary) if self.summary else None

    @property
    def rate(self) -> float | None:
        """A count's rate; the other kinds are rates themselves."""
        if self.indicator.kind != Indicator.Kind.COUNT or not self.summary:
            return None
        return self.summary.rate

    @property
    def parts(self) -> str:
        """ "2 of 3 months", of a quarter that is not whole."""
        summary = self.summary
        if not summary or summary.state != Summary.State.INCOMPLETE:
            return ""
        return f"{summary.parts_held} of {summary.parts_expected} months"

    @cached_property
    def status(self) -> sentences.Status:
        if self.indicator.illustrative or not self.series:
            return sentences.NOT_JUDGED
        return self.series.status(self.indicator.polarity)

    @property
    def outside(self) -> bool:
        """Whether a point of the quarter left its usual range."""
        return self.status.kind in ("worse", "better", "changed")

    @cached_property
    def sparkline(self) -> svg.Svg | str:
        if not self.series:
            return ""
        chart = describe.sparkline(
            id=f"months-{self.indicator.slug}",
            subject=self.indicator.title,
            periods=self.series.periods,
            chart=self.series.control,
            quarter=self.quarter,
            of_counts=self.indicator.kind == Indicator.Kind.COUNT,
        )
        return svg.sparkline(chart, SPARK_WIDTH, SPARK_HEIGHT)

    @property
    def cost_basis(self) -> str:
        """ "238 × £11,320, 2015/16 prices" """
        cost = self.indicator.unit_cost
        count, pounds = float(self.summary.value), float(cost.pounds)
        return (
            f"{describe.figure(count)} × £{describe.figure(pounds)}, "
            f"{cost.price_base} prices"
        )


def measure(summary: Summary) -> float | None:
    """What is drawn and compared: a count, a proportion's rate, or a published rate."""
    proportion = summary.indicator.kind == Indicator.Kind.PROPORTION
    value = summary.rate if proportion else summary.value
    return None if value is None else float(value)


def row_of(
    indicator: Indicator,
    quarter: Quarter,
    reader: Reader,
    *,
    summaries: Iterable[Summary],
    months: Sequence[Summary],
) -> Row:
    """``summaries`` are the quarter's, of the whole and its areas; ``months`` the native
    periods of the whole."""
    of_quarter = list(summaries)
    whole = next((s for s in of_quarter if s.area_id == indicator.group.whole_id), None)
    change, why_not = compared(whole, quarter, reader)
    url = indicator.get_absolute_url()
    if quarter != reader.latest or reader.moment:
        query = f"quarter={quarter.slug}"
        url = f"{url}?{'&'.join(filter(None, [query, reader.query]))}"
    return Row(
        indicator=indicator,
        quarter=quarter,
        url=url,
        summary=whole,
        change=change,
        why_not=why_not,
        series=series_of(indicator, months, quarter, reader),
        areas=areas_of(indicator, of_quarter, quarter, reader),
    )


def compared(
    summary: Summary | None, quarter: Quarter, reader: Reader
) -> tuple[sentences.Change | None, str]:
    """The change on the same quarter last year, or why there is none.

    A quarter that the reader may not see is not compared with either.
    """
    if summary is None:
        return None, "Not compared: no figures"
    indicator, earlier = summary.indicator, quarter.same_last_year
    if indicator.illustrative:
        return None, "Not worked out"
    if summary.hidden and summary.value is None:
        return None, "Not compared: a hidden figure"
    if summary.value is None:
        return None, "Not compared: the quarter is incomplete"
    if indicator.kind != Indicator.Kind.COUNT:
        return None, "Not compared: only counts are"
    if not reader.may_see(earlier):
        return None, f"Not compared: {earlier.long_label} is not published"
    if summary.last_year is None:
        why = "is hidden or not complete" if indicator.protected else "is not complete"
        return None, f"Not compared: {earlier.long_label} {why}"
    if summary.change == Summary.Change.NOT_COMPARED:
        return None, "Not compared: too few have a place"
    change = sentences.change(
        float(summary.value),
        float(summary.last_year),
        summary.change,
        indicator.polarity,
    )
    return change, ""


def series_of(
    indicator: Indicator, months: Sequence[Summary], quarter: Quarter, reader: Reader
) -> Series | None:
    """The series from its first figure to the quarter's end; None without a figure."""
    rows = {row.period.value: row for row in months}
    values = {period: measure(row) for period, row in rows.items()}
    reasons = {
        period: WHY_NO_VALUE[row.state]
        for period, row in rows.items()
        if row.state in WHY_NO_VALUE
    }
    absent = NO_FIGURE
    if indicator.source_kind == Indicator.SourceKind.STREET:
        absent = NO_FILE
    return series(
        values,
        quarter,
        reader,
        reasons,
        absent=absent,
        judged=not indicator.illustrative,
    )


def series(
    values: Mapping[Period, float | None],
    quarter: Quarter,
    reader: Reader,
    reasons: Mapping[Period, str] | None = None,
    *,
    absent: str = NO_FIGURE,
    judged: bool = True,
) -> Series | None:
    """A series of one kind of period with its usual range, unless it is not judged.

    What is not for the reader is in the range and is then taken out. None where there
    is no figure for the reader.
    """
    held = [period for period, value in values.items() if value is not None]
    if not any(reader.may_see(period) for period in held):
        return None
    periods = [min(held)]
    while periods[-1].next.end <= quarter.end:
        periods.append(periods[-1].next)
    known = [values.get(period) for period in periods]
    control = process_control(known) if judged else unjudged(known)
    shown = [
        point if reader.may_see(period) else Point(None)
        for period, point in zip(periods, control.points, strict=True)
    ]
    why = {
        period: (reasons or {}).get(period, absent)
        if reader.may_see(period)
        else NOT_PUBLISHED
        for period, point in zip(periods, shown, strict=True)
        if point.value is None
    }
    return Series(tuple(periods), replace(control, points=tuple(shown)), why, quarter)


def unjudged(values: Sequence[float | None]) -> ProcessControl:
    """Points without a usual range: illustrative figures are drawn and not read."""
    nothing = Limits(None, None, None, trial=True)
    return ProcessControl(
        tuple(Point(value) for value in values), (Segment(0, len(values), nothing),)
    )


def areas_of(
    indicator: Indicator,
    summaries: Iterable[Summary],
    quarter: Quarter,
    reader: Reader,
) -> Areas | None:
    """The group's areas in alphabetical order; None where it has no figures by area."""
    members = sorted(
        (s for s in summaries if s.area_id != indicator.group.whole_id),
        key=lambda summary: summary.area.name,
    )
    if not indicator.by_area or not any(s.value is not None for s in members):
        return None
    benchmark = next(
        (float(s.benchmark) for s in members if s.benchmark is not None), None
    )
    if indicator.illustrative:
        benchmark = None
    rows = tuple(_area_row(summary, quarter, reader) for summary in members)
    plot = None
    if benchmark is not None:
        plot = describe.interval_plot(
            id="areas",
            unit=rate_unit(indicator),
            rows=[(row.area.name, row.interval, row.comparison) for row in rows],
            benchmark=benchmark,
            benchmark_name=f"all {len(rows)}",
        )
    return Areas(rows, plot, benchmark)


def _area_row(summary: Summary, quarter: Quarter, reader: Reader) -> AreaRow:
    indicator = summary.indicator
    interval = None
    if summary.rate is not None and summary.low is not None:
        interval = Interval(
            float(summary.rate), float(summary.low), float(summary.high)
        )
    change, why_not = compared(summary, quarter, reader)
    place = Place.NOT_COMPARED
    if summary.place and not indicator.illustrative:
        place = Place(summary.place.replace("_", " "))
    judgement = None
    if place in SIDES:
        judgement = judge(SIDES[place], indicator.polarity)
    return AreaRow(
        summary.area, summary, interval, Comparison(place, judgement), change, why_not
    )


def rate_unit(indicator: Indicator) -> str:
    """ "Rate per 1,000 residents" """
    if indicator.kind == Indicator.Kind.PROPORTION and indicator.rate_per == 100:
        return "Per cent"
    whom = indicator.denominator.unit if indicator.denominator else "residents"
    return f"Rate per {indicator.rate_per:,} {whom}"


def poorly_placed(months: Iterable[Summary]) -> dict[str, dict[Month, float]]:
    """For each unit the months in which too few of what is counted has a place, with the
    share that has one. ``months`` are those of wholes, of every indicator."""
    counted: dict[tuple[str, Month], list[float]] = {}
    for row in months:
        if row.unplaced is not None and row.period.kind == Month.kind:
            key = row.indicator.unit, row.period.value
            total = counted.setdefault(key, [0, 0])
            total[0] += float(row.value - row.unplaced)
            total[1] += float(row.value)
    poor: dict[str, dict[Month, float]] = {}
    for (unit, month), (placed, whole) in counted.items():
        if whole and placed / whole < settings.PLACED_ENOUGH:
            poor.setdefault(unit, {})[month] = placed / whole
    return poor
