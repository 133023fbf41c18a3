"""Django's admin: who may keep which records, why they change, and what is written of it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError
from django.urls import reverse

from partnerships.models import (
    AuditEvent,
    Board,
    BoardRelation,
    Membership,
    Partner,
    RoleAssignment,
    User,
)
from priorities.models import KeyIssue, Section, Strategy
from tests.factories import (
    BoardFactory,
    KeyIssueFactory,
    MembershipFactory,
    PartnerFactory,
    RoleAssignmentFactory,
    SectionFactory,
    StrategyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Role = RoleAssignment.Role
KEPT = {"AuditEvent", "RoleAssignment", "User"}


@pytest.fixture
def administrator(user_with):
    return user_with(Role.ADMINISTRATOR)


@pytest.fixture
def administrator_client(signed_in, administrator):
    return signed_in(administrator)


def address(record, page="change"):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[record.pk])


def form_data(client, url, **changes):
    """What the browser would send from a page of the admin, with some fields changed."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for wrapped in context["inline_admin_formsets"]:
        forms += [wrapped.formset.management_form, *wrapped.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
    return data | changes


def our_models():
    return [
        model
        for app in ["partnerships", "priorities"]
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]


# Who may enter


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_is_in_the_admin(model):
    registered = admin.site._registry
    inline = {each.model for kept in registered.values() for each in kept.inlines or []}

    assert model in registered or model in inline


@pytest.mark.parametrize("role", [*Role, None])
def test_only_officers_and_administrators_enter(client, user_with, role):
    if role:
        client.force_login(user_with(role))

    response = client.get("/admin/", follow=True)

    if role is None:
        assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    else:
        enters = role in (Role.OFFICER, Role.ADMINISTRATOR)
        assert response.status_code == (200 if enters else 403)


def test_staff_and_superusers_without_a_role_do_not_enter(signed_in, db):
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))

    assert client.get("/admin/", follow=True).status_code == 403


def test_a_closed_account_keeps_no_right_to_enter(client, officer):
    client.force_login(officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)

    assert client.get("/admin/").status_code == 302


def test_administrators_keep_users_and_no_other_records(administrator_client):
    board = BoardFactory()

    assert administrator_client.get("/admin/partnerships/user/").status_code == 200
    for page in ["change", "delete", "history"]:
        assert administrator_client.get(address(board, page)).status_code == 403
    data = {"name": "Taken over", "reason": "None"}
    assert administrator_client.post(address(board), data).status_code == 403
    assert Board.objects.get() == board
    assert Board.objects.get().name == board.name


def test_officers_keep_records_and_no_users(officer_client, analyst):
    for url in [
        "/admin/partnerships/user/",
        "/admin/partnerships/user/add/",
        "/admin/partnerships/roleassignment/",
        address(analyst),
        address(analyst, "history"),
        f"/admin/partnerships/user/{analyst.pk}/password/",
    ]:
        assert officer_client.get(url).status_code == 403
    for url in ["/admin/partnerships/board/", "/admin/priorities/strategy/"]:
        assert officer_client.get(url).status_code == 200


def test_an_officer_cannot_make_an_administrator_of_themselves(officer_client, officer):
    data = {
        "roles-TOTAL_FORMS": 1,
        "roles-INITIAL_FORMS": 0,
        "roles-0-role": Role.ADMINISTRATOR,
        "username": officer.username,
        "reason": "I want to",
    }

    assert officer_client.post(address(officer), data).status_code == 403
    assert [role.role for role in officer.roles.all()] == [Role.OFFICER]


# Pages of every model


