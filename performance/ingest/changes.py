"""What an upload would change, before anything is saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from partnerships.models import Area
from performance import periods
from performance.ingest.checking import contents_of, examine
from performance.ingest.known import Figure, Measure
from performance.ingest.numbers import printed
from performance.models import Current, Event, Observation, PublishedQuarter, Upload

State = Observation.State


class Said(NamedTuple):
    """What is held, or would be, for one indicator, area and period."""

    state: str
    status: str
    value: Decimal | None
    denominator: Decimal | None

    def __str__(self) -> str:
        if self.value is None:
            return State(self.state).label
        text = printed(self.value)
        if self.denominator is not None:
            text += f" of {printed(self.denominator)}"
        return text if self.status == "final" else f"{text} ({self.status})"


class Change(NamedTuple):
    measure: Measure
    area: str
    period: periods.Period
    now: Said | None
    will_be: Said
    published: bool
    row: int

    @property
    def difference(self) -> Decimal | None:
        if self.now is None or None in (self.now.value, self.will_be.value):
            return None
        difference = self.will_be.value - self.now.value
        if difference == difference.to_integral_value():
            return difference.quantize(Decimal(1))
        return difference.normalize()

    @property
    def signed_difference(self) -> str:
        return "" if self.difference is None else signed(self.difference)

    @property
    def share(self) -> Decimal | None:
        """The difference in per cent of what is held; None from 0."""
        if not self.difference or not self.now.value:
            return None
        return round(100 * self.difference / self.now.value, 1)

    @property
    def per_cent(self) -> str:
        if self.share is None:
            return ""
        return f"{'+' if self.share > 0 else '−'}{abs(self.share):,.1f}%"


@dataclass
class Changes:
    event: int  # the last event when this was worked out
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    unchanged: list[Change] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many figures would not stand as they do."""
        return len(self.new) + len(self.changed) + len(self.removed)

    @property
    def published(self) -> int:
        """How many figures of published quarters would be other, or gone."""
        return sum(change.published for change in (*self.changed, *self.removed))


def signed(value: Decimal) -> str:
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{printed(abs(value))}"


def changes_of(upload: Upload) -> Changes:
    """What saving the upload would do to the figures as they stand now."""
    figures, _ = examine(contents_of(upload), by=upload.by)
    return compare(figures)


def compare(figures: Sequence[Figure]) -> Changes:
    """The figures of a file against the current ones, in four queries."""
    changes = Changes(event=Event.objects.latest_number())
    held = _held(figures)
    names = dict(
        Area.objects.filter(pk__in={figure.area for figure in figures}).values_list(
            "pk", "name"
        )
    )
    published = [
        (quarter.period.start, quarter.period.end)
        for quarter in PublishedQuarter.objects.select_related("period")
    ]
    for figure in figures:
        period = figure.period
        now = held.get((figure.measure.pk, figure.area, period.kind, period.start))
        change = Change(
            measure=figure.measure,
            area=names[figure.area],
            period=period,
            now=now,
            will_be=Said(figure.state, figure.status, figure.value, figure.denominator),
            published=any(s <= period.start and period.end <= e for s, e in published),
            row=figure.row,
        )
        _kind_of(change, changes).append(change)
    changes.changed.sort(
        key=lambda change: (change.measure.title, -abs(change.difference or 0))
    )
    return changes


def _kind_of(change: Change, changes: Changes) -> list[Change]:
    if change.now is None:
        return changes.new
    if change.now == change.will_be:
        return changes.unchanged
    if change.now.state == State.VALUE and change.will_be.state != State.VALUE:
        return changes.removed
    return changes.changed


def _held(figures: Iterable[Figure]) -> dict[tuple, Said]:
    rows = Current.objects.filter(
        indicator__in={figure.measure.pk for figure in figures},
        period__start__in={figure.period.start for figure in figures},
    ).values_list(
        "indicator",
        "area",
        "period__kind",
        "period__start",
        "observation__state",
        "observation__status",
        "observation__value",
        "observation__denominator",
    )
    return {row[:4]: Said(*row[4:]) for row in rows}
