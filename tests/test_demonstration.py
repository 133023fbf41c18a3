import pytest
from django.core.management import CommandError, call_command

from csa_portal import demonstration
from csa_portal.demo_accounts import ACCOUNTS
from partnerships.models import Board, RoleAssignment, User
from performance.ingest.commit import withdraw_upload
from performance.models import Current, Event, Observation, PublishedQuarter, Upload
from performance.periods import Quarter

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db]


def test_loading_again_adds_nothing_and_overwrites_nothing():
    Board.objects.filter(slug="genga-groups").update(purpose="An officer's words.")
    before = [Observation.objects.count(), Event.objects.count(), User.objects.count()]

    said = demonstration.load_everything()

    assert said == [
        "0 records added.",
        "0 accounts added.",
        "0 files of figures saved.",
        "0 quarters published.",
    ]
    assert Board.objects.get(slug="genga-groups").purpose == "An officer's words."
    assert before == [
        Observation.objects.count(),
        Event.objects.count(),
        User.objects.count(),
    ]


def test_what_somebody_took_back_stays_taken_back():
    upload = Upload.objects.get(filename="illustrative.csv")
    withdraw_upload(upload, by=User.objects.get(username="analyst"), reason="A trial.")

    demonstration.load_everything()

    upload.refresh_from_db()
    assert upload.state == Upload.State.WITHDRAWN
    assert not Current.objects.filter(indicator__illustrative=True).exists()


def test_there_is_one_account_a_role_and_a_second_officer_and_analyst():
    held = dict.fromkeys(RoleAssignment.Role, 0)
    for _, role, *_ in ACCOUNTS:
        held[role] += 1

    assert held == {
        RoleAssignment.Role.BOARD_MEMBER: 1,
        RoleAssignment.Role.PARTNER_LEAD: 1,
        RoleAssignment.Role.DATA_PROVIDER: 1,
        RoleAssignment.Role.ANALYST: 2,
        RoleAssignment.Role.OFFICER: 2,
        RoleAssignment.Role.ADMINISTRATOR: 1,
    }
    assert (
        User.objects.filter(username__in=[name for name, *_ in ACCOUNTS]).count() == 8
    )


def test_complete_quarters_are_published_and_no_others():
    quarters = [row.period.value for row in PublishedQuarter.objects.all()]

    # June, August and September 2020 were not to be had, and 2019/20 begins in December
    assert quarters == [
        Quarter(2019, 4),
        Quarter(2020, 3),
        Quarter(2020, 4),
        Quarter(2021, 1),
        Quarter(2021, 2),
        Quarter(2021, 3),
        Quarter(2021, 4),
    ]


def test_the_command_refuses_outside_the_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="only with DEMO=1"):
        call_command("load_demo")
