"""Draw chart descriptions as static SVG: the chart of the page, of print and the PDF.

Presentation attributes only: a page's Content-Security-Policy forbids style attributes
and elements, and the drawing must also stand alone. Text is at least 12.5 px as drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from performance.charts.describe import (
    Axis,
    Band,
    Event,
    IntervalPlot,
    IntervalRow,
    Mark,
    ProcessChart,
    Sparkline,
    Tick,
)
from performance.statistics.polarity import Judgement
from performance.statistics.position import Place

INK, QUIET, ORDINARY = "#0b0c0c", "#484949", "#59626a"
WORSE, BETTER, CHANGED = "#a63c06", "#0b5a8a", "#5a3a86"
BAND, AVERAGE, HATCH, GRID = "#eef1f3", "#727c84", "#bfc4c7", "#e1e4e6"
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"

MARK_COLOURS = {
    Mark.WORSE: WORSE,
    Mark.BETTER: BETTER,
    Mark.CHANGED: CHANGED,
    Mark.ORDINARY: INK,
}
JUDGEMENT_COLOURS = {
    Judgement.WORSE: WORSE,
    Judgement.BETTER: BETTER,
    Judgement.NONE: CHANGED,
    None: ORDINARY,
}


class Svg(str):
    """A finished drawing, which templates print as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Size:
    """How a process chart is laid out, in px; ``roomy`` labels lines at their ends."""

    name: str
    width: int
    height: int
    text: float
    right: int
    roomy: bool


WIDE = Size("wide", 1000, 400, 14, 140, roomy=True)
MEDIUM = Size("medium", 680, 380, 14, 140, roomy=True)
NARROW = Size("narrow", 340, 330, 15, 8, roomy=False)

FLAG_RADIUS = 10
ROW_HEIGHT = 36
ICON_SIZE = 20


def process_chart(chart: ProcessChart, size: Size = WIDE) -> Svg:
    """The process chart at one size; ids inside end in the size's name."""
    return _ProcessDrawing(chart, size).draw()


def sparkline(chart: Sparkline, width: int = 160, height: int = 36) -> Svg:
    """A line with a band behind it and no text; single points between gaps are dots."""
    inset = 5
    step = (width - 2 * inset) / max(len(chart.values) - 1, 1)
    reach = (chart.high - chart.low) or 1

    def x(index: float) -> float:
        return inset + index * step

    def y(value: float) -> float:
        return height - inset - (value - chart.low) / reach * (height - 2 * inset)

    parts = []
    for band in chart.bands:
        left, right = _clamp(x(band.start - 0.5), 0, width), x(band.stop - 0.5)
        right = _clamp(right, 0, width)
        parts.append(_rect(left, y(band.high), right, y(band.low), fill=BAND))
        parts.append(
            _line(left, y(band.average), right, y(band.average), AVERAGE, dash="3 3")
        )
    parts += _paths(chart.values, x, y, _cuts(chart.bands), width=1.75, colour=ORDINARY)
    parts += [
        _circle(x(index), y(chart.values[index]), 3, fill=INK, css="spark-now")
        for index in chart.highlighted
    ]
    return _svg(parts, chart.reading, width, height, fluid=True)


def interval_row(row: IntervalRow, plot: IntervalPlot) -> Svg:
    """One row of an interval plot: a drawing that fills its cell's width.

    Parts are placed in per cent, so that marks keep their shape at any width. Rows
    without space between them join into one benchmark line.
    """
    return _svg(_interval_parts(row, plot), row.reading, "100%", ROW_HEIGHT)


def interval_head(plot: IntervalPlot) -> Svg:
    """The head above the rows: the axis, and the benchmark by name."""
    parts = []
    if plot.benchmark is not None:
        parts.append(_benchmark_label(plot.benchmark_label, plot.axis, plot.benchmark))
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 42, 48))
    for tick in plot.axis.ticks:
        at = plot.axis.share(tick)
        parts.append(
            _text(plot.axis.label(tick), _per_cent(at), 37, anchor=_edge(at), size=13)
        )
    return _svg(parts, f"{plot.unit}. {plot.benchmark_label}", "100%", 48)


