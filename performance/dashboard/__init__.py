"""A few queries → the dataclass a page prints."""

from performance.dashboard.glance import Glance, glance
from performance.dashboard.headlines import home_figures, indicator_rows_for
from performance.dashboard.indicator import IndicatorPage, indicator_page
from performance.dashboard.reader import Reader, reader_for
from performance.dashboard.reading import indicators_for

__all__ = [
    "Glance",
    "IndicatorPage",
    "Reader",
    "glance",
    "home_figures",
    "indicator_page",
    "indicator_rows_for",
    "indicators_for",
    "reader_for",
]
