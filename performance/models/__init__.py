from performance.models.indicator import (
    Indicator,
    IndicatorKeyIssue,
    SourceCode,
    UnitCost,
)
from performance.models.observation import Current, Event, Observation
from performance.models.period import Period
from performance.models.report import PublishedQuarter
from performance.models.summary import Position, Summary
from performance.models.upload import Finding, Upload

__all__ = [
    "Current",
    "Event",
    "Finding",
    "Indicator",
    "IndicatorKeyIssue",
    "Observation",
    "Period",
    "Position",
    "PublishedQuarter",
    "SourceCode",
    "Summary",
    "UnitCost",
    "Upload",
]
