import csv
import io
import zipfile
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.models import AuditEvent, RoleAssignment, User
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Event, Period, PublishedQuarter, Upload
from tests.factories import PartnerFactory, RoleAssignmentFactory, UploadFactory
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

Role = RoleAssignment.Role
UPLOADERS = {Role.ANALYST, Role.DATA_PROVIDER}
NEW = "/performance/uploads/new/"


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def waiting(county, analyst):
    return receive(figures(Preston=3), "figures.csv", by=analyst)


def address(name, upload):
    return reverse(f"performance:{name}", args=[upload.pk])


def sent(data, name="figures.csv", **fields):
    return {"file": SimpleUploadedFile(name, data), "counts_only": "on", **fields}


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_file_goes_from_upload_to_committed_and_back(county, analyst_client):
    response = analyst_client.post(NEW, sent(figures(Preston=3, Pendle=4)), follow=True)
    page = response.context["page"]
    assert page.heading == "What will change if you save this"
    assert page.changes.total == 2
    assert not Current.objects.exists()

    response = analyst_client.post(
        address("upload_commit", page.upload), {"seen": page.changes.event}, follow=True
    )
    assert response.context["page"].heading == "These figures are saved"
    assert "figures.csv is saved. It can be taken back here." in response.text
    assert Current.objects.count() == 2

    withdraw = address("upload_withdraw", page.upload)
    assert "Say why these figures are taken back." in analyst_client.post(withdraw).text
    assert Current.objects.count() == 2
    analyst_client.post(withdraw, {"reason": "Wrong quarter"})
    assert not Current.objects.exists()

    analyst_client.post(address("upload_reinstate", page.upload))
    assert Current.objects.count() == 2


def test_findings_are_shown_and_nothing_can_be_saved(county, analyst_client):
    response = analyst_client.post(NEW, sent(figures(Rosendale=3)), follow=True)

    page = response.context["page"]
    assert page.heading == "This file needs mending first"
    assert "Nothing has been saved" in response.text
    assert "The nearest name is Rossendale." in response.text
    assert page.changes is None
    response = analyst_client.post(address("upload_commit", page.upload), {"seen": 0})
    assert response.status_code == 302
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"counts_only": "on"}, "Choose a file."),
        (sent(b""), "The file is empty. Choose the file that holds the figures."),
        (
            {"file": SimpleUploadedFile("a.csv", b"x")},
            "Confirm that the file holds counts only, or leave out what is about a person.",
        ),
    ],
)
def test_the_form_says_what_is_missing_and_keeps_nothing(
    county, analyst_client, fields, sentence
):
    response = analyst_client.post(NEW, fields)

    assert sentence in [
        error for errors in response.context["form"].errors.values() for error in errors
    ]
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_not_taken(county, analyst_client, settings):
    settings.MAX_UPLOAD_BYTES = 10

    response = analyst_client.post(NEW, sent(figures(Preston=3)))

    assert response.context["form"].errors["file"] == [
        "The file is 0 MB, and the most that is taken is 0 MB. Upload it in parts."
    ]
    assert not Upload.objects.exists()


def several(**files):
    uploaded = [
        SimpleUploadedFile(name.replace("_", "."), data) for name, data in files.items()
    ]
    return {"file": uploaded, "counts_only": "on"}


def test_several_files_are_one_upload(county, analyst_client):
    rows = [("burglary", "Pendle", "Q4 2021/22", 7)]
    files = {"preston_csv": figures(Preston=3), "pendle_csv": csv_bytes(*rows)}

    response = analyst_client.post(NEW, several(**files), follow=True)

    upload = Upload.objects.get()
    assert upload.filename == "2 files, preston.csv and others.zip"
    assert upload.figures_read == 2
    assert response.context["page"].changes.counts["new"] == 2
    back = analyst_client.get(address("upload_file", upload))
    with zipfile.ZipFile(io.BytesIO(b"".join(back))) as archive:
        assert archive.read("preston.csv") == files["preston_csv"]


def test_what_no_figure_comes_from_is_told(county, analyst_client):
    files = {
        "preston_csv": figures(Preston=3),
        "names_csv": b"shop,colour\nbaker,red\n",
    }

    response = analyst_client.post(NEW, several(**files), follow=True)

    (note,) = [
        each for each in response.context["page"].notes if each.rule == "other-file"
    ]
    assert (note.sheet, note.wrong) == (
        "names.csv",
        "Kept with the file, not read as figures.",
    )


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"a_csv": b"a", "book_xlsx": b"b"},
            "Only .csv files can be uploaded together. Upload book.xlsx by itself.",
        ),
        ({"a_csv": b"a", "b_csv": b""}, "The file is empty."),
    ],
)
def test_files_that_cannot_be_uploaded_together(
    county, analyst_client, files, sentence
):
    response = analyst_client.post(NEW, several(**files))

    assert sentence in " ".join(response.context["form"].errors["file"])
    assert not Upload.objects.exists()


