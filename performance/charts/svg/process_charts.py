"""The process chart at each size."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from performance.charts.describe import Event, ProcessChart, Tick
from performance.charts.svg import shapes
from performance.charts.svg.marks import cuts_of, mark_shape, paths
from performance.charts.svg.shapes import BAND, GRID, HATCH, INK, QUIET, Svg


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


def process_chart(chart: ProcessChart, size: Size = WIDE) -> Svg:
    """The process chart at one size; ids inside end in the size's name."""
    return _ProcessDrawing(chart, size).draw()


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


class _ProcessDrawing:
    """One process chart at one size: where things go, then each layer in turn."""

    def __init__(self, chart: ProcessChart, size: Size) -> None:
        self.chart, self.size = chart, size
        self.id = f"{chart.id}-{size.name}"
        labels = [chart.axis.label(tick) for tick in chart.axis.ticks]
        self.left = 12 + max(shapes.text_width(label, size.text) for label in labels)
        self.right = size.width - size.right
        self.flag_rows = self._flag_rows()
        self.top = 40 + size.text + (max(self.flag_rows, default=-1) + 1) * 24
        self.bottom = size.height - 3 * size.text
        self.step = (self.right - self.left) / len(chart.points)
        self.radius = shapes.clamp(self.step * 0.5, 2.5, 7)

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
        return shapes.drawing(
            parts, title, self.size.width, self.size.height, fluid=True
        )

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
            shapes.rect(
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
            parts.append(shapes.line(self.left, y, self.right, y, GRID))
            parts.append(
                shapes.text(
                    axis.label(tick),
                    self.left - 8,
                    y + text * 0.35,
                    anchor="end",
                    size=text,
                    css="tick-value",
                )
            )
        bottom = self.bottom
        parts.append(shapes.line(self.left, bottom, self.right, bottom, INK, width=1.5))
        for tick in self.chart.ticks:
            x = self.x(tick.index)
            parts.append(shapes.line(x, bottom, x, bottom + 5, INK))
            if self.size.roomy or not tick.minor:
                y = bottom + 5 + text
                parts.append(shapes.text(tick.label, x, y, anchor="middle", size=text))
            if tick.year and self.fits_below(tick):
                y = bottom + 6 + 2.2 * text
                parts.append(
                    shapes.text(tick.year, x, y, "middle", text, fill=INK, bold=True)
                )
        return parts

    def fits_below(self, tick: Tick) -> bool:
        """Not the first, cut year where the next one would run into it."""
        after = [t for t in self.chart.ticks if t.year and t.index > tick.index]
        width = shapes.text_width(tick.year, self.size.text) + 4
        return not after or self.x(after[0].index) - self.x(tick.index) > width

    def gaps(self) -> list[str]:
        """White under the hatch: no band is known where there is no figure."""
        parts = []
        for gap in self.chart.gaps:
            box = (self.edge(gap.start), self.top, self.edge(gap.stop), self.bottom)
            parts.append(shapes.rect(*box, fill="#ffffff"))
            parts.append(shapes.rect(*box, fill=f"url(#{self.id}-hatch)", css="gap"))
        return parts

    def limit_lines(self) -> list[str]:
        parts = []
        for band in self.chart.bands:
            left, right = self.edge(band.start), self.edge(band.stop)
            for value in (band.high, band.low):
                y = self.y(value)
                parts.append(
                    shapes.line(left, y, right, y, QUIET, width=1.5, dash="6 4")
                )
            y = self.y(band.average)
            parts.append(shapes.line(left, y, right, y, QUIET, width=1.5))
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
                shapes.text(words, self.right + 8, y + text * 0.35, size=text)
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
        width = shapes.text_width(words, self.size.text)
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
        return shapes.haloed(words, best, baseline, "start", self.size.text, fill=QUIET)

    def event_lines(self) -> list[str]:
        return [
            shapes.line(
                x, self.flag_y(row) + FLAG_RADIUS, x, self.bottom, INK, 1.75, "2 4"
            )
            for event, row in zip(self.chart.events, self.flag_rows, strict=True)
            for x in [self.event_x(event)]
        ]

    def event_flags(self) -> list[str]:
        parts = []
        for event, row in zip(self.chart.events, self.flag_rows, strict=True):
            x, y = self.event_x(event), self.flag_y(row)
            parts.append(
                shapes.circle(
                    x, y, FLAG_RADIUS, fill="#ffffff", stroke=INK, css="event"
                )
            )
            number = str(event.number)
            parts.append(
                shapes.text(number, x, y + 4.5, "middle", 13, fill=INK, bold=True)
            )
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
            shapes.rect(
                left, self.top, right, self.bottom, fill="none", stroke=INK, css="now"
            )
        ]

    def notes(self) -> list[str]:
        """What the axis measures, the quarter's name, and what is missing."""
        text = self.size.text
        parts = [shapes.text(self.chart.axis_note, 0, text, size=text)]
        end = self.right
        if span := self.chart.highlight:
            words = span.label if self.size.roomy else span.short_label
            right = self.edge(span.stop)
            end = right - shapes.text_width(words, text) - 12
            y = self.top - 7
            parts += shapes.haloed(words, right, y, "end", text, fill=INK, bold=True)
        if self.chart.gaps:
            words = self.chart.gaps_note if self.size.roomy else "No data"
            width = shapes.text_width(words, text)
            first, last = self.chart.gaps[0], self.chart.gaps[-1]
            middle = (self.edge(first.start) + self.edge(last.stop)) / 2
            x = shapes.clamp(middle, self.left + width / 2, max(end - width / 2, 0))
            parts += shapes.haloed(words, x, self.top - 7, "middle", text, fill=QUIET)
        return parts

    def series(self) -> list[str]:
        values = [point.value for point in self.chart.points]
        cuts = cuts_of(self.chart.bands)
        parts = paths(values, self.x, self.y, cuts, width=2, colour=INK, dots=False)
        parts += [
            mark_shape(point.mark, self.x(index), self.y(point.value), self.radius)
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
        widest = max(
            (shapes.text_width(points[i].label, text) for i in known), default=0
        )
        if self.step < 0.9 * widest:
            known = known[-1:]
        parts = []
        for index in known:
            label, y = points[index].label, self.y(points[index].value)
            above = self.is_peak(index) or y > self.bottom - 2 * text
            y += -self.radius - 5 if above else self.radius + text
            x = min(self.x(index), self.right - shapes.text_width(label, text) / 2 - 3)
            parts += shapes.haloed(label, x, y, "middle", text, fill=INK, bold=True)
        return parts

    def is_peak(self, index: int) -> bool:
        """At least as high as its neighbours' mean, so that its line falls away."""
        points = self.chart.points[max(index - 1, 0) : index + 2]
        values = [point.value for point in points if point.value is not None]
        return self.chart.points[index].value >= sum(values) / len(values)


def _apart(places: Sequence[float], least: float) -> list[float]:
    """The places, top to bottom, moved away from the middle one where too close."""
    top, middle, bottom = places
    return [min(top, middle - least), middle, max(bottom, middle + least)]
