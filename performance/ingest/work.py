"""Work on uploads that takes longer than a page may: handed over, done once, taken up again.

A worker holds a lock while it works (locks.py). Each act and the mark that it is done are
one transaction, so a piece of work that is handed over twice, or begun again after its worker
was killed, does its act once or not at all.
"""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from partnerships.models import User
from performance.ingest import locks
from performance.ingest.checking import keep_file, keep_findings, look_into
from performance.ingest.commit import (
    Blocked,
    MovedOn,
    commit_upload,
    reinstate_upload,
    withdraw_upload,
)
from performance.ingest.parsing import CutShort
from performance.models import Event, Stage, Upload, Work

logger = logging.getLogger(__name__)

What, State = Work.What, Work.State
MAX_ATTEMPTS = 3  # begun so often by itself; then somebody has to ask for it
STAGES = {  # in their order; the last is the act, in one transaction
    What.CHECK: (Stage.Name.READ, Stage.Name.EXAMINE, Stage.Name.KEEP),
    What.SAVE: (Stage.Name.SAVE,),
    What.WITHDRAW: (Stage.Name.TURN,),
    What.REINSTATE: (Stage.Name.TURN,),
}
ACTS = {
    What.SAVE: commit_upload,
    What.WITHDRAW: withdraw_upload,
    What.REINSTATE: reinstate_upload,
}
FAULT = (
    "The work stopped on a fault of the portal's own. Try it once more; if it stops "
    "again, tell those who run the portal."
)


class Busy(Exception):
    """An upload has unfinished work already."""


class NothingToDo(Exception):
    """There is no work on an upload that could be started again."""


class Stopped(Exception):
    """Somebody stopped the work while it ran."""


def is_long(upload: Upload, what: str) -> bool:
    """Whether the work may take longer than a page should."""
    if what == What.CHECK:
        return upload.size > settings.BACKGROUND_BYTES
    return upload.figures_read > settings.BACKGROUND_FIGURES


def take_in(data: bytes, filename: str, *, by: User | None, kind: str = "") -> Upload:
    """Keep a file and check it, at once or by a worker; otherwise as ``receive``."""
    upload = keep_file(data, filename, by=by, kind=kind)
    if not is_long(upload, What.CHECK):
        return keep_findings(upload, look_into(upload, data=data))
    begin(upload, What.CHECK, by=by)
    return upload


def now_or_later(upload: Upload, what: str, **given) -> Event | None:
    """Save figures, take them back or put them back: at once, or None by a worker.

    ``given`` is what commit_upload, withdraw_upload and reinstate_upload take. Raises what
    they raise, or Busy.
    """
    if not is_long(upload, what):
        return ACTS[what](upload, **given)
    begin(upload, what, **given)
    return None


def begin(
    upload: Upload,
    what: str,
    *,
    by: User | None,
    reason: str = "",
    reasons: Mapping[int, str] | None = None,
    seen: int | None = None,
) -> Work:
    """Hand a piece of work over to a worker; raises Busy when there is one already.

    ``reason``, ``reasons`` and ``seen`` are those of ``commit_upload``.
    """
    try:
        with transaction.atomic():
            work = Work.objects.create(
                upload=upload,
                what=what,
                by=by,
                size=upload.size if what == What.CHECK else upload.figures_read,
                rows=None if what == What.CHECK else upload.rows_read,
                reason=reason,
                reasons=dict(reasons or {}),
                seen=seen,
            )
    except IntegrityError as error:
        raise Busy("There is work on this upload already.") from error
    perform.enqueue(work.pk)
    return work


@task()
def perform(number: int) -> None:
    """Do a piece of work, unless it is done or somebody is doing it."""
    with locks.hold(number) as mine:
        if mine and _started(number):
            work = Work.objects.select_related("upload", "by").get(pk=number)
            try:
                _do(work)
            except (Blocked, MovedOn) as refusal:
                _end(work, State.REFUSED, said=str(refusal))
            except Stopped:
                logger.info("%s: stopped", work)
            except CutShort:
                logger.warning("%s: cut short, to be taken up again", work)
            except Exception:
                _end(work, State.FAILED, said=FAULT)
                raise


