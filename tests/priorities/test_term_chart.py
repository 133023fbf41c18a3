"""The chart's numbers: years 2021 to 2026 in 1100 - 390 = 710 units, so 118.33 a year."""

import pytest

from priorities import framework, term_chart
from priorities.models import FrameworkEntry
from tests.factories import AgreementFactory, StrategyFactory, VersionKeyIssueFactory


@pytest.fixture
def issue(db):
    agreement = AgreementFactory(starts_year=2022, ends_year=2025)
    return VersionKeyIssueFactory(version__agreement=agreement)


def chart_of(issue, **fields):
    """The chart of a framework with one strategy."""
    agreement, strategy = issue.version.agreement, StrategyFactory.build(pk=1, **fields)
    entry = FrameworkEntry(
        key_issue=issue.key_issue, column="strategy", strategy=strategy
    )
    return term_chart.draw(framework.build(agreement, [issue], [entry], []))


def test_chart_stripes_the_year_of_an_end_without_a_month(issue):
    chart = chart_of(issue, title="Plan 2022-23", starts="2022", ends="2023")

    (bar,) = chart.bars
    year = 710 / 6
    assert (bar.x, bar.width) == pytest.approx((390 + year, year))
    assert (bar.stripe_x, bar.stripe_width) == pytest.approx((390 + 2 * year, year))
    assert bar.words == "Ends in 2023"
    assert bar.inside == ""
    assert [label for label, _ in chart.years] == [2021, 2022, 2023, 2024, 2025, 2026]
    assert chart.term_width == pytest.approx(4 * year)


def test_chart_draws_a_known_month_without_stripes(issue):
    chart = chart_of(issue, starts="2022-07", ends="2024-06")

    (bar,) = chart.bars
    assert bar.stripe_width == 0
    assert bar.width == pytest.approx(2 * 710 / 6)  # July 2022 to June 2024


def test_chart_says_what_began_before_its_first_year(issue):
    chart = chart_of(issue, starts="2016", ends="2026")

    (bar,) = chart.bars
    assert bar.inside == "since 2016"
    assert bar.x == 390
    assert bar.words == ""  # it outlasts the agreement
    assert bar.stripe_width == pytest.approx(710 / 6)


def test_chart_leaves_out_what_has_no_dates(issue):
    assert chart_of(issue, starts="2022") is None


def test_chart_reads_as_a_sentence(issue):
    chart = chart_of(issue, title="Plan", starts="2022", ends="2023")

    assert chart.reading == (
        "One plan runs out before the agreement does. It serves one key issue."
    )
    assert chart.table["rows"] == [("Plan", ["2022", "2023"])]


def test_long_titles_take_two_lines():
    lines = term_chart.title_lines("word " * 30, 100, narrow=True)

    assert len(lines) == 2
    assert lines[1][0].endswith("…")
    assert [y for _, y in lines] == [74, 92]
