import re

import pytest
from django.core import mail

from partnerships.models import AuditEvent, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def person():
    user = UserFactory(username="person", email="person@example.gov.uk")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, password, **extra):
    return client.post(
        "/accounts/login/", {"username": "person", "password": password}, **extra
    )


def test_signing_in_leads_home_and_is_kept_in_the_audit(client, person):
    response = sign_in(client, PASSWORD)

    assert response.headers["Location"] == "/"
    event = AuditEvent.objects.get()
    assert (event.act, event.by) == (AuditEvent.Act.SIGN_IN, person)


def test_signing_in_leads_back_to_the_page_asked_for(client, person):
    response = client.post(
        "/accounts/login/",
        {"username": "person", "password": PASSWORD, "next": "/account/"},
    )

    assert response.headers["Location"] == "/account/"


def test_signing_in_never_leads_to_another_site(client, person):
    response = client.post(
        "/accounts/login/",
        {"username": "person", "password": PASSWORD, "next": "//evil.example/"},
    )

    assert response.headers["Location"] == "/"


def test_a_wrong_password_says_so_and_signs_nobody_in(client, person):
    response = sign_in(client, "wrong")

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_five_failures_lock_the_name_out_and_the_audit_says_so(
    client, person, settings
):
    settings.AXES_ENABLED = True
    for _ in range(5):
        response = sign_in(client, "wrong", REMOTE_ADDR="192.0.2.1")
    assert response.status_code == 429

    response = sign_in(client, PASSWORD, REMOTE_ADDR="192.0.2.1")

    assert response.status_code == 429
    assert "_auth_user_id" not in client.session
    event = AuditEvent.objects.filter(act=AuditEvent.Act.LOCKED_OUT).first()
    assert (event.about, event.by) == ("“person”", person)


def test_a_lock_out_of_one_address_leaves_others_free(client, person, settings):
    settings.AXES_ENABLED = True
    for _ in range(5):
        sign_in(client, "wrong", REMOTE_ADDR="192.0.2.1")

    response = sign_in(client, PASSWORD, REMOTE_ADDR="192.0.2.2")

    assert response.status_code == 302


def test_signing_out_needs_the_button(client, person):
    client.force_login(person)

    assert client.get("/accounts/sign-out/").status_code == 200
    assert "_auth_user_id" in client.session

    client.post("/accounts/sign-out/")

    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.get().act == AuditEvent.Act.SIGN_OUT


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short1!", "at least 12 characters"),
        ("123456789012", "entirely numeric"),
        ("password1234", "too common"),
        ("person@example.gov.uk", "too similar"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(client, person, new, said):
    client.force_login(person)

    response = client.post(
        "/account/password/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert said in str(response.context["form"].errors)
    assert User.objects.get().check_password(PASSWORD)


def test_a_changed_password_is_kept_in_the_audit(client, person):
    client.force_login(person)

    response = client.post(
        "/account/password/",
        {
            "old_password": PASSWORD,
            "new_password1": "quite another one",
            "new_password2": "quite another one",
        },
    )

    assert response.headers["Location"] == "/account/"
    assert User.objects.get().check_password("quite another one")
    assert AuditEvent.objects.get().act == AuditEvent.Act.PASSWORD


def test_a_forgotten_password_is_set_anew_by_e_mail(client, person):
    client.post("/accounts/password-reset/", {"email": person.email})
    link = re.search(r"/accounts/password-reset/\S+", mail.outbox[0].body).group()
    form = client.get(link, follow=True).redirect_chain[-1][0]

    response = client.post(
        form,
        {"new_password1": "quite another one", "new_password2": "quite another one"},
    )

    assert response.headers["Location"] == "/accounts/password-reset/done/"
    assert User.objects.get().check_password("quite another one")
    assert AuditEvent.objects.get().by == person


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, person):
    known = client.post("/accounts/password-reset/", {"email": person.email})
    unknown = client.post("/accounts/password-reset/", {"email": "x@example.org"})

    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(mail.outbox) == 1


def test_the_account_page_names_partner_and_roles(board_client, board_member):
    page = board_client.get("/account/")

    assert str(board_member.partner) in page.content.decode()
    assert "Board member" in page.content.decode()