def take_up() -> int:
    """Hand over again what nobody does: cut short, or lost on its way to a worker.

    For a moment at which no task waits. Returns how many pieces it were.
    """
    unfinished = set(
        Work.objects.unfinished()
        .filter(attempts__lt=MAX_ATTEMPTS)
        .values_list("pk", flat=True)
    )
    alone = sorted(unfinished - locks.taken(unfinished))
    for number in alone:
        perform.enqueue(number)
    return len(alone)


def start_again(upload: Upload, *, by: User | None) -> Work:
    """Hand over again what was interrupted, stopped or failed; else raises NothingToDo.

    A file whose checking was cut short within a page is checked from the start.
    """
    with transaction.atomic():
        work = Work.objects.select_for_update().filter(upload=upload).first()
        if work is None and upload.state == Upload.State.RECEIVED:
            work = Work.objects.create(
                upload=upload, what=What.CHECK, by=by, size=upload.size
            )
        if work is None or work.state in (State.DONE, State.REFUSED):
            raise NothingToDo("There is no work on this upload to start again.")
        if work.state not in Work.UNFINISHED:
            work.state, work.ended_at, work.said = State.WAITING, None, ""
        work.attempts = 0
        work.save()
    perform.enqueue(work.pk)
    return work


def stop(upload: Upload, *, by: User | None) -> bool:
    """Stop the work on an upload, if it has not ended; nothing of it is kept."""
    stopped = upload.work.unfinished().update(
        state=State.STOPPED,
        ended_at=timezone.now(),
        said=f"Stopped by {by or 'somebody at the command line'}.",
    )
    return bool(stopped)


@transaction.atomic
def _started(number: int) -> bool:
    started = (
        Work.objects.unfinished()
        .filter(pk=number)
        .update(
            state=State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1
        )
    )
    Stage.objects.filter(work=number).delete()  # of an attempt that was cut short
    return bool(started)


def _do(work: Work) -> None:
    """The act of a piece of work and the mark that it is done, in one transaction."""
    upload = work.upload
    found = None
    if work.what == What.CHECK:
        found = look_into(
            upload, tell=lambda *said, **rows: _reach(work, *said, **rows)
        )
    _reach(work, STAGES[work.what][-1])
    with transaction.atomic():
        match work.what:
            case What.CHECK:
                keep_findings(upload, found)
            case What.SAVE:
                commit_upload(
                    upload,
                    by=work.by,
                    reason=work.reason,
                    reasons={int(pk): said for pk, said in work.reasons.items()},
                    seen=work.seen,
                )
            case What.WITHDRAW:
                withdraw_upload(upload, by=work.by, reason=work.reason)
            case What.REINSTATE:
                reinstate_upload(upload, by=work.by)
        if not _end(work, State.DONE):
            raise Stopped


def _reach(work: Work, stage: str, *, rows: int | None = None) -> None:
    """Begin a stage and end the one before it; raises Stopped when somebody stopped it."""
    running = Work.objects.filter(pk=work.pk, state=State.RUNNING)
    if not running.update(rows=work.rows if rows is None else rows):
        raise Stopped
    work.rows = work.rows if rows is None else rows
    _close_stage(work)
    Stage.objects.create(work=work, name=stage, began_at=timezone.now())


def _close_stage(work: Work) -> None:
    for stage in Stage.objects.filter(work=work, seconds=None):
        stage.seconds = (timezone.now() - stage.began_at).total_seconds()
        stage.save()


def _end(work: Work, state: str, *, said: str = "") -> bool:
    """Mark that work has ended; False when somebody stopped it before."""
    running = Work.objects.filter(pk=work.pk, state=State.RUNNING)
    ended = running.update(state=state, said=said, ended_at=timezone.now())
    if ended and state == State.DONE:
        _close_stage(work)
    return bool(ended)
