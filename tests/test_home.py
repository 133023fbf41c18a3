import pytest

from tests.factories import (
    BoardFactory,
    UploadFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)

pytestmark = pytest.mark.django_db


def test_an_empty_portal_says_what_is_not_there_yet(client):
    page = client.get("/").content.decode()

    assert "No agreement has been written here yet." in page
    assert "No quarter has been published yet." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_front_page_costs_the_same_however_many_key_issues(
    client, count, django_assert_num_queries
):
    version = VersionFactory(agreement__starts_year=2021)
    for number in range(count):
        VersionKeyIssueFactory(
            version=version, priority__agreement=version.agreement, title=f"I{number}"
        )

    # version with agreement, owner's line upward, key issues, framework, priorities,
    # programmes, figures' quarters (2), published quarters
    with django_assert_num_queries(9):
        response = client.get("/")

    titles = [
        issue.title
        for heading, _ in response.context["home"].priorities
        for issue in heading.issues
    ]
    assert titles == [f"I{number}" for number in range(count)]


def test_the_agreement_of_todays_term_stands_before_a_later_draft(client, settings):
    settings.TODAY = "2022-06-16"
    now = VersionFactory(agreement__starts_year=2022)
    VersionFactory(agreement__starts_year=2025)

    assert client.get("/").context["home"].version == now


def test_when_every_term_has_ended_the_latest_stands(client, settings):
    settings.TODAY = "2040-01-01"
    VersionFactory(agreement__starts_year=2022)
    latest = VersionFactory(agreement__starts_year=2025)

    assert client.get("/").context["home"].version == latest


def test_each_role_finds_its_own_work(client, analyst, officer, board_member):
    def tasks(user):
        client.force_login(user)
        return [task.title for task in client.get("/").context["home"].tasks]

    assert tasks(analyst) == [
        "Upload a quarter's figures",
        "This quarter at a glance",
    ]
    assert tasks(officer) == [
        "Keep the records",
        "Seals",
        "Audit",
        "This quarter at a glance",
    ]
    assert tasks(board_member) == ["This quarter at a glance"]


def test_an_upload_left_unsaved_is_said_first(analyst_client, analyst):
    UploadFactory(by=analyst)

    task = analyst_client.get("/").context["home"].tasks[0]

    assert task.title == "1 upload checked and not saved"


def test_an_upload_that_is_not_checked_yet_is_said_before_that(analyst_client, analyst):
    UploadFactory.create_batch(2, by=analyst, state="received")
    UploadFactory(by=analyst)

    titles = [task.title for task in analyst_client.get("/").context["home"].tasks]

    assert titles[:2] == ["2 uploads not checked yet", "1 upload checked and not saved"]


def test_names_are_escaped(client):
    owner = BoardFactory(name="<script>alert(1)</script>")
    VersionFactory(agreement__owner=owner, agreement__starts_year=2022)

    assert "<script>alert" not in client.get("/").content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_answered_without_an_account(client, address):
    assert client.get(address).status_code == 200