def interval_plot(plot: IntervalPlot, width: int = 760) -> Svg:
    """The whole plot with names and figures, for print and to download."""
    names, words, head = 180, 110, 48
    drawing = width - names - words
    height = head + ROW_HEIGHT * len(plot.rows)
    parts = [_nested(interval_head(plot), names, 0, drawing, head)]
    for number, row in enumerate(plot.rows):
        top = head + number * ROW_HEIGHT
        middle = top + ROW_HEIGHT / 2 + 5
        parts.append(_line(0, top, width, top, GRID))
        parts.append(_text(row.name, 0, middle, fill=INK))
        parts.append(_nested(interval_row(row, plot), names, top, drawing, ROW_HEIGHT))
        parts.append(
            _text(
                row.words,
                width - words + 16,
                middle,
                fill=JUDGEMENT_COLOURS[row.judgement],
                bold=row.judgement is not None,
            )
        )
    return _svg(parts, plot.reading, width, height)


def area_strip(plot: IntervalPlot, height: int = 28) -> Svg:
    """All areas as marks on one line, with the benchmark as a bar; no text.

    Triangle up is higher, down lower, a ring similar; judgement is left to the words.
    """
    middle = height / 2
    parts = [_line("0%", middle, "100%", middle, GRID, width=2)]
    parts += [
        _at(plot.axis, row.value, middle, _place_shape(row.place, INK, 4.5))
        for row in plot.rows
        if row.value is not None
    ]
    if plot.benchmark is not None:
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 2, height - 2))
    return _svg(parts, plot.reading, "100%", height)


def limit_names(chart: ProcessChart) -> list[tuple[float, str]]:
    """The last segment's lines from the top, each value with its name; [] without any."""
    if not chart.bands:
        return []
    band, label = chart.bands[-1], chart.axis.line_label
    upper, lower = "Upper limit", "Lower limit"
    if band.trial:
        upper, lower = "Trial upper limit", "Trial lower limit"
    return [
        (band.high, f"{upper} {label(band.high)}"),
        (band.average, f"Average {label(band.average)}"),
        (band.low, f"{lower} {label(band.low)}"),
    ]


def icon(mark: Mark, size: int = ICON_SIZE) -> Svg:
    """The judgement's shape, for legends and beside its word; hidden from readers."""
    middle = size / 2
    shape = _mark(mark, middle, middle, size / 2 - 1)
    return Svg(
        f'<svg width="{size}" height="{size}" viewBox="0 0 {size} {size}" '
        f'aria-hidden="true" focusable="false">{shape}</svg>'
    )


