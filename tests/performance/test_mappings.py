"""Saying what the columns of a table are: the pages, and what is kept."""

import html
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from partnerships.models import RoleAssignment
from performance import mappings
from performance.ingest.checking import receive
from performance.models import ColumnMapping, Current, Upload
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import make_county

Role = RoleAssignment.Role
HEADER = ["District", "Year", "Quarter", "Burglaries", "Notes"]
FILE = (
    b"District,Year,Quarter,Burglaries,Notes\n"
    b"Preston,2021/22,Q4,3,late\n"
    b"Pendle,2021/22,Q4,4,\n"
)
ROLES = ["area", "year", "quarter", "of:burglary", "unread"]
LIST = "/performance/tables/"


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def refused(county, analyst):
    return receive(FILE, "theirs.csv", by=analyst)


@pytest.fixture
def kept(county, analyst):
    return mappings.keep("Theirs", HEADER, ROLES, by=analyst)


def columns_page(upload, query=""):
    return reverse("performance:upload_columns", args=[upload.pk]) + query


def page_of(mapping, act=""):
    return f"{LIST}{mapping.pk}/{act}"


def choices(*roles, name="Theirs", **more):
    return {
        "name": name,
        **{f"column_{at}": role for at, role in enumerate(roles)},
        **more,
    }


def errors(response):
    form = response.context["form"]
    return [error for errors in form.errors.values() for error in errors]


def test_a_table_is_refused_described_once_and_read_from_then_on(
    refused, analyst, analyst_client
):
    page = analyst_client.get(refused.get_absolute_url())
    assert columns_page(refused) in page.text

    asked = analyst_client.get(columns_page(refused))
    assert asked.context["form"].initial == {
        "column_0": "area",
        "column_1": "year",
        "column_2": "quarter",
        "column_3": "",
        "column_4": "",
    }
    answer = analyst_client.post(columns_page(refused), choices(*ROLES), follow=True)

    checked = answer.context["page"].upload
    assert checked.pk != refused.pk
    assert checked.sha256 == refused.sha256
    assert checked.columns_version.name == "Theirs"
    assert answer.context["page"].changes.total == 2
    assert "Read as the table" in answer.text
    refused.refresh_from_db()
    assert refused.state == Upload.State.REFUSED
    assert not Current.objects.exists()
    record = ColumnMapping.history.get()
    assert (record.history_user, record.columns) == (analyst, ROLES)
    # the next one needs nothing
    next_one = receive(FILE.replace(b"3,late", b"7,"), "b.csv", by=analyst)
    assert next_one.columns_version == record


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (choices(*ROLES, name=""), "Give the table a name."),
        (
            choices(*ROLES, name="OTHER"),
            "Another table is called OTHER. Give this one another name.",
        ),
        (choices(*ROLES, name="x" * 101), "Give it a name of at most 100 characters."),
        (
            choices(*ROLES, leave_out="x" * 1001),
            "That is too much: write at most 20 of them.",
        ),
        (
            choices(*ROLES[:4]),
            "Say what column E (“Notes”) is, or that it is not to be read.",
        ),
        (choices(*ROLES[:4], "nonsense"), "Choose one of the list."),
        (choices(*ROLES[:4], "of:gone"), "Choose one of the list."),
        (
            choices(*ROLES[:4], "area"),
            "Column A and column E are both called “Area”. Choose it for one of them.",
        ),
        (
            choices("unread", *ROLES[1:]),
            "No column is the area. Choose it, or, if every row is about one area, choose "
            "that area for the whole table.",
        ),
        (
            choices("area", "unread", "unread", *ROLES[3:]),
            "No column is the period. Choose it, or add a column to the table that says "
            "in each row when the figure was counted, such as Q4 2021/22.",
        ),
        (
            choices(*ROLES[:3], "unread", "unread"),
            "No column has figures. Choose “Value”, or the indicator whose figures a "
            "column holds.",
        ),
        (
            choices(*ROLES[:3], "of:repeat-victims", "unread"),
            "Repeat victims needs what it is out of as well. Choose the column that "
            "holds it.",
        ),
    ],
)
def test_a_bad_choice_is_answered_with_a_sentence_and_keeps_nothing(
    refused, analyst_client, fields, sentence
):
    mappings.keep("Other", ["A", "B", "C"], ["area", "period", "of:burglary"], by=None)

    response = analyst_client.post(columns_page(refused), fields)

    assert errors(response) == [sentence]
    assert html.escape(sentence, quote=False) in response.text
    assert ColumnMapping.objects.count() == 1
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?sheet=0&row=x", "Write the number of the row, such as 4."),
        ("?sheet=0&row=0", "The first row is 1."),
        ("?sheet=0&row=4", "The names must stand in one of the first 3 rows."),
        ("?sheet=0&row=3", "There is nothing under that row."),
        ("?sheet=7&row=1", "Choose a sheet of this file."),
        ("?sheet=²&row=1", "Choose a sheet of this file."),
    ],
)
def test_a_bad_place_of_the_names_is_answered_with_a_sentence(
    refused, analyst_client, query, sentence
):
    response = analyst_client.get(columns_page(refused, query))

    assert sentence in errors(response)


