"""What a process chart and a sparkline share: usual ranges, and the quarter in view."""

from collections.abc import Sequence
from dataclasses import dataclass

from performance.periods import Period, Quarter
from performance.statistics.process_control import ProcessControl


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
class Highlight:
    """Points [start, stop) of the quarter the page is about."""

    start: int
    stop: int
    label: str
    short_label: str


def bands_of(chart: ProcessControl, of_counts: bool) -> tuple[Band, ...]:
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


def highlight_of(
    periods: Sequence[Period], quarter: Quarter | None
) -> Highlight | None:
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


def check_lengths(periods: Sequence[Period], chart: ProcessControl) -> None:
    if not periods or len(periods) != len(chart.points):
        raise ValueError(
            f"{len(periods)} periods do not go with {len(chart.points)} points."
        )