@pytest.mark.parametrize(
    "model",
    [model for model in our_models() if model in admin.site._registry],
    ids=lambda model: model.__name__,
)
def test_lists_and_blank_forms_open(signed_in, user_with, model):
    role = Role.ADMINISTRATOR if model.__name__ in KEPT else Role.OFFICER
    client = signed_in(user_with(role))
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    listed = client.get(reverse(f"{base}_changelist"), {"q": "x"})
    blank = client.get(reverse(f"{base}_add"))

    assert listed.status_code == 200
    read_only = model in (AuditEvent, RoleAssignment)
    assert blank.status_code == (403 if read_only else 200)
    assert admin.site._registry[model].search_fields


@pytest.mark.parametrize("count", [1, 3])
def test_a_board_costs_the_same_however_many_members(
    officer_client, count, django_assert_num_queries
):
    board = BoardFactory()
    MembershipFactory.create_batch(count, board=board)
    for lower in BoardFactory.create_batch(count):
        BoardRelation.objects.create(lower=lower, upper=board, kind="reports_to")

    ContentType.objects.get_for_model(Board)  # asked once a process, then remembered

    # session, user, roles; savepoint and its release; the board; its other names, members
    # and lines; and each list of choices once
    with django_assert_num_queries(18):
        response = officer_client.get(address(board))

    assert response.status_code == 200


def test_records_are_found_by_another_name(officer_client):
    board = BoardFactory()
    board.aliases.create(name="Operation Genga")
    other = BoardFactory()

    page = officer_client.get("/admin/partnerships/board/", {"q": "genga"}).text

    assert board.name in page
    assert other.name not in page


def test_view_on_site_leads_to_the_record(officer_client):
    board = BoardFactory()

    link = officer_client.get(address(board)).context["absolute_url"]

    assert officer_client.get(link).url.endswith(board.get_absolute_url())


# Why


def test_a_change_without_a_reason_is_refused(officer_client):
    board = BoardFactory(name="Old name")
    data = form_data(officer_client, address(board), name="New name")

    response = officer_client.post(address(board), data)

    assert "Say why this changes." in response.text
    assert Board.objects.get().name == "Old name"
    assert board.history.count() == 1


def test_the_reason_and_the_user_are_in_the_history(officer_client, officer):
    board = BoardFactory(name="Old name")
    data = form_data(
        officer_client, address(board), name="New name", reason="Renamed in May"
    )

    officer_client.post(address(board), data)

    newest = board.history.first()
    assert newest.name == "New name"
    assert newest.history_change_reason == "Renamed in May"
    assert newest.history_user == officer
    history = officer_client.get(address(board, "history")).text
    assert "Renamed in May" in history
    assert "Old name → New name" in history


def test_rows_inside_a_record_carry_its_reason(officer_client, officer):
    board, partner = BoardFactory(), PartnerFactory()
    gone = MembershipFactory(board=board)
    data = form_data(officer_client, address(board), reason="As minuted") | {
        "memberships-TOTAL_FORMS": 2,
        "memberships-0-DELETE": "on",
        "memberships-1-partner": partner.pk,
        "memberships-1-role": "chair",
        "memberships-1-board": board.pk,
    }

    officer_client.post(address(board), data)

    assert [place.partner for place in board.memberships.all()] == [partner]
    for record, act in [(board.memberships.get(), "+"), (gone, "-")]:
        entry = Membership.history.filter(id=record.pk).first()
        assert entry.history_type == act
        assert entry.history_change_reason == "As minuted"
        assert entry.history_user == officer


def test_a_new_record_needs_no_reason(officer_client):
    url = "/admin/priorities/districttheme/add/"

    response = officer_client.post(url, {"title": "Robbery", "slug": "robbery"})

    assert response.url == "/admin/priorities/districttheme/"
    assert "id_reason" not in officer_client.get(url).text


def test_nothing_is_deleted_without_a_reason(officer_client):
    place = MembershipFactory()

    officer_client.post(address(place, "delete"), {"post": "yes", "reason": "  "})

    assert Membership.objects.get() == place


