import pytest

from performance.models import IndicatorKeyIssue
from tests.factories import VersionKeyIssueFactory
from tests.performance.made_figures import Q4, load, make_indicator, make_place, steady

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def issue():
    return VersionKeyIssueFactory(title="Burglary", key_issue__slug="burglary")


def measured(issue, place, **fields):
    """An indicator under the issue, with figures for one quarter."""
    indicator = make_indicator(place, **fields)
    IndicatorKeyIssue.objects.create(
        indicator=indicator, key_issue=issue.key_issue, source="officer"
    )
    load(indicator, steady(place, [Q4]))
    return indicator


def test_a_key_issue_shows_its_own_figures_and_no_others(board_client, issue, place):
    measured(issue, place, title="Homes broken into")
    load(make_indicator(place, title="Something else"), steady(place, [Q4]))

    page = board_client.get("/key-issues/burglary/").text

    assert "Homes broken into" in page
    assert "Something else" not in page


def test_the_public_sees_no_figure_of_an_unpublished_quarter(client, issue, place):
    measured(issue, place, title="Homes broken into")

    page = client.get("/key-issues/burglary/").text

    assert "Homes broken into" not in page
    assert "No figures that you may see are held for this key issue." in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_key_issue_costs_the_same_however_many_indicators(
    board_client, issue, place, count, django_assert_num_queries
):
    for number in range(count):
        measured(issue, place, title=f"Indicator {number}")

    # session, user, roles; the issue with its limbs, framework, gaps, sub-priorities,
    # facts, links, alignment, themes; quarters, indicators, their issues, summaries,
    # months
    with django_assert_num_queries(16):
        response = board_client.get("/key-issues/burglary/")

    assert len(response.context["rows"]) == count


def test_a_key_issue_that_is_not_there_is_a_404(client):
    assert client.get("/key-issues/nonsense/").status_code == 404