def test_two_files_of_one_name_are_not_taken_together(county, analyst_client):
    twice = [SimpleUploadedFile("a.csv", figures(Preston=n)) for n in (1, 2)]

    response = analyst_client.post(NEW, {"file": twice, "counts_only": "on"})

    assert "Two of the files are called a.csv." in response.text
    assert not Upload.objects.exists()


def test_published_figures_ask_for_a_reason_on_the_page(
    county, analyst, analyst_client
):
    commit_upload(receive(figures(Preston=3), "a.csv", by=analyst), by=analyst)
    PublishedQuarter.objects.create(
        period=Period.objects.get(kind="quarter", start="2022-01-01"), event_number=1
    )
    upload = receive(figures(Preston=5), "b.csv", by=analyst)

    response = analyst_client.post(address("upload_commit", upload), {"seen": 1})

    form = response.context["form"]
    assert form.fields["reason"].label == "Why do published figures change?"
    assert form.errors["reason"] == ["Say why."]
    assert Current.objects.get().observation.value == 3


def test_whoever_is_second_sees_what_changed_meanwhile(
    waiting, user_with, analyst_client
):
    other = user_with(Role.ANALYST)
    commit_upload(receive(figures(Preston=9), "theirs.csv", by=other), by=other)

    response = analyst_client.post(
        address("upload_commit", waiting), {"seen": 0}, follow=True
    )

    assert f"{other} saved theirs.csv at" in response.text
    assert Current.objects.get().observation.value == 9
    changes = response.context["page"].changes
    analyst_client.post(address("upload_commit", waiting), {"seen": changes.event})
    assert Current.objects.get().observation.value == 3


def test_the_same_file_again_says_that_nothing_changes(
    waiting, analyst, analyst_client
):
    commit_upload(waiting, by=analyst)

    response = analyst_client.post(NEW, sent(figures(Preston=3)), follow=True)

    assert "Nothing in this file would change anything." in response.text
    assert "Save these figures" not in response.text


def test_the_file_comes_back_as_it_came_and_that_is_recorded(waiting, analyst_client):
    response = analyst_client.get(address("upload_file", waiting))

    assert b"".join(response.streaming_content) == figures(Preston=3)
    assert response["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert AuditEvent.objects.filter(act=AuditEvent.Act.DOWNLOAD).count() == 1


def test_a_formula_comes_out_of_the_findings_as_text(county, analyst, analyst_client):
    upload = receive(figures(Preston="=cmd|' /C calc'!A0"), "figures.csv", by=analyst)

    rows = rows_of(analyst_client.get(address("upload_findings_csv", upload)))

    assert rows[1][:6] == [
        "Error",
        "",
        "D2",
        "1",
        "'=cmd|' /C calc'!A0",
        "The cell holds a formula without its result.",
    ]


def test_changes_come_as_csv(county, analyst, analyst_client):
    commit_upload(receive(figures(Preston=200), "a.csv", by=analyst), by=analyst)
    upload = receive(figures(Preston=150, Pendle=1), "b.csv", by=analyst)

    rows = rows_of(analyst_client.get(address("upload_changes_csv", upload)))

    assert rows[1:] == [
        ["new", "Burglary", "Pendle", "Q4 2021/22", "", "1", "", "", "no"],
        [
            *("changed", "Burglary", "Preston", "Q4 2021/22", "200", "150"),
            *("-50", "-25.0", "no"),
        ],
    ]


def test_the_blank_workbook_is_chosen_by_quarter(county, analyst_client):
    page = analyst_client.get("/performance/uploads/template/")
    form = page.context["form"]
    assert form["first"].value() == form["last"].value() == "2021-22-q4"
    assert form.fields["first"].choices[0] == (
        "2021-22-q4",
        "Q4 2021/22, January to March 2022",
    )

    response = analyst_client.get("/performance/uploads/template/?first=2021-22-q4")

    assert (
        response["Content-Disposition"]
        == 'attachment; filename="figures-2021-22-q4.xlsx"'
    )
    assert b"".join(response.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("quarter", ["2021-22-q5", "2021-23-q1", "x", ""])
def test_a_quarter_that_does_not_exist_has_no_workbook(county, analyst_client, quarter):
    response = analyst_client.get(f"/performance/uploads/template/?first={quarter}")

    assert response.context["form"].errors["first"]


def test_a_provider_is_given_only_their_own_indicators(county, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER, partner=county.police))

    response = client.get("/performance/uploads/template/")

    assert [each.title for each in response.context["indicators"]] == ["Burglary"]


GET_PAGES = ["upload", "upload_withdraw", "upload_file", "upload_findings_csv"]


@pytest.mark.parametrize("role", [role for role in Role if role not in UPLOADERS])
def test_others_are_kept_out_of_every_page(waiting, user_with, signed_in, role):
    client = signed_in(user_with(role))

    for name in ("upload_list", "upload_new", "upload_template"):
        assert client.get(reverse(f"performance:{name}")).status_code == 403
    for name in [*GET_PAGES, "upload_changes_csv"]:
        assert client.get(address(name, waiting)).status_code == 403
    for name in ("upload_commit", "upload_withdraw", "upload_reinstate"):
        answer = client.post(address(name, waiting), {"seen": 0, "reason": "Mine"})
        assert answer.status_code == 403
    assert client.post(NEW, sent(figures(Preston=1))).status_code == 403
    assert Upload.objects.count() == 1
    assert not Event.objects.exists()


def test_the_public_is_asked_to_sign_in(waiting, client):
    for name in [*GET_PAGES, "upload_changes_csv"]:
        assert client.get(address(name, waiting))["Location"].startswith(
            "/accounts/login/"
        )


def test_another_partners_provider_finds_nothing(waiting, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER))

    for name in [*GET_PAGES, "upload_changes_csv"]:
        assert client.get(address(name, waiting)).status_code == 404
    for name in ("upload_commit", "upload_withdraw", "upload_reinstate"):
        answer = client.post(address(name, waiting), {"seen": 0, "reason": "Mine"})
        assert answer.status_code == 404
    assert not Event.objects.exists()
    assert list(client.get("/performance/uploads/").context["table"].data) == []


