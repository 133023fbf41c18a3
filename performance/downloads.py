"""What is on a page, as rows: every figure with its source, licence and status."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from performance.dashboard import Glance, IndicatorPage
from performance.dashboard.rows import Row
from performance.history import Entry, History
from performance.models import Indicator, Summary
from performance.periods import Period

HEADER = [
    "indicator",
    "area",
    "area code",
    "period",
    "period starts",
    "figure",
    "unit",
    "no figure because",
    "hidden from others",
    "provisional",
    "rate",
    "rate per",
    "lower 95% limit",
    "upper 95% limit",
    "residents",
    "residents of mid-year",
    "same quarter last year",
    "change",
    "against all areas",
    "illustrative",
    "statistics",
    "source",
    "licence",
]


def glance_rows(page: Glance) -> list[list]:
    """The quarter's figures of every headline indicator, wholes and areas, under a head."""
    return _table(row for each in page.rows for row in _quarter_rows(each))


def indicator_rows(page: IndicatorPage) -> list[list]:
    """The indicator's series, then the quarter with its areas, under a head."""
    return _table([*_series_rows(page), *_quarter_rows(page.row)])


def history_rows(found: History, *, named: bool) -> list[list]:
    """A figure's values through time, the newest first, under a head.

    ``named`` says who did it and from which file: not for the public.
    """
    head = ["indicator", "area", "area code", "period", "from", "figure", "out of"]
    head += ["state", "status", "difference", "stood in", "what was done", "reason"]
    rows = []
    for entry in found.entries:
        observed, event = entry.observation, entry.event
        row = [
            *(found.indicator.title, found.area.name, found.area.code),
            *(found.period.label, f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}"),
            *(_number(entry.value), _number(entry.figure.denominator)),
            _state(entry),
            "provisional" if entry.figure.provisional else "final",
            _number(entry.difference),
            "; ".join(f"the report of {quarter.label}" for quarter in entry.published),
            *(event.get_kind_display(), event.reason),
        ]
        if named:
            place = (observed.sheet, observed.row) if observed else ("", None)
            row += [event.upload.filename, *place, str(event.by or "command line")]
        rows.append(row)
    return [[*head, *(["file", "sheet", "row", "by"] if named else [])], *rows]


def _state(entry: Entry) -> str:
    if entry.figure.hidden and entry.value is None:
        return Summary.State.HIDDEN.label.lower()
    return entry.observation.get_state_display() if entry.observation else ""


def _table(rows: Iterable[dict]) -> list[list]:
    return [HEADER, *([row.get(column) for column in HEADER] for row in rows)]


def _series_rows(page: IndicatorPage) -> Iterator[dict]:
    series = page.row.series
    if not series:
        return
    for period, point in zip(series.periods, series.control.points, strict=True):
        yield {
            **_about(page.indicator, period),
            "area": page.place,
            "area code": page.indicator.group.whole.code,
            "figure": _number(point.value),
            "no figure because": series.reasons.get(period, ""),
        }


def _quarter_rows(row: Row) -> Iterator[dict]:
    if row.summary:
        yield {
            **_summary_cells(row.summary, row),
            "area": row.indicator.group.whole.name,
            "area code": row.indicator.group.whole.code,
            "change": row.change.verdict if row.change else row.why_not,
            "same quarter last year": _number(
                row.summary.last_year if row.change else None
            ),
        }
    for area in row.areas.rows if row.areas else ():
        yield {
            **_summary_cells(area.summary, row),
            "area": area.area.name,
            "area code": area.area.code,
            "change": area.change.verdict if area.change else area.why_not,
            "same quarter last year": _number(
                area.summary.last_year if area.change else None
            ),
            "against all areas": str(area.comparison.place),
        }


def _summary_cells(summary: Summary, row: Row) -> dict:
    why = "" if summary.value is not None else summary.get_state_display().lower()
    return {
        **_about(row.indicator, row.quarter),
        "figure": _number(summary.value),
        "no figure because": why,
        "hidden from others": hidden_from_others(summary),
        "provisional": "yes" if summary.provisional else "no",
        "rate": summary.rate,
        "rate per": row.indicator.rate_per if summary.rate is not None else None,
        "lower 95% limit": summary.low,
        "upper 95% limit": summary.high,
        "residents": summary.population,
        "residents of mid-year": summary.population_year,
    }


def hidden_from_others(summary: Summary) -> str:
    """Whether the reader is told a value that others are not."""
    return "yes" if summary.hidden and summary.value is not None else "no"


def _about(indicator: Indicator, period: Period) -> dict:
    return {
        "indicator": indicator.title,
        "period": period.label,
        "period starts": period.start.isoformat(),
        "unit": indicator.unit,
        "illustrative": "illustrative, not real figures"
        if indicator.illustrative
        else "no",
        "statistics": indicator.get_status_label_display(),
        "source": indicator.source,
        "licence": indicator.licence,
    }


def _number(value) -> object:
    """A whole number without its decimals."""
    if value is None:
        return None
    return int(value) if value == int(value) else value
