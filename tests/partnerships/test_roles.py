import pytest
from django.core.management import CommandError, call_command

from partnerships.access import may
from partnerships.models import AuditEvent, RoleAssignment, User
from tests.factories import PartnerFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_made_from_the_command_line(capsys):
    UserFactory(username="first")

    call_command("give_role", "first", "administrator")

    assert may(User.objects.get(), "manage users")
    event = AuditEvent.objects.get()
    assert (event.act, event.by_name) == (
        AuditEvent.Act.ROLE_CHANGE,
        "command line",
    )
    assert event.about == "first: Administrator"


def test_a_role_for_a_body_names_it():
    UserFactory(username="provider")
    PartnerFactory(slug="constabulary", name="Constabulary")

    with pytest.raises(CommandError, match="Say which partner or board"):
        call_command("give_role", "provider", "data_provider")
    call_command("give_role", "provider", "data_provider", partner="constabulary")

    assert str(RoleAssignment.objects.get()) == "Data provider (Constabulary)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "analyst"], "User matching query does not exist"),
        (["someone", "data_provider", "--partner=x"], "Partner matching query"),
    ],
)
def test_a_name_that_is_not_there_is_told_and_nothing_saved(arguments, said):
    UserFactory(username="someone")

    with pytest.raises(CommandError, match=said):
        call_command("give_role", *arguments)

    assert not RoleAssignment.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_role_is_given_once():
    UserFactory(username="analyst")
    call_command("give_role", "analyst", "analyst")

    with pytest.raises(CommandError):
        call_command("give_role", "analyst", "analyst")

    assert RoleAssignment.objects.count() == 1
