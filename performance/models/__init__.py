from performance.models.hidden_figure import HiddenFigure
from performance.models.indicator import (
    Indicator,
    IndicatorKeyIssue,
    SourceCode,
    UnitCost,
)
from performance.models.mapping import ColumnMapping
from performance.models.observation import Current, Event, Observation
from performance.models.period import Period
from performance.models.report import PublishedQuarter
from performance.models.round import DueDate, NotComing, Reminder
from performance.models.seal import Seal
from performance.models.summary import Position, Summary
from performance.models.upload import Finding, Upload
from performance.models.work import Stage, Work

__all__ = [
    "ColumnMapping",
    "Current",
    "DueDate",
    "Event",
    "Finding",
    "HiddenFigure",
    "Indicator",
    "IndicatorKeyIssue",
    "NotComing",
    "Observation",
    "Period",
    "Position",
    "PublishedQuarter",
    "Reminder",
    "Seal",
    "SourceCode",
    "Stage",
    "Summary",
    "UnitCost",
    "Upload",
    "Work",
]