class _ProcessDrawing:
    """One process chart at one size: where things go, then each layer in turn."""

    def __init__(self, chart: ProcessChart, size: Size) -> None:
        self.chart, self.size = chart, size
        self.id = f"{chart.id}-{size.name}"
        labels = [chart.axis.label(tick) for tick in chart.axis.ticks]
        self.left = 12 + max(_text_width(label, size.text) for label in labels)
        self.right = size.width - size.right
        self.flag_rows = self._flag_rows()
        self.top = 40 + size.text + (max(self.flag_rows, default=-1) + 1) * 24
        self.bottom = size.height - 3 * size.text
        self.step = (self.right - self.left) / len(chart.points)
        self.radius = _clamp(self.step * 0.5, 2.5, 7)

    def x(self, index: float) -> float:
        """The middle of a point's own column."""
        return self.left + (index + 0.5) * self.step

    def edge(self, index: float) -> float:
        """Where a point's column begins."""
        return self.left + index * self.step

    def y(self, value: float) -> float:
        return self.bottom - self.chart.axis.share(value) * (self.bottom - self.top)

    def draw(self) -> Svg:
        layers = [
            self.hatch_pattern(),
            self.bands(),
            self.grid(),
            self.gaps(),
            self.limit_lines(),
            self.event_lines(),
            self.highlight(),
            self.series(),
            self.limit_labels(),
            self.notes(),
            self.highlight_values(),
            self.event_flags(),
        ]
        parts = [part for layer in layers for part in layer]
        title = f"{self.chart.reading} {self.chart.axis_note}."
        return _svg(parts, title, self.size.width, self.size.height, fluid=True)

    def hatch_pattern(self) -> list[str]:
        if not self.chart.gaps:
            return []
        return [
            f'<defs><pattern id={quoteattr(f"{self.id}-hatch")} width="8" height="8" '
            'patternUnits="userSpaceOnUse">'
            f'<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{HATCH}"/></pattern></defs>'
        ]

    def bands(self) -> list[str]:
        return [
            _rect(
                self.edge(band.start),
                self.y(band.high),
                self.edge(band.stop),
                self.y(band.low),
                fill=BAND,
            )
            for band in self.chart.bands
        ]

    def grid(self) -> list[str]:
        axis, text = self.chart.axis, self.size.text
        parts = []
        for tick in axis.ticks:
            y = self.y(tick)
            parts.append(_line(self.left, y, self.right, y, GRID))
            parts.append(
                _text(
                    axis.label(tick),
                    self.left - 8,
                    y + text * 0.35,
                    anchor="end",
                    size=text,
                    css="tick-value",
                )
            )
        bottom = self.bottom
        parts.append(_line(self.left, bottom, self.right, bottom, INK, width=1.5))
        for tick in self.chart.ticks:
            x = self.x(tick.index)
            parts.append(_line(x, bottom, x, bottom + 5, INK))
            if self.size.roomy or not tick.minor:
                y = bottom + 5 + text
                parts.append(_text(tick.label, x, y, anchor="middle", size=text))
            if tick.year and self.fits_below(tick):
                y = bottom + 6 + 2.2 * text
                parts.append(
                    _text(tick.year, x, y, "middle", text, fill=INK, bold=True)
                )
        return parts

    def fits_below(self, tick: Tick) -> bool:
        """Not the first, cut year where the next one would run into it."""
        after = [t for t in self.chart.ticks if t.year and t.index > tick.index]
        width = _text_width(tick.year, self.size.text) + 4
        return not after or self.x(after[0].index) - self.x(tick.index) > width

    def gaps(self) -> list[str]:
        """White under the hatch: no band is known where there is no figure."""
        parts = []
        for gap in self.chart.gaps:
            box = (self.edge(gap.start), self.top, self.edge(gap.stop), self.bottom)
            parts.append(_rect(*box, fill="#ffffff"))
            parts.append(_rect(*box, fill=f"url(#{self.id}-hatch)", css="gap"))
        return parts

    def limit_lines(self) -> list[str]:
        parts = []
        for band in self.chart.bands:
            left, right = self.edge(band.start), self.edge(band.stop)
            for value in (band.high, band.low):
                y = self.y(value)
                parts.append(_line(left, y, right, y, QUIET, width=1.5, dash="6 4"))
            y = self.y(band.average)
            parts.append(_line(left, y, right, y, QUIET, width=1.5))
        return parts

    def limit_labels(self) -> list[str]:
        """The last segment's limits by name: at the lines' ends, or inside the plot."""
        named = limit_names(self.chart)
        if not named:
            return []
        text = self.size.text
        if self.size.roomy:
            places = _apart([self.y(value) for value, _ in named], text + 2)
            return [
                _text(words, self.right + 8, y + text * 0.35, size=text)
                for (_, words), y in zip(named, places, strict=True)
            ]
        inside = [(named[0], -5.0), (named[2], text + 1)]
        return [
            part
            for (value, words), shift in inside
            for part in self.inside_label(words, self.y(value) + shift)
        ]

    def inside_label(self, words: str, baseline: float) -> list[str]:
        """A label where it covers the fewest points, from the left half rightwards."""
        width = _text_width(words, self.size.text)
        end = self.right
        if self.chart.highlight:
            end = self.edge(self.chart.highlight.start)
        starts = range(int(self.left) + 4, max(int(end - width), int(self.left) + 5), 6)

        def covered(start: int) -> int:
            return sum(
                start - 6 <= self.x(index) <= start + width + 6
                and baseline - self.size.text - 4 <= self.y(point.value) <= baseline + 6
                for index, point in enumerate(self.chart.points)
                if point.value is not None
            )

        best = min(starts, key=lambda start: (covered(start), -start))
        return _haloed(words, best, baseline, "start", self.size.text, fill=QUIET)

    def event_lines(self) -> list[str]:
        return [
            _line(x, self.flag_y(row) + FLAG_RADIUS, x, self.bottom, INK, 1.75, "2 4")
            for event, row in zip(self.chart.events, self.flag_rows, strict=True)
            for x in [self.event_x(event)]
        ]

    def event_flags(self) -> list[str]:
        parts = []
        for event, row in zip(self.chart.events, self.flag_rows, strict=True):
            x, y = self.event_x(event), self.flag_y(row)
            parts.append(
                _circle(x, y, FLAG_RADIUS, fill="#ffffff", stroke=INK, css="event")
            )
            number = str(event.number)
            parts.append(_text(number, x, y + 4.5, "middle", 13, fill=INK, bold=True))
        return parts

    def event_x(self, event: Event) -> float:
        return self.edge(event.at)

    def flag_y(self, row: int) -> float:
        """Flags stand between the axis's note and the plot, lowest row first."""
        return self.top - self.size.text - 18 - 24 * row

    def _flag_rows(self) -> list[int]:
        """A row for each flag, so that none covers another."""
        step = (self.right - self.left) / len(self.chart.points)
        ends: list[float] = []
        rows: list[int] = []
        for event in self.chart.events:
            x = event.at * step
            row = next((r for r, end in enumerate(ends) if x - end >= 24), len(ends))
            ends[row : row + 1] = [x]
            rows.append(row)
        return rows

    def highlight(self) -> list[str]:
        span = self.chart.highlight
        if span is None:
            return []
        left, right = self.edge(span.start), self.edge(span.stop)
        return [
            _rect(
                left, self.top, right, self.bottom, fill="none", stroke=INK, css="now"
            )
        ]

    def notes(self) -> list[str]:
        """What the axis measures, the quarter's name, and what is missing."""
        text = self.size.text
        parts = [_text(self.chart.axis_note, 0, text, size=text)]
        end = self.right
        if span := self.chart.highlight:
            words = span.label if self.size.roomy else span.short_label
            right = self.edge(span.stop)
            end = right - _text_width(words, text) - 12
            y = self.top - 7
            parts += _haloed(words, right, y, "end", text, fill=INK, bold=True)
        if self.chart.gaps:
            words = self.chart.gaps_note if self.size.roomy else "No data"
            width = _text_width(words, text)
            first, last = self.chart.gaps[0], self.chart.gaps[-1]
            middle = (self.edge(first.start) + self.edge(last.stop)) / 2
            x = _clamp(middle, self.left + width / 2, max(end - width / 2, 0))
            parts += _haloed(words, x, self.top - 7, "middle", text, fill=QUIET)
        return parts

    def series(self) -> list[str]:
        values = [point.value for point in self.chart.points]
        cuts = _cuts(self.chart.bands)
        parts = _paths(values, self.x, self.y, cuts, width=2, colour=INK, dots=False)
        parts += [
            _mark(point.mark, self.x(index), self.y(point.value), self.radius)
            for index, point in enumerate(self.chart.points)
            if point.value is not None
        ]
        return parts

    def highlight_values(self) -> list[str]:
        """The quarter's values beside their points; without room only the last."""
        span, points, text = self.chart.highlight, self.chart.points, self.size.text
        if span is None:
            return []
        known = [i for i in range(span.start, span.stop) if points[i].value is not None]
        widest = max((_text_width(points[i].label, text) for i in known), default=0)
        if self.step < 0.9 * widest:
            known = known[-1:]
        parts = []
        for index in known:
            label, y = points[index].label, self.y(points[index].value)
            above = self.is_peak(index) or y > self.bottom - 2 * text
            y += -self.radius - 5 if above else self.radius + text
            x = min(self.x(index), self.right - _text_width(label, text) / 2 - 3)
            parts += _haloed(label, x, y, "middle", text, fill=INK, bold=True)
        return parts

    def is_peak(self, index: int) -> bool:
        """At least as high as its neighbours' mean, so that its line falls away."""
        points = self.chart.points[max(index - 1, 0) : index + 2]
        values = [point.value for point in points if point.value is not None]
        return self.chart.points[index].value >= sum(values) / len(values)


