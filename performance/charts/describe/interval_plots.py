"""Areas with their intervals around one benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass

from performance.charts.describe.axes import Axis, axis
from performance.charts.describe.words import figure, sentence
from performance.statistics.intervals import Interval
from performance.statistics.polarity import Judgement
from performance.statistics.position import Comparison, Place


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
        label = f"{sentence(benchmark_name)}: {figure(benchmark, decimals)}"
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


def _interval_row(
    name: str,
    interval: Interval | None,
    comparison: Comparison,
    benchmark_name: str,
    decimals: int,
) -> IntervalRow:
    words = sentence(comparison.place)
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


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
