"""Sealing: two people, of two roles; afterwards nothing gives the file or figure away."""

import datetime
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from csa_portal.documents import frozen
from partnerships.models import AuditEvent, RoleAssignment
from performance import history, periods, sealing
from performance.ingest import remembered
from performance.ingest.checking import contents_of, receive
from performance.ingest.commit import (
    Blocked,
    commit_upload,
    reinstate_upload,
    withdraw_upload,
)
from performance.models import (
    Current,
    Event,
    Finding,
    Observation,
    Period,
    PublishedQuarter,
    Seal,
    Summary,
    Upload,
)
from tests.factories import RoleAssignmentFactory
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

Role = RoleAssignment.Role
Q4 = periods.Quarter.from_slug("2021-22-q4")
WHY = "An order of the County Court."


@pytest.fixture
def county(db, settings):
    settings.TODAY = "2022-06-16"
    return make_county()


@pytest.fixture
def administrator(user_with):
    return user_with(Role.ADMINISTRATOR)


@pytest.fixture
def upload(county, analyst):
    """A file with a fault whose cell would give something away."""
    data = csv_bytes(
        ("burglary", "Preston", "Q4 2021/22", 3), ("burglary", "Joe's", "Q4 2021/22", 4)
    )
    return receive(data, "figures.csv", by=analyst)


@pytest.fixture
def saved(county, analyst):
    upload = receive(
        figures(Preston=3, Pendle=4, Rossendale=5), "saved.csv", by=analyst
    )
    commit_upload(upload, by=analyst)
    return upload


@pytest.fixture
def seal(officer, administrator, django_capture_on_commit_callbacks):
    """Seals something: the officer asks, the administrator agrees."""

    def seal(what, reason=WHY):
        asked = sealing.ask(what, by=officer, reason=reason)
        with django_capture_on_commit_callbacks(execute=True):
            return sealing.agree(asked, by=administrator)

    return seal


def preston():
    return Observation.objects.get(area__name="Preston")


def address(name, *args):
    return reverse(f"performance:{name}", args=args)


# Who, and in which order


def test_it_takes_another_person_of_the_other_role(
    upload, officer, administrator, user_with, analyst
):
    asked = sealing.ask(upload, by=officer, reason=f" {WHY} ")
    RoleAssignmentFactory(user=officer, role=Role.ADMINISTRATOR)
    officer = type(officer).objects.get(pk=officer.pk)  # who has both roles now

    for somebody, said in [
        (officer, "Whoever asked cannot agree: it takes two people."),
        (user_with(Role.OFFICER), "It takes an administrator to agree to this."),
        (analyst, "It takes an administrator to agree to this."),
    ]:
        with pytest.raises(sealing.NotSealed, match=said):
            sealing.agree(asked, by=somebody)
    assert frozen.read(upload.sha256)
    assert not Seal.objects.standing().exists()

    agreed = sealing.agree(asked, by=administrator)

    assert (agreed.reason, agreed.asked_by, agreed.asked_as) == (
        WHY,
        officer,
        "officer",
    )
    assert (agreed.decided_by, agreed.decided_as) == (administrator, "administrator")
    assert Seal.objects.standing().get() == agreed


def test_an_administrator_may_ask_and_an_officer_agrees(upload, officer, administrator):
    asked = sealing.ask(upload, by=administrator, reason=WHY)

    agreed = sealing.agree(asked, by=officer)

    assert (agreed.asked_as, agreed.decided_as) == ("administrator", "officer")


def test_nobody_else_asks_and_nothing_is_asked_without_a_reason(
    upload, officer, analyst, board_member
):
    for somebody in (analyst, board_member):
        with pytest.raises(sealing.NotSealed, match="officer or an administrator"):
            sealing.ask(upload, by=somebody, reason=WHY)
    with pytest.raises(sealing.NotSealed, match="Say why"):
        sealing.ask(upload, by=officer, reason="  ")

    assert not Seal.objects.exists()


def test_a_thing_is_asked_for_once_and_again_after_it_was_declined(
    upload, officer, administrator
):
    asked = sealing.ask(upload, by=officer, reason=WHY)
    with pytest.raises(
        sealing.NotSealed, match=f"{officer} has asked for this already"
    ):
        sealing.ask(upload, by=administrator, reason="As well")

    sealing.decline(asked, by=administrator)
    with pytest.raises(sealing.NotSealed, match="This was decided: not sealed"):
        sealing.agree(asked, by=administrator)
    again = sealing.ask(upload, by=administrator, reason="As well")
    sealing.agree(again, by=officer)

    with pytest.raises(sealing.NotSealed, match="This is sealed already"):
        sealing.ask(upload, by=officer, reason=WHY)
    with pytest.raises(sealing.NotSealed, match="This was decided: sealed"):
        sealing.decline(again, by=officer)


