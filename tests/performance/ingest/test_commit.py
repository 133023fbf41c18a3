import datetime
import threading

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import AuditEvent, RoleAssignment
from performance.ingest.changes import changes_of
from performance.ingest.checking import receive
from performance.ingest.commit import (
    Blocked,
    MovedOn,
    answer,
    commit_upload,
    reinstate_upload,
    withdraw_upload,
)
from performance.models import (
    Current,
    Event,
    Indicator,
    Observation,
    Period,
    PublishedQuarter,
    Upload,
)
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

AREAS = ("Preston", "Pendle", "Rossendale")


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def upload(analyst):
    def upload(**values):
        return receive(figures(**values), "figures.csv", by=analyst)

    return upload


def held():
    return {
        current.area.name: current.observation.value
        for current in Current.objects.select_related("area", "observation")
    }


def publish_q4():
    start = datetime.date(2022, 1, 1)
    PublishedQuarter.objects.create(
        period=Period.objects.get(kind="quarter", start=start), event_number=1
    )


def test_a_commit_makes_the_figures_current_and_is_audited(county, analyst, upload):
    event = commit_upload(upload(Preston=3, Pendle=0), by=analyst)

    assert held() == {"Preston": 3, "Pendle": 0}
    assert (event.number, event.kind, event.by) == (1, Event.Kind.COMMIT, analyst)
    assert event.upload.state == Upload.State.COMMITTED
    assert AuditEvent.objects.filter(act=AuditEvent.Act.COMMIT, by=analyst).count() == 1


def test_changes_are_new_changed_removed_and_unchanged(county, analyst, upload):
    commit_upload(upload(Preston=200, Pendle=4), by=analyst)

    changes = changes_of(upload(Preston=205, Pendle="missing", Rossendale=1))

    assert [change.area for change in changes.new] == ["Rossendale"]
    (changed,) = changes.changed
    assert (str(changed.now), str(changed.will_be)) == ("200", "205")
    assert (changed.signed_difference, changed.per_cent) == ("+5", "+2.5%")
    (removed,) = changes.removed
    assert (removed.area, str(removed.now), str(removed.will_be)) == (
        "Pendle",
        "4",
        "missing",
    )
    assert (changes.total, len(changes.unchanged), changes.published) == (3, 0, 0)


def test_a_fall_has_a_true_minus_and_nothing_is_a_share_of_0(county, analyst, upload):
    commit_upload(upload(Preston=200, Pendle=0), by=analyst)

    changed = {
        each.area: each for each in changes_of(upload(Preston=150, Pendle=2)).changed
    }

    assert (changed["Preston"].signed_difference, changed["Preston"].per_cent) == (
        "−50",
        "−25.0%",
    )
    assert (changed["Pendle"].signed_difference, changed["Pendle"].per_cent) == (
        "+2",
        "",
    )


def test_the_same_file_again_changes_nothing_and_says_so(county, analyst, upload):
    commit_upload(upload(Preston=3), by=analyst)

    with pytest.raises(Blocked, match=r"Nothing in this file would change anything\."):
        commit_upload(upload(Preston=3), by=analyst)

    assert Event.objects.count() == 1
    assert Observation.objects.count() == 1


def test_an_upload_is_saved_once(county, analyst, upload):
    saved = upload(Preston=3)
    commit_upload(saved, by=analyst)

    with pytest.raises(Blocked, match="saved already"):
        commit_upload(saved, by=analyst)


def test_an_empty_cell_leaves_the_earlier_figure_and_a_word_replaces_it(
    county, analyst, upload
):
    commit_upload(upload(Preston=3, Pendle=4), by=analyst)

    commit_upload(upload(Preston="", Pendle="missing"), by=analyst)

    assert held() == {"Preston": 3, "Pendle": None}


def test_published_figures_change_only_with_a_reason(county, analyst, upload):
    commit_upload(upload(Preston=3), by=analyst)
    publish_q4()
    changed = upload(Preston=4)

    with pytest.raises(Blocked, match="Say why published figures change"):
        commit_upload(changed, by=analyst, reason="  ")
    assert held() == {"Preston": 3}

    event = commit_upload(changed, by=analyst, reason="Late recordings")
    assert (held(), event.reason) == ({"Preston": 4}, "Late recordings")


