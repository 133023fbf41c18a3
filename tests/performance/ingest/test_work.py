import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partnerships.models import AuditEvent
from performance.ingest import locks
from performance.ingest.checking import keep_file, receive
from performance.ingest.commit import commit_upload
from performance.ingest.work import (
    FAULT,
    MAX_ATTEMPTS,
    Busy,
    NothingToDo,
    begin,
    is_long,
    perform,
    start_again,
    stop,
    take_up,
)
from performance.models import Current, Event, Finding, Observation, Stage, Upload, Work
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

What, State = Work.What, Work.State


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def queue(settings):
    """Work waits for a worker, as it does in service."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def kept(county, analyst):
    return keep_file(figures(Preston=3, Pendle=4), "figures.csv", by=analyst)


@pytest.fixture
def checked(county, analyst):
    return receive(figures(Preston=3, Pendle=4), "figures.csv", by=analyst)


def held():
    return {
        current.area.name: current.observation.value
        for current in Current.objects.select_related("area", "observation")
    }


def tasks():
    return DBTaskResult.objects.ready().count()


def cut_short(work, attempts=1):
    """What a killed worker leaves: the mark that it began, and no lock."""
    Work.objects.filter(pk=work.pk).update(
        state=State.RUNNING, started_at=timezone.now(), attempts=attempts
    )


def test_a_file_is_kept_before_it_is_checked(kept):
    assert (kept.state, kept.rows_read, kept.size) == (Upload.State.RECEIVED, 0, 90)
    assert not kept.findings.exists()
    assert AuditEvent.objects.get().act == AuditEvent.Act.UPLOAD


def test_what_was_received_cannot_be_saved_unchecked(kept, analyst):
    begin(kept, What.SAVE, by=analyst)

    assert Work.objects.get().said == (
        "This file was not checked yet. Have it checked first."
    )
    assert not Event.objects.exists()


def test_only_large_files_and_many_figures_are_long(kept, checked, settings):
    settings.BACKGROUND_BYTES, settings.BACKGROUND_FIGURES = 90, 2
    assert not is_long(kept, What.CHECK)
    assert not is_long(checked, What.SAVE)

    settings.BACKGROUND_BYTES, settings.BACKGROUND_FIGURES = 89, 1
    assert is_long(kept, What.CHECK)
    assert is_long(checked, What.SAVE)
    assert is_long(checked, What.WITHDRAW)


def test_a_worker_checks_as_a_page_does(kept, county, analyst):
    begin(kept, What.CHECK, by=analyst)

    kept.refresh_from_db()
    same = receive(figures(Preston=3, Pendle=4), "figures.csv", by=analyst)
    for field in ("state", "source_kind", "covers", "rows_read", "figures_read"):
        assert getattr(kept, field) == getattr(same, field), field
    work = Work.objects.get()
    assert (work.state, work.rows, work.size) == (State.DONE, 2, 90)


def test_every_stage_is_timed(kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)

    stages = list(work.stages.all())
    assert [stage.name for stage in stages] == ["read", "examine", "keep"]
    assert all(stage.seconds >= 0 for stage in stages)
    assert stages[0].seconds > 0.05  # a process of its own was started


def test_a_worker_saves_with_the_reasons_that_were_given(county, analyst):
    rows = [("burglary", "Preston", "Q1 2022/23", 3)]
    upload = receive(csv_bytes(*rows), "early.csv", by=analyst)
    query = upload.findings.queries().get()

    begin(upload, What.SAVE, by=analyst, reasons={query.pk: "To May."}, seen=0)

    query.refresh_from_db()
    assert (query.reason, query.answered_by) == ("To May.", analyst)
    assert held() == {"Preston": 3}
    assert Event.objects.get().by == analyst


def test_a_worker_takes_back_and_puts_back(checked, analyst):
    commit_upload(checked, by=analyst)

    begin(checked, What.WITHDRAW, by=analyst, reason="Wrong quarter")
    assert held() == {}

    begin(checked, What.REINSTATE, by=analyst)
    assert held() == {"Preston": 3, "Pendle": 4}
    kinds = Event.objects.order_by("number").values_list("kind", "reason")
    assert list(kinds)[1:] == [("withdraw", "Wrong quarter"), ("reinstate", "")]


def test_work_that_is_refused_says_so_in_the_words_of_the_page(checked, analyst):
    same = receive(figures(Preston=3, Pendle=4), "again.csv", by=analyst)
    commit_upload(checked, by=analyst)

    begin(same, What.SAVE, by=analyst, seen=1)

    work = Work.objects.get()
    assert work.state == State.REFUSED
    assert work.said == "Nothing in this file would change anything."


def test_work_that_came_second_says_who_was_first(checked, analyst, user_with):
    other = user_with("analyst")
    theirs = receive(figures(Preston=9), "theirs.csv", by=other)
    commit_upload(theirs, by=other)

    begin(checked, What.SAVE, by=analyst, seen=0)

    said = Work.objects.get().said
    assert said.startswith(f"{other} saved theirs.csv at")
    assert said.endswith("look again at what will change.")
    assert held() == {"Preston": 9}


def test_an_upload_has_one_unfinished_piece_of_work(queue, checked, analyst):
    begin(checked, What.SAVE, by=analyst)

    with pytest.raises(Busy):
        begin(checked, What.SAVE, by=analyst)
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.create(upload=checked, what=What.SAVE, by=analyst, size=1)
    assert Work.objects.count() == 1


def test_work_that_is_handed_over_twice_is_done_once(queue, checked, analyst):
    work = begin(checked, What.SAVE, by=analyst)

    perform.call(work.pk)
    perform.call(work.pk)

    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.DONE, 1)
    assert Event.objects.count() == 1
    assert Observation.objects.count() == 2


def test_what_somebody_is_doing_is_left_to_them(queue, checked, analyst):
    work = begin(checked, What.SAVE, by=analyst)

    with locks.hold(work.pk) as mine:
        assert mine
        perform.call(work.pk)
        assert locks.taken([work.pk, work.pk + 1]) == {work.pk}

    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.WAITING, 0)
    assert not Event.objects.exists()
    assert locks.taken([work.pk]) == set()


def test_a_failure_half_way_saves_nothing_and_can_be_started_again(
    queue, checked, analyst, disk_full_for
):
    work = begin(checked, What.SAVE, by=analyst)

    with disk_full_for(AuditEvent), pytest.raises(Exception, match="disk is full"):
        perform.call(work.pk)

    work.refresh_from_db()
    assert (work.state, work.said) == (State.FAILED, FAULT)
    assert not Observation.objects.exists()
    assert not Event.objects.exists()

    start_again(checked, by=analyst)
    perform.call(work.pk)
    assert held() == {"Preston": 3, "Pendle": 4}


def test_a_check_that_fails_half_way_leaves_the_file_unchecked(
    queue, county, analyst, disk_full_for
):
    upload = keep_file(figures(Rosendale=3), "figures.csv", by=analyst)
    work = begin(upload, What.CHECK, by=analyst)

    with disk_full_for(Finding), pytest.raises(Exception, match="disk is full"):
        perform.call(work.pk)

    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED
    assert not Finding.objects.exists()


def test_what_was_cut_short_is_taken_up_by_the_next_worker(queue, kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)
    DBTaskResult.objects.all().delete()  # it went with the worker
    cut_short(work)
    Stage.objects.create(work=work, name="read", began_at=timezone.now())

    assert take_up() == 1
    perform.call(work.pk)

    work.refresh_from_db()
    kept.refresh_from_db()
    assert (work.state, work.attempts) == (State.DONE, 2)
    assert kept.state == Upload.State.CHECKED
    assert work.stages.count() == 3


def test_work_whose_reader_was_ended_waits_to_be_taken_up(
    queue, kept, analyst, child_is_ended
):
    """As when the machine shuts down while a file is read."""
    work = begin(kept, What.CHECK, by=analyst)

    with child_is_ended():
        perform.call(work.pk)

    work.refresh_from_db()
    kept.refresh_from_db()
    assert (work.state, kept.state) == (State.RUNNING, Upload.State.RECEIVED)
    DBTaskResult.objects.all().delete()
    assert take_up() == 1


def test_what_is_being_done_is_not_taken_up(queue, kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)
    cut_short(work)

    with locks.hold(work.pk):
        assert take_up() == 0
    assert tasks() == 1


def test_what_kills_every_worker_waits_for_somebody_to_ask(queue, kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)
    cut_short(work, attempts=MAX_ATTEMPTS)

    assert take_up() == 0
    start_again(kept, by=analyst)
    assert take_up() == 1


def test_work_that_waits_can_be_stopped(queue, kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)

    assert stop(kept, by=analyst)
    perform.call(work.pk)

    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.STOPPED, 0)
    assert work.said == f"Stopped by {analyst}."
    assert not stop(kept, by=analyst)


def test_work_that_runs_is_stopped_between_two_stages(queue, kept, analyst):
    work = begin(kept, What.CHECK, by=analyst)

    def stop_at_examine(execute, sql, params, *args):
        if sql.startswith('INSERT INTO "performance_stage"') and "examine" in params:
            stop(kept, by=analyst)
        return execute(sql, params, *args)

    with connection.execute_wrapper(stop_at_examine):
        perform.call(work.pk)

    kept.refresh_from_db()
    work.refresh_from_db()
    assert (kept.state, work.state) == (Upload.State.RECEIVED, State.STOPPED)

    start_again(kept, by=analyst)
    perform.call(work.pk)
    kept.refresh_from_db()
    assert kept.state == Upload.State.CHECKED


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="on SQLite nobody writes while somebody saves",
)
def test_a_save_is_stopped_in_its_middle_and_saves_nothing(queue, user_with):
    make_county()
    analyst = user_with("analyst")
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)
    work = begin(upload, What.SAVE, by=analyst)

    def stop_it():
        stop(upload, by=analyst)
        connection.close()

    def stop_at_current(execute, sql, *args):
        if sql.lstrip().startswith("INSERT INTO performance_current"):
            somebody_else = threading.Thread(target=stop_it)
            somebody_else.start()
            somebody_else.join()
        return execute(sql, *args)

    with connection.execute_wrapper(stop_at_current):
        perform.call(work.pk)

    work.refresh_from_db()
    upload.refresh_from_db()
    assert (work.state, upload.state) == (State.STOPPED, Upload.State.CHECKED)
    assert not Event.objects.exists()
    assert not Observation.objects.exists()


def test_a_check_that_was_cut_short_within_a_page_can_be_started(kept, analyst):
    start_again(kept, by=analyst)

    kept.refresh_from_db()
    assert kept.state == Upload.State.CHECKED


def test_what_is_done_or_refused_is_not_started_again(checked, analyst):
    with pytest.raises(NothingToDo):
        start_again(checked, by=analyst)

    begin(checked, What.SAVE, by=analyst)
    with pytest.raises(NothingToDo):
        start_again(checked, by=analyst)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_taking_up_costs_the_same_however_much_waits(
    queue, county, analyst, count, django_assert_num_queries
):
    for number in range(count):
        upload = keep_file(figures(Preston=number), "figures.csv", by=analyst)
        begin(upload, What.CHECK, by=analyst)
    session = connection.vendor == "postgresql"

    # unfinished work, on PostgreSQL its locks, and an entry in the queue for each
    with django_assert_num_queries(1 + session + count):
        assert take_up() == count
