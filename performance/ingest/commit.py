"""Making an upload's figures current, taking them back, putting them back.

The rule for what is current is one: of the uploads that are saved and not taken back, the
one first saved last. So the three acts may come in any order.
"""

import datetime
from collections.abc import Mapping

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from partnerships import audit
from partnerships.models import AuditEvent, User
from performance import bulk, periods, sealing, summaries
from performance.ingest.changes import compare
from performance.ingest.checking import contents_of, examine
from performance.ingest.findings import ERROR, grouped
from performance.ingest.known import FIGURES, KEY, Figures
from performance.models import (
    Current,
    Event,
    Finding,
    Indicator,
    Observation,
    Period,
    Upload,
)

NOTHING_CHANGES = "Nothing in this file would change anything."


class Blocked(Exception):
    """The upload cannot be saved, taken back or put back; the message says why."""


class MovedOn(Exception):
    """Figures in the upload have changed since its changes were shown."""


def commit_upload(
    upload: Upload,
    *,
    by: User | None,
    reason: str = "",
    reasons: Mapping[int, str] | None = None,
    seen: int | None = None,
) -> Event:
    """Make a checked upload's figures current, all or none.

    ``reasons`` answer queries, by the finding's primary key; ``reason`` is why published
    figures change, and answers every query that has none of its own.
    ``seen`` is the last event when its changes were shown; without it, when the file was
    checked. Raises Blocked with what stands in the way, or MovedOn when somebody has
    changed the same figures since. Costs the same number of queries for any figures.
    """
    reason = reason.strip()
    if upload.state != Upload.State.CHECKED:
        raise Blocked(_why_not_saved(upload))
    try:
        contents = contents_of(upload)
    except sealing.Sealed as seal:
        raise Blocked(str(seal)) from seal
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != Upload.State.CHECKED:
            raise Blocked(_why_not_saved(upload))
        number = Event.objects.wait_for_writers() + 1
        figures, problems = examine(contents, by=by)
        if errors := grouped(each for each in problems if each.level == ERROR):
            raise Blocked(f"Nothing was saved. {errors[0].wrong} {errors[0].mend}")
        seen = upload.previewed_at_event if seen is None else seen
        if event := changed_since(seen, figures):
            raise MovedOn(_who_moved(event))
        changes = compare(figures)
        if not changes.total:
            raise Blocked(NOTHING_CHANGES)
        answer(upload, reasons or {}, by=by, otherwise=reason)
        if upload.findings.unanswered().exists():
            raise Blocked("Say why the figures that were queried are right.")
        if not reason and changes.published:
            raise Blocked("Say why published figures change.")
        event = _record(number, Event.Kind.COMMIT, upload, by, reason)
        upload.state = Upload.State.COMMITTED
        upload.previewed_at_event = number - 1
        upload.figures_read = len(figures)
        upload.save()
        _insert(upload, figures)
        with connection.cursor() as cursor:
            cursor.execute(NEWEST, [upload.pk])
        summaries.refresh_since(*_touched(upload))
        audit.record(AuditEvent.Act.COMMIT, upload, by=by, reason=reason)
    return event


@transaction.atomic
def answer(
    upload: Upload,
    reasons: Mapping[int, str],
    *,
    by: User | None,
    otherwise: str = "",
) -> int:
    """Keep the reasons given for an upload's queries; returns how many are new.

    ``otherwise`` answers the queries without a reason of their own. An answer is kept as
    it was first given.
    """
    answered = []
    for finding in upload.findings.unanswered():
        finding.reason = reasons.get(finding.pk, "").strip() or otherwise
        if finding.reason:
            finding.answered_by, finding.answered_at = by, timezone.now()
            answered.append(finding)
    return Finding.objects.bulk_update(
        answered, ["reason", "answered_by", "answered_at"]
    )


@transaction.atomic
def withdraw_upload(upload: Upload, *, by: User | None, reason: str) -> Event:
    """Take a saved upload back: the figures before it are current again."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state != Upload.State.COMMITTED:
        raise Blocked("Only figures that are saved can be taken back.")
    if not reason.strip():
        raise Blocked("Say why these figures are taken back.")
    return _turn(upload, Event.Kind.WITHDRAW, by, reason.strip())


@transaction.atomic
def reinstate_upload(upload: Upload, *, by: User | None) -> Event:
    """Put an upload back in the place it had: figures saved after it stay current."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state != Upload.State.WITHDRAWN:
        raise Blocked("Only figures that were taken back can be put back.")
    return _turn(upload, Event.Kind.REINSTATE, by, "")


def changed_since(event_number: int, figures: Figures) -> Event | None:
    """The last event after a numbered one that touched any of the figures."""
    events = {
        event.upload_id: event
        for event in Event.objects.filter(number__gt=event_number)
        .order_by("number")
        .select_related("upload", "by")
    }
    if not events or not len(figures):
        return None
    theirs = Observation.objects.filter(
        upload__in=events,
        indicator__in=figures.frame["measure"].unique().to_list(),
        period__start__gte=figures.frame["start"].min(),
        period__start__lte=figures.frame["start"].max(),
    ).values_list("upload", "indicator", "area", "period__kind", "period__start")
    schema = {"upload": pl.Int64} | {name: FIGURES[name] for name in KEY}
    touching = (
        pl.DataFrame(list(theirs), schema=schema, orient="row")
        .join(figures.frame, on=KEY, how="semi")["upload"]
        .unique()
    )
    return max(
        (events[upload] for upload in touching),
        key=lambda event: event.number,
        default=None,
    )


