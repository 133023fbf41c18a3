"""Making an upload's figures current, taking them back, putting them back.

The rule for what is current is one: of the uploads that are saved and not taken back, the
one first saved last. So the three acts may come in any order.
"""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships import audit
from partnerships.models import AuditEvent, User
from performance import periods, summaries
from performance.ingest.changes import compare
from performance.ingest.checking import contents_of, examine
from performance.ingest.findings import ERROR, grouped
from performance.ingest.known import Figure
from performance.models import (
    Current,
    Event,
    Indicator,
    Observation,
    Period,
    Upload,
)

Key = tuple[int, int, int]  # indicator, area, period

NOTHING_CHANGES = "Nothing in this file would change anything."


class Blocked(Exception):
    """The upload cannot be saved, taken back or put back; the message says why."""


class MovedOn(Exception):
    """Figures in the upload have changed since its changes were shown."""


def commit_upload(
    upload: Upload, *, by: User | None, reason: str = "", seen: int | None = None
) -> Event:
    """Make a checked upload's figures current, all or none.

    ``seen`` is the last event when its changes were shown; without it, when the file was
    checked. Raises Blocked with what stands in the way, or MovedOn when somebody has
    changed the same figures since. Costs the same number of queries for any figures.
    """
    contents = contents_of(upload)
    reason = reason.strip()
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != Upload.State.CHECKED:
            raise Blocked(_why_not_saved(upload))
        number = _next_number()
        figures, problems = examine(contents, by=by)
        if errors := grouped(each for each in problems if each.level == ERROR):
            raise Blocked(f"Nothing was saved. {errors[0].wrong} {errors[0].mend}")
        seen = upload.previewed_at_event if seen is None else seen
        if event := changed_since(seen, figures):
            raise MovedOn(_who_moved(event))
        changes = compare(figures)
        if not changes.total:
            raise Blocked(NOTHING_CHANGES)
        if not reason and upload.findings.unanswered().exists():
            raise Blocked("Say why the figures that were queried are right.")
        if not reason and changes.published:
            raise Blocked("Say why published figures change.")
        event = _record(number, Event.Kind.COMMIT, upload, by, reason)
        upload.findings.unanswered().update(reason=reason)
        upload.state = Upload.State.COMMITTED
        upload.previewed_at_event = number - 1
        upload.figures_read = len(figures)
        upload.save()
        _insert(upload, figures)
        summaries.refresh(_make_current(upload))
        audit.record(AuditEvent.Act.COMMIT, upload, by=by, reason=reason)
    return event


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


def changed_since(event_number: int, figures: Sequence[Figure]) -> Event | None:
    """The last event after a numbered one that touched any of the figures."""
    events = {
        event.upload_id: event
        for event in Event.objects.filter(number__gt=event_number)
        .order_by("number")
        .select_related("upload", "by")
    }
    if not events:
        return None
    mine = {
        (figure.measure.pk, figure.area, figure.period.kind, figure.period.start)
        for figure in figures
    }
    theirs = Observation.objects.filter(
        upload__in=events,
        indicator__in={figure.measure.pk for figure in figures},
        period__start__in={figure.period.start for figure in figures},
    ).values_list("upload", "indicator", "area", "period__kind", "period__start")
    touching = [events[upload] for upload, *key in theirs if tuple(key) in mine]
    return max(touching, key=lambda event: event.number, default=None)


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
        Upload.State.REFUSED: "This file could not be read, so nothing can be saved.",
        Upload.State.COMMITTED: "These figures are saved already.",
        Upload.State.WITHDRAWN: "These figures were taken back. Put them back instead.",
    }[upload.state]


def _turn(upload: Upload, kind: Event.Kind, by: User | None, reason: str) -> Event:
    _check_own(upload, by)
    event = _record(_next_number(), kind, upload, by, reason)
    upload.state, act = {
        Event.Kind.WITHDRAW: (Upload.State.WITHDRAWN, AuditEvent.Act.WITHDRAW),
        Event.Kind.REINSTATE: (Upload.State.COMMITTED, AuditEvent.Act.REINSTATE),
    }[kind]
    upload.save()
    summaries.refresh(_make_current(upload))
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


def _next_number() -> int:
    """The number of the event to come, once every other writer is done.

    Writers queue on the last event's row. One that waited finds a later event, and
    queues on that.
    """
    while True:
        locked = Event.objects.select_for_update().order_by("-number").first()
        last = Event.objects.latest_number()
        if locked is None or locked.number == last:
            return last + 1


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


def _insert(upload: Upload, figures: Iterable[Figure]) -> None:
    stored = _stored_periods({figure.period for figure in figures})
    Observation.objects.bulk_create(
        Observation(
            indicator_id=figure.measure.pk,
            area_id=figure.area,
            period_id=stored[figure.period],
            upload_id=upload.pk,
            state=figure.state,
            status=figure.status,
            value=figure.value,
            denominator=figure.denominator,
            sheet=figure.sheet[:100],
            row=figure.row or None,
        )
        for figure in figures
    )


def _stored_periods(values: set[periods.Period]) -> dict[periods.Period, int]:
    """The primary keys of periods, made where they are not stored yet."""
    Period.objects.bulk_create(
        [Period(kind=value.kind, start=value.start, end=value.end) for value in values],
        ignore_conflicts=True,
    )
    stored = Period.objects.filter(start__in={value.start for value in values})
    keys = {(period.kind, period.start): period.pk for period in stored}
    return {value: keys[value.kind, value.start] for value in values}


def _make_current(upload: Upload) -> set[Key]:
    """Let the rule decide for every figure of an upload; returns those that changed."""
    keys = set(upload.observations.values_list("indicator", "area", "period"))
    where = {
        "indicator__in": {indicator for indicator, _, _ in keys},
        "period__in": {period for _, _, period in keys},
    }
    saved = (
        Observation.objects.filter(
            **where,
            upload__state=Upload.State.COMMITTED,
            upload__events__kind=Event.Kind.COMMIT,
        )
        .order_by("upload__events__number")
        .values_list("indicator", "area", "period", "pk")
    )
    winners = {tuple(key): pk for *key, pk in saved if tuple(key) in keys}
    held = {
        tuple(key): pk
        for *key, pk in Current.objects.filter(**where).values_list(
            "indicator", "area", "period", "observation"
        )
    }
    touched = {key for key in keys if winners.get(key) != held.get(key)}
    Current.objects.bulk_create(
        [
            Current(
                indicator_id=key[0],
                area_id=key[1],
                period_id=key[2],
                observation_id=winners[key],
            )
            for key in touched & winners.keys()
        ],
        update_conflicts=True,
        unique_fields=["indicator", "area", "period"],
        update_fields=["observation"],
    )
    if touched - winners.keys():
        Current.objects.filter(observation__upload=upload).delete()
    return touched
