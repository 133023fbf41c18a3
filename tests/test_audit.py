import pytest
from django.db import transaction

from csa_portal import audit_trail
from partnerships.audit import record
from partnerships.models import AuditEvent
from partnerships.models.audit import AppendOnly
from tests.factories import BoardFactory, PartnerFactory, UserFactory

pytestmark = pytest.mark.django_db

Act = AuditEvent.Act


def test_an_act_keeps_who_what_and_why():
    user = UserFactory(username="officer")
    board = BoardFactory(name="A board", slug="a-board")

    event = record(Act.PUBLISH, board, by=user, reason="Agreed in June.")

    event.refresh_from_db()
    assert (event.by_name, event.about, event.reason) == (
        "officer",
        "A board",
        "Agreed in June.",
    )


def test_an_act_without_an_account_is_the_command_lines():
    assert record(Act.LOAD, "figures", by=None).by_name == "command line"


def test_an_event_is_never_changed_or_deleted():
    event = record(Act.LOAD, "figures", by=None)

    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(reason="")
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().delete()
    assert AuditEvent.objects.get() == event


def test_an_act_that_fails_leaves_no_event():
    def fail():
        with transaction.atomic():
            record(Act.LOAD, "figures", by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not AuditEvent.objects.exists()


def test_both_logs_are_one_list_newest_first():
    partner = PartnerFactory(name="First name")
    partner.name = "Second name"
    partner.save()
    record(Act.LOAD, "figures", by=None)

    entries = [
        (entry["entry_act"], entry["entry_about"]) for entry in audit_trail.entries()
    ]

    assert entries == [
        ("load", "figures"),
        ("~", "Second name"),
        ("+", "First name"),
    ]


def test_either_log_can_be_read_alone():
    PartnerFactory()
    record(Act.LOAD, "figures", by=None)

    assert [entry["entry_act"] for entry in audit_trail.entries("acts")] == ["load"]
    assert [entry["entry_act"] for entry in audit_trail.entries("records")] == ["+"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_audit_page_costs_the_same_however_many_entries(
    officer_client, count, django_assert_num_queries
):
    for number in range(count):
        record(Act.LOAD, f"file {number}", by=None)

    with django_assert_num_queries(5):  # session, user, roles, count, entries
        response = officer_client.get("/audit/?which=acts")

    assert len(response.context["page"].object_list) == count


def test_the_audit_page_bears_any_page_number_and_choice(officer_client):
    record(Act.LOAD, "figures", by=None)

    for address in ["/audit/?page=99", "/audit/?page=x", "/audit/?which=nonsense"]:
        assert officer_client.get(address).status_code == 200


def test_the_audit_is_not_for_board_members(board_client):
    assert board_client.get("/audit/").status_code == 403