def test_changes_are_added_up_by_indicator_area_and_what_was_published(county, analyst):
    save = receive(figures(Preston=10, Pendle=20, Rossendale=5), "a.csv", by=analyst)
    commit_upload(save, by=analyst)
    PublishedQuarter.objects.create(
        period=Period.objects.get(kind="quarter"), event_number=1
    )

    changes = changes_of(
        receive(figures(Preston=14, Pendle=17, Rossendale=5), "b.csv", by=analyst)
    )

    assert changes.by_indicator == [("Burglary", 0, 2, 0, 1)]
    assert changes.by_area == [("Pendle", 0, 1, 0, 0), ("Preston", 0, 1, 0, 0)]
    assert changes.published == 2
    assert changes.published_revision == ("+1", "7")


def test_each_query_has_a_reason_of_its_own(county, analyst):
    early = receive(
        csv_bytes(
            ("burglary", "Preston", "Q1 2022/23", 3),
            ("disorder", "Preston", "June 2022", 4),
        ),
        "early.csv",
        by=analyst,
    )
    first, second = early.findings.queries()

    with pytest.raises(
        Blocked, match="Say why the figures that were queried are right"
    ):
        commit_upload(early, by=analyst, reasons={first.pk: "Counted to May."})
    assert not early.findings.exclude(reason="").exists()  # all or none

    commit_upload(
        early,
        by=analyst,
        reasons={first.pk: "Counted to May.", second.pk: "Until the 10th."},
    )

    answered = [
        (finding.reason, finding.answered_by) for finding in early.findings.queries()
    ]
    assert answered == [("Counted to May.", analyst), ("Until the 10th.", analyst)]
    assert all(finding.answered_at for finding in early.findings.queries())


def test_an_answer_stays_as_it_was_given(county, analyst):
    early = receive(
        csv_bytes(("burglary", "Preston", "Q1 2022/23", 3)), "early.csv", by=analyst
    )
    query = early.findings.queries().get()

    assert answer(early, {query.pk: " Counted to May. "}, by=analyst) == 1
    assert answer(early, {query.pk: "Something else."}, by=analyst) == 0

    commit_upload(early, by=analyst)
    assert early.findings.queries().get().reason == "Counted to May."


def test_a_query_is_answered_by_the_reason(county, analyst):
    data = csv_bytes(("burglary", "Preston", "Q1 2022/23", 3))
    early = receive(data, "early.csv", by=analyst)
    assert early.findings.queries().get().wrong == "Q1 2022/23 is not over yet."

    with pytest.raises(
        Blocked, match="Say why the figures that were queried are right"
    ):
        commit_upload(early, by=analyst)
    commit_upload(early, by=analyst, reason="April and May only")

    assert early.findings.queries().get().reason == "April and May only"


def test_whoever_is_second_is_told_what_changed_meanwhile(
    county, analyst, user_with, upload
):
    other = user_with(RoleAssignment.Role.ANALYST)
    mine, theirs = upload(Preston=3), upload(Preston=5, Pendle=1)
    commit_upload(theirs, by=other)

    with pytest.raises(MovedOn, match=f"{other} saved figures.csv at"):
        commit_upload(mine, by=analyst)
    assert held() == {"Preston": 5, "Pendle": 1}

    commit_upload(mine, by=analyst, seen=changes_of(mine).event)
    assert held() == {"Preston": 3, "Pendle": 1}


def test_other_figures_saved_meanwhile_are_no_hindrance(county, analyst, upload):
    mine, theirs = upload(Preston=3), upload(Pendle=1)
    commit_upload(theirs, by=analyst)

    commit_upload(mine, by=analyst)

    assert held() == {"Preston": 3, "Pendle": 1}


def test_a_withdrawal_brings_the_earlier_figures_back(county, analyst, upload):
    commit_upload(upload(Preston=3), by=analyst)
    second = upload(Preston=5, Pendle=1)
    commit_upload(second, by=analyst)

    with pytest.raises(Blocked, match="Say why"):
        withdraw_upload(second, by=analyst, reason=" ")
    event = withdraw_upload(second, by=analyst, reason="Wrong quarter")

    assert held() == {"Preston": 3}
    assert (event.number, event.reason) == (3, "Wrong quarter")
    assert Observation.objects.count() == 3


