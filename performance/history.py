"""What was known when: a figure's values through time, and the moment a page is shown as at.

Nothing here is stored. A figure's history is worked out from the observations, which are
only ever inserted, and the numbered events that made them current.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone

from partnerships.models import Area, AreaGroupMember
from performance import periods
from performance.models import (
    Event,
    Indicator,
    Observation,
    Period,
    PublishedQuarter,
)
from performance.series import Figure, Group, figure_of
from performance.small_counts import hidden_of, masked_figure

WHO_SEES_WHAT = frozenset(
    {"public", "threshold", "rounding", "whole_threshold", "whole_rounding"}
)
WRITE_A_DAY = "Write a day as 2022-05-01, or choose a published report, as 2021-22-q3."


class NotKnownThen(ValueError):
    """The moment cannot be shown; the message says why and what to write."""


@dataclass(frozen=True)
class AsAt:
    """The number of an event, after which a page shows what was known, and its name."""

    event: int
    words: str  # "on 1 May 2022", "in the report of Q3 2021/22"
    text: str  # as the address has it
    at: datetime.datetime | None  # of the event; None before the first


def as_at(text: str, *, not_before: int | None = None) -> AsAt:
    """The moment that a day (2022-05-01) or a published report (2021-22-q3) names.

    A day means its last event, in local time. ``not_before`` is the event from
    which a reader may look back, when that is not all of them. Raises NotKnownThen.
    """
    text = text.strip()
    moment = _report(text.lower()) if "q" in text.lower() else _day(text)
    if not_before is not None and moment.event < not_before:
        raise NotKnownThen(
            f"This quarter was not published {moment.words}. Choose a later day."
        )
    return moment


def _report(text: str) -> AsAt:
    try:
        quarter = periods.Quarter.from_slug(text)
    except periods.NoSuchPeriod as error:
        raise NotKnownThen(f"No report is called {text}. {WRITE_A_DAY}") from error
    published = PublishedQuarter.objects.filter(
        period__kind=quarter.kind, period__start=quarter.start
    ).first()
    if published is None:
        raise NotKnownThen(f"{quarter.label} has not been published. {WRITE_A_DAY}")
    return AsAt(
        published.event_number,
        f"in the report of {quarter.label}",
        text,
        published.at,
    )


def _day(text: str) -> AsAt:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise NotKnownThen(f"“{text[:40]}” is no day. {WRITE_A_DAY}") from error
    after = timezone.make_aware(
        datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    )
    last = Event.objects.filter(at__lt=after).order_by("-number").first()
    return AsAt(
        last.number if last else 0,
        f"on {day.day} {day:%B %Y}",
        text,
        last.at if last else None,
    )


def as_defined(indicators: Iterable[Indicator], moment: AsAt) -> list[Indicator]:
    """The indicators with the definitions of then, where their history goes back so far.

    One query. What they refer to (group, population, provider) stays as of now, and so
    does who may see what.
    """
    indicators = list(indicators)
    if moment.at is None:
        return indicators
    then = {
        record.pk: record
        for record in Indicator.history.as_of(moment.at).filter(
            id__in=[each.pk for each in indicators]
        )
    }
    words = [
        field.name
        for field in Indicator._meta.concrete_fields
        if not field.is_relation
        and not field.primary_key
        and field.name not in WHO_SEES_WHAT
    ]
    for indicator in indicators:
        if record := then.get(indicator.pk):
            for name in words:
                setattr(indicator, name, getattr(record, name))
    return indicators


@dataclass(frozen=True)
class Entry:
    """What an event made of a figure; ``observation`` is None for one that is summed,
    and where the event left none."""

    event: Event
    figure: Figure
    before: Figure | None
    observation: Observation | None
    published: tuple[periods.Quarter, ...]  # reports in which it then stood

    @property
    def value(self) -> Decimal | None:
        return self.figure.value

    @property
    def difference(self) -> Decimal | None:
        if self.before is None or None in (self.before.value, self.figure.value):
            return None
        return self.figure.value - self.before.value

    @property
    def per_cent(self) -> float | None:
        if not self.difference or not self.before.value:
            return None
        return round(float(100 * self.difference / self.before.value), 1)


@dataclass(frozen=True)
class History:
    """One figure's values through time, the newest first."""

    indicator: Indicator
    area: Area
    period: periods.Period
    entries: tuple[Entry, ...]
    parts: tuple[tuple[Area, periods.Period], ...]  # of a sum; empty for one figure

    @property
    def now(self) -> Entry | None:
        return self.entries[0] if self.entries else None

    @property
    def revised(self) -> bool:
        """Whether its value is other than in the first report it stood in."""
        told = [entry for entry in self.entries if entry.published]
        return bool(told) and told[-1].value != self.now.value