def _interval_parts(row: IntervalRow, plot: IntervalPlot) -> list[str]:
    parts = []
    if plot.benchmark is not None:
        parts.append(_benchmark_line(plot.axis, plot.benchmark, 0, ROW_HEIGHT))
    if row.value is None:
        return parts
    colour, middle = JUDGEMENT_COLOURS[row.judgement], ROW_HEIGHT / 2
    low, high = (_per_cent(plot.axis.share(value)) for value in (row.low, row.high))
    parts.append(_line(low, middle, high, middle, colour, width=2.5))
    for end in (low, high):
        parts.append(_line(end, middle - 5, end, middle + 5, colour, width=2))
    parts.append(_at(plot.axis, row.value, middle, _place_shape(row.place, colour, 6)))
    return parts


def _place_shape(place: Place, colour: str, size: float) -> str:
    """Triangle up for higher, down for lower, a ring for similar or not compared."""
    attributes = f'fill="{colour}" stroke="#ffffff" stroke-width="1"'
    reach = _number(size)
    match place:
        case Place.HIGHER:
            return f'<path d="M0 -{reach}L{reach} {reach}H-{reach}Z" {attributes}/>'
        case Place.LOWER:
            return f'<path d="M0 {reach}L{reach} -{reach}H-{reach}Z" {attributes}/>'
    return (
        f'<circle r="{_number(size * 0.8)}" fill="#ffffff" stroke="{colour}" '
        'stroke-width="2"/>'
    )


