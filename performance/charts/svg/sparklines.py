"""A series without text, small enough for a table's cell."""

from performance.charts.describe import Sparkline
from performance.charts.svg import shapes
from performance.charts.svg.marks import cuts_of, paths
from performance.charts.svg.shapes import AVERAGE, BAND, INK, ORDINARY, Svg


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
        left, right = shapes.clamp(x(band.start - 0.5), 0, width), x(band.stop - 0.5)
        right = shapes.clamp(right, 0, width)
        parts.append(shapes.rect(left, y(band.high), right, y(band.low), fill=BAND))
        parts.append(
            shapes.line(
                left, y(band.average), right, y(band.average), AVERAGE, dash="3 3"
            )
        )
    parts += paths(
        chart.values, x, y, cuts_of(chart.bands), width=1.75, colour=ORDINARY
    )
    parts += [
        shapes.circle(x(index), y(chart.values[index]), 3, fill=INK, css="spark-now")
        for index in chart.highlighted
    ]
    return shapes.drawing(parts, chart.reading, width, height, fluid=True)
