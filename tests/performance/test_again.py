"""A kept file checked anew."""

import pytest
from django.urls import reverse

from partnerships.models import RoleAssignment
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Upload
from tests.factories import PartnerFactory, UploadFactory
from tests.performance.ingest.small_county import figures, make_county

Role = RoleAssignment.Role


@pytest.fixture
def county(db):
    return make_county()


def again(client, upload):
    return client.post(
        reverse("performance:upload_again", args=[upload.pk]), follow=True
    )


def test_a_name_recorded_since_is_known_at_the_next_check(
    county, analyst, analyst_client
):
    first = receive(figures(Prestonia=3), "a.csv", by=analyst)
    assert first.findings.errors().exists()
    PartnerFactory(name="Prestonia", area=county.preston)

    page = again(analyst_client, first).context["page"]

    assert page.changes.total == 1
    assert (page.upload.sha256, page.upload.filename) == (first.sha256, "a.csv")
    assert first.findings.errors().exists()


def test_a_page_offers_it_where_it_may_help(county, analyst, analyst_client):
    unknown = receive(b"Colour,Size\nred,3\n", "a.csv", by=analyst)
    broken = receive(b"%PDF-1.7\n", "a.pdf", by=analyst)

    offered = [
        "Check it again" in analyst_client.get(upload.get_absolute_url()).text
        for upload in (unknown, broken)
    ]

    assert offered == [True, False]


def test_what_is_saved_stays_saved(county, analyst, analyst_client):
    saved = commit_upload(
        receive(figures(Preston=3), "a.csv", by=analyst), by=analyst
    ).upload

    page = again(analyst_client, saved).context["page"]

    assert page.heading == "Nothing will change"
    saved.refresh_from_db()
    assert saved.state == Upload.State.COMMITTED
    assert Current.objects.get().observation.upload == saved


def test_what_it_was_taken_for_is_kept(county, analyst, analyst_client):
    told = receive(figures(Preston=3), "a.csv", by=analyst, kind="home_office")

    page = again(analyst_client, told).context["page"]

    assert page.upload.source_kind == "home_office"


def test_a_file_that_is_no_longer_there_is_not_checked(county, analyst, analyst_client):
    gone = UploadFactory(by=analyst)

    assert again(analyst_client, gone).status_code == 404
    assert Upload.objects.count() == 1


def test_nobody_checks_anothers_file(county, analyst, user_with, signed_in):
    upload = receive(figures(Preston=3), "a.csv", by=analyst)

    for role, status in ((Role.DATA_PROVIDER, 404), (Role.BOARD_MEMBER, 403)):
        assert again(signed_in(user_with(role)), upload).status_code == status
    assert Upload.objects.count() == 1