def _mark(mark: Mark, x: float, y: float, radius: float) -> str:
    """A judgement's shape about a point: its sign is left out where it is too small."""
    colour, r = MARK_COLOURS[mark], _number(radius)
    scale = _number(radius / 7)
    match mark:
        case Mark.WORSE:
            reach = _number(radius * 1.15)
            shape = f'<path d="M0 -{reach}L{reach} 0L0 {reach}L-{reach} 0Z"{{}}/>'
            sign = "M0 -4V1M0 3V4.6"
        case Mark.BETTER:
            shape, sign = f'<circle r="{r}"{{}}/>', "M-3 0.2L-0.8 2.6L3.2 -2.2"
        case Mark.CHANGED:
            side = _number(radius * 1.8)
            half = _number(radius * 0.9)
            shape = (
                f'<rect x="-{half}" y="-{half}" width="{side}" height="{side}"{{}}/>'
            )
            sign = "M-3.4 -1.8H3.4M-3.4 1.8H3.4"
        case Mark.ORDINARY:
            ring = _number(min(radius * 0.6, 4))
            shape, sign = f'<circle r="{ring}"{{}}/>', ""
    if mark is Mark.ORDINARY:
        drawn = shape.format(f' fill="#ffffff" stroke="{colour}" stroke-width="1.75"')
    else:
        drawn = shape.format(f' fill="{colour}" stroke="#ffffff" stroke-width="1"')
    if sign and radius >= 4.5:
        drawn += (
            f'<path d="{sign}" transform="scale({scale})" fill="none" '
            'stroke="#ffffff" stroke-width="1.8"/>'
        )
    place = f"translate({_number(x)} {_number(y)})"
    return f'<g class="mark mark--{mark}" transform="{place}">{drawn}</g>'


def _paths(
    values: Sequence[float | None],
    x: Callable[[float], float],
    y: Callable[[float], float],
    cuts: frozenset[int],
    *,
    width: float,
    colour: str,
    dots: bool = True,
) -> list[str]:
    """The line, cut at gaps and where a segment begins; a lone point is a dot."""
    parts = []
    stretch: list[tuple[float, float]] = []
    for index in range(len(values) + 1):
        ended = index == len(values) or values[index] is None or index in cuts
        if ended and stretch:
            if len(stretch) > 1:
                path = "L".join(f"{_number(a)} {_number(b)}" for a, b in stretch)
                parts.append(
                    f'<path class="line" d="M{path}" fill="none" stroke="{colour}" '
                    f'stroke-width="{width}" stroke-linejoin="round"/>'
                )
            elif dots:
                parts.append(_circle(*stretch[0], 2, fill=colour, css="lone"))
            stretch = []
        if index < len(values) and values[index] is not None:
            stretch.append((x(index), y(values[index])))
    return parts


def _cuts(bands: Sequence[Band]) -> frozenset[int]:
    return frozenset(band.start for band in bands)


def _apart(places: Sequence[float], least: float) -> list[float]:
    """The places, top to bottom, moved away from the middle one where too close."""
    top, middle, bottom = places
    return [min(top, middle - least), middle, max(bottom, middle + least)]


def _benchmark_label(words: str, axis: Axis, benchmark: float) -> str:
    at = axis.share(benchmark)
    return _text(words, _per_cent(at), 16, anchor=_edge(at, 0.25), fill=INK, bold=True)


