"""What a process chart shows, in one sentence."""

from collections.abc import Sequence
from itertools import groupby

from performance.charts.describe.ranges import highlight_of
from performance.charts.describe.words import joined, span_of
from performance.periods import Period, Quarter
from performance.statistics.polarity import Side
from performance.statistics.process_control import (
    Point,
    ProcessControl,
    Rule,
    WhyNoLimits,
)


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
    span = highlight_of(periods, quarter)
    start, stop = (span.start, span.stop) if span else (len(periods) - 1, len(periods))
    now = span_of(periods[start], periods[stop - 1])
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
        whole = span_of(periods[began], periods[stop - 1])
        preposition = "from" if began < stop - 1 else "in"
        phrases.append(f"stayed within the usual range {preposition} {whole}")
    return f"{subject} {joined(phrases)}{trial}."


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
    return f"{verb} from {span_of(periods[start], periods[stop - 1])}"
