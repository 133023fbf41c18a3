"""The page that hands out the workbook of figures, and whom it gives which."""

import csv
import io

import pytest
from openpyxl import load_workbook

from partnerships.models import AuditEvent, RoleAssignment
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Indicator
from tests.factories import IndicatorFactory, PartnerFactory
from tests.performance.ingest.small_county import figures, make_county

Role = RoleAssignment.Role
PAGE = "/performance/uploads/template/"


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def held(county, analyst):
    commit_upload(receive(figures(Preston=1863), "a.csv", by=analyst), by=analyst)
    return county


def book_of(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_figures_held_stand_in_it_unless_it_is_asked_to_be_empty(
    held, analyst_client
):
    filled = book_of(analyst_client.get(f"{PAGE}?first=2021-22-q4"))["By quarter"]
    empty = book_of(analyst_client.get(f"{PAGE}?figures=none"))["By quarter"]

    assert (filled["A7"].value, filled["B7"].value) == ("Preston", 1863)
    assert (empty["A7"].value, empty["B7"].value) == ("Preston", None)


def test_a_csv_holds_the_same(held, analyst_client):
    response = analyst_client.get(f"{PAGE}?kind=csv")

    assert "figures-2021-22-q4.csv" in response["Content-Disposition"]
    assert [row for row in rows_of(response) if row["value"]] == [
        {
            "indicator": "burglary",
            "area": "Preston",
            "period": "Q4 2021/22",
            "value": "1863",
            "denominator": "",
            "status": "",
        }
    ]


def test_several_quarters_are_one_file(held, analyst_client):
    response = analyst_client.get(f"{PAGE}?first=2021-22-q2&last=2021-22-q4&kind=csv")

    assert "figures-2021-22-q2-to-2021-22-q4.csv" in response["Content-Disposition"]
    assert {row["period"] for row in rows_of(response)} == {
        "Q2 2021/22",
        "Q3 2021/22",
        "Q4 2021/22",
    }


def test_an_analyst_chooses_a_partner(held, analyst_client):
    page = analyst_client.get(PAGE)
    assert page.context["form"].fields["partner"].choices == [
        ("", "The whole county’s"),
        (held.police.slug, held.police.name),
    ]

    whole = rows_of(analyst_client.get(f"{PAGE}?kind=csv"))
    theirs = rows_of(analyst_client.get(f"{PAGE}?kind=csv&partner={held.police.slug}"))

    assert {row["indicator"] for row in theirs} == {"burglary"}
    assert {row["indicator"] for row in whole} == {
        "burglary",
        "robbery",
        "repeat-victims",
    }


def test_a_provider_is_given_own_figures_whatever_they_ask(
    held, user_with, signed_in, analyst
):
    fire = PartnerFactory(slug="fire")
    IndicatorFactory(
        title="Fires",
        slug="fires",
        provider=fire,
        group=held.group,
        native_period="quarter",
    )
    client = signed_in(user_with(Role.DATA_PROVIDER, partner=fire))

    page = client.get(PAGE)
    rows = rows_of(client.get(f"{PAGE}?kind=csv&partner={held.police.slug}"))

    assert "partner" not in page.context["form"].fields
    assert {row["indicator"] for row in rows} == {"fires"}
    assert "1863" not in str(rows)


def test_who_takes_small_counts_is_recorded(held, analyst, analyst_client):
    analyst_client.get(f"{PAGE}?kind=csv")
    taken = AuditEvent.objects.filter(act=AuditEvent.Act.DOWNLOAD)
    assert not taken.exists()
    Indicator.objects.filter(slug="robbery").update(threshold=5)

    analyst_client.get(f"{PAGE}?kind=csv&figures=none")
    assert not taken.exists()
    analyst_client.get(f"{PAGE}?kind=csv")

    assert [(each.by, each.about) for each in taken] == [
        (analyst, "Workbook with the figures of Q4 2021/22")
    ]


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("first=2021-22-q5", "first", "Choose a quarter of the list."),
        ("first=", "first", "Choose a quarter."),
        ("last=x", "last", "Choose a quarter of the list."),
        (
            "first=2021-22-q4&last=2021-22-q3",
            "last",
            "Q3 2021/22 comes before Q4 2021/22. Choose the same quarter or a later one.",
        ),
        ("partner=nobody", "partner", "Choose a partner of the list."),
        ("kind=pdf", "kind", "Choose a kind of file."),
        ("figures=all", "figures", "Choose what stands in it."),
    ],
)
def test_a_bad_choice_is_answered_with_a_sentence_and_no_file(
    held, analyst_client, query, field, sentence
):
    response = analyst_client.get(f"{PAGE}?{query}")

    assert response["Content-Type"].startswith("text/html")
    assert response.context["form"].errors[field] == [sentence]
    assert sentence in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_and_the_file_cost_the_same_however_many_indicators(
    held, analyst_client, count, django_assert_num_queries
):
    for _ in range(count):
        IndicatorFactory(
            group=held.group, native_period="quarter", provider=PartnerFactory()
        )

    # session, user, roles, partners, indicators, areas
    with django_assert_num_queries(6):
        analyst_client.get(PAGE)
    # and the titles that are there twice, and the figures
    with django_assert_num_queries(8):
        analyst_client.get(f"{PAGE}?kind=csv")