def test_a_provider_sees_and_saves_their_own(county, user_with, signed_in):
    provider = user_with(Role.DATA_PROVIDER, partner=county.police)
    upload = receive(figures(Preston=3), "figures.csv", by=provider)
    client = signed_in(provider)

    assert client.get(address("upload", upload)).status_code == 200
    client.post(address("upload_commit", upload), {"seen": 0})

    assert Event.objects.get().by == provider


@pytest.mark.parametrize("name", ["upload_commit", "upload_reinstate"])
def test_what_changes_figures_is_never_a_get(waiting, analyst_client, name):
    assert analyst_client.get(address(name, waiting)).status_code == 405


def test_reading_an_upload_writes_nothing(waiting, analyst_client):
    before = Upload.objects.values().get(), AuditEvent.objects.count()

    analyst_client.get(address("upload", waiting))
    analyst_client.get(address("upload_withdraw", waiting))
    analyst_client.get(address("upload_changes_csv", waiting))

    assert (Upload.objects.values().get(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_uploads(
    county, analyst, analyst_client, count, django_assert_num_queries
):
    uploads = [
        receive(
            csv_bytes(("burglary", "Preston", "Q4 2021/22", n)), "a.csv", by=analyst
        )
        for n in range(count)
    ]

    with django_assert_num_queries(5):  # session, user, roles, count, uploads
        response = analyst_client.get("/performance/uploads/")

    assert {row.record for row in response.context["table"].rows} == set(uploads)


def test_the_list_says_which_uploads_need_mending(county, analyst, analyst_client):
    receive(figures(Rosendale=3), "figures.csv", by=analyst)

    assert "Needs mending" in analyst_client.get("/performance/uploads/").text


def test_an_empty_list_says_what_to_do(county, analyst_client):
    response = analyst_client.get("/performance/uploads/")

    assert "Nothing has been uploaded yet." in response.text


@pytest.mark.parametrize("areas", [("Preston",), ("Preston", "Pendle", "Rossendale")])
def test_an_upload_costs_the_same_however_many_figures(
    county, analyst, analyst_client, areas, django_assert_num_queries
):
    upload = receive(figures(**dict.fromkeys(areas, 5)), "figures.csv", by=analyst)

    with django_assert_num_queries(25):
        response = analyst_client.get(address("upload", upload))

    assert len(response.context["page"].changes.new) == len(areas)


def queued_for(user):
    return set(Upload.objects.visible_to(user).values_list("filename", flat=True))


def test_a_provider_sees_what_their_partners_providers_uploaded(
    county, user_with, analyst
):
    """Seen by the partner that is provided for, not by the one somebody works at."""
    police, other = county.police, PartnerFactory()
    provider = user_with(Role.DATA_PROVIDER, partner=police)
    uploaders = {
        "mine": provider,
        "colleague": user_with(Role.DATA_PROVIDER, partner=police),
        "elsewhere": user_with(Role.DATA_PROVIDER, partner=other),
        "police-analyst": user_with(Role.ANALYST),
        "both": user_with(Role.DATA_PROVIDER, partner=police),
        "two-partners": user_with(Role.DATA_PROVIDER, partner=police),
        "police-lead": user_with(Role.PARTNER_LEAD, partner=police),
        "command-line": None,
    }
    RoleAssignmentFactory(user=uploaders["both"], role=Role.ANALYST)
    RoleAssignmentFactory(
        user=uploaders["two-partners"], role=Role.DATA_PROVIDER, partner=other
    )
    User.objects.filter(
        pk__in=[uploaders["elsewhere"].pk, uploaders["police-analyst"].pk]
    ).update(partner=police)
    for name, user in uploaders.items():
        UploadFactory(filename=name, by=user)

    assert queued_for(provider) == {"mine", "colleague"}
    assert queued_for(uploaders["police-lead"]) == set()
    assert queued_for(analyst) == set(uploaders)


def test_a_colleague_analysts_file_cannot_be_reached(county, user_with, signed_in):
    analyst = user_with(Role.ANALYST)
    provider = user_with(Role.DATA_PROVIDER, partner=county.police)
    User.objects.filter(pk=analyst.pk).update(partner=county.police)
    upload = receive(figures(Preston=3, Pendle="-7"), "secret.csv", by=analyst)
    fit = receive(figures(Preston=5), "secret-too.csv", by=analyst)
    client = signed_in(provider)

    for name in GET_PAGES:
        assert client.get(address(name, upload)).status_code == 404
    assert client.get(address("upload_changes_csv", fit)).status_code == 404
    assert "secret" not in client.get("/performance/uploads/").text
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.DOWNLOAD).exists()


class Page(HTMLParser):
    """The title, the ids and the links of the error summary."""

    def __init__(self, text):
        super().__init__()
        self.title, self.ids, self.links, self.fields = "", [], [], {}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = tag
        if "id" in attributes:
            self.ids.append(attributes["id"])
            self.fields[attributes["id"]] = attributes.get("name")
        if tag == "a" and attributes.get("href", "").startswith("#id_"):
            self.links.append(attributes["href"].removeprefix("#"))

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data

    def handle_endtag(self, tag):
        self.inside = ""


def faulty_pages(client, analyst):
    """Each page with a form that was filled in wrongly, and its fields at fault."""
    commit_upload(receive(figures(Preston=3), "a.csv", by=analyst), by=analyst)
    PublishedQuarter.objects.create(
        period=Period.objects.get(kind="quarter", start="2022-01-01"), event_number=1
    )
    saved = Upload.objects.get()
    revised = receive(figures(Preston=5), "b.csv", by=analyst)
    return [
        (client.post(NEW, {}), ["file", "counts_only"]),
        (client.get("/performance/uploads/template/?last=2021-22-q9"), ["last"]),
        (client.post(address("upload_withdraw", saved), {}), ["reason"]),
        (client.post(address("upload_commit", revised), {"seen": 1}), ["reason"]),
    ]


def test_the_error_summary_is_there_once_and_its_links_land_on_their_fields(
    county, analyst, analyst_client
):
    for response, fields in faulty_pages(analyst_client, analyst):
        page = Page(response.text)

        assert page.title.startswith("Error: ")
        assert page.title.count("Error:") == 1
        assert response.text.count("There is a problem") == 1
        assert len(page.ids) == len(set(page.ids))
        assert [page.fields[link] for link in page.links] == fields


@pytest.fixture
def queried(county, analyst):
    rows = [
        ("burglary", "Preston", "Q1 2022/23", 3),
        ("disorder", "Preston", "June 2022", 4),
    ]
    return receive(csv_bytes(*rows), "early.csv", by=analyst)


def test_the_page_asks_for_a_reason_for_each_query(queried, analyst_client):
    first, second = queried.findings.queries()

    response = analyst_client.post(address("upload_commit", queried), {"seen": 0})

    assert "Say why this is right" in response.text
    assert not Event.objects.exists()

    analyst_client.post(
        address("upload_commit", queried),
        {"seen": 0, f"reason_{first.pk}": "To May.", f"reason_{second.pk}": ""},
    )

    assert Event.objects.count() == 1
    reasons = queried.findings.queries().values_list("reason", flat=True)
    assert list(reasons) == ["To May.", "To May."]  # as the one above it


def test_reasons_can_be_kept_before_anything_is_saved(queried, analyst_client, analyst):
    first, second = queried.findings.queries()

    response = analyst_client.post(
        address("upload_commit", queried),
        {"seen": 0, f"reason_{second.pk}": "Until the 10th.", "keep": "1"},
        follow=True,
    )

    assert "1 reason kept." in response.text
    assert "Until the 10th." in response.text
    assert not Event.objects.exists()
    assert queried.findings.unanswered().get() == first