def test_whoever_asked_may_take_it_back(upload, officer):
    asked = sealing.ask(upload, by=officer, reason=WHY)

    sealing.decline(asked, by=officer)

    assert Seal.objects.get().decision == Seal.Decision.DECLINED
    assert frozen.read(upload.sha256)


def test_every_step_is_in_the_audit(upload, officer, administrator):
    asked = sealing.ask(upload, by=officer, reason=WHY)
    sealing.decline(asked, by=administrator)
    sealing.agree(sealing.ask(upload, by=officer, reason=WHY), by=administrator)

    acts = AuditEvent.objects.filter(about="Seal of the file figures.csv")
    assert list(acts.order_by("pk").values_list("act", "by", "reason")) == [
        ("seal_asked", officer.pk, WHY),
        ("seal_declined", administrator.pk, WHY),
        ("seal_asked", officer.pk, WHY),
        ("seal", administrator.pk, WHY),
    ]


def test_the_database_holds_the_rules_too(upload, officer, administrator):
    now = timezone.now()
    asked = {"reason": WHY, "asked_by": officer, "asked_as": "officer"}
    agreed = {"decision": "sealed", "decided_at": now}
    other = {"decided_by": administrator, "decided_as": "administrator"}
    wrong = [
        asked,  # of nothing
        {**asked, "upload": upload, "reason": ""},
        {**asked, "upload": upload, "asked_as": "analyst"},
        {**asked, "upload": upload, **agreed},  # by nobody
        {**asked, "upload": upload, **other},  # decided, without a decision
        {**asked, "upload": upload, **agreed, **other, "decided_by": officer},
        {**asked, "upload": upload, **agreed, **other, "decided_as": "officer"},
    ]

    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.create(**fields)
    Seal.objects.create(**asked, upload=upload, **agreed, **other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(**asked, upload=upload)


# A file


def test_a_sealed_file_is_gone_and_what_was_done_stays(upload, seal):
    assert contents_of(upload).rows == 2
    assert [name for name, _ in remembered.names() if upload.sha256 in name]

    seal(upload)

    with pytest.raises(frozen.NotKept):
        frozen.read(upload.sha256)
    assert not default_storage.exists(f"kept/{upload.sha256[:2]}/{upload.sha256}")
    assert not [name for name, _ in remembered.names() if upload.sha256 in name]
    with pytest.raises(sealing.Sealed, match=f"because: {WHY}"):
        contents_of(upload)
    after = Upload.objects.get(pk=upload.pk)
    assert (after.filename, after.sha256) == ("figures.csv", upload.sha256)
    assert AuditEvent.objects.filter(act=AuditEvent.Act.UPLOAD).count() == 1


def test_the_bytes_stay_when_the_seal_cannot_be_stored(
    upload, officer, administrator, disk_full_for, django_capture_on_commit_callbacks
):
    asked = sealing.ask(upload, by=officer, reason=WHY)

    with (
        django_capture_on_commit_callbacks(execute=True),
        disk_full_for(AuditEvent),
        pytest.raises(Exception, match="full"),
    ):
        sealing.agree(asked, by=administrator)

    assert frozen.read(upload.sha256)
    assert not Seal.objects.standing().exists()


def test_a_seal_holds_even_before_the_bytes_are_gone(upload, officer, administrator):
    """They go after the seal is stored; a server may stop between the two."""
    sealing.agree(sealing.ask(upload, by=officer, reason=WHY), by=administrator)
    assert frozen.read(upload.sha256)

    with pytest.raises(sealing.Sealed):
        contents_of(upload)
    with pytest.raises(Blocked, match="This file is sealed"):
        commit_upload(upload, by=None)


def test_what_the_cells_said_is_blanked(upload, seal):
    assert "Joe's" in repr(list(Finding.objects.values()))
    before = Finding.objects.count()

    seal(upload)

    assert Finding.objects.count() == before
    assert "Joe" not in repr(list(Finding.objects.values()))
    assert {each.wrong for each in upload.findings.all()} == {
        "What was found here is sealed with the file."
    }


def test_uploads_of_the_same_bytes_are_sealed_together(upload, analyst, officer, seal):
    again = receive(frozen.read(upload.sha256), "again.csv", by=analyst)

    seal(upload)

    with pytest.raises(sealing.Sealed):
        contents_of(again)
    assert "Joe" not in repr(list(again.findings.values()))
    with pytest.raises(sealing.NotSealed, match="the very same file is sealed"):
        sealing.ask(again, by=officer, reason=WHY)


def test_the_same_bytes_are_not_taken_again(upload, analyst, seal):
    data = frozen.read(upload.sha256)
    seal(upload)

    again = receive(data, "figures.csv", by=analyst)

    assert again.state == Upload.State.REFUSED
    (finding,) = again.findings.all()
    assert finding.wrong.startswith("This file is sealed. Sealed on ")
    assert finding.wrong.endswith(f"because: {WHY}")
    with pytest.raises(frozen.NotKept):
        frozen.read(upload.sha256)


def test_figures_of_a_sealed_file_stay_and_are_taken_back_and_put_back(
    saved, analyst, seal
):
    seal(saved)
    assert Current.objects.count() == 3

    withdraw_upload(saved, by=analyst, reason="Sealed")
    assert not Current.objects.exists()
    reinstate_upload(saved, by=analyst)
    assert Current.objects.count() == 3


def test_the_pages_of_a_sealed_upload_say_so_and_give_nothing(
    upload, seal, analyst_client
):
    seal(upload)

    page = analyst_client.get(upload.get_absolute_url())

    assert "This file is sealed" in page.text
    assert WHY in page.text
    assert "Joe" not in page.text
    assert "Download the file" not in page.text
    for name in ("upload_file", "upload_marked", "upload_changes_csv"):
        notice = analyst_client.get(address(name, upload.pk)).text
        assert notice.startswith("Sealed on ")
        assert WHY in notice
        assert upload.sha256 in notice
        assert "Preston" not in notice
    assert (
        "Joe" not in analyst_client.get(address("upload_findings_csv", upload.pk)).text
    )
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.DOWNLOAD).exists()
    analyst_client.post(address("upload_commit", upload.pk), {"seen": 0})
    assert not Event.objects.exists()