def test_the_names_may_stand_anywhere(county, analyst, analyst_client):
    data = b"Ours, in short\n\nPrinted,today\n" + FILE
    upload = receive(data, "theirs.csv", by=analyst)

    page = analyst_client.get(columns_page(upload))
    assert page.context["table"].number == 4
    page = analyst_client.get(columns_page(upload, "?row=5"))
    assert page.context["table"].header == ["Preston", "2021/22", "Q4", "3", "late"]
    answer = analyst_client.post(
        columns_page(upload, "?sheet=0&row=4"), choices(*ROLES), follow=True
    )

    assert answer.context["page"].changes.total == 2


@pytest.mark.parametrize(
    "data",
    [
        b"indicator,area,period,value\nburglary,Preston,Q4 2021/22,lots\n",
        b"Month,Area,Disorder,Shop theft,Status\nJanuary 2022,Prestown,3,4,\n",
        b"Quarter,Area,Repeat victims,Repeat victims: out of\nQ4 2021/22,Prestown,3,4\n",
    ],
)
def test_the_portals_own_tables_cannot_be_said_to_be_others(
    county, user_with, signed_in, data
):
    provider = user_with(Role.DATA_PROVIDER, partner=county.police)
    upload = receive(data, "a.csv", by=provider)
    client = signed_in(provider)

    assert "This is the portal’s own table" in client.get(columns_page(upload)).text
    client.post(
        columns_page(upload), choices("period", "area", "of:burglary", "unread")
    )

    assert not ColumnMapping.objects.exists()
    assert Upload.objects.count() == 1


def test_what_looks_like_a_workbook_is_read_as_somebody_said(
    county, analyst, analyst_client
):
    data = b"Area,Quarter,Break-ins\nPreston,Q4 2021/22,3\n"
    upload = receive(data, "a.csv", by=analyst)
    assert upload.source_kind == Upload.SourceKind.WORKBOOK
    page = analyst_client.get(upload.get_absolute_url())
    assert columns_page(upload) in page.text

    analyst_client.post(columns_page(upload), choices("area", "period", "of:burglary"))

    again = receive(data, "b.csv", by=analyst)
    assert again.source_kind == Upload.SourceKind.GENERIC
    assert not again.findings.errors().exists()


def test_faulty_cells_are_marked_in_a_table_of_another_kind(
    kept, analyst, analyst_client
):
    upload = receive(FILE.replace(b"Pendle", b"Pendel"), "a.csv", by=analyst)

    response = analyst_client.get(
        reverse("performance:upload_marked", args=[upload.pk])
    )

    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    comments = [
        (cell.value, cell.comment.text)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]
    assert len(comments) == 1
    assert comments[0][0] == "Pendel"
    assert "The nearest name is Pendle." in comments[0][1]


def test_a_table_of_one_area_is_said_to_be_so(county, analyst, analyst_client):
    data = b"When,Break-ins\nQ4 2021/22,3\n"
    upload = receive(data, "a.csv", by=analyst)

    stranger = analyst_client.post(
        columns_page(upload), choices("period", "of:burglary", area="Atlantis")
    )
    assert errors(stranger) == ["Choose an area of the list."]
    answer = analyst_client.post(
        columns_page(upload),
        choices("period", "of:burglary", area="Preston"),
        follow=True,
    )

    assert [each.area for each in answer.context["page"].changes.new] == ["Preston"]
    kept = ColumnMapping.objects.get()
    assert "Every row is about Preston." in analyst_client.get(page_of(kept)).text


def test_an_unreadable_file_has_no_columns_to_say(county, analyst, analyst_client):
    upload = receive(b"%PDF-1.7\n", "a.pdf", by=analyst)

    response = analyst_client.get(columns_page(upload), follow=True)

    assert "This is a PDF, not a workbook or a CSV file." in response.text
    assert "Say what its columns are" not in response.text


def test_a_table_that_is_known_is_read_again_and_not_described_twice(
    refused, kept, analyst_client
):
    page = analyst_client.get(columns_page(refused))
    assert page.context["known"] == kept

    answer = analyst_client.post(columns_page(refused), choices(*ROLES), follow=True)

    assert answer.context["page"].upload.columns_version.id == kept.pk
    assert ColumnMapping.objects.count() == 1


def test_a_provider_describes_tables_of_own_indicators_only(
    county, user_with, signed_in
):
    provider = user_with(Role.DATA_PROVIDER, partner=county.police)
    upload = receive(FILE, "ours.csv", by=provider)
    client = signed_in(provider)

    theirs = client.post(
        columns_page(upload), choices(*ROLES[:3], "of:robbery", "unread")
    )
    assert errors(theirs) == ["Choose one of the list."]
    own = client.post(columns_page(upload), choices(*ROLES), follow=True)

    assert own.context["page"].changes.total == 2
    assert "Robbery" not in theirs.text