def history(
    indicator: Indicator, area: Area, period: periods.Period, *, true: bool = True
) -> History:
    """Every value of a figure, or of a sum of figures; six queries for any history, one
    more for an indicator with a rule for small counts.

    ``true`` is False for a reader who may not see small counts.
    """
    group = Group(
        indicator.group.whole_id,
        indicator.group.unplaced_id,
        list(AreaGroupMember.objects.filter(group=indicator.group_id)),
    )
    observations = list(
        Observation.objects.filter(
            indicator=indicator,
            period__kind=indicator.native_period,
            period__end__lte=period.end,
        ).select_related("period", "upload")
    )
    events = list(
        Event.objects.filter(upload__in={each.upload_id for each in observations})
        .select_related("upload", "by")
        .order_by("number")
    )
    reports = _reports(period)
    entries = _entries(indicator, group, area.pk, period, observations, events, reports)
    if indicator.protected:
        hidden = hidden_of([indicator])[indicator.pk]
        entries = _told(entries, indicator, area.pk, (area.pk, period) in hidden, true)
    return History(
        indicator,
        area,
        period,
        tuple(reversed(entries)),
        _parts(indicator, group, area, period),
    )


def _told(
    entries: list[Entry], indicator: Indicator, area: int, hidden: bool, true: bool
) -> list[Entry]:
    """The entries as a reader is told them: marked, or without what is hidden."""

    def told(figure: Figure | None) -> Figure | None:
        if figure is None or true:
            return figure and replace(figure, hidden=hidden)
        whole = indicator.group.whole_id
        return masked_figure(indicator, whole, area, figure, hidden=hidden)

    return [
        replace(entry, figure=told(entry.figure), before=told(entry.before))
        for entry in entries
    ]


def _reports(period: periods.Period) -> list[tuple[int, periods.Quarter]]:
    """The published reports that a period's figures stand in, with their events."""
    held = PublishedQuarter.objects.filter(
        period__start__lte=period.end, period__end__gte=period.start
    ).select_related("period")
    return sorted((each.event_number, each.period.value) for each in held)


def _entries(
    indicator: Indicator,
    group: Group,
    area: int,
    period: periods.Period,
    observations: Sequence[Observation],
    events: Sequence[Event],
    reports: Sequence[tuple[int, periods.Quarter]],
) -> list[Entry]:
    """The events that changed the figure, oldest first.

    The rule of what is current, gone through in the order of the events: of the uploads
    that are saved and not taken back, the one first saved last.
    """
    spans = {each.period_id: each.period.value for each in observations}
    by_upload: dict[int, list[Observation]] = {}
    for each in observations:
        by_upload.setdefault(each.upload_id, []).append(each)
    saved: dict[int, int] = {}  # upload and the number of its commit
    standing: set[int] = set()
    last: Figure | None = None
    entries: list[Entry] = []
    for event in events:
        if event.kind == Event.Kind.COMMIT:
            saved[event.upload_id] = event.number
        if event.kind == Event.Kind.WITHDRAW:
            standing.discard(event.upload_id)
        else:
            standing.add(event.upload_id)
        current = {
            (each.area_id, spans[each.period_id]): each
            for upload in sorted(standing, key=saved.__getitem__)
            for each in by_upload[upload]
        }
        figure = figure_of(indicator, group, current, area, period)
        own = current.get((area, period))
        same_source = own is None or (entries and own == entries[-1].observation)
        if figure == last and same_source:
            continue
        if figure.held or own or (last and last.held):
            entries.append(Entry(event, figure, last, own, ()))
            last = figure
    return [
        _with_reports(entry, after, reports)
        for entry, after in zip(entries, [*entries[1:], None], strict=False)
    ]


def _with_reports(
    entry: Entry, after: Entry | None, reports: Sequence[tuple[int, periods.Quarter]]
) -> Entry:
    """The entry with the reports published while it stood."""
    until = after.event.number if after else float("inf")
    quarters = tuple(
        quarter for number, quarter in reports if entry.event.number <= number < until
    )
    return Entry(entry.event, entry.figure, entry.before, entry.observation, quarters)


def _parts(
    indicator: Indicator, group: Group, area: Area, period: periods.Period
) -> tuple[tuple[Area, periods.Period], ...]:
    """The figures a sum is made of: months of a quarter, else areas of a whole."""
    if period.kind != indicator.native_period:
        if indicator.native_period == Period.Kind.MONTH:
            return tuple((area, month) for month in period.months)
        return tuple((area, each) for each in _quarters(period))
    if area.pk != group.whole or not indicator.by_area:
        return ()
    pks = [*group.areas_on(period.end), group.unplaced]
    areas = Area.objects.filter(pk__in=[pk for pk in pks if pk]).order_by("name")
    return tuple((each, period) for each in areas)


def _quarters(period: periods.Period) -> Iterable[periods.Quarter]:
    return dict.fromkeys(month.quarter for month in period.months)
