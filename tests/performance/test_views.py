import csv
import io

import pytest

from performance.models import Indicator, IndicatorKeyIssue
from performance.periods import Quarter
from tests.factories import (
    KeyIssueFactory,
    PriorityFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)
from tests.performance.made_figures import (
    LAST_Q4,
    Q4,
    load,
    make_indicator,
    make_place,
    publish,
    quarters_to,
    steady,
)

pytestmark = pytest.mark.django_db

NINE = quarters_to(Q4, 9)
PAGE = "/performance/2021-22-q4/"
SECRET = "7654321"  # a count that the public must not meet
SECRET_IN_WORDS = "7,654,321"

ILLUSTRATIVE = {
    "illustrative": True,
    "status_label": Indicator.StatusLabel.ILLUSTRATIVE,
}


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def burglary(place):
    return make_indicator(place, title="Burglary", slug="burglary")


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# Addresses


def test_performance_is_the_latest_quarter_this_reader_may_see(
    client, place, burglary, signed_in, board_member
):
    load(burglary, steady(place, NINE))
    publish(LAST_Q4)

    public = client.get("/performance/")
    board = signed_in(board_member).get("/performance/")

    assert public.context["page"].quarter == LAST_Q4
    assert board.context["page"].quarter == Q4
    assert public.context["section"] == "performance"


def test_performance_without_figures_says_so(client):
    response = client.get("/performance/")

    assert "No figures yet" in response.content.decode()


def test_an_unpublished_quarter_is_404_for_the_public_and_marked_for_the_rest(
    client, place, burglary, signed_in, board_member
):
    load(burglary, steady(place, NINE))
    publish(LAST_Q4)

    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}figures.csv").status_code == 404
    page = signed_in(board_member).get(PAGE).content.decode()
    assert "Not yet published" in page
    published = client.get("/performance/2020-21-q4/").content.decode()
    assert "Not yet published" not in published


def test_a_quarter_without_figures_is_404_for_the_public_and_a_plain_page_else(
    client, place, burglary, signed_in, board_member
):
    load(burglary, steady(place, [Q4]))
    publish(Q4)
    empty = "/performance/2030-31-q1/"

    assert client.get(empty).status_code == 404
    response = signed_in(board_member).get(empty)
    assert "April to June 2030: no figures" in response.content.decode()
    assert response.context["latest"] == Q4


@pytest.mark.parametrize(
    "address",
    [
        "/performance/2021-23-q1/",
        "/performance/indicators/none-such/",
        "/performance/indicators/burglary/?quarter=2021-23-q1",
        "/performance/indicators/burglary/?quarter=soon",
        "/performance/indicators/people/",
    ],
)
def test_what_does_not_exist_is_404(analyst_client, place, burglary, address):
    load(burglary, steady(place, [Q4]))

    assert analyst_client.get(address).status_code == 404


# What the public may not see


@pytest.fixture
def with_secrets(place, burglary):
    """A published quarter beside an unpublished one and a private indicator, both with
    a figure found nowhere else."""
    counts = steady(place, NINE)
    counts[place.areas[0], LAST_Q4.months[0]] = int(SECRET)
    load(burglary, counts)
    private = make_indicator(place, title="Zebra crossings", slug="zebra", public=False)
    load(
        private,
        {(area, month): int(SECRET) for area in place.areas for month in Q4.months},
    )
    publish(Q4)


@pytest.mark.parametrize(
    "address",
    [
        "/performance/",
        PAGE,
        f"{PAGE}figures.csv",
        "/performance/indicators/",
        "/performance/indicators/burglary/",
        "/performance/indicators/burglary/figures.csv",
        "/performance/indicators/burglary/chart.svg",
    ],
)
def test_the_public_meets_no_unpublished_figure_and_no_private_indicator(
    client, with_secrets, address
):
    content = client.get(address).content.decode()

    assert "urglary" in content
    for secret in (SECRET, SECRET_IN_WORDS, "Zebra", "zebra"):
        assert secret not in content


def test_those_signed_in_meet_them(signed_in, board_member, with_secrets):
    client = signed_in(board_member)

    months = client.get("/performance/indicators/burglary/figures.csv")

    assert {row["figure"] for row in rows_of(months)} >= {str(int(SECRET) + 63)}
    assert "Zebra" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/performance/indicators/zebra/",
        "/performance/indicators/zebra/figures.csv",
        "/performance/indicators/zebra/chart.svg",
        "/performance/indicators/burglary/?quarter=2020-21-q4",
        "/performance/indicators/burglary/figures.csv?quarter=2020-21-q4",
        "/performance/indicators/burglary/chart.svg?quarter=2020-21-q4",
    ],
)
def test_the_public_reaches_none_of_it_by_its_address(client, with_secrets, address):
    assert client.get(address).status_code == 404