def test_a_sealed_upload_is_so_called_in_the_list_and_waits_for_nobody(
    county, analyst, seal, analyst_client
):
    waiting = receive(figures(Preston=3), "figures.csv", by=analyst)
    assert "checked and not saved" in analyst_client.get("/").text

    seal(waiting)

    assert "Sealed" in analyst_client.get(address("upload_list")).text
    assert "checked and not saved" not in analyst_client.get("/").text


def test_a_sealed_upload_that_waits_cannot_be_saved(
    county, analyst, seal, analyst_client
):
    waiting = receive(figures(Preston=3), "figures.csv", by=analyst)
    seal(waiting)

    assert (
        "Save these figures" not in analyst_client.get(waiting.get_absolute_url()).text
    )
    analyst_client.post(address("upload_commit", waiting.pk), {"seen": 0})
    with pytest.raises(Blocked, match="This file is sealed"):
        commit_upload(waiting, by=analyst)
    assert not Observation.objects.exists()


# A figure


def test_a_sealed_figure_has_no_value_and_sums_are_worked_out_again(
    saved, seal, county
):
    whole = {"indicator": county.burglary, "area": county.whole}
    assert Summary.objects.get(**whole).value == 12

    seal(preston())

    after = preston()
    assert (after.state, after.value) == (Observation.State.SEALED, None)
    assert Current.objects.get(area=county.preston).observation == after
    summary = Summary.objects.get(**whole)
    assert (summary.state, summary.value, summary.parts_held) == ("incomplete", None, 2)
    assert Summary.objects.get(area=county.preston).value is None
    assert Summary.objects.get(area=county.pendle).value == 4


def test_every_earlier_moment_shows_it_sealed(saved, seal, county, analyst):
    commit_upload(receive(figures(Preston=9), "later.csv", by=analyst), by=analyst)
    first = Observation.objects.get(value=3)
    seal(first)

    then = {each.area.name: each for each in Observation.objects.as_at(1)}
    now = {each.area.name: each for each in Observation.objects.as_at(2)}

    assert (then["Preston"].state, then["Preston"].value) == ("sealed", None)
    assert now["Preston"].value == 9
    found = history.history(county.burglary, county.preston, Q4)
    assert [entry.value for entry in found.entries] == [9, None]