def test_what_is_deleted_keeps_its_reason(officer_client):
    place = MembershipFactory()

    officer_client.post(
        address(place, "delete"), {"post": "yes", "reason": "Entered by mistake"}
    )

    assert not Membership.objects.exists()
    newest = Membership.history.first()
    assert (newest.history_type, newest.history_change_reason) == (
        "-",
        "Entered by mistake",
    )


def test_many_records_cannot_be_deleted_at_once(officer_client):
    board = BoardFactory()

    officer_client.post(
        "/admin/partnerships/board/",
        {"action": "delete_selected", "_selected_action": [board.pk], "post": "yes"},
    )

    assert Board.objects.get() == board


def test_a_record_that_others_name_is_not_deleted(officer_client):
    partner = MembershipFactory().partner

    officer_client.post(address(partner, "delete"), {"post": "yes", "reason": "Tidy"})

    assert Partner.objects.get() == partner


def test_an_end_before_its_beginning_is_told_in_words(officer_client):
    partner = PartnerFactory()
    data = form_data(
        officer_client,
        address(partner),
        valid_from="2022-01-01",
        valid_until="2021-01-01",
        reason="Dates",
    )

    response = officer_client.post(address(partner), data)

    assert "This day must come after the first one." in response.text
    assert Partner.objects.get().valid_from is None


@pytest.mark.parametrize(
    ("make", "model"),
    [
        (BoardFactory, Board),
        (KeyIssueFactory, KeyIssue),
        (SectionFactory, Section),
        (StrategyFactory, Strategy),
    ],
)
def test_the_slug_stands_once_given(officer_client, make, model):
    record = make()
    data = form_data(officer_client, address(record), slug="another", reason="Try")

    officer_client.post(address(record), data)

    assert model.objects.get(pk=record.pk).slug == record.slug


def test_an_earlier_state_is_taken_up_again_with_a_reason(officer_client):
    board = BoardFactory(name="First")
    board.name = "Second"
    board.save()
    url = reverse(
        "admin:partnerships_board_simple_history",
        args=[board.pk, board.history.last().pk],
    )
    page = officer_client.get(url)
    data = {
        field.html_name: field.value()
        for field in page.context["adminform"].form
        if field.value() is not None and field.value() is not False
    }

    refused = officer_client.post(url, data | {"reason": ""})
    taken = officer_client.post(url, data | {"reason": "The old name was right"})

    assert refused.status_code == 200
    assert taken.status_code == 302
    board.refresh_from_db()
    assert board.name == "First"
    assert board.history.first().history_change_reason == "The old name was right"


def test_there_is_no_third_log(officer_client):
    board = BoardFactory()
    data = form_data(officer_client, address(board), reason="Any", name="Other")

    officer_client.post(address(board), data)

    assert not LogEntry.objects.exists()
    assert "Recent actions" not in officer_client.get("/admin/").text


# Users and roles


def give(client, user, role, reason="Joined", **scope):
    data = form_data(client, address(user), reason=reason)
    place = int(data["roles-TOTAL_FORMS"])
    data |= {"roles-TOTAL_FORMS": place + 1, f"roles-{place}-role": role}
    data |= {f"roles-{place}-{name}": value.pk for name, value in scope.items()}
    return client.post(address(user), data)


def test_a_role_that_is_given_is_audited_with_its_reason(
    administrator_client, administrator
):
    user = UserFactory(username="new-officer")

    give(administrator_client, user, Role.OFFICER, reason="Joined the team")

    assert [role.role for role in user.roles.all()] == [Role.OFFICER]
    event = AuditEvent.objects.get(act=AuditEvent.Act.ROLE_CHANGE)
    assert event.about == "new-officer: Officer given"
    assert event.reason == "Joined the team"
    assert event.by == administrator