def _who_moved(event: Event) -> str:
    who = event.by or "Somebody at the command line"
    act = {
        Event.Kind.COMMIT: "saved",
        Event.Kind.WITHDRAW: "took back",
        Event.Kind.REINSTATE: "put back",
    }[event.kind]
    at = timezone.localtime(event.at)
    return (
        f"{who} {act} {event.upload} at {at:%H:%M} on {at.day} {at:%B %Y}, with figures "
        "that are in your file too. Nothing of yours was saved: look again at what will "
        "change."
    )


def _why_not_saved(upload: Upload) -> str:
    return {
        Upload.State.RECEIVED: "This file was not checked yet. Have it checked first.",
        Upload.State.REFUSED: "This file could not be read, so nothing can be saved.",
        Upload.State.STOPPED: "This file is about people, so nothing can be saved.",
        Upload.State.COMMITTED: "These figures are saved already.",
        Upload.State.WITHDRAWN: "These figures were taken back. Put them back instead.",
    }[upload.state]


def _turn(upload: Upload, kind: Event.Kind, by: User | None, reason: str) -> Event:
    _check_own(upload, by)
    number = Event.objects.wait_for_writers() + 1
    event = _record(number, kind, upload, by, reason)
    upload.state, act = {
        Event.Kind.WITHDRAW: (Upload.State.WITHDRAWN, AuditEvent.Act.WITHDRAW),
        Event.Kind.REINSTATE: (Upload.State.COMMITTED, AuditEvent.Act.REINSTATE),
    }[kind]
    upload.save()
    _make_current(upload)
    summaries.refresh_since(*_touched(upload))
    audit.record(act, upload, by=by, reason=reason)
    return event


def _check_own(upload: Upload, by: User | None) -> None:
    if by is None:
        return
    others = (
        Indicator.objects.filter(observations__upload=upload)
        .exclude(pk__in=Indicator.objects.uploadable_by(by).values("pk"))
        .distinct()
    )
    if titles := ", ".join(indicator.title for indicator in others):
        raise Blocked(f"This upload holds figures that are not yours: {titles}.")


def _record(
    number: int, kind: Event.Kind, upload: Upload, by: User | None, reason: str
) -> Event:
    try:
        with transaction.atomic():
            return Event.objects.create(
                number=number, kind=kind, upload=upload, by=by, reason=reason
            )
    except IntegrityError as error:  # the very first event has no row to queue on
        raise MovedOn(
            "Somebody else saved figures at the same moment. Nothing of yours was saved: "
            "look again at what will change."
        ) from error


def _insert(upload: Upload, figures: Figures) -> None:
    spans = figures.frame.select("kind", "start").unique().rows()
    stored = Period.objects.stored({periods.of(*span) for span in spans})
    schema = {"kind": pl.String, "start": pl.Date, "period": pl.Int64}
    keys = pl.DataFrame(
        [(span.kind, span.start, pk) for span, pk in stored.items()],
        schema=schema,
        orient="row",
    )
    bulk.insert(
        Observation,
        figures.frame.join(keys, on=["kind", "start"]).select(
            "area",
            "period",
            "state",
            "status",
            "value",
            "denominator",
            indicator="measure",
            upload=pl.lit(upload.pk),
            sheet=pl.col("sheet").str.slice(0, 100),
            row=pl.when(pl.col("row") > 0).then("row"),
        ),
    )


def _make_current(upload: Upload) -> None:
    """Let the rule decide for every figure of an upload, in two statements."""
    Current.objects.filter(observation__upload=upload).delete()
    with connection.cursor() as cursor:
        cursor.execute(WINNERS, [upload.pk])


# An upload that is saved now is the one saved last: all its figures are current.
NEWEST = """
INSERT INTO performance_current (indicator_id, area_id, period_id, observation_id)
SELECT indicator_id, area_id, period_id, id FROM performance_observation
WHERE upload_id = %s
ON CONFLICT (indicator_id, area_id, period_id)
DO UPDATE SET observation_id = excluded.observation_id
"""
WINNERS = """
INSERT INTO performance_current (indicator_id, area_id, period_id, observation_id)
SELECT indicator_id, area_id, period_id, id FROM (
    SELECT o.id, o.indicator_id, o.area_id, o.period_id,
        row_number() OVER (
            PARTITION BY o.indicator_id, o.area_id, o.period_id ORDER BY e.number DESC
        ) AS place
    FROM performance_observation AS mine
    JOIN performance_observation AS o
        ON o.indicator_id = mine.indicator_id
        AND o.area_id = mine.area_id
        AND o.period_id = mine.period_id
    JOIN performance_upload AS u ON u.id = o.upload_id AND u.state = 'committed'
    JOIN performance_event AS e ON e.upload_id = o.upload_id AND e.kind = 'commit'
    WHERE mine.upload_id = %s
) AS ranked
WHERE place = 1
ON CONFLICT (indicator_id, area_id, period_id)
DO UPDATE SET observation_id = excluded.observation_id
"""


def _touched(upload: Upload) -> tuple[set[int], datetime.date]:
    """The indicators of an upload's figures, and the first day they are about."""
    figures = upload.observations
    first = figures.aggregate(day=Min("period__start"))["day"]
    return set(figures.values_list("indicator", flat=True).distinct()), first
