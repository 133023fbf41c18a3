"""What is past its time goes, what is not stays: one of each on both sides of each limit."""

import datetime
import os
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from csa_portal import retention
from csa_portal.documents import frozen
from partnerships.models import AuditEvent
from performance import sealing
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload, withdraw_upload
from performance.models import Finding, Observation, Upload, Work
from tests.factories import UploadFactory
from tests.performance.ingest.small_county import figures, make_county

NOW = datetime.datetime(2022, 6, 16, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
FAILED = "uploads that failed or were never saved"
FILES = "kept files that nothing names"
READINGS = "remembered readings"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage_and_days(settings, tmp_path):
    """A folder of this test's own, and another number of days for each kind."""
    settings.MEDIA_ROOT = tmp_path
    settings.KEEP_DAYS = {
        "failed_uploads": 90,
        "access_records": 700,
        "sign_in_attempts": 30,
        "readings": 60,
        "unnamed_files": 7,
    }


@pytest.fixture
def county():
    return make_county()


def at(record, when):
    """The record as if it had come then."""
    type(record)._base_manager.filter(pk=record.pk).update(at=when)
    return record


def uploaded(when, data=None, **fields):
    sha256 = frozen.keep(data or os.urandom(20))
    return at(UploadFactory(sha256=sha256, **fields), when)


def old_file(name, when):
    os.utime(default_storage.path(name), (when.timestamp(), when.timestamp()))


def age(sha256, when):
    old_file(f"kept/{sha256[:2]}/{sha256}", when)


def kept():
    return {sha256 for sha256, _ in frozen.kept()}


@pytest.mark.parametrize("state", ["received", "refused", "stopped", "checked"])
def test_an_upload_that_failed_goes_after_its_days_with_its_file(state):
    gone = uploaded(NOW - 90 * DAY - MINUTE, state=state)
    Finding.objects.create(upload=gone, order=0, level="error", wrong="Wrong.")
    stays = uploaded(NOW - 90 * DAY + MINUTE, state=state)
    for upload in (gone, stays):
        age(upload.sha256, NOW - 80 * DAY)

    counted = retention.clear(NOW)

    assert counted[FAILED] == 1
    assert set(Upload.objects.all()) == {stays}
    assert not Finding.objects.exists()
    assert gone.sha256 not in kept()
    # what is stopped was not kept; a file of it that is there was left by a crash
    assert (stays.sha256 in kept()) == (state != "stopped")


def test_an_upload_on_which_there_is_work_to_do_stays():
    waiting = uploaded(NOW - 900 * DAY, state="received")
    Work.objects.create(upload=waiting, what="check", size=20)

    assert retention.clear(NOW)[FAILED] == 0


def test_what_was_saved_or_taken_back_stays_however_old(county, analyst):
    saved = receive(figures(Preston=3), "a.csv", by=analyst)
    commit_upload(saved, by=analyst)
    taken_back = receive(figures(Preston=4), "b.csv", by=analyst)
    commit_upload(taken_back, by=analyst)
    withdraw_upload(taken_back, by=analyst, reason="Wrong")
    for upload in (saved, taken_back):
        at(upload, NOW - 9000 * DAY)
        age(upload.sha256, NOW - 9000 * DAY)

    counted = retention.clear(NOW)

    assert (counted[FAILED], counted[FILES]) == (0, 0)
    assert Upload.objects.count() == Observation.objects.count() == 2
    assert kept() == {saved.sha256, taken_back.sha256}


def test_an_upload_that_somebody_asked_to_seal_stays(officer):
    upload = uploaded(NOW - 900 * DAY, state="checked")
    sealing.ask(upload, by=officer, reason="An order.")

    assert retention.clear(NOW)[FAILED] == 0


def test_a_file_that_another_upload_names_stays():
    data = b"the same"
    uploaded(NOW - 100 * DAY, data, state="refused")
    saved = uploaded(NOW - 100 * DAY, data, state="committed")
    age(saved.sha256, NOW - 100 * DAY)

    retention.clear(NOW)

    assert kept() == {saved.sha256}


def test_files_that_nothing_names_go_after_a_week():
    gone, stays = frozen.keep(b"gone"), frozen.keep(b"stays")
    age(gone, NOW - 7 * DAY - MINUTE)
    age(stays, NOW - 7 * DAY + MINUTE)

    counted = retention.clear(NOW)

    assert counted[FILES] == 1
    assert kept() == {stays}


def test_a_file_kept_again_is_not_swept_before_an_upload_names_it():
    sha256 = frozen.keep(b"once")
    age(sha256, NOW - 100 * DAY)
    frozen.keep(b"once")

    retention.clear(timezone.now())

    assert kept() == {sha256}


def test_bytes_that_a_crash_left_of_a_sealed_file_are_not_waited_for(
    county, analyst, officer, user_with
):
    upload = receive(figures(Preston=3), "a.csv", by=analyst)
    sealing.agree(
        sealing.ask(upload, by=officer, reason="An order."),
        by=user_with("administrator"),
    )
    assert kept() == {upload.sha256}  # nothing ran after the seal was stored

    retention.clear(NOW)

    assert kept() == set()
    assert not default_storage.listdir(f"read/{upload.sha256[:2]}")[1]
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_remembered_readings_go_and_are_read_again(county, analyst):
    upload = receive(figures(Preston=3), "a.csv", by=analyst)
    folder = f"read/{upload.sha256[:2]}"
    (name,) = default_storage.listdir(folder)[1]
    old_file(f"{folder}/{name}", NOW - 60 * DAY - MINUTE)
    default_storage.save("read/00/00-new.json", ContentFile(b"x"))
    old_file("read/00/00-new.json", NOW - 60 * DAY + MINUTE)

    counted = retention.clear(NOW)

    assert counted[READINGS] == 1
    assert default_storage.exists("read/00/00-new.json")
    commit_upload(upload, by=analyst)
    assert Observation.objects.get().value == 3


def test_records_of_downloads_go_and_every_other_act_stays():
    for act in AuditEvent.Act:
        for when in (NOW - 700 * DAY - MINUTE, NOW - 700 * DAY + MINUTE):
            event = AuditEvent.objects.create(act=act, by_name="x", about=f"{when}")
            _set_time(event, when)
    acts = len(AuditEvent.Act)

    counted = retention.clear(NOW)

    assert counted["records of downloads"] == 1
    left = AuditEvent.objects.filter(about__startswith="20")
    assert left.count() == 2 * acts - 1
    (download,) = left.filter(act=AuditEvent.Act.DOWNLOAD)
    assert download.at > NOW - 700 * DAY


def _set_time(event, when):
    """The audit refuses this; only its table does not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partnerships_auditevent SET at = %s WHERE id = %s", [when, event.pk]
        )


def test_attempts_to_sign_in_go():
    for name, when in [
        ("gone", NOW - 30 * DAY - MINUTE),
        ("stays", NOW - 30 * DAY + MINUTE),
    ]:
        attempt = AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=when)

    assert retention.clear(NOW)["attempts to sign in"] == 1
    assert AccessAttempt.objects.get().username == "stays"


def test_sessions_that_have_ended_go():
    for key, when in [("gone", NOW - MINUTE), ("stays", NOW + MINUTE)]:
        Session.objects.create(session_key=key, session_data="", expire_date=when)

    assert retention.clear(NOW)["sessions that have ended"] == 1
    assert Session.objects.get().session_key == "stays"


def test_the_command_says_what_it_cleared_and_it_is_audited():
    uploaded(timezone.now() - 91 * DAY, state="refused")
    said = StringIO()

    call_command("clear_expired", stdout=said)

    assert said.getvalue().splitlines()[0] == f"1 {FAILED}"
    assert AuditEvent.objects.get(act=AuditEvent.Act.CLEAR).about == f"1 {FAILED}"


def test_a_dry_run_clears_nothing_and_counts_the_files_that_would_go_too():
    upload = uploaded(timezone.now() - 91 * DAY, state="refused")
    age(upload.sha256, timezone.now() - 91 * DAY)
    said = StringIO()

    call_command("clear_expired", "--dry-run", stdout=said)

    assert f"1 {FAILED}" in said.getvalue()
    assert f"1 {FILES}" in said.getvalue()
    assert said.getvalue().endswith("Nothing was cleared.\n")
    assert Upload.objects.get() == upload
    assert kept() == {upload.sha256}
    assert not AuditEvent.objects.exists()


def test_nothing_to_clear_leaves_no_trace():
    assert not any(retention.clear(NOW).values())
    assert not AuditEvent.objects.exists()


def test_the_privacy_page_says_how_long(client):
    page = client.get("/privacy/").text

    assert "never saved: 90 days." in page
    assert "Who downloaded which file: 700 days." in page
    assert "they came from: 30 days." in page