def test_only_sealing_changes_an_observation(saved):
    with pytest.raises(TypeError):
        Observation.objects.update(value=1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as c:
        c.execute("UPDATE performance_observation SET state = 'sealed'")


def test_what_has_no_value_cannot_be_sealed(county, analyst, officer):
    upload = receive(figures(Preston="missing"), "figures.csv", by=analyst)
    commit_upload(upload, by=analyst)

    with pytest.raises(sealing.NotSealed, match="no value here"):
        sealing.ask(preston(), by=officer, reason=WHY)


def publish():
    PublishedQuarter.objects.create(
        period=Period.objects.get(kind="quarter", start=datetime.date(2022, 1, 1)),
        event_number=1,
    )


def test_the_history_of_a_figure_says_since_when_and_why(
    saved, seal, county, client, signed_in, officer
):
    county.burglary.public = True
    county.burglary.save()
    publish()
    page = address("figure", "burglary", "preston", Q4)
    assert "Seal this value" in signed_in(officer).get(page).text
    client.logout()
    assert "Seal this value" not in client.get(page).text

    seal(preston(), reason="Too small.")

    text = client.get(page).text
    day = timezone.localdate()
    assert f"Sealed on {day.day} {day:%B %Y}, because: Too small." in text
    assert "Seal this value" not in text
    rows = client.get(address("figure_csv", "burglary", "preston", Q4)).text
    assert "sealed" in rows
    assert ",3," not in rows


# Pages


def test_a_file_is_found_asked_for_and_sealed_on_the_pages(
    upload, signed_in, officer, administrator, django_capture_on_commit_callbacks
):
    client = signed_in(officer)
    found = client.get(address("seal_list"), {"file": "FIGURES"})
    assert [each.pk for each in found.context["files"]] == [upload.pk]
    page = address("seal_upload", upload.pk)
    assert "Joe" not in client.get(page).text
    assert "Say why this is to be sealed." in client.post(page, {"reason": " "}).text
    response = client.post(page, {"reason": WHY}, follow=True)
    assert "Asked. An administrator has to agree to it." in response.text
    asked = Seal.objects.get()
    assert "Agree, and seal it" not in response.text
    client.post(address("seal_agree", asked.pk))
    assert frozen.read(upload.sha256)

    client = signed_in(administrator)
    assert "1 seal waits for an answer" in client.get("/").text
    assert "Agree, and seal it" in client.get(address("seal", asked.pk)).text
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address("seal_agree", asked.pk), follow=True)

    assert "This is sealed" in response.text
    with pytest.raises(frozen.NotKept):
        frozen.read(upload.sha256)


def test_a_figure_is_asked_for_and_declined_on_the_pages(
    saved, signed_in, officer, administrator
):
    signed_in(officer).post(address("seal_figure", preston().pk), {"reason": WHY})
    asked = Seal.objects.get()

    response = signed_in(administrator).post(
        address("seal_decline", asked.pk), follow=True
    )

    assert "This was not sealed" in response.text
    assert preston().value == 3


@pytest.mark.parametrize("role", [Role.ANALYST, Role.BOARD_MEMBER, Role.DATA_PROVIDER])
def test_nobody_else_reaches_the_pages(upload, user_with, signed_in, officer, role):
    asked = sealing.ask(upload, by=officer, reason=WHY)
    client = signed_in(user_with(role))

    for page in [
        address("seal_list"),
        address("seal", asked.pk),
        address("seal_upload", upload.pk),
    ]:
        assert client.get(page).status_code == 403
    for page in [address("seal_agree", asked.pk), address("seal_decline", asked.pk)]:
        assert client.post(page).status_code == 403
    assert Seal.objects.get().decision == ""


def test_what_seals_is_never_a_get(upload, signed_in, officer, administrator):
    asked = sealing.ask(upload, by=officer, reason=WHY)

    client = signed_in(administrator)

    assert client.get(address("seal_agree", asked.pk)).status_code == 405
    assert client.get(address("seal_decline", asked.pk)).status_code == 405


def test_the_list_costs_the_same_however_many_seals(
    county, analyst, officer, administrator, signed_in
):
    client = signed_in(officer)

    def queries(numbers):
        for n in numbers:
            upload = receive(figures(Preston=n), f"{n}.csv", by=analyst)
            commit_upload(upload, by=analyst)
            sealing.ask(upload, by=officer, reason=WHY)
            figure = Observation.objects.get(upload=upload)
            sealing.decline(
                sealing.ask(figure, by=officer, reason=WHY), by=administrator
            )
        with CaptureQueriesContext(connection) as captured:
            client.get(address("seal_list"), {"file": "csv"})
        return len(captured)

    assert queries([1]) == queries([2, 3])


# At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
)
def test_a_seal_waits_for_whoever_saves(user_with):
    make_county()
    upload = receive(figures(Preston=3), "figures.csv", by=None)
    commit_upload(upload, by=None)
    asked = sealing.ask(preston(), by=user_with(Role.OFFICER), reason=WHY)
    administrator = user_with(Role.ADMINISTRATOR)
    sealed = threading.Event()

    def agree():
        try:
            sealing.agree(asked, by=administrator)
            sealed.set()
        finally:
            connection.close()

    other = threading.Thread(target=agree)
    with transaction.atomic():
        Event.objects.wait_for_writers()  # as whoever saves does
        other.start()
        assert not sealed.wait(timeout=1)
    other.join()

    assert sealed.is_set()
    assert preston().value is None
    assert Summary.objects.get(area__name="Preston").value is None
