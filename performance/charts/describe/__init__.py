"""What a chart shows, worked out from values once and then drawn in any way.

A description holds positions in the chart's own terms: points by their index, oldest
first, and values in the indicator's unit. Nothing here knows pixels.
"""

from performance.charts.describe.axes import Axis, Tick, axis
from performance.charts.describe.interval_plots import (
    IntervalPlot,
    IntervalRow,
    interval_plot,
)
from performance.charts.describe.process_charts import (
    ChartPoint,
    Event,
    Gap,
    Mark,
    ProcessChart,
    process_chart,
    signal_words,
)
from performance.charts.describe.ranges import Band, Highlight
from performance.charts.describe.readings import process_reading
from performance.charts.describe.sparklines import Sparkline, sparkline
from performance.charts.describe.words import figure

__all__ = [
    "Axis",
    "Band",
    "ChartPoint",
    "Event",
    "Gap",
    "Highlight",
    "IntervalPlot",
    "IntervalRow",
    "Mark",
    "ProcessChart",
    "Sparkline",
    "Tick",
    "axis",
    "figure",
    "interval_plot",
    "process_chart",
    "process_reading",
    "signal_words",
    "sparkline",
]
