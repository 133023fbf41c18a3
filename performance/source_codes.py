"""How a source's codes become indicators: placed, changed, ended; never counted twice.

A change is for files checked after it: figures already loaded stay as they were counted.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max

from partnerships.models import User
from performance.ingest.known import plain
from performance.models import Finding, Indicator, SourceCode

MET_IN_DAYS = 366  # an upload is recent for so long


class NotPlaced(Exception):
    """A code cannot be placed so; its message says why, and what to do."""


@dataclass(frozen=True)
class Unplaced:
    """A code that a recent upload met and that nobody has placed."""

    source_kind: str
    code: str
    rows: int
    at: datetime.datetime

    @property
    def source(self) -> str:
        return Indicator.SourceKind(self.source_kind).label


def unplaced(now: datetime.datetime) -> list[Unplaced]:
    """Codes nobody knows yet, of the uploads of the last MET_IN_DAYS; two queries."""
    met = (
        Finding.objects.filter(
            rule="unknown-code",
            upload__at__gte=now - datetime.timedelta(days=MET_IN_DAYS),
            upload__source_kind__in=Indicator.SourceKind.values,
        )
        .exclude(text="")
        .values_list("upload__source_kind", "text")
        .annotate(Max("cells"), Max("upload__at"))
        .order_by("upload__source_kind", "text")
    )
    placed = {
        (source, plain(code))
        for source, code in SourceCode.objects.values_list("source_kind", "code")
    }
    return [Unplaced(*code) for code in met if (code[0], plain(code[1])) not in placed]


@transaction.atomic
def place(
    source_kind: str,
    code: str,
    indicator: Indicator | None,
    *,
    valid_from: datetime.date | None,
    valid_until: datetime.date | None,
    by: User,
    reason: str,
) -> SourceCode:
    """Say what a code counts in; None is known and not used. Raises NotPlaced."""
    placed = SourceCode(
        source_kind=source_kind,
        code=code,
        indicator=indicator,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    return _saved(placed, by=by, reason=reason)


@transaction.atomic
def change(
    placed: SourceCode,
    *,
    indicator: Indicator | None,
    valid_from: datetime.date | None,
    valid_until: datetime.date | None,
    by: User,
    reason: str,
) -> SourceCode:
    """Correct what a code counts in, or when. Raises NotPlaced."""
    placed.indicator = indicator
    placed.valid_from, placed.valid_until = valid_from, valid_until
    return _saved(placed, by=by, reason=reason)


@transaction.atomic
def end(
    placed: SourceCode,
    on: datetime.date,
    *,
    begins: Iterable[Indicator | None] = (),
    by: User,
    reason: str,
) -> SourceCode:
    """End a code for periods that begin on a day or later, and begin others from it.

    ``begins`` are the indicators it then counts in, None among them for "not used". All
    or nothing; raises NotPlaced.
    """
    placed.valid_until = on
    _saved(placed, by=by, reason=reason)
    for indicator in begins:
        place(
            placed.source_kind,
            placed.code,
            indicator,
            valid_from=on,
            valid_until=None,
            by=by,
            reason=reason,
        )
    return placed


def _saved(placed: SourceCode, *, by: User, reason: str) -> SourceCode:
    others = [
        other
        for other in SourceCode.objects.select_for_update(of=("self",))
        .filter(source_kind=placed.source_kind)
        .exclude(pk=placed.pk)
        .select_related("indicator")
        if plain(other.code) == plain(placed.code)
    ]
    if refusal := refusal_of(placed, others):
        raise NotPlaced(refusal)
    placed._history_user, placed._change_reason = by, reason
    try:
        with transaction.atomic():
            placed.save()
    except IntegrityError as error:
        raise NotPlaced(
            "Somebody has placed this code meanwhile. Look at the list again."
        ) from error
    return placed


def refusal_of(placed: SourceCode, others: Iterable[SourceCode]) -> str:
    """Why a code cannot be placed so beside its other places; "" where it can."""
    begins, ends = placed.valid_from, placed.valid_until
    if begins and ends and ends <= begins:
        return (
            f"It would end on {ends:%-d %B %Y}, before it begins on {begins:%-d %B %Y}. "
            "Give it a later end."
        )
    for other in others:
        if other.indicator_id == placed.indicator_id and placed.indicator_id:
            return (
                f"It counts in {other.indicator} already{_dates(other)}. Change that "
                "entry instead: twice would count its rows twice."
            )
        if not _overlap(placed, other):
            continue
        if other.indicator_id is None and placed.indicator_id is None:
            return f"It is known and not used already{_dates(other)}."
        if other.indicator_id is None:
            return (
                f"It is known and not used{_dates(other)}. End that first, or choose "
                "other days."
            )
        if placed.indicator_id is None:
            return (
                f"It counts in {other.indicator}{_dates(other)}. End that first, or "
                "choose other days."
            )
    return ""


def _overlap(one: SourceCode, other: SourceCode) -> bool:
    first, last = datetime.date.min, datetime.date.max
    return (one.valid_from or first) < (other.valid_until or last) and (
        other.valid_from or first
    ) < (one.valid_until or last)


def _dates(placed: SourceCode) -> str:
    parts = [
        f" {word} {day:%-d %B %Y}"
        for word, day in (("from", placed.valid_from), ("until", placed.valid_until))
        if day
    ]
    return f",{''.join(parts)}" if parts else ""