def test_who_loaded_a_file_is_not_for_the_public(
    client, place, burglary, signed_in, board_member
):
    load(burglary, steady(place, [Q4]))
    publish(Q4)
    address = "/performance/indicators/burglary/"

    assert "by the command line" not in client.get(address).content.decode()
    page = signed_in(board_member).get(address).content.decode()
    assert "by the command line" in page


# What is on the pages


def test_the_glance_prints_value_change_areas_and_the_comparisons_made(
    board_client, place, burglary
):
    counts = steady(place, NINE)
    counts |= {(place.areas[0], month): 60 for month in Q4.months}
    load(burglary, counts)

    content = " ".join(board_client.get(PAGE).content.decode().split())

    assert "January to March 2022 at a glance" in content
    assert "All-shire: 4 districts" in content
    assert "119 more (+49%)" in content
    assert "Burglary in Area A" in content
    assert "of 4 comparisons made" in content
    assert "Action: none recorded yet." in content
    assert "1 above, 3 below the line" in content
    assert "No published unit cost" in content


def test_an_illustrative_row_is_striped_tagged_and_without_judgement(
    board_client, place
):
    load(
        make_indicator(place, title="Invented", slug="invented", **ILLUSTRATIVE),
        steady(place, NINE),
    )

    glance = board_client.get(PAGE).content.decode()
    page = board_client.get("/performance/indicators/invented/").content.decode()

    assert '<tr class="illustrative">' in glance
    assert "Illustrative, not real figures" in glance
    for words in ("Not worked out", "Not drawn", "Not judged", "Not compared"):
        assert words in glance
    assert "Illustrative, not real figures" in page
    assert "illustrative, not real figures" in page.split("<svg")[2]  # in the drawing
    assert "No usual range is worked out" in page


def test_the_chart_is_an_svg_with_a_figure_that_replaces_it(
    board_client, place, burglary
):
    load(burglary, steady(place, NINE))

    content = board_client.get("/performance/indicators/burglary/").content.decode()

    assert 'data-chart="process-chart"' in content
    assert '<script id="process-chart" type="application/json">' in content
    assert "chart__drawing--narrow" in content
    assert "style=" not in content


def test_no_page_has_inline_style_or_script(board_client, place, burglary):
    load(burglary, steady(place, NINE))

    for address in ("/performance/", "/performance/indicators/"):
        content = board_client.get(address).content.decode()
        assert "style=" not in content
        assert "<script>" not in content


# The list of indicators


def test_indicators_can_be_chosen_by_key_issue_and_kind(board_client, place, burglary):
    invented = make_indicator(place, title="Invented", **ILLUSTRATIVE)
    issue = KeyIssueFactory(name="Theft")
    IndicatorKeyIssue.objects.create(
        indicator=burglary, key_issue=issue, source="alignment"
    )

    def chosen(query):
        table = board_client.get(f"/performance/indicators/?{query}").context["table"]
        return [row.record for row in table.rows]

    assert chosen("") == [burglary, invented]
    assert chosen(f"key_issue={issue.pk}") == [burglary]
    assert chosen("illustrative=yes") == [invented]
    assert chosen("illustrative=no") == [burglary]
    assert chosen("illustrative=maybe") == [burglary, invented]
    assert chosen("status_label=official") == [burglary]
    assert chosen("sort=-title") == [invented, burglary]


# Downloads


def test_the_csv_holds_what_is_on_the_page_with_its_source(
    board_client, place, burglary
):
    Indicator.objects.filter(pk=burglary.pk).update(licence="OGL v3.0")
    load(burglary, steady(place, NINE))

    response = board_client.get(f"{PAGE}figures.csv")
    whole, *areas = rows_of(response)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "figures-2021-22-q4.csv" in response["Content-Disposition"]
    assert whole["area"] == "All-shire"
    assert [row["area"] for row in areas] == ["Area A", "Area B", "Area C", "Area D"]
    assert (whole["figure"], whole["rate"], whole["period"]) == (
        "244",
        "6.100000",
        "Q4 2021/22",
    )
    assert {row["source"] for row in areas} == {"A source"}
    assert {row["licence"] for row in areas} == {"OGL v3.0"}
    assert {row["statistics"] for row in areas} == {
        "Official statistics, not accredited"
    }
    assert {row["illustrative"] for row in areas} == {"no"}


