"""The quarterly round: which figures are expected, from whom, by when, and what came.

Nothing of this is stored but what people decide: another due date, and a return that
will not come. What is expected follows from the indicators, what came from the figures.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.utils import timezone

from partnerships import audit
from partnerships.models import AreaGroupMember, AuditEvent, User
from performance import periods
from performance.models import (
    Current,
    DueDate,
    Event,
    Indicator,
    NotComing,
    Period,
)
from performance.periods import Month, Quarter

ROUNDS_SHOWN = 8
COLLECTED = [Period.Kind.MONTH, Period.Kind.QUARTER]


class NotTaken(Exception):
    """The decision cannot be taken; the message says why and what to do instead."""


@dataclass(frozen=True)
class Return:
    """One indicator's figures of a quarter, counted as area × native period.

    ``came_on`` is the day on which the last of the figures held was saved.
    """

    indicator: Indicator
    quarter: Quarter
    due: datetime.date
    today: datetime.date
    expected: int
    came: int
    came_on: datetime.date | None
    given_up: NotComing | None

    @property
    def complete(self) -> bool:
        return self.came >= self.expected

    @property
    def open(self) -> bool:
        """Whether somebody still has to send something."""
        return not self.complete and self.given_up is None

    @property
    def late(self) -> bool:
        return self.open and self.today > self.due

    @property
    def days_late(self) -> int:
        """Days after the due date: until today while it is open, else until it came."""
        until = self.today
        if not self.open and self.came_on:
            until = min(self.came_on, self.today)
        return 0 if self.given_up else max(0, (until - self.due).days)

    @property
    def lacking(self) -> int:
        return max(0, self.expected - self.came)


@dataclass(frozen=True)
class From:
    """What one partner, or nobody named, sends in a round."""

    name: str
    returns: tuple[Return, ...]

    @property
    def open(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.open)

    @property
    def late(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.late)

    @property
    def days_late(self) -> int:
        return max((each.days_late for each in self.late), default=0)

    @property
    def expected(self) -> int:
        return sum(each.expected for each in self.returns)

    @property
    def came(self) -> int:
        return sum(min(each.came, each.expected) for each in self.returns)


@dataclass(frozen=True)
class Round:
    """A quarter's collection as it stands today."""

    quarter: Quarter
    due: datetime.date
    why_due: str
    today: datetime.date
    returns: tuple[Return, ...]

    @property
    def open(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.open)

    @property
    def late(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.late)

    @property
    def given_up(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.given_up)

    @property
    def complete(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.complete)

    @property
    def days_left(self) -> int:
        """Until it is due; less than 0 once that day is past."""
        return (self.due - self.today).days

    @property
    def days_late(self) -> int:
        return max((each.days_late for each in self.late), default=0)

    @property
    def partners(self) -> list[From]:
        """Its returns by who sends them; those of nobody named come last."""
        by_name = defaultdict(list)
        for each in self.returns:
            by_name[str(each.indicator.provider or "")].append(each)
        named = sorted(name for name in by_name if name)
        return [From(name, tuple(by_name[name])) for name in named] + [
            From("No partner named: the analyst collects these", tuple(by_name[""]))
            for _ in by_name.keys() & {""}
        ]


def usual_due(quarter: Quarter) -> datetime.date:
    """The end of the quarter that follows."""
    return quarter.next.end


def recent(today: datetime.date) -> list[Quarter]:
    """The quarters whose rounds are shown, the newest first; all of them are over."""
    quarters, quarter = [], Quarter.containing(today)
    for _ in range(ROUNDS_SHOWN):
        quarter = quarter.previous
        quarters.append(quarter)
    return quarters


def rounds(
    indicators: Iterable[Indicator], quarters: Sequence[Quarter], today: datetime.date
) -> list[Round]:
    """The rounds of some quarters, for some indicators; six queries for any number.

    An indicator is expected from the first period that a figure is held for, and only
    where it is counted by month or quarter.
    """
    if not quarters:
        return []
    collected = list(
        indicators.filter(native_period__in=COLLECTED)
        .exclude(kind=Indicator.Kind.POPULATION)
        .select_related("provider", "group")
    )
    members = defaultdict(list)
    for member in AreaGroupMember.objects.filter(
        group__in={each.group_id for each in collected}
    ):
        members[member.group_id].append(member)
    begun = dict(
        Current.objects.filter(indicator__in=collected)
        .values("indicator")
        .annotate(first=Min("period__start"))
        .values_list("indicator", "first")
    )
    came = _came(collected, quarters)
    due = {
        row.period.start: row
        for row in DueDate.objects.filter(
            period__start__in=[quarter.start for quarter in quarters]
        ).select_related("period")
    }
    given_up = {
        (row.indicator_id, row.period.start): row
        for row in NotComing.objects.filter(
            period__start__in=[quarter.start for quarter in quarters]
        ).select_related("period", "by")
    }
    found = []
    for quarter in quarters:
        own = due.get(quarter.start)
        until = own.due if own else usual_due(quarter)
        returns = []
        for indicator in collected:
            if begun.get(indicator.pk, datetime.date.max) > quarter.end:
                continue
            count, last = came.get((indicator.pk, quarter), (0, None))
            returns.append(
                Return(
                    indicator=indicator,
                    quarter=quarter,
                    due=until,
                    today=today,
                    expected=_expected(indicator, quarter, members),
                    came=count,
                    came_on=last and timezone.localtime(last).date(),
                    given_up=given_up.get((indicator.pk, quarter.start)),
                )
            )
        found.append(
            Round(quarter, until, own.reason if own else "", today, tuple(returns))
        )
    return found