def test_a_role_taken_away_and_one_changed_are_audited(administrator_client):
    user, partner = UserFactory(username="u"), PartnerFactory(name="Fire")
    RoleAssignmentFactory(user=user, role=Role.ANALYST)
    RoleAssignmentFactory(user=user, role=Role.BOARD_MEMBER, partner=partner)
    data = form_data(administrator_client, address(user), reason="Moved")
    changes = {"roles-0-role": Role.OFFICER, "roles-1-DELETE": "on"}

    administrator_client.post(address(user), data | changes)

    events = AuditEvent.objects.filter(act=AuditEvent.Act.ROLE_CHANGE)
    assert {event.about for event in events} == {
        "u: Analyst taken away",
        "u: Officer given",
        "u: Board member (Fire) taken away",
    }
    assert {event.reason for event in events} == {"Moved"}


def test_a_change_that_leaves_the_roles_is_no_role_change(administrator_client):
    user = RoleAssignmentFactory(role=Role.ANALYST).user
    data = form_data(administrator_client, address(user), post="Analyst", reason="Post")

    administrator_client.post(address(user), data)

    assert User.objects.get(pk=user.pk).post == "Analyst"
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.ROLE_CHANGE).exists()


def test_a_role_and_its_audit_are_written_together_or_not_at_all(
    administrator_client, disk_full_for
):
    user = UserFactory()

    with disk_full_for(AuditEvent), pytest.raises(OperationalError):
        give(administrator_client, user, Role.OFFICER)

    assert not user.roles.exists()


def test_a_role_for_a_body_must_name_it_and_only_one(administrator_client):
    user, partner, board = UserFactory(), PartnerFactory(), BoardFactory()

    nobody = give(administrator_client, user, Role.PARTNER_LEAD)
    both = give(
        administrator_client, user, Role.PARTNER_LEAD, partner=partner, board=board
    )

    assert "Choose the partner or board this role is for." in nobody.text
    assert "Choose a partner or a board, not both." in both.text
    assert not user.roles.exists()
    assert not AuditEvent.objects.exists()


def test_an_account_is_added_in_two_steps_and_never_deleted(administrator_client):
    data = {
        "username": "new-analyst",
        "usable_password": "true",
        "password1": "long enough 93 words",
        "password2": "long enough 93 words",
    }

    response = administrator_client.post("/admin/partnerships/user/add/", data)

    user = User.objects.get(username="new-analyst")
    assert response.url == address(user)
    assert administrator_client.get(address(user, "delete")).status_code == 403
    deleting = {"post": "yes", "reason": "Left"}
    administrator_client.post(address(user, "delete"), deleting)
    assert User.objects.filter(pk=user.pk).exists()


def test_a_password_set_for_someone_is_audited(administrator_client):
    user = UserFactory(username="forgot")
    new = {"password1": "long enough 93 words", "password2": "long enough 93 words"}

    administrator_client.post(f"/admin/partnerships/user/{user.pk}/password/", new)

    user.refresh_from_db()
    assert user.check_password("long enough 93 words")
    assert AuditEvent.objects.get().about == "forgot: password set"


def test_staff_flags_and_permissions_are_not_offered(administrator_client):
    user = UserFactory()
    data = form_data(administrator_client, address(user), reason="Try")

    administrator_client.post(
        address(user), data | {"is_superuser": "on", "is_staff": "on"}
    )

    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.is_staff


def test_the_audit_is_read_and_never_written(officer_client):
    event = AuditEvent.objects.create(act="load", by_name="command line", about="It")

    assert "command line" in officer_client.get("/admin/partnerships/auditevent/").text
    assert officer_client.get(address(event)).status_code == 200
    for response in [
        officer_client.post(address(event), {"about": "Something else"}),
        officer_client.post(address(event, "delete"), {"post": "yes", "reason": "x"}),
        officer_client.get("/admin/partnerships/auditevent/add/"),
    ]:
        assert response.status_code == 403
    assert AuditEvent.objects.get().about == "It"


def test_the_admin_keeps_the_content_security_policy(officer_client):
    policy = officer_client.get("/admin/").headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