def test_a_provider_does_not_reach_the_columns_of_others_files(
    refused, user_with, signed_in
):
    client = signed_in(user_with(Role.DATA_PROVIDER))

    assert client.get(columns_page(refused)).status_code == 404
    assert client.post(columns_page(refused), choices(*ROLES)).status_code == 404
    assert not ColumnMapping.objects.exists()


def test_a_change_asks_for_a_reason_and_leaves_what_was_read(
    kept, analyst, analyst_client
):
    upload = receive(FILE, "a.csv", by=analyst)
    change = page_of(kept, "change/")
    other = [*ROLES[:3], "of:robbery", "unread"]

    assert errors(analyst_client.post(change, choices(*other))) == [
        "Say why this is changed."
    ]
    assert errors(analyst_client.post(change, choices(*other, reason="x" * 101))) == [
        "Say it in at most 100 characters."
    ]
    kept.refresh_from_db()
    assert kept.columns == ROLES
    response = analyst_client.post(
        change, choices(*other, reason="They count robbery."), follow=True
    )

    assert [
        (state.number, state.record.history_change_reason, state.columns[3])
        for state in response.context["states"]
    ] == [
        (2, "They count robbery.", ("D", "Burglaries", "Robbery")),
        (1, None, ("D", "Burglaries", "Burglary")),
    ]
    assert list(response.context["uploads"]) == [upload]
    upload.refresh_from_db()
    assert upload.columns_version.columns == ROLES


def test_a_removed_table_is_still_told_of(kept, analyst, analyst_client):
    upload = receive(FILE, "a.csv", by=analyst)
    remove = page_of(kept, "remove/")

    assert errors(analyst_client.post(remove)) == ["Say why it is removed."]
    assert ColumnMapping.objects.exists()
    analyst_client.post(remove, {"reason": "No longer sent."})

    assert not ColumnMapping.objects.exists()
    assert receive(FILE, "b.csv", by=analyst).state == Upload.State.REFUSED
    page = analyst_client.get(page_of(kept))
    assert "“No longer sent.”" in page.text
    assert list(page.context["uploads"]) == [upload]
    assert "Read as the table" in analyst_client.get(upload.get_absolute_url()).text
    assert analyst_client.get(page_of(kept, "change/")).status_code == 404
    assert analyst_client.get(f"{LIST}999/").status_code == 404


def test_only_analysts_change_and_remove(kept, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER))

    assert client.get(page_of(kept)).status_code == 200
    assert "Remove this table" not in client.get(page_of(kept)).text
    for act in ("change/", "remove/"):
        response = client.post(page_of(kept, act), choices(*ROLES, reason="Mine."))
        assert response.status_code == 403
    kept.refresh_from_db()
    assert kept.history.count() == 1


def test_others_do_not_read_the_tables(kept, board_client, client):
    assert board_client.get(LIST).status_code == 403
    assert board_client.get(page_of(kept)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_tables(
    county, analyst_client, count, django_assert_num_queries
):
    made = [
        mappings.keep(
            f"Table {n}",
            [f"A{n}", "B", "C"],
            ["area", "period", "of:burglary"],
            by=None,
        )
        for n in range(count)
    ]

    with django_assert_num_queries(4):  # session, user, roles, tables
        response = analyst_client.get(LIST)

    assert [row.record for row in response.context["table"].rows] == made


@pytest.mark.parametrize("count", [1, 3])
def test_a_table_costs_the_same_however_many_versions_and_files(
    kept, analyst, analyst_client, count, django_assert_num_queries
):
    for n in range(count):
        mappings.change(
            kept, name="Theirs", columns=ROLES, leave_out="", by=analyst, reason=f"{n}"
        )
        receive(FILE, f"{n}.csv", by=analyst)

    # session, user, roles, versions, titles, uploads
    with django_assert_num_queries(6):
        response = analyst_client.get(page_of(kept))

    assert len(response.context["states"]) == count + 1
    assert len(response.context["uploads"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_columns_costs_the_same_however_many_indicators(
    refused, analyst_client, count, django_assert_num_queries
):
    IndicatorFactory.create_batch(count)
    analyst_client.get(columns_page(refused))

    # session, user, roles, upload, seal, names, table, indicators, areas, nine of what is
    # known
    with django_assert_num_queries(18):
        analyst_client.get(columns_page(refused))


def test_the_list_names_its_use(kept, analyst, analyst_client):
    receive(FILE, "a.csv", by=analyst)

    row = analyst_client.get(LIST).context["table"].rows[0]

    assert row.record.uploads_read == 1
    assert row.record.changed_by == analyst.username
