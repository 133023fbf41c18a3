import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from performance import dashboard
from performance.models import Indicator, IndicatorKeyIssue, Summary
from performance.periods import Quarter
from performance.sentences import Status
from performance.statistics.position import Place as Standing
from priorities.models import FrameworkEntry
from tests.factories import (
    BoardFactory,
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

ANYONE = AnonymousUser()
NINE = quarters_to(Q4, 9)  # January to March 2020 first


@pytest.fixture
def place():
    return make_place()


def text(phrases):
    return "".join(phrase.text for phrase in phrases)


def glance(user, quarter=Q4):
    return dashboard.glance(dashboard.reader_for(user), quarter)


def with_last_quarter(place, **areas):
    """Nine steady quarters, the months of the last one replaced: area_a=[60, 60, 60]."""
    counts = steady(place, NINE)
    for name, months in areas.items():
        area = place.areas["abcd".index(name.removeprefix("area_"))]
        counts |= {(area, m): n for m, n in zip(Q4.months, months, strict=True)}
    return counts


def item_titles(page):
    return {
        changes.kind: [item.title for item in changes.shown]
        for changes in page.changed.lists
    }


# Who may see which quarter


def test_the_latest_quarter_is_the_newest_that_is_complete(place, analyst):
    counts = steady(place, [Q4])
    counts |= {(area, Q4.next.months[0]): 20 for area in place.areas}
    load(make_indicator(place), counts)

    reader = dashboard.reader_for(analyst)

    assert reader.latest == Q4
    assert [(held.quarter, held.note) for held in reader.held] == [
        (Q4.next, "incomplete, not yet published"),
        (Q4, "not yet published"),
    ]


def test_the_public_sees_published_quarters_only(place):
    load(make_indicator(place), steady(place, NINE))
    publish(NINE[0], NINE[-2])

    reader = dashboard.reader_for(ANYONE)

    assert reader.latest == NINE[-2]
    assert [held.quarter for held in reader.held] == [NINE[-2], NINE[0]]
    assert reader.before(NINE[-2]) == NINE[0]
    assert reader.after(NINE[0]) == NINE[-2]


def test_a_published_quarter_without_public_figures_is_not_held(place):
    load(make_indicator(place, public=False), steady(place, [Q4]))
    publish(Q4)

    assert dashboard.reader_for(ANYONE).held == ()


# The row


def test_a_row_holds_count_rate_change_and_areas(place, board_member):
    load(
        make_indicator(place, title="Burglary"),
        with_last_quarter(place, area_a=[60, 60, 60]),
    )

    row = glance(board_member).rows[0]

    # three steady areas with 20 ∓ 1 a month, begun with 21: 19 + 21 + 19 … twelve months
    # on, Q4 2021/22 begins with month 25 of the series (even): 21 + 19 + 21 = 61 each
    assert row.value == 180 + 3 * 61
    assert float(row.rate) == pytest.approx(363 / 40_000 * 1000)
    assert row.change.words == "119 more (+49%)"  # 363 against 4 × 61 = 244
    assert (row.change.verdict, row.change.direction) == ("Worse", "up")
    assert row.areas.highest == ("Area A", 18.0)
    assert row.areas.names(Standing.HIGHER) == ["Area A"]
    assert row.areas.words == "1 above, 3 below the line"


def test_the_words_on_the_usual_range_are_those_of_the_summary(place, board_member):
    load(make_indicator(place), with_last_quarter(place, area_a=[60, 60, 60]))

    row = glance(board_member).rows[0]

    assert row.summary.variation == Summary.Variation.CONCERNING
    assert row.status == Status("worse", "Concerning: high")


def test_all_readers_are_told_the_same_of_a_published_quarter(place, board_member):
    """The usual range is that of every figure held, published or not."""
    load(make_indicator(place), with_last_quarter(place, area_a=[60, 60, 60]))
    publish(LAST_Q4, Q4)

    public, board = glance(ANYONE).rows[0], glance(board_member).rows[0]

    assert public.status == board.status == Status("worse", "Concerning: high")
    assert public.series.control.limits == board.series.control.limits
    shown = [point.value for point in public.series.control.points]
    assert [value is not None for value in shown] == (
        [False] * 12 + [True] * 3 + [False] * 9 + [True] * 3
    )
    assert set(public.series.reasons.values()) == {"not published"}


def test_an_unpublished_year_earlier_is_not_compared_for_the_public(place):
    load(make_indicator(place), with_last_quarter(place, area_a=[60, 60, 60]))
    publish(Q4)

    page = glance(ANYONE)

    assert page.rows[0].change is None
    assert (
        page.rows[0].why_not == "Not compared: January to March 2021 is not published"
    )
    assert {area.change for area in page.rows[0].areas.rows} == {None}
    assert page.changed.comparisons == 0
    assert page.cautions == ["Not compared: January to March 2021 is not published."]


def test_an_incomplete_quarter_says_which_months_are_missing(place, analyst):
    counts = steady(place, NINE)
    for area in [*place.areas, place.unplaced]:
        del counts[area, Q4.months[1]]
    load(make_indicator(place, source_kind="street"), counts)

    page = glance(analyst)

    assert page.rows[0].parts == "2 of 3 months"
    assert page.rows[0].value is None
    assert text(page.reading).startswith(
        "January to March 2022 is incomplete: February has no figures."
    )
    assert page.rows[0].series.reasons == {Q4.months[1]: "no file"}
    assert page.rows[0].sparkline


def test_an_illustrative_indicator_is_never_judged(place, board_member):
    indicator = make_indicator(
        place, illustrative=True, status_label=Indicator.StatusLabel.ILLUSTRATIVE
    )
    load(indicator, with_last_quarter(place, area_a=[90, 90, 90]))

    page = glance(board_member)
    row = page.rows[0]

    assert (row.change, row.why_not) == (None, "Not worked out")
    assert row.status == Status("unknown", "Cannot tell yet")
    assert row.areas.plot is None
    assert {area.comparison.place for area in row.areas.rows} == {Standing.NOT_COMPARED}
    assert page.changed.comparisons == 0
    assert item_titles(page) == {"worse": [], "better": [], "changed": []}
    assert text(page.reading) == "All-shire has no figures for this quarter."


# What changed


def test_a_change_is_listed_below_one_in_a_thousand(place, board_member):
    """180 against 61 is; 85 against 61 has p near 0.06, and is not."""
    load(
        make_indicator(place, title="Burglary"),
        with_last_quarter(place, area_a=[60, 60, 60], area_b=[28, 28, 29]),
    )

    changed = glance(board_member).changed

    assert changed.comparisons == 4
    (worse, better, neutral) = changed.lists
    assert [item.title for item in worse.shown] == ["Burglary in Area A"]
    assert worse.shown[0].words == (
        "119 more than the same quarter last year (+195%). January, February and March "
        "were above the usual range."
    )
    assert worse.shown[0].value_in_words == "180"
    assert worse.shown[0].leads == "No county key issue, so no county lead."
    assert (better.count, neutral.count) == (0, 0)


def test_what_left_its_usual_range_comes_first(place, board_member):
    """B changed more, but a year of such counts made them usual."""
    counts = steady(place, NINE)
    area_a, area_b, *_ = place.areas
    for at, quarter in enumerate(NINE):
        for month in quarter.months:
            wild = 300 if at % 2 else 20  # now 20 … the last, at 8, is even
            counts[area_b, month] = wild
    counts |= {(area_b, month): 5 for month in LAST_Q4.months}
    counts |= {(area_b, month): 150 for month in Q4.months}
    counts |= {(area_a, month): 60 for month in Q4.months}
    load(make_indicator(place, title="Burglary"), counts)

    worse = glance(board_member).changed.lists[0].shown

    assert [item.title for item in worse] == [
        "Burglary in Area A",
        "Burglary in Area B",
    ]
    assert worse[1].points == "Each month was inside the usual range."


def test_areas_that_all_move_alike_make_one_item(place, board_member):
    load(
        make_indicator(place, title="Litter"),
        with_last_quarter(
            place,
            area_a=[5, 5, 5],
            area_b=[4, 4, 4],
            area_c=[5, 5, 5],
            area_d=[6, 6, 6],
        ),
    )

    better = glance(board_member).changed.lists[1]

    assert [item.title for item in better.shown] == ["Litter in all 4 areas"]
    assert better.shown[0].value == 60
    # 12 for 61 is −80%, 18 for 61 is −70%
    assert better.shown[0].points.endswith("Falls in all 4 areas run from 70% to 80%.")


def test_more_of_what_is_not_judged_is_never_worse(place, board_member):
    load(
        make_indicator(place, title="Violence", polarity="neutral"),
        with_last_quarter(place, area_a=[60, 60, 60]),
    )

    page = glance(board_member)

    assert item_titles(page) == {
        "worse": [],
        "better": [],
        "changed": ["Violence in Area A"],
    }


def test_five_are_shown_in_full_and_the_rest_in_short(board_member):
    place = make_place(areas=8)
    counts = steady(place, NINE)
    for number, area in enumerate(place.areas[:7]):
        counts |= {(area, month): 60 + number for month in Q4.months}
    load(make_indicator(place), counts)

    worse = glance(board_member).changed.lists[0]

    assert (len(worse.shown), len(worse.more), worse.count) == (5, 2, 7)
    assert worse.more[0].leads == ""


def test_months_with_too_few_places_are_told_of(place, board_member):
    counts = with_last_quarter(place, area_a=[60, 60, 60])
    for month in Q4.months:
        counts[place.unplaced, month] = 40
    load(make_indicator(place), counts)

    page = glance(board_member)

    # 60 + 63 = 123 and 60 + 57 = 117 placed beside 40 without: 75% and 75%
    assert page.changed.comparisons == 0
    assert page.cautions[-1].startswith(
        "In January 2022, February 2022 and March 2022 only 75% of recorded crimes have"
    )
    assert page.rows[0].areas.rows[0].why_not == "Not compared: too few have a place"


# By priority and key issue


@pytest.fixture
def issue():
    """A key issue of the agreement in force, led by two groups."""
    version = VersionFactory(agreement__starts_year=2022)
    priority = PriorityFactory(agreement=version.agreement, title="Protect", order=1)
    PriorityFactory(agreement=version.agreement, title="Empower", order=2)
    made = VersionKeyIssueFactory(
        version=version,
        priority=priority,
        key_issue=KeyIssueFactory(name="Theft", slug="theft"),
        title="Theft and robbery",
    )
    for order, name in enumerate(["Network", "Offending Board"]):
        FrameworkEntry.objects.create(
            agreement=version.agreement,
            key_issue=made.key_issue,
            column=FrameworkEntry.Column.STRATEGIC_GROUP,
            order=order,
            board=BoardFactory(name=name),
            as_published=name,
        )
    return made


def under(issue, indicator, **fields):
    return IndicatorKeyIssue.objects.create(
        indicator=indicator, key_issue=issue.key_issue, source="officer", **fields
    )


def test_indicators_stand_under_key_issues_and_the_rest_is_watched(
    place, issue, board_member
):
    led, watched = (
        make_indicator(place, title="Robbery"),
        make_indicator(place, title="Litter", heading="Streets"),
    )
    ended = make_indicator(place, title="Old")
    under(issue, led)
    under(issue, ended, valid_until=datetime.date(2022, 1, 1))
    for indicator in (led, watched, ended):
        load(indicator, steady(place, [Q4]))

    protect, empower, rest = glance(board_member).sections

    assert protect.title == "Protect"
    assert [(g.title, g.leads) for g in protect.groups] == [
        ("Theft and robbery", "Led jointly by Network and Offending Board.")
    ]
    assert [row.indicator for row in protect.groups[0].rows] == [led]
    assert (empower.title, empower.groups) == ("Empower", ())
    assert empower.programmes_in_words == "no approaches and programmes"
    assert rest.title == "Watched, but in no county key issue"
    assert {g.title: [r.indicator for r in g.rows] for g in rest.groups} == {
        "Streets": [watched],
        "Other indicators": [ended],
    }


def test_only_headline_indicators_are_in_the_grid(place, board_member):
    load(make_indicator(place, headline=False), steady(place, [Q4]))

    assert glance(board_member).rows == ()


def test_a_recorded_lead_of_the_indicator_comes_before_the_groups(
    place, issue, board_member
):
    indicator = make_indicator(place, title="Robbery")
    under(issue, indicator, lead=BoardFactory(name="Robbery Group"))
    load(indicator, with_last_quarter(place, area_a=[60, 60, 60]))

    item = glance(board_member).changed.lists[0].shown[0]

    assert item.leads == "Led by Robbery Group."


def test_the_lead_in_a_list_is_that_of_the_key_issue(place, issue, board_member):
    indicator = make_indicator(place, title="Robbery")
    under(issue, indicator)
    load(indicator, with_last_quarter(place, area_a=[60, 60, 60]))

    item = glance(board_member).changed.lists[0].shown[0]

    assert item.leads == (
        "Theft and robbery: led jointly by Network and Offending Board."
    )


# One indicator


def test_the_page_of_an_indicator(place, analyst):
    counts = with_last_quarter(place, area_a=[60, 60, 60])
    counts |= {(place.unplaced, month): 1 for month in Q4.months}
    load(make_indicator(place, title="Burglary", slug="burglary"), counts)

    page = dashboard.indicator_page(analyst, "burglary")

    assert page.quarter == Q4
    assert page.reconciled == "363 in the areas + 3 without a place = 366"
    assert page.areas_reading == (
        "1 of the 4 areas is above the rate of all 4 together, 3 below"
    )
    assert text(page.reading) == (
        "366 recorded crimes: worse on the same quarter last year (122 more, +50%). "
        "January, February and March were above the usual range. Area A has a higher "
        "rate than the 4 areas together."
    )
    assert [(fact.term, fact.value) for fact in page.facts] == [
        ("Recorded crimes", "366"),
        ("Rate per 1,000 residents", "9.15"),
        ("Same quarter last year", ""),
        ("Quarter before", ""),
        # three quarters of 4 × 59, 61, 59 … and this one: 236 + 244 + 236 + 366
        ("Twelve months to March 2022", "1,082"),
        ("Against its usual range", ""),
    ]


def test_months_before_the_first_are_not_held_and_gaps_inside_are_no_file(
    place, analyst
):
    counts = steady(place, NINE)
    for area in [*place.areas, place.unplaced]:
        del counts[area, Quarter(2020, 1).months[2]]
    load(make_indicator(place, slug="burglary", source_kind="street"), counts)

    page = dashboard.indicator_page(analyst, "burglary")

    assert [year.label for year in page.years] == ["2019/20", "2020/21", "2021/22"]
    assert [cell.why for cell in page.years[0].cells] == ["not held"] * 9 + [""] * 3
    assert [cell.why for cell in page.years[1].cells] == ["", "", "no file"] + [""] * 9
    assert (page.years[1].total, page.years[2].total) == (None, 4 * (12 * 20))
    assert page.turned[0][0] == "Apr"
    assert page.chart.gaps_note == "No file: Jun 2020"


def test_an_earlier_quarter_draws_points_up_to_its_end(place, analyst):
    load(make_indicator(place, slug="burglary"), steady(place, NINE))

    page = dashboard.indicator_page(analyst, "burglary", LAST_Q4)

    assert page.row.series.periods[-1] == LAST_Q4.months[-1]
    assert page.next == LAST_Q4.next


def test_a_private_indicator_is_not_there_for_the_public(place, analyst):
    load(make_indicator(place, slug="secret", public=False), steady(place, [Q4]))
    publish(Q4)

    assert dashboard.indicator_page(analyst, "secret").row.value
    with pytest.raises(Http404):
        dashboard.indicator_page(ANYONE, "secret")


def test_an_unpublished_quarter_is_not_there_for_the_public(place):
    load(make_indicator(place, slug="burglary"), steady(place, NINE))
    publish(LAST_Q4)

    assert dashboard.indicator_page(ANYONE, "burglary").quarter == LAST_Q4
    with pytest.raises(Http404):
        dashboard.indicator_page(ANYONE, "burglary", Q4)


def test_a_public_indicator_without_a_published_quarter_shows_its_definition(place):
    load(make_indicator(place, slug="burglary"), steady(place, NINE))

    page = dashboard.indicator_page(ANYONE, "burglary")

    assert page.row.summary is None
    assert page.chart is None
    assert page.history == ()
    with pytest.raises(Http404):
        dashboard.indicator_page(ANYONE, "burglary", Q4)


def test_history_for_the_public_is_of_published_quarters(place, analyst):
    indicator = make_indicator(place, slug="burglary")
    load(indicator, steady(place, [LAST_Q4]), reason="First load.")
    load(indicator, steady(place, [Q4]), reason="Not for the public yet.")
    publish(LAST_Q4)

    of_public = dashboard.indicator_page(ANYONE, "burglary").history
    of_analyst = dashboard.indicator_page(analyst, "burglary").history

    assert [event.reason for event in of_public] == ["First load."]
    assert [event.reason for event in of_analyst] == [
        "Not for the public yet.",
        "First load.",
    ]


def test_an_indicator_of_quarters_draws_quarters(place, analyst):
    indicator = make_indicator(
        place, slug="referrals", native_period="quarter", by_area=False
    )
    load(indicator, {(place.whole, quarter): 20 for quarter in NINE[:-1]})

    page = dashboard.indicator_page(analyst, "referrals")

    assert page.quarter == NINE[-2]
    assert not page.monthly
    assert [cell.value for _, cell in page.points] == [20] * 8
    assert page.row.areas is None


# Figures for other pages


def test_the_front_page_shows_the_first_of_each_subject(place, issue):
    first = make_indicator(place, title="Robbery", order=1)
    second = make_indicator(place, title="Weapons", order=2)
    for indicator in (first, second):
        under(issue, indicator)
    invented = make_indicator(
        place,
        title="Invented",
        order=0,
        heading="Other",
        illustrative=True,
        status_label=Indicator.StatusLabel.ILLUSTRATIVE,
    )
    streets = make_indicator(place, title="Litter", order=3, heading="Streets")
    parks = make_indicator(place, title="Fires", order=4, heading="Parks")
    last = make_indicator(place, title="Noise", order=5, heading="Homes")
    for indicator in (first, second, invented, streets, parks, last):
        load(indicator, steady(place, [Q4]))
    publish(Q4)

    rows = dashboard.home_figures(ANYONE)

    assert [row.indicator for row in rows] == [first, streets, parks]
    assert {row.quarter for row in rows} == {Q4}


def test_a_key_issue_has_its_own_indicators(place, issue, board_member):
    led, other = make_indicator(place), make_indicator(place)
    under(issue, led)
    for indicator in (led, other):
        load(indicator, steady(place, [Q4]))

    rows = dashboard.indicator_rows_for(issue.key_issue, board_member)

    assert [row.indicator for row in rows] == [led]
    assert dashboard.indicator_rows_for(issue.key_issue, ANYONE) == ()
    assert dashboard.home_figures(ANYONE) == ()


@pytest.mark.parametrize("indicators", [1, 3])
@pytest.mark.parametrize("quarters", [2, 8])
def test_figures_for_other_pages_cost_the_same_however_many(
    indicators, quarters, place, issue, django_assert_num_queries
):
    for _ in range(indicators):
        indicator = make_indicator(place)
        under(issue, indicator)
        load(indicator, steady(place, quarters_to(Q4, quarters)))
    publish(*quarters_to(Q4, quarters))

    with django_assert_num_queries(5):  # indicators, links, quarters, summaries, months
        assert len(dashboard.home_figures(ANYONE)) == 1
    with django_assert_num_queries(5):  # the same
        rows = dashboard.indicator_rows_for(issue.key_issue, ANYONE)
        assert len(rows) == indicators