def _benchmark_line(axis: Axis, benchmark: float, top: float, bottom: float) -> str:
    at = _per_cent(axis.share(benchmark))
    return _line(at, top, at, bottom, INK, width=2, css="benchmark")


def _at(axis: Axis, value: float, y: float, shape: str) -> str:
    """A shape of fixed size at a place in per cent."""
    return (
        f'<svg x="{_per_cent(axis.share(value))}" y="{_number(y)}" '
        f'overflow="visible">{shape}</svg>'
    )


def _edge(at: float, margin: float = 0.02) -> str:
    """The text anchor that keeps a label inside."""
    if at < margin:
        return "start"
    return "end" if at > 1 - margin else "middle"


def _svg(
    parts: Sequence[str],
    title: str,
    width: float | str,
    height: float,
    *,
    fluid: bool = False,
) -> Svg:
    """``fluid`` drawings scale to their place; the others have a size of their own."""
    size = f'width="{width}" height="{height}"'
    if fluid:
        size = f'viewBox="0 0 {width} {height}" {size}'
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} '
        f'font-family="{FONT}"><title>{plain(title)}</title>{"".join(parts)}</svg>'
    )


def _nested(drawing: Svg, x: float, y: float, width: float, height: float) -> str:
    """A drawing placed in another, which gives it its width; its title goes."""
    inside = drawing[drawing.index("</title>") + len("</title>") :]
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}">{inside}'


def _line(
    x1: float | str,
    y1: float,
    x2: float | str,
    y2: float,
    colour: str,
    width: float = 1,
    dash: str = "",
    css: str = "",
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line{_class(css)} x1="{_number(x1)}" y1="{_number(y1)}" '
        f'x2="{_number(x2)}" y2="{_number(y2)}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def _rect(
    left: float,
    top: float,
    right: float,
    bottom: float,
    *,
    fill: str,
    stroke: str = "",
    css: str = "",
) -> str:
    edge = f' stroke="{stroke}" stroke-width="1.75"' if stroke else ""
    return (
        f'<rect{_class(css)} x="{_number(left)}" y="{_number(top)}" '
        f'width="{_number(right - left)}" height="{_number(bottom - top)}" '
        f'fill="{fill}"{edge}/>'
    )


def _circle(
    x: float, y: float, r: float, *, fill: str, stroke: str = "", css: str = ""
) -> str:
    edge = f' stroke="{stroke}" stroke-width="1.75"' if stroke else ""
    return (
        f'<circle{_class(css)} cx="{_number(x)}" cy="{_number(y)}" r="{r}" '
        f'fill="{fill}"{edge}/>'
    )


def _text(
    words: str,
    x: float | str,
    y: float,
    anchor: str = "start",
    size: float = 14,
    *,
    fill: str = QUIET,
    bold: bool = False,
    css: str = "",
    more: str = "",
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text{_class(css)} x="{_number(x)}" y="{_number(y)}" font-size="{size}" '
        f'text-anchor="{anchor}" fill="{fill}"{weight}{more}>{plain(words)}</text>'
    )


def _haloed(
    words: str,
    x: float,
    y: float,
    anchor: str,
    size: float,
    *,
    fill: str,
    bold: bool = False,
) -> list[str]:
    """Text on a white edge, so that lines below do not cut it."""
    halo = ' stroke="#ffffff" stroke-width="4" stroke-linejoin="round"'
    below = _text(words, x, y, anchor, size, fill="#ffffff", bold=bold, more=halo)
    return [below, _text(words, x, y, anchor, size, fill=fill, bold=bold)]


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""


def _text_width(words: str, size: float) -> float:
    """About how wide Arial sets it: enough to keep labels apart."""
    return len(words) * size * 0.54


def _per_cent(share: float) -> str:
    return f"{_number(100 * share)}%"


def _number(value: float | str) -> str:
    """Two decimals at most; what is in per cent already stays."""
    if isinstance(value, str):
        return value
    return f"{round(value, 2) + 0:g}" if abs(value) < 1000 else f"{value:.0f}"


def plain(text: str) -> str:
    """Escaped text, without the control characters that XML cannot hold."""
    return escape("".join(c for c in text if c.isprintable() or c in "\t\n"))


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))
