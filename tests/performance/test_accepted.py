"""What a file may say, and the links that lead there from what was found."""

import re

import pytest

from partnerships.models import RoleAssignment
from performance.ingest.checking import receive
from tests.factories import IndicatorFactory, PartnerFactory
from tests.performance.ingest.small_county import csv_bytes, make_county

Role = RoleAssignment.Role
PAGE = "/performance/uploads/accepted/"


@pytest.fixture
def county(db):
    return make_county()


def test_the_page_names_areas_and_indicators_as_they_are_read(county, analyst_client):
    preston = PartnerFactory(name="Preston City Council", area=county.preston)
    preston.aliases.create(name="City of Preston")

    page = analyst_client.get(PAGE)

    assert dict(page.context["areas"])[county.preston] == [
        county.preston.code,
        "Preston City Council",
        "City of Preston",
    ]
    assert county.whole in dict(page.context["areas"])
    # those of street-level files are not filled in by hand
    assert {each.slug for each in page.context["indicators"]} == {
        "burglary",
        "robbery",
        "repeat-victims",
    }
    assert "a quarter, as Q4 2021/22" in page.text


def test_a_provider_is_told_of_own_indicators_only(county, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER, partner=county.police))

    page = client.get(PAGE)

    assert page.context["indicators"] == [county.burglary]
    assert "Robbery" not in page.text


def test_others_have_no_use_for_it(county, board_client):
    assert board_client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("row", "link"),
    [
        (("burglary", "Prestown", "Q4 2021/22", "3"), f"{PAGE}#areas"),
        (("burglery", "Preston", "Q4 2021/22", "3"), f"{PAGE}#indicators"),
        (("burglary", "Preston", "Q5 2021/22", "3"), f"{PAGE}#periods"),
        (("burglary", "Preston", "Q4 2021/22", "many"), f"{PAGE}#figures"),
        *(
            (row, "/performance/indicators/burglary/")
            for row in (
                ("burglary", "Preston", "January 2022", "3"),
                ("burglary", "Preston", "Q1 2031/32", "3"),
                ("burglary", "All Shire", "Q4 2021/22", "3"),
                ("burglary", "Preston", "Q4 2021/22", "-3"),
                ("burglary", "Preston", "Q4 2021/22", "1.5"),
                ("burglary", "Preston", "Q4 2021/22", "#REF!"),
                ("burglary", "Preston", "Q4 2021/22", "=A1"),
            )
        ),
    ],
)
def test_a_finding_leads_to_what_is_accepted(
    county, analyst, analyst_client, row, link
):
    upload = receive(csv_bytes(row), "a.csv", by=analyst)

    page = analyst_client.get(upload.get_absolute_url())

    found = re.search(r'<section id="errors">(.*?)</section>', page.text, re.DOTALL)
    assert f'href="{link}"' in found[1]
    target, _, anchor = link.partition("#")
    answer = analyst_client.get(target)
    assert answer.status_code == 200
    assert not anchor or f'id="{anchor}"' in answer.text


def test_cells_of_several_indicators_lead_to_none_of_them(county, analyst):
    rows = [(name, "Preston", "Q4 2021/22", "lots") for name in ("burglary", "robbery")]

    upload = receive(csv_bytes(*rows), "a.csv", by=analyst)

    finding = upload.findings.errors().get()
    assert (finding.cells, finding.about) == (2, "")


def test_what_is_there_twice_leads_to_its_indicator(county, analyst):
    rows = [("burglary", "Preston", "Q4 2021/22", value) for value in (3, 4)]

    upload = receive(csv_bytes(*rows), "a.csv", by=analyst)

    assert upload.findings.errors().get().about == "burglary"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_names(
    county, analyst_client, count, django_assert_num_queries
):
    for n in range(count):
        IndicatorFactory(group=county.group)
        PartnerFactory(area=county.pendle).aliases.create(name=f"Alias {n}")

    # session, user, roles, indicators, areas, partners, their other names
    with django_assert_num_queries(7):
        analyst_client.get(PAGE)
