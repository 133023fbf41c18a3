"""The page of an upload while a worker is at it."""

import datetime
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from partnerships.models import AuditEvent, RoleAssignment
from performance.ingest import locks
from performance.ingest.checking import keep_file, receive
from performance.ingest.commit import commit_upload
from performance.ingest.work import MAX_ATTEMPTS, begin, perform
from performance.models import Current, Event, Finding, Stage, Upload, Work
from performance.progress import Estimate, estimate, time_left, typical_seconds
from tests.factories import UploadFactory
from tests.performance.ingest.small_county import figures, make_county

Role = RoleAssignment.Role
What, State = Work.What, Work.State
NEW = "/performance/uploads/new/"
NOON = datetime.datetime(2022, 6, 16, 12, tzinfo=datetime.UTC)
CHECK = ("read", "examine", "keep")


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def queue(settings):
    """Work waits for a worker, as it does in service; everything is long."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.BACKGROUND_BYTES = settings.BACKGROUND_FIGURES = 0


@pytest.fixture
def kept(county, analyst):
    return keep_file(figures(Preston=3, Pendle=4), "figures.csv", by=analyst)


@pytest.fixture
def waiting(queue, kept, analyst):
    return begin(kept, What.CHECK, by=analyst)


def address(name, upload):
    return reverse(f"performance:{name}", args=[upload.pk])


@contextmanager
def running(work, *stages, rows=None):
    """Somebody does the work, and has come to the last of the stages given: pairs of a
    name and its seconds, None while it lasts."""
    now = timezone.now()
    Work.objects.filter(pk=work.pk).update(
        state=State.RUNNING, started_at=now, attempts=1, rows=rows
    )
    for name, seconds in stages:
        Stage.objects.create(work=work, name=name, seconds=seconds, began_at=now)
    with locks.hold(work.pk):
        yield


def earlier(size, what=What.CHECK, name="a.csv", **seconds):
    """A piece of work that was done and timed."""
    work = Work.objects.create(
        upload=UploadFactory(filename=name),
        what=what,
        size=size,
        state=State.DONE,
        started_at=NOON,
        ended_at=NOON,
    )
    for stage, took in seconds.items():
        Stage.objects.create(work=work, name=stage, seconds=took, began_at=NOON)
    return work


# How long is left


def stage(name, seconds=None):
    return Stage(name=name, began_at=NOON, seconds=seconds)


def after(seconds):
    return NOON + datetime.timedelta(seconds=seconds)


TYPICAL = {"read": 60, "examine": 30, "keep": 10}


@pytest.mark.parametrize(
    ("stages", "now", "expected"),
    [
        # 15 of 60 seconds read; 45 + 30 + 10 to come; 15 of 100
        ([stage("read")], 15, Estimate(85, 15, late=False)),
        # read in 40 where 60 are usual; 6 of 30 examined; 24 + 10 to come; 46 of 80
        ([stage("read", 40), stage("examine")], 6, Estimate(34, 57, late=False)),
        # 80 seconds where 60 are usual: only what comes after is left
        ([stage("read")], 80, Estimate(40, 66, late=False)),
        ([stage("read")], 92, Estimate(40, 69, late=True)),  # over 1.5 × 60 + 1
        # never a whole hundred per cent before it has ended
        (
            [stage("read", 60), stage("examine", 30), stage("keep")],
            10,
            Estimate(0, 99, late=False),
        ),
        ([], 0, Estimate(100, 0, late=False)),
    ],
)
def test_time_left_is_what_the_stages_usually_take(stages, now, expected):
    assert estimate(CHECK, stages, TYPICAL, after(now)) == expected


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "A few seconds left"),
        (5, "A few seconds left"),
        (5.1, "About 10 seconds left"),
        (38, "About 40 seconds left"),
        (56, "About a minute left"),
        (76, "About 2 minutes left"),
        (600, "About 10 minutes left"),
    ],
)
def test_time_left_is_told_as_coarsely_as_it_is_known(seconds, words):
    assert time_left(seconds) == words


def test_only_work_of_its_kind_and_about_its_size_tells_how_long(waiting):
    """90 bytes at medians of 0.02, 0.01 and 0.001 seconds a byte."""
    earlier(100, read=2, examine=1, keep=0.1)
    earlier(200, read=4, examine=2, keep=0.2)
    earlier(200, read=40, examine=20, keep=2)
    earlier(90 * 5, read=450, examine=450, keep=450)  # too large to be like it
    earlier(90, name="a.xlsx", read=90, examine=90, keep=90)
    earlier(90, what=What.SAVE, save=90)
    failed = earlier(90, read=90, examine=90, keep=90)
    Work.objects.filter(pk=failed.pk).update(state=State.FAILED)

    seconds, many = typical_seconds(waiting)

    assert seconds == pytest.approx({"read": 1.8, "examine": 0.9, "keep": 0.09})
    assert many == 3


# The page


def test_a_large_file_waits_for_a_worker_and_then_shows_what_was_found(
    queue, county, analyst_client
):
    data = {
        "file": SimpleUploadedFile("figures.csv", figures(Preston=3, Pendle=4)),
        "counts_only": "on",
    }

    response = analyst_client.post(NEW, data, follow=True)

    upload, work = Upload.objects.get(), Work.objects.get()
    assert response.redirect_chain[-1][0] == upload.get_absolute_url()
    assert response.context["progress"].left == "Waiting for its turn"
    assert "It is the next to be done" in response.text
    assert "You can close this page" in response.text

    perform.call(work.pk)

    page = analyst_client.get(upload.get_absolute_url()).context["page"]
    assert page.heading == "What will change if you save this"
    analyst_client.post(address("upload_commit", upload), {"seen": page.changes.event})
    response = analyst_client.get(upload.get_absolute_url())
    assert response.context["progress"].heading == "Saving 2 figures"
    assert "Nothing has changed yet" in response.text
    assert not Current.objects.exists()

    perform.call(Work.objects.unfinished().get().pk)

    page = analyst_client.get(upload.get_absolute_url()).context["page"]
    assert page.heading == "These figures are saved"
    assert Current.objects.count() == 2


def test_a_small_file_is_checked_and_saved_within_the_page(
    queue, county, analyst_client, settings
):
    settings.BACKGROUND_BYTES = settings.BACKGROUND_FIGURES = 1000
    data = {
        "file": SimpleUploadedFile("figures.csv", figures(Preston=3)),
        "counts_only": "on",
    }

    response = analyst_client.post(NEW, data, follow=True)
    upload = response.context["page"].upload
    analyst_client.post(address("upload_commit", upload), {"seen": 0})

    assert Current.objects.count() == 1
    assert not Work.objects.exists()


def test_taking_back_and_putting_back_wait_for_a_worker_too(
    queue, county, analyst, analyst_client
):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)
    commit_upload(upload, by=analyst)

    response = analyst_client.post(
        address("upload_withdraw", upload), {"reason": "Wrong quarter"}, follow=True
    )
    assert response.context["progress"].heading == "Taking 1 figure back"
    perform.call(Work.objects.unfinished().get().pk)
    assert not Current.objects.exists()

    response = analyst_client.post(address("upload_reinstate", upload), follow=True)
    assert response.context["progress"].heading == "Putting 1 figure back"
    perform.call(Work.objects.unfinished().get().pk)
    assert Current.objects.count() == 1


def test_what_runs_shows_its_stage_its_rows_and_the_time_left(waiting, analyst_client):
    earlier(90, read=2, examine=30, keep=10)

    with running(waiting, ("read", 2.0), ("examine", None), rows=1234):
        response = analyst_client.get(waiting.upload.get_absolute_url())

    progress = response.context["progress"]
    assert progress.heading == "Checking 1,234 rows"
    assert progress.left == "About 40 seconds left"
    assert progress.how_far == "4% done, stage 2 of 3"  # 2 of 42 seconds
    assert [line.mark for line in progress.lines] == ["done", "done", "now", "to-come"]
    assert "<title>4%: Checking 1,234 rows –" in response.text
    assert 'max="100" value="4"' in response.text
    assert "Going by one earlier file of about this size." in response.text


def test_there_is_no_estimate_until_one_is_honest(waiting, analyst_client):
    with running(waiting, ("read", None), rows=20_400):
        response = analyst_client.get(waiting.upload.get_absolute_url())

    progress = response.context["progress"]
    assert progress.heading == "Checking about 20,000 rows"
    assert progress.left == "Working out how long"
    assert "we cannot say how long it will take" in response.text
    assert "<progress" not in response.text


def test_what_takes_longer_than_usual_tells_no_per_cent(waiting, analyst_client):
    earlier(90, read=0.1, examine=0.1, keep=0.1)
    long_ago = timezone.now() - datetime.timedelta(seconds=30)

    with running(waiting, ("read", None)):
        Stage.objects.filter(work=waiting).update(began_at=long_ago)
        response = analyst_client.get(waiting.upload.get_absolute_url())

    progress = response.context["progress"]
    assert progress.left == "Taking longer than usual"
    assert progress.how_far == "Stage 1 of 3"
    assert "<title>Taking longer than usual: Checking this file" in response.text
    assert "<progress" not in response.text


def test_the_page_looks_again_without_script_until_it_is_told_to_stand_still(
    waiting, analyst_client
):
    url = waiting.upload.get_absolute_url()

    moving = analyst_client.get(url)
    still = analyst_client.get(f"{url}?still=1")

    assert moving["Refresh"] == "5"
    assert '<a href="?still=1">let it stand still</a>' in moving.text
    assert "Refresh" not in still.headers
    assert '<a href="?still=1">Look now</a>' in still.text


def test_what_waits_says_how_much_is_before_it(
    waiting, county, analyst, analyst_client
):
    other = keep_file(figures(Preston=5), "other.csv", by=analyst)
    begin(other, What.CHECK, by=analyst)

    response = analyst_client.get(other.get_absolute_url())

    assert response.context["progress"].how_far == "One piece of work comes before it"


def test_a_missing_worker_is_said_after_a_minute(waiting, analyst_client):
    url = waiting.upload.get_absolute_url()
    assert "No worker has taken it up." not in analyst_client.get(url).text

    long_ago = timezone.now() - datetime.timedelta(minutes=2)
    Work.objects.filter(pk=waiting.pk).update(queued_at=long_ago)

    assert "No worker has taken it up." in analyst_client.get(url).text


def test_what_was_interrupted_says_so_and_is_started_again(waiting, analyst_client):
    upload = waiting.upload
    with running(waiting, ("read", None)):
        pass  # and the worker is killed

    response = analyst_client.get(upload.get_absolute_url())

    assert response.context["progress"].heading == "The work was interrupted"
    assert "<h2>Nothing was saved</h2>" in response.text
    assert "A worker takes the work up again by itself" in response.text
    assert [line.mark for line in response.context["progress"].lines[1:]] == [
        "gap",
        "to-come",
        "to-come",
    ]
    assert response["Refresh"] == "5"  # a worker may take it up

    analyst_client.post(address("upload_start_again", upload))
    perform.call(waiting.pk)
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED


def test_what_no_worker_takes_up_any_more_stands_still(waiting, analyst_client):
    with running(waiting):
        Work.objects.filter(pk=waiting.pk).update(attempts=MAX_ATTEMPTS)

    response = analyst_client.get(waiting.upload.get_absolute_url())

    assert "Refresh" not in response.headers
    assert "up again by itself" not in response.text
    assert "Start it again" in response.text


def test_a_check_that_was_cut_short_within_a_page_can_be_started(kept, analyst_client):
    response = analyst_client.get(kept.get_absolute_url())
    assert response.context["progress"].heading == "The work was interrupted"
    assert "<h2>Nothing was saved</h2>" in response.text

    response = analyst_client.post(address("upload_start_again", kept), follow=True)

    assert response.context["page"].heading == "What will change if you save this"


def test_a_person_can_stop_the_work_and_start_it_again(
    waiting, analyst, analyst_client
):
    upload = waiting.upload

    response = analyst_client.post(address("upload_stop", upload), follow=True)

    assert response.context["progress"].heading == "The work was stopped"
    assert f"Stopped by {analyst}." in response.text
    assert "Refresh" not in response.headers
    perform.call(waiting.pk)
    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED

    response = analyst_client.post(address("upload_start_again", upload), follow=True)
    assert response.context["progress"].standing == "waiting"


def test_a_fault_says_so_and_marks_the_stage_it_came_in(
    waiting, analyst_client, disk_full_for
):
    with disk_full_for(Finding), pytest.raises(Exception, match="disk is full"):
        perform.call(waiting.pk)

    response = analyst_client.get(waiting.upload.get_absolute_url())

    progress = response.context["progress"]
    assert progress.heading == "The work could not be finished"
    assert "The work stopped on a fault of the portal" in response.text
    assert "Start it again" in response.text
    marks = [line.mark for line in progress.lines]
    assert marks == ["done", "done", "done", "gap"]


def test_a_save_that_is_stopped_goes_back_to_the_changes(
    queue, county, analyst, analyst_client
):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)
    begin(upload, What.SAVE, by=analyst)

    response = analyst_client.post(address("upload_stop", upload), follow=True)

    assert response.context["page"].heading == "What will change if you save this"
    assert "<h2>Nothing has changed</h2>" in response.text


def test_stopping_what_has_ended_says_so(kept, analyst_client):
    response = analyst_client.post(address("upload_stop", kept), follow=True)

    assert "The work had ended already." in response.text


def test_a_save_that_was_refused_says_why_in_the_same_words(
    queue, county, analyst, user_with, analyst_client
):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)
    other = user_with(Role.ANALYST)
    commit_upload(receive(figures(Preston=9), "theirs.csv", by=other), by=other)
    work = begin(upload, What.SAVE, by=analyst, seen=0)
    perform.call(work.pk)

    response = analyst_client.get(upload.get_absolute_url())

    assert response.context["page"].heading == "What will change if you save this"
    assert f"{other} saved theirs.csv at" in response.text
    assert (
        "Nothing of yours was saved: look again at what will change." in response.text
    )

    commit_upload(upload, by=analyst, seen=1)
    response = analyst_client.get(upload.get_absolute_url())
    assert "Nothing of yours was saved" not in response.text


def test_while_it_is_saved_it_cannot_be_saved_again(
    queue, county, analyst, analyst_client
):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)
    begin(upload, What.SAVE, by=analyst, seen=0)

    response = analyst_client.post(address("upload_commit", upload), {"seen": 0})

    assert "There is work on this upload already." in response.text
    assert Work.objects.count() == 1


def test_the_list_says_what_is_being_done(waiting, analyst, analyst_client):
    saving = receive(figures(Preston=9), "saving.csv", by=analyst)
    begin(saving, What.SAVE, by=analyst)

    text = analyst_client.get("/performance/uploads/").text

    assert "Being checked" in text
    assert "Being saved" in text


def test_readiness_says_how_much_waits(client, waiting):
    assert client.get("/readyz").text == "ready; unfinished pieces of work: 1\n"


def test_looking_writes_nothing(waiting, analyst_client):
    before = Work.objects.values().get(), AuditEvent.objects.count()

    analyst_client.get(waiting.upload.get_absolute_url())

    assert (Work.objects.values().get(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_was_done_before(
    waiting, county, analyst, analyst_client, count, django_assert_num_queries
):
    for number in range(count):
        earlier(90, read=2, examine=3, keep=1)
        other = keep_file(figures(Preston=number), "other.csv", by=analyst)
        begin(other, What.CHECK, by=analyst)
    stages = [("read", 2.0), ("examine", None)]
    session = connection.vendor == "postgresql"

    # session, user, roles, upload, its last work, on PostgreSQL its lock, its stages,
    # earlier work like it, the stages of that, unfinished work
    with (
        running(waiting, *stages[:count]),
        django_assert_num_queries(9 + session),
    ):
        response = analyst_client.get(waiting.upload.get_absolute_url())

    assert response.context["progress"].earlier == count


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ANALYST, Role.DATA_PROVIDER}))
def test_others_neither_see_nor_stop_nor_start_it(waiting, user_with, signed_in, role):
    client = signed_in(user_with(role))

    assert client.get(waiting.upload.get_absolute_url()).status_code == 403
    for name in ("upload_stop", "upload_start_again"):
        assert client.post(address(name, waiting.upload)).status_code == 403
    assert Work.objects.get().state == State.WAITING


def test_another_partners_provider_finds_nothing(waiting, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER))

    assert client.get(waiting.upload.get_absolute_url()).status_code == 404
    for name in ("upload_stop", "upload_start_again"):
        assert client.post(address(name, waiting.upload)).status_code == 404
    assert Work.objects.get().state == State.WAITING
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["upload_stop", "upload_start_again"])
def test_what_changes_work_is_never_a_get(waiting, analyst_client, name):
    assert analyst_client.get(address(name, waiting.upload)).status_code == 405
