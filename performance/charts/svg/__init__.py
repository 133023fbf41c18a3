"""Draw chart descriptions as static SVG: the chart of the page, of print and the PDF.

Presentation attributes only: a page's Content-Security-Policy forbids style attributes
and elements, and the drawing must also stand alone. Text is at least 12.5 px as drawn.
"""

from performance.charts.svg.interval_plots import (
    area_strip,
    interval_head,
    interval_plot,
    interval_row,
)
from performance.charts.svg.marks import JUDGEMENT_COLOURS, MARK_COLOURS, icon
from performance.charts.svg.process_charts import (
    MEDIUM,
    NARROW,
    WIDE,
    Size,
    limit_names,
    process_chart,
)
from performance.charts.svg.shapes import BAND, FONT, GRID, INK, QUIET, Svg, plain
from performance.charts.svg.sparklines import sparkline

__all__ = [
    "BAND",
    "FONT",
    "GRID",
    "INK",
    "JUDGEMENT_COLOURS",
    "MARK_COLOURS",
    "MEDIUM",
    "NARROW",
    "QUIET",
    "WIDE",
    "Size",
    "Svg",
    "area_strip",
    "icon",
    "interval_head",
    "interval_plot",
    "interval_row",
    "limit_names",
    "plain",
    "process_chart",
    "sparkline",
]
