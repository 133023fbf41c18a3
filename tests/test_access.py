"""The role table, held against every address of the portal."""

import pytest

from partnerships.access import MAY, may
from partnerships.models import RoleAssignment, User
from performance import mappings, sealing
from performance.ingest.checking import receive
from performance.models import Observation, SourceCode, Upload
from tests.sample_files import GOOD_FILE, KEPT_TABLE
from tests.site_map import (
    AUDITORS,
    EVERYONE,
    PAGES,
    PUBLIC,
    admin_addresses,
    patterns,
)

Role = RoleAssignment.Role

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture(scope="module")
def numbers(county, django_db_blocker):
    """Those of an upload that is saved, of one that only was checked, of a table whose
    columns are kept, of a source's code, of a figure and of a seal that an officer asked
    for."""
    with django_db_blocker.unblock():
        saved = Upload.objects.filter(state=Upload.State.COMMITTED).first()
        analyst = User.objects.get(username="analyst")
        officer = User.objects.get(username="officer")
        table = mappings.keep(*KEPT_TABLE, by=analyst)
        return {
            "saved": saved.pk,
            "checked": receive(GOOD_FILE, "good.csv", by=analyst).pk,
            "table": table.pk,
            "code": SourceCode.objects.first().pk,
            "figure": Observation.objects.filter(value__isnull=False).first().pk,
            "seal": sealing.ask(saved, by=officer, reason="A court's order.").pk,
        }


def test_every_pattern_has_a_row_in_the_table():
    found = {name for name, _ in patterns() if not name.startswith("admin:")}

    assert found - PAGES.keys() == set(), "addresses without a rule"
    assert PAGES.keys() - found == set(), "rules without an address"


@pytest.mark.django_db
@pytest.mark.parametrize("who", sorted(EVERYONE))
@pytest.mark.parametrize("name", PAGES)
def test_only_those_in_the_table_open_a_page(name, who, client, numbers):
    page = PAGES[name]
    if who != PUBLIC:
        client.force_login(User.objects.get(username=who.replace("_", "-")))

    address = page.address(name, **numbers)

    response = getattr(client, page.method)(address)

    if who in page.who:
        assert response.status_code in (200, 302), response.status_code
        assert not response.headers.get("Location", "").startswith("/accounts/login/")
    elif who == PUBLIC:
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/?next=")
    else:
        assert response.status_code in (403, 404)


@pytest.mark.django_db
@pytest.mark.parametrize("who", sorted(EVERYONE - AUDITORS))
def test_nobody_but_officers_and_administrators_opens_any_page_of_the_admin(
    who, client
):
    """What either of those two may do there: tests/partnerships/test_admin.py."""
    if who != PUBLIC:
        client.force_login(User.objects.get(username=who.replace("_", "-")))

    addresses = admin_addresses()

    assert len(addresses) > 100
    for address in addresses:
        response = client.get(address, follow=True)
        if who == PUBLIC:
            last, _ = response.redirect_chain[-1]
            assert last.startswith("/accounts/login/"), address
        else:
            assert response.status_code in (403, 404), address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("read all dashboards", set(Role)),
        ("report progress", {Role.PARTNER_LEAD, Role.OFFICER}),
        ("answer a review", {Role.BOARD_MEMBER, Role.PARTNER_LEAD, Role.OFFICER}),
        ("upload figures", {Role.DATA_PROVIDER, Role.ANALYST}),
        ("upload every figure", {Role.ANALYST}),
        ("place source codes", {Role.ANALYST, Role.OFFICER}),
        ("comment on figures", {Role.DATA_PROVIDER, Role.ANALYST, Role.OFFICER}),
        ("publish reports", {Role.ANALYST, Role.OFFICER}),
        ("edit the agreement", {Role.OFFICER}),
        ("see suppressed values", {Role.ANALYST, Role.DATA_PROVIDER}),
        ("manage users", {Role.ADMINISTRATOR}),
        ("read the audit", {Role.OFFICER, Role.ADMINISTRATOR}),
        ("seal files and figures", {Role.OFFICER, Role.ADMINISTRATOR}),
    ],
)
def test_the_table_of_acts_is_that_of_the_design(act, allowed):
    holders = {
        role
        for role in Role
        if may(User.objects.get(username=role.replace("_", "-")), act)
    }

    assert holders == allowed


def test_no_act_is_left_out_of_the_test_above():
    assert len(MAY) == 13


@pytest.mark.django_db
def test_a_deactivated_account_may_do_nothing(client):
    user = User.objects.get(username="officer")
    user.is_active = False

    assert not any(may(user, act) for act in MAY)
