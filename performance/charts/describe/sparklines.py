"""Values small beside their usual range."""

from collections.abc import Sequence
from dataclasses import dataclass

from performance.charts.describe.ranges import (
    Band,
    bands_of,
    check_lengths,
    highlight_of,
)
from performance.charts.describe.readings import process_reading
from performance.periods import Period, Quarter
from performance.statistics.process_control import ProcessControl


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
    check_lengths(periods, chart)
    values = tuple(point.value for point in chart.points)
    bands = bands_of(chart, of_counts)
    span = highlight_of(periods, quarter)
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
