"""Areas and their intervals: by the row, whole, and as a strip."""

from performance.charts.describe import Axis, IntervalPlot, IntervalRow
from performance.charts.svg import shapes
from performance.charts.svg.marks import JUDGEMENT_COLOURS, place_shape
from performance.charts.svg.shapes import GRID, INK, Svg

ROW_HEIGHT = 36


def interval_row(row: IntervalRow, plot: IntervalPlot) -> Svg:
    """One row of an interval plot: a drawing that fills its cell's width.

    Parts are placed in per cent, so that marks keep their shape at any width. Rows
    without space between them join into one benchmark line.
    """
    return shapes.drawing(_interval_parts(row, plot), row.reading, "100%", ROW_HEIGHT)


def interval_head(plot: IntervalPlot) -> Svg:
    """The head above the rows: the axis, and the benchmark by name."""
    parts = []
    if plot.benchmark is not None:
        parts.append(_benchmark_label(plot.benchmark_label, plot.axis, plot.benchmark))
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 42, 48))
    for tick in plot.axis.ticks:
        at = plot.axis.share(tick)
        parts.append(
            shapes.text(
                plot.axis.label(tick),
                shapes.per_cent(at),
                37,
                anchor=_edge(at),
                size=13,
            )
        )
    return shapes.drawing(parts, f"{plot.unit}. {plot.benchmark_label}", "100%", 48)


def interval_plot(plot: IntervalPlot, width: int = 760) -> Svg:
    """The whole plot with names and figures, for print and to download."""
    names, words, head = 180, 110, 48
    drawing = width - names - words
    height = head + ROW_HEIGHT * len(plot.rows)
    parts = [shapes.nested(interval_head(plot), names, 0, drawing, head)]
    for number, row in enumerate(plot.rows):
        top = head + number * ROW_HEIGHT
        middle = top + ROW_HEIGHT / 2 + 5
        parts.append(shapes.line(0, top, width, top, GRID))
        parts.append(shapes.text(row.name, 0, middle, fill=INK))
        parts.append(
            shapes.nested(interval_row(row, plot), names, top, drawing, ROW_HEIGHT)
        )
        parts.append(
            shapes.text(
                row.words,
                width - words + 16,
                middle,
                fill=JUDGEMENT_COLOURS[row.judgement],
                bold=row.judgement is not None,
            )
        )
    return shapes.drawing(parts, plot.reading, width, height)


def area_strip(plot: IntervalPlot, height: int = 28) -> Svg:
    """All areas as marks on one line, with the benchmark as a bar; no text.

    Triangle up is higher, down lower, a ring similar; judgement is left to the words.
    """
    middle = height / 2
    parts = [shapes.line("0%", middle, "100%", middle, GRID, width=2)]
    parts += [
        _at(plot.axis, row.value, middle, place_shape(row.place, INK, 4.5))
        for row in plot.rows
        if row.value is not None
    ]
    if plot.benchmark is not None:
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 2, height - 2))
    return shapes.drawing(parts, plot.reading, "100%", height)


def _interval_parts(row: IntervalRow, plot: IntervalPlot) -> list[str]:
    parts = []
    if plot.benchmark is not None:
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 0, ROW_HEIGHT))
    if row.value is None:
        return parts
    colour, middle = JUDGEMENT_COLOURS[row.judgement], ROW_HEIGHT / 2
    low, high = (
        shapes.per_cent(plot.axis.share(value)) for value in (row.low, row.high)
    )
    parts.append(shapes.line(low, middle, high, middle, colour, width=2.5))
    for end in (low, high):
        parts.append(shapes.line(end, middle - 5, end, middle + 5, colour, width=2))
    parts.append(_at(plot.axis, row.value, middle, place_shape(row.place, colour, 6)))
    return parts


def _benchmark_label(words: str, axis: Axis, benchmark: float) -> str:
    at = axis.share(benchmark)
    return shapes.text(
        words, shapes.per_cent(at), 16, anchor=_edge(at, 0.25), fill=INK, bold=True
    )


def _benchmark_line(axis: Axis, benchmark: float, top: float, bottom: float) -> str:
    at = shapes.per_cent(axis.share(benchmark))
    return shapes.line(at, top, at, bottom, INK, width=2, css="benchmark")


def _at(axis: Axis, value: float, y: float, shape: str) -> str:
    """A shape of fixed size at a place in per cent."""
    return (
        f'<svg x="{shapes.per_cent(axis.share(value))}" y="{shapes.number(y)}" '
        f'overflow="visible">{shape}</svg>'
    )


def _edge(at: float, margin: float = 0.02) -> str:
    """The text anchor that keeps a label inside."""
    if at < margin:
        return "start"
    return "end" if at > 1 - margin else "middle"