def _expected(
    indicator: Indicator, quarter: Quarter, members: dict[int, list[AreaGroupMember]]
) -> int:
    """How many figures make the return: a figure for each area and native period."""
    parts: tuple[periods.Period, ...] = (quarter,)
    if indicator.native_period == Period.Kind.MONTH:
        parts = quarter.months
    if not indicator.by_area:
        return len(parts)
    return sum(
        (member.valid_from is None or member.valid_from <= part.end)
        and (member.valid_until is None or member.valid_until > part.end)
        for part in parts
        for member in members[indicator.group_id]
    )


def _came(
    indicators: Sequence[Indicator], quarters: Sequence[Quarter]
) -> dict[tuple[int, Quarter], tuple[int, datetime.datetime]]:
    """How many figures of a return are held, and when the last of them was saved."""
    member = AreaGroupMember.objects.filter(
        group=OuterRef("indicator__group"), area=OuterRef("area")
    )
    rows = (
        Current.objects.filter(
            Q(Exists(member), indicator__by_area=True)
            | Q(indicator__by_area=False, area=F("indicator__group__whole")),
            indicator__in=indicators,
            period__kind=F("indicator__native_period"),
            period__start__gte=min(quarters).start,
            period__start__lte=max(quarters).end,
        )
        .values("indicator", "period__start")
        .annotate(
            count=Count("pk", distinct=True),
            last=Max(
                "observation__upload__events__at",
                filter=Q(observation__upload__events__kind=Event.Kind.COMMIT),
            ),
        )
    )
    held: dict[tuple[int, Quarter], tuple[int, datetime.datetime]] = {}
    for row in rows:
        key = (row["indicator"], Month.containing(row["period__start"]).quarter)
        count, last = held.get(key, (0, row["last"]))
        held[key] = (count + row["count"], max(last, row["last"]))
    return held


@transaction.atomic
def change_due(
    quarter: Quarter, due: datetime.date, *, by: User, reason: str
) -> DueDate:
    """Give a round another due date; raises NotTaken for one before the quarter ends."""
    if due <= quarter.end:
        raise NotTaken(
            f"{quarter.label} ends on {quarter.end.day} {quarter.end:%B %Y}. Choose a "
            "later day."
        )
    changed, _ = DueDate.objects.update_or_create(
        period=Period.objects.of(quarter),
        defaults={"due": due, "reason": reason, "by": by},
    )
    audit.record(
        AuditEvent.Act.ROUND,
        f"{quarter.label} is due on {due.day} {due:%B %Y}",
        by=by,
        reason=reason,
    )
    return changed


@transaction.atomic
def give_up(
    quarter: Quarter, indicators: Sequence[Indicator], *, by: User, reason: str
) -> None:
    """Record that returns will not come; they are late no longer, and still a gap."""
    if not indicators:
        raise NotTaken("Choose the returns that will not come.")
    period = Period.objects.of(quarter)
    NotComing.objects.bulk_create(
        [
            NotComing(period=period, indicator=each, by=by, reason=reason)
            for each in indicators
        ],
        ignore_conflicts=True,
    )
    titles = ", ".join(each.title for each in indicators)
    audit.record(
        AuditEvent.Act.ROUND,
        f"{quarter.label} will not come: {titles}",
        by=by,
        reason=reason,
    )


@transaction.atomic
def expect_again(quarter: Quarter, indicator: Indicator, *, by: User) -> None:
    """Take back that a return will not come; nothing happens where nobody said so."""
    deleted, _ = NotComing.objects.filter(
        period__kind=quarter.kind, period__start=quarter.start, indicator=indicator
    ).delete()
    if deleted:
        audit.record(
            AuditEvent.Act.ROUND,
            f"{quarter.label} is expected again: {indicator.title}",
            by=by,
        )