def test_the_csv_says_what_is_illustrative_and_compares_nothing(board_client, place):
    load(make_indicator(place, **ILLUSTRATIVE), steady(place, NINE))

    rows = rows_of(board_client.get(f"{PAGE}figures.csv"))

    assert {row["illustrative"] for row in rows} == {"illustrative, not real figures"}
    assert {row["same quarter last year"] for row in rows} == {""}


def test_the_csv_of_an_indicator_says_why_a_month_has_no_figure(
    board_client, place, burglary
):
    counts = steady(place, NINE)
    for area in [*place.areas, place.unplaced]:
        del counts[area, Quarter(2020, 1).months[2]]
    load(burglary, counts)

    rows = rows_of(board_client.get("/performance/indicators/burglary/figures.csv"))
    june = next(row for row in rows if row["period"] == "June 2020")

    assert (june["figure"], june["no figure because"]) == ("", "no figure")
    assert len(rows) == 27 + 1 + 4  # months, the whole's quarter, its areas


def test_a_title_that_is_a_formula_is_safe_in_the_file(board_client, place):
    load(make_indicator(place, title="=cmd()"), steady(place, [Q4]))

    rows = rows_of(board_client.get(f"{PAGE}figures.csv"))

    assert {row["indicator"] for row in rows} == {"'=cmd()"}


def test_the_picture_is_the_chart_on_the_page(board_client, place, burglary):
    load(burglary, steady(place, NINE))

    response = board_client.get("/performance/indicators/burglary/chart.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert (
        response.content.decode()
        == board_client.get("/performance/indicators/burglary/").context["page"].wide
    )


def test_an_indicator_without_a_figure_has_no_picture(board_client, burglary):
    address = "/performance/indicators/burglary/"

    assert board_client.get(f"{address}chart.svg").status_code == 404
    assert "No figures for" in board_client.get(address).content.decode()


# What pages cost

COUNTS = [(1, 2), (3, 2), (1, 8), (3, 8)]


def county_of(indicators, quarters):
    """Indicators under a key issue, with a change to list in the last quarter."""
    version = VersionFactory(agreement__starts_year=2022)
    priority = PriorityFactory(agreement=version.agreement)
    issue = VersionKeyIssueFactory(version=version, priority=priority).key_issue
    place = make_place()
    held = [LAST_Q4, Q4] if quarters == 2 else quarters_to(Q4, quarters)
    for number in range(indicators):
        indicator = make_indicator(place, slug=f"indicator-of-{number}")
        IndicatorKeyIssue.objects.create(
            indicator=indicator, key_issue=issue, source="officer"
        )
        counts = steady(place, held)
        counts |= {(place.areas[0], month): 60 for month in Q4.months}
        load(indicator, counts)
    publish(*held)


@pytest.mark.parametrize(("indicators", "quarters"), COUNTS)
def test_the_glance_costs_the_same_whatever_the_history(
    board_client, indicators, quarters, django_assert_num_queries
):
    county_of(indicators, quarters)

    # session, user, roles; quarters; key issues, their groups, priorities; indicators,
    # their key issues; the wholes' months, the quarter's summaries, the months of the
    # areas listed
    with django_assert_num_queries(12):
        response = board_client.get(PAGE)

    page = response.context["page"]
    assert len(page.rows) == indicators
    assert len(page.changed.lists[0].shown) == indicators


@pytest.mark.parametrize(("indicators", "quarters"), COUNTS)
def test_the_glance_costs_the_public_no_more(
    client, indicators, quarters, django_assert_num_queries
):
    county_of(indicators, quarters)

    with django_assert_num_queries(9):  # as above, without session, user, roles
        response = client.get(PAGE)

    assert len(response.context["page"].changed.lists[0].shown) == indicators


@pytest.mark.parametrize(("indicators", "quarters"), COUNTS)
def test_an_indicators_page_costs_the_same_whatever_the_history(
    board_client, indicators, quarters, django_assert_num_queries
):
    county_of(indicators, quarters)

    # session, user, roles; indicators, their key issues; quarters; the wholes' months,
    # the quarter's summaries; key issues, their groups, priorities; history
    with django_assert_num_queries(12):
        response = board_client.get("/performance/indicators/indicator-of-0/")

    assert len(response.context["page"].row.areas.rows) == 4


@pytest.mark.parametrize("indicators", [1, 3])
def test_the_list_costs_the_same_however_many_indicators(
    board_client, indicators, django_assert_num_queries
):
    county_of(indicators, 2)

    # session, user, roles; key issues to choose from; indicators, their key issues
    with django_assert_num_queries(6):
        response = board_client.get("/performance/indicators/")

    assert len(response.context["table"].rows) == indicators
