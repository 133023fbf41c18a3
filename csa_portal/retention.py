"""Clearing what is past the time that settings keep it for.

Never anything that was saved or taken back, nor a sealed upload, nor an act of the audit
that is no access record.
"""

import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from csa_portal.documents import frozen
from partnerships import audit
from partnerships.models import AuditEvent
from performance.ingest import remembered
from performance.models import Seal, Upload, Work

FAILED = (
    Upload.State.RECEIVED,
    Upload.State.REFUSED,
    Upload.State.STOPPED,
    Upload.State.CHECKED,
)


def clear(now: datetime.datetime, *, dry_run: bool = False) -> dict[str, int]:
    """How many of each were past their time; they are gone unless ``dry_run``.

    That it was done is in the audit, by numbers only. Files go last, when what names
    them is gone for sure.
    """
    with transaction.atomic():
        counted = {
            "uploads that failed or were never saved": failed_uploads(
                before(now, "failed_uploads")
            ),
            "records of downloads": AuditEvent.objects.clear_access_records(
                before(now, "access_records")
            ),
            "attempts to sign in": sign_in_attempts(before(now, "sign_in_attempts")),
            "sessions that have ended": deleted(
                Session.objects.filter(expire_date__lt=now)
            ),
        }
        files = unnamed_files(before(now, "unnamed_files"))
        readings = old_readings(before(now, "readings"))
        counted["kept files that nothing names"] = len(files)
        counted["remembered readings"] = len(readings)
        if any(counted.values()):
            told = (f"{count:,} {what}" for what, count in counted.items() if count)
            audit.record(AuditEvent.Act.CLEAR, ", ".join(told), by=None)
        if dry_run:
            transaction.set_rollback(True)
            return counted
    for sha256 in files:
        remembered.forget(sha256)
        frozen.let_go(sha256)
    for name in readings:
        default_storage.delete(name)
    return counted


def before(now: datetime.datetime, kept: str) -> datetime.datetime:
    """The moment up to which things are past their time, by their name in KEEP_DAYS."""
    return now - datetime.timedelta(days=settings.KEEP_DAYS[kept])


def deleted(rows: QuerySet) -> int:
    """How many rows there were, without what went along with them; they are deleted."""
    count = rows.count()
    rows.delete()
    return count


def failed_uploads(since: datetime.datetime) -> int:
    """Those that could not be read, or were never saved, with their findings; none on
    which there still is work to do."""
    failed = Upload.objects.filter(
        state__in=FAILED, at__lt=since, seals=None, events=None, observations=None
    ).exclude(pk__in=Work.objects.unfinished().values("upload"))
    locked = Upload.objects.select_for_update().filter(pk__in=failed.values("pk"))
    keys = [upload.pk for upload in locked if upload.state in FAILED]
    return deleted(Upload.objects.filter(pk__in=keys))


def sign_in_attempts(since: datetime.datetime) -> int:
    """What django-axes holds of failed sign-ins, and of others where it is told to."""
    return sum(
        deleted(model.objects.filter(attempt_time__lt=since))
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )


def unnamed_files(since: datetime.datetime) -> list[str]:
    """The SHA-256 of kept files that no upload names: left by one that is gone, or by a
    crash. What is sealed is not waited for."""
    sealed = set(Seal.objects.standing().values_list("upload__sha256", flat=True))
    naming = Upload.objects.exclude(state=Upload.State.STOPPED)
    named = set(naming.values_list("sha256", flat=True))
    return [
        sha256
        for sha256, kept in frozen.kept()
        if sha256 in sealed or (sha256 not in named and kept < since)
    ]


def old_readings(since: datetime.datetime) -> list[str]:
    """Names of what was remembered of files, which are read again when asked for."""
    return [name for name, kept in remembered.names() if kept < since]