def test_a_reinstated_upload_keeps_its_first_place(county, analyst, upload):
    first, second = upload(Preston=3, Pendle=2), upload(Preston=5)
    commit_upload(first, by=analyst)
    commit_upload(second, by=analyst, seen=1)
    withdraw_upload(first, by=analyst, reason="Wrong")
    assert held() == {"Preston": 5}

    reinstate_upload(first, by=analyst)

    assert held() == {"Preston": 5, "Pendle": 2}


def test_only_what_is_saved_can_be_taken_back(county, analyst, upload):
    waiting = upload(Preston=3)

    with pytest.raises(Blocked, match="Only figures that are saved"):
        withdraw_upload(waiting, by=analyst, reason="Wrong")
    with pytest.raises(Blocked, match="Only figures that were taken back"):
        reinstate_upload(waiting, by=analyst)


def test_a_provider_takes_back_only_what_is_all_theirs(county, analyst, user_with):
    provider = user_with(RoleAssignment.Role.DATA_PROVIDER, partner=county.police)
    data = csv_bytes(
        ("burglary", "Preston", "Q4 2021/22", 1),
        ("robbery", "Preston", "Q4 2021/22", 1),
    )
    both = receive(data, "both.csv", by=analyst)
    commit_upload(both, by=analyst)

    with pytest.raises(Blocked, match="figures that are not yours: Robbery"):
        withdraw_upload(both, by=provider, reason="Wrong")


def test_a_failure_half_way_saves_nothing(county, analyst, upload, disk_full_for):
    waiting = upload(Preston=3)

    with disk_full_for(AuditEvent), pytest.raises(OperationalError):
        commit_upload(waiting, by=analyst)

    waiting.refresh_from_db()
    assert waiting.state == Upload.State.CHECKED
    assert not Event.objects.exists()
    assert not Observation.objects.exists()
    assert not Current.objects.exists()


def queries_to_commit(rows, analyst):
    upload = receive(csv_bytes(*rows), "figures.csv", by=analyst)
    with CaptureQueriesContext(connection) as queries:
        commit_upload(upload, by=analyst)
    return len(queries)


def test_a_commit_costs_the_same_however_many_figures(county, analyst):
    quarters = [f"Q{n} {y}" for y in ("2018/19", "2019/20") for n in (1, 2, 3, 4)]
    rows = [
        ("burglary", area, quarter, 5)
        for quarter in [*quarters, "Q1 2020/21", "Q2 2020/21", "Q3 2020/21"]
        for area in AREAS
    ]

    few, many = (
        queries_to_commit(rows[:3], analyst),
        queries_to_commit(rows[3:], analyst),
    )

    assert many == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
)
def test_two_at_the_same_moment_are_numbered_one_after_the_other(user_with):
    make_county()
    analyst = user_with(RoleAssignment.Role.ANALYST)
    first = receive(figures(Preston=1), "0.csv", by=analyst)
    commit_upload(first, by=analyst)
    uploads = [receive(figures(Preston=n), f"{n}.csv", by=analyst) for n in range(2, 6)]
    outcomes = []

    def save(upload):
        try:
            outcomes.append(commit_upload(upload, by=analyst).number)
        except MovedOn:
            outcomes.append("moved on")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[each]) for each in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["2", "moved on", "moved on", "moved on"]
    assert Current.objects.get().observation.upload.events.get().number == 2


def test_the_largest_figures_that_are_read_have_room(county, analyst):
    """PostgreSQL refuses a rate that its column cannot hold."""
    IndicatorFactory(
        title="Satisfied",
        slug="satisfied",
        kind=Indicator.Kind.PUBLISHED_RATE,
        group=county.group,
        native_period=Period.Kind.QUARTER,
    )
    rows = [
        (name, area, "Q4 2021/22", "99999999")
        for name in ("satisfied", "burglary")
        for area in ("Preston", "Pendle", "Rossendale")
    ]

    upload = receive(csv_bytes(*rows), "a.csv", by=analyst)
    commit_upload(upload, by=analyst, reason="As sent.")

    assert Current.objects.count() == 6
