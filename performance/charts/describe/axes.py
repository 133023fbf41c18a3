"""Axes: round steps for values, and labels under periods."""

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass

from performance.charts.describe.words import figure
from performance.periods import Month, Period, Quarter

LABELS_ROOM = 10  # tick labels along a process chart, at most


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


def ticks_of(periods: Sequence[Period]) -> tuple[Tick, ...]:
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


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _round_step(step: float) -> float:
    """The next of 1, 2, 5 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= step * (1 - 1e-9))
