from dataclasses import dataclass
from decimal import Decimal

import pytest

from partnerships.models import Area
from performance.models import (
    Current,
    Indicator,
    Period,
    Position,
    Summary,
    UnitCost,
)
from performance.periods import CalendarYear, Month, Quarter
from performance.summaries import refresh
from tests.factories import (
    AreaFactory,
    AreaGroupFactory,
    AreaGroupMemberFactory,
    IndicatorFactory,
    ObservationFactory,
)

pytestmark = pytest.mark.django_db

Q4 = Quarter(2021, 4)  # January to March 2022, 90 days
LAST_Q4 = Quarter(2020, 4)  # January to March 2021, 90 days


@dataclass
class Place:
    """A group of areas, the whole they make, and where figures without a place go."""

    group: object
    areas: list
    whole: Area
    unplaced: Area


def make_place(areas=3):
    unplaced = AreaFactory(kind=Area.Kind.UNPLACED, code="")
    group = AreaGroupFactory(unplaced=unplaced)
    members = [AreaGroupMemberFactory(group=group).area for _ in range(areas)]
    return Place(group, members, group.whole, unplaced)


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def people(place):
    return IndicatorFactory(
        slug="people",
        kind=Indicator.Kind.POPULATION,
        native_period=Period.Kind.CALENDAR_YEAR,
        group=place.group,
    )


@pytest.fixture
def burglary(place, people):
    return IndicatorFactory(title="Burglary", group=place.group, denominator=people)


def observe(indicator, area, period, value, **fields):
    """Make a figure current; returns its key, as ``refresh`` takes it."""
    stored = Period.objects.of(period)
    if isinstance(value, str):
        fields |= {"state": value}
        value = None
    observation = ObservationFactory(
        indicator=indicator, area=area, period=stored, value=value, **fields
    )
    Current.objects.update_or_create(
        indicator=indicator,
        area=area,
        period=stored,
        defaults={"observation": observation},
    )
    return (indicator.pk, area.pk, stored.pk)


def observe_quarter(indicator, area, quarter, values):
    return {
        observe(indicator, area, month, value)
        for month, value in zip(quarter.months, values, strict=True)
    }


def summary_of(indicator, area, period=Q4):
    return Summary.objects.get(
        indicator=indicator,
        area=area,
        period__kind=period.kind,
        period__start=period.start,
    )


def position_of(indicator, area, period=Q4):
    return Position.objects.get(summary=summary_of(indicator, area, period))


# Adding up


def test_a_quarter_is_the_sum_of_its_three_months(burglary, place):
    refresh(observe_quarter(burglary, place.areas[0], Q4, [4, 0, 5]))

    summary = summary_of(burglary, place.areas[0])
    assert (summary.state, summary.value) == (Summary.State.COMPLETE, 9)
    assert (summary.parts_held, summary.parts_expected) == (3, 3)


@pytest.mark.parametrize(
    ("values", "state", "held"),
    [
        ([4, "missing", 5], Summary.State.INCOMPLETE, 2),
        (["suppressed", 4, 5], Summary.State.INCOMPLETE, 2),
        (["missing", "missing", "not_applicable"], Summary.State.NONE, 0),
    ],
)
def test_a_month_without_a_figure_is_no_zero(burglary, place, values, state, held):
    refresh(observe_quarter(burglary, place.areas[0], Q4, values))

    summary = summary_of(burglary, place.areas[0])
    assert (summary.state, summary.value) == (state, None)
    assert (summary.parts_held, summary.parts_expected) == (held, 3)


def test_a_quarter_with_a_month_not_loaded_is_incomplete(burglary, place):
    refresh({observe(burglary, place.areas[0], Month(2022, 1), 4)})

    summary = summary_of(burglary, place.areas[0])
    assert (summary.state, summary.parts_held) == (Summary.State.INCOMPLETE, 1)


def test_a_quarter_is_provisional_when_a_month_is(burglary, place):
    refresh(
        observe_quarter(burglary, place.areas[0], Q4, [4, 4, 5])
        | {observe(burglary, place.areas[0], Month(2022, 3), 6, status="provisional")}
    )

    summary = summary_of(burglary, place.areas[0])
    assert (summary.value, summary.provisional) == (14, True)


def test_a_whole_is_its_areas_and_what_has_no_place(burglary, place):
    touched = observe_quarter(burglary, place.unplaced, Q4, [1, 1, 2])
    for area in place.areas:
        touched |= observe_quarter(burglary, area, Q4, [10, 10, 10])

    refresh(touched)

    whole = summary_of(burglary, place.whole)
    assert (whole.value, whole.in_areas, whole.unplaced) == (94, 90, 4)
    month = summary_of(burglary, place.whole, Month(2022, 3))
    assert (month.value, month.in_areas, month.unplaced) == (32, 30, 2)
    assert not Summary.objects.filter(area=place.unplaced).exists()


@pytest.mark.parametrize("lacks", ["area", "no place"])
def test_a_whole_with_a_part_missing_is_incomplete(burglary, place, lacks):
    touched = observe_quarter(burglary, place.unplaced, LAST_Q4, [1, 1, 1])
    parts = [*place.areas, place.unplaced]
    absent = place.areas[1] if lacks == "area" else place.unplaced
    for area in parts:
        touched |= observe_quarter(burglary, area, Q4, [10, 10, 10])
    Current.objects.filter(area=absent, period__start=Month(2022, 2).start).delete()

    refresh(touched)

    whole = summary_of(burglary, place.whole)
    assert (whole.state, whole.value) == (Summary.State.INCOMPLETE, None)
    assert (whole.parts_held, whole.parts_expected) == (2, 3)
    month = summary_of(burglary, place.whole, Month(2022, 2))
    assert (month.value, month.parts_held, month.parts_expected) == (None, 3, 4)


def test_a_whole_needs_no_part_without_a_place_where_none_was_ever_given(
    burglary, place
):
    touched = set()
    for area in place.areas:
        touched |= observe_quarter(burglary, area, Q4, [10, 10, 10])

    refresh(touched)

    whole = summary_of(burglary, place.whole)
    assert (whole.value, whole.unplaced) == (90, None)


def test_an_area_with_nothing_to_count_is_no_part_of_the_whole(burglary, place):
    touched = observe_quarter(
        burglary, place.areas[0], Q4, ["not_applicable"] * 3
    ) | observe_quarter(burglary, place.areas[1], Q4, [1, 2, 3])
    touched |= observe_quarter(burglary, place.areas[2], Q4, [1, 1, 1])

    refresh(touched)

    assert summary_of(burglary, place.whole).value == 9
    assert summary_of(burglary, place.areas[0]).state == Summary.State.NONE


def test_a_whole_observed_itself_is_taken_as_observed(burglary, place):
    touched = observe_quarter(burglary, place.whole, Q4, [40, 40, 40])
    for area in place.areas:
        touched |= observe_quarter(burglary, area, Q4, [10, 10, 10])

    refresh(touched)

    whole = summary_of(burglary, place.whole)
    assert (whole.value, whole.in_areas, whole.unplaced) == (120, 90, None)


# Rates


def test_the_population_is_that_of_the_mid_year_inside_the_financial_year(
    burglary, people, place
):
    area = place.areas[0]
    observe(people, area, CalendarYear(2020), 1000)
    observe(people, area, CalendarYear(2021), 2000)
    observe(people, area, CalendarYear(2022), 4000)

    refresh(
        observe_quarter(burglary, area, Q4, [5, 5, 5])
        | observe_quarter(burglary, area, LAST_Q4, [5, 5, 5])
    )

    # January 2022 is in 2021/22, whose mid-year is 30 June 2021; 15 / 2,000 x 1,000
    this = summary_of(burglary, area)
    assert (this.population, this.population_year) == (2000, 2021)
    assert this.rate == Decimal("7.5")
    last = summary_of(burglary, area, LAST_Q4)
    assert (last.population, last.population_year) == (1000, 2020)


def test_the_latest_earlier_population_serves_until_a_later_one_comes(
    burglary, people, place
):
    area = place.areas[0]
    observe(people, area, CalendarYear(2019), 1000)
    refresh(observe_quarter(burglary, area, Q4, [5, 5, 5]))
    assert summary_of(burglary, area).population_year == 2019

    refresh({observe(people, area, CalendarYear(2021), 3000)})

    summary = summary_of(burglary, area)
    assert (summary.population_year, summary.rate) == (2021, Decimal("5"))


def test_a_later_population_is_not_used_for_an_earlier_year(burglary, people, place):
    observe(people, place.areas[0], CalendarYear(2022), 1000)

    refresh(observe_quarter(burglary, place.areas[0], Q4, [5, 5, 5]))

    summary = summary_of(burglary, place.areas[0])
    assert (summary.population, summary.rate, summary.low) == (None, None, None)


def test_a_rate_has_byars_interval(burglary, people, place):
    observe(people, place.areas[0], CalendarYear(2021), 10_000)

    refresh(observe_quarter(burglary, place.areas[0], Q4, [10, 10, 10]))

    # 30 (1 - 1/270 - 1.959964 / (3 sqrt 30))^3 = 20.237, of 10,000: 2.024
    # 31 (1 - 1/279 + 1.959964 / (3 sqrt 31))^3 = 42.830, of 10,000: 4.283
    summary = summary_of(burglary, place.areas[0])
    assert summary.rate == Decimal("3")
    assert summary.low == pytest.approx(Decimal("2.0237"), abs=Decimal("0.0002"))
    assert summary.high == pytest.approx(Decimal("4.2829"), abs=Decimal("0.0002"))


def test_the_population_of_a_whole_is_the_sum_of_its_areas(burglary, people, place):
    touched = set()
    for number, area in enumerate(place.areas, start=1):
        observe(people, area, CalendarYear(2021), number * 1000)
        touched |= observe_quarter(burglary, area, Q4, [1, 1, 1])

    refresh(touched)

    # 1,000 + 2,000 + 3,000; 9 / 6,000 x 1,000
    whole = summary_of(burglary, place.whole)
    assert (whole.population, whole.rate) == (6000, Decimal("1.5"))


# Looking back


def test_a_fall_that_is_more_than_luck_is_clear(burglary, place):
    refresh(
        observe_quarter(burglary, place.areas[0], Q4, [4, 3, 3])
        | observe_quarter(burglary, place.areas[0], LAST_Q4, [10, 10, 10])
    )

    # 10 of 40 where 20 are expected: 2 x 1,221,246,132 / 2^40 = 0.0022214
    summary = summary_of(burglary, place.areas[0])
    assert (summary.value, summary.last_year) == (10, 30)
    assert summary.change == Summary.Change.CLEAR_FALL
    assert summary.p_value == pytest.approx(0.0022214, abs=1e-7)


def test_a_small_difference_is_no_clear_change_and_no_last_year_no_comparison(
    burglary, place
):
    refresh(
        observe_quarter(burglary, place.areas[0], Q4, [4, 3, 3])
        | observe_quarter(burglary, place.areas[0], LAST_Q4, [4, 4, 4])
    )

    assert summary_of(burglary, place.areas[0]).change == Summary.Change.NO_CLEAR_CHANGE
    earlier = summary_of(burglary, place.areas[0], LAST_Q4)
    assert (earlier.change, earlier.p_value) == (Summary.Change.NOT_COMPARED, None)


def test_twelve_months_are_summed_only_when_all_are_held(burglary, place):
    area, touched = place.areas[0], set()
    for number in range(24):
        month = Month(2022, 3).plus(-number)
        touched.add(observe(burglary, area, month, 10 if number < 12 else 20))

    refresh(touched)

    summary = summary_of(burglary, area)
    assert (summary.twelve_months, summary.twelve_months_last_year) == (120, 240)
    assert (summary.previous, summary.last_year) == (30, 60)
    earlier = summary_of(burglary, area, LAST_Q4)
    assert (earlier.twelve_months, earlier.twelve_months_last_year) == (240, None)


def steady_then(indicator, area, last, *, months=24):
    """10 and 12 by turns up to March 2022, and ``last`` there."""
    touched = set()
    for number in range(months):
        value = last if number == 0 else 10 + 2 * (number % 2)
        touched.add(observe(indicator, area, Month(2022, 3).plus(-number), value))
    return touched


@pytest.mark.parametrize(
    ("polarity", "last", "variation"),
    [
        ("lower", 40, Summary.Variation.CONCERNING),
        ("lower", 0, Summary.Variation.IMPROVING),
        ("higher", 40, Summary.Variation.IMPROVING),
        ("neutral", 40, Summary.Variation.CHANGED),
        ("lower", 11, Summary.Variation.USUAL),
    ],
)
def test_a_quarter_is_judged_by_its_months_against_the_usual_range(
    burglary, place, polarity, last, variation
):
    burglary.polarity = polarity
    burglary.save()

    refresh(steady_then(burglary, place.areas[0], last))

    summary = summary_of(burglary, place.areas[0])
    assert (summary.variation, summary.trial_limits) == (variation, False)
    # The months that came later are not in an earlier quarter's judgement.
    earlier = summary_of(burglary, place.areas[0], Q4.previous)
    assert earlier.variation == Summary.Variation.USUAL


def test_few_months_give_trial_limits_and_one_gives_no_answer(burglary, place):
    refresh(steady_then(burglary, place.areas[0], 11, months=9))

    assert summary_of(burglary, place.areas[0]).trial_limits
    refresh({observe(burglary, place.areas[1], Month(2022, 3), 11)})
    alone = summary_of(burglary, place.areas[1])
    assert alone.variation == Summary.Variation.CANNOT_TELL


def test_quarters_are_judged_as_quarters_where_months_are_not_collected(place):
    detections = IndicatorFactory(
        group=place.group, native_period=Period.Kind.QUARTER, polarity="higher"
    )
    quarter, touched = Q4, set()
    for number in range(13):
        value = 90 if number == 0 else 10 + 2 * (number % 2)
        touched.add(observe(detections, place.areas[0], quarter, value))
        quarter = quarter.previous

    refresh(touched)

    summary = summary_of(detections, place.areas[0])
    assert summary.variation == Summary.Variation.IMPROVING
    # 90 now, then 12, 10 and 12
    assert (summary.previous, summary.twelve_months) == (12, 124)


def test_a_month_with_too_few_places_is_left_out_for_areas_and_not_for_the_whole():
    place = make_place(areas=1)
    burglary = IndicatorFactory(group=place.group)
    area, march = place.areas[0], Month(2022, 3)
    touched = steady_then(burglary, area, 40)
    for number in range(24):
        touched.add(observe(burglary, place.unplaced, march.plus(-number), 1))
    # 40 of 45 have a place: 89%
    touched.add(observe(burglary, place.unplaced, march, 5))

    refresh(touched)

    in_area = summary_of(burglary, area)
    assert in_area.value == 62
    assert in_area.variation == Summary.Variation.USUAL
    assert in_area.change == Summary.Change.NOT_COMPARED
    whole = summary_of(burglary, place.whole)
    assert whole.variation == Summary.Variation.CONCERNING
    assert whole.change == Summary.Change.CLEAR_RISE


def test_nine_in_ten_with_a_place_are_enough():
    place = make_place(areas=1)
    burglary = IndicatorFactory(group=place.group)
    touched = steady_then(burglary, place.areas[0], 45)
    for number in range(24):
        month = Month(2022, 3).plus(-number)
        touched.add(observe(burglary, place.unplaced, month, 0 if number else 5))

    refresh(touched)

    area = summary_of(burglary, place.areas[0])
    assert area.variation == Summary.Variation.CONCERNING


def test_cost_is_an_estimate_of_two_figures_where_one_is_published(place):
    pounds = UnitCost.objects.create(
        offence="Robbery",
        slug="robbery",
        pounds=11320,
        price_base="2015/16",
        source="-",
    )
    robbery = IndicatorFactory(group=place.group, unit_cost=pounds)

    refresh(observe_quarter(robbery, place.areas[0], Q4, [80, 80, 78]))

    # 238 x 11,320 = 2,694,160
    assert summary_of(robbery, place.areas[0]).cost == 2_700_000


def test_invented_figures_get_no_judgement(burglary, people, place):
    Indicator.objects.filter(pk=burglary.pk).update(
        illustrative=True, status_label=Indicator.StatusLabel.ILLUSTRATIVE
    )
    observe(people, place.areas[0], CalendarYear(2021), 1000)

    refresh(
        steady_then(burglary, place.areas[0], 90)
        | observe_quarter(burglary, place.areas[1], Q4, [1, 1, 1])
    )

    summary = summary_of(burglary, place.areas[0])
    assert summary.value == 112
    assert summary.change == Summary.Change.NOT_COMPARED
    assert summary.variation == Summary.Variation.CANNOT_TELL
    assert (summary.last_year, summary.previous, summary.twelve_months) == (None,) * 3
    position = position_of(burglary, place.areas[0])
    assert (position.rank, position.verdict) == (None, Position.Verdict.NOT_COMPARED)
    assert position.why_not == "invented figures are not compared"


def test_a_proportion_has_wilsons_interval_and_no_test_of_counts(place):
    share = IndicatorFactory(
        group=place.group,
        kind=Indicator.Kind.PROPORTION,
        native_period=Period.Kind.QUARTER,
        rate_per=100,
    )

    refresh({observe(share, place.areas[0], Q4, 81, denominator=263)})

    # Wilson's 95% interval of 81 of 263, from Newcombe (1998), table I: 0.2553 to 0.3662
    summary = summary_of(share, place.areas[0])
    assert summary.rate == pytest.approx(Decimal("30.798"), abs=Decimal("0.001"))
    assert summary.low == pytest.approx(Decimal("25.53"), abs=Decimal("0.005"))
    assert summary.high == pytest.approx(Decimal("36.62"), abs=Decimal("0.005"))
    assert summary.change == Summary.Change.NOT_COMPARED


def test_a_published_rate_is_shown_and_never_summed(place):
    rate = IndicatorFactory(
        group=place.group,
        kind=Indicator.Kind.PUBLISHED_RATE,
        native_period=Period.Kind.QUARTER,
    )
    touched = {observe(rate, area, Q4, Decimal("12.5")) for area in place.areas}

    refresh(touched)

    area = summary_of(rate, place.areas[0])
    assert (area.value, area.rate, area.low) == (Decimal("12.5"), Decimal("12.5"), None)
    assert summary_of(rate, place.whole).state == Summary.State.NONE


# Standing among the areas


def test_areas_are_ranked_from_the_highest_and_compared_without_what_has_no_place(
    burglary, people, place
):
    touched = observe_quarter(burglary, place.unplaced, Q4, [100, 100, 100])
    for area, months in zip(
        place.areas, [[40, 40, 40], [10, 10, 10], [10, 10, 10]], strict=True
    ):
        observe(people, area, CalendarYear(2021), 1000)
        touched |= observe_quarter(burglary, area, Q4, months)

    refresh(touched)

    # 120, 30 and 30 of 1,000 each: 180 of 3,000 together, 60 in 1,000
    first, second, third = (position_of(burglary, area) for area in place.areas)
    assert [first.rank, second.rank, third.rank] == [1, 2, 2]
    assert {each.benchmark for each in (first, second, third)} == {Decimal("60")}
    assert (first.verdict, second.verdict) == ("higher", "lower")
    assert (first.of, first.lowest, first.median, first.highest) == (3, 30, 30, 120)
    assert first.quartile is None  # no quartiles below four areas
    assert not Position.objects.filter(summary__area=place.whole).exists()


def test_an_area_whose_interval_holds_the_rate_of_all_is_similar(
    burglary, people, place
):
    touched = set()
    for area, months in zip(
        place.areas, [[10, 10, 10], [11, 10, 10], [9, 10, 10]], strict=True
    ):
        observe(people, area, CalendarYear(2021), 1000)
        touched |= observe_quarter(burglary, area, Q4, months)

    refresh(touched)

    assert {each.verdict for each in Position.objects.all()} == {"similar"}


def test_an_area_without_a_figure_says_why_and_leaves_no_rate_of_all(
    burglary, people, place
):
    touched = set()
    for area in place.areas:
        observe(people, area, CalendarYear(2021), 1000)
    for area in place.areas[:2]:
        touched |= observe_quarter(burglary, area, Q4, [10, 10, 10])

    refresh(touched)

    absent, held = (position_of(burglary, place.areas[i]) for i in (2, 0))
    assert (absent.rank, absent.why_not) == (None, "no figure for this area")
    assert (held.rank, held.of, held.benchmark) == (1, 2, None)
    assert held.verdict == Position.Verdict.NOT_COMPARED
    assert held.why_not == "no figure to compare with"


# What is done again


def test_nothing_touched_changes_nothing():
    refresh(set())

    assert not Summary.objects.exists()


def test_a_revised_month_changes_the_later_quarters_that_look_back_on_it(
    burglary, place
):
    area = place.areas[0]
    refresh(
        observe_quarter(burglary, area, LAST_Q4, [10, 10, 10])
        | observe_quarter(burglary, area, Q4, [10, 10, 10])
    )

    refresh({observe(burglary, area, Month(2021, 1), 50)})

    assert summary_of(burglary, area).last_year == 70
    assert summary_of(burglary, area, LAST_Q4).value == 70


def test_figures_taken_back_leave_nothing_behind(burglary, place):
    area = place.areas[0]
    kept = observe_quarter(burglary, area, LAST_Q4, [10, 10, 10])
    gone = observe_quarter(burglary, area, Q4, [10, 10, 10])
    refresh(kept | gone)
    assert summary_of(burglary, area).value == 30

    Current.objects.filter(period__start__gte=Q4.start).delete()
    refresh(gone)

    assert not Summary.objects.filter(period__start__gte=Q4.start).exists()
    assert summary_of(burglary, area, LAST_Q4).value == 30

    Current.objects.all().delete()
    refresh(kept)

    assert not Summary.objects.exists()
    assert not Position.objects.exists()


def test_what_was_there_is_written_over_not_doubled(burglary, place):
    touched = observe_quarter(burglary, place.areas[0], Q4, [10, 10, 10])
    refresh(touched)
    key = ("pk", "indicator", "area", "period", "value")
    held = sorted(Summary.objects.values_list(*key))
    places = sorted(Position.objects.values_list("pk", "summary", "verdict"))

    refresh(touched)

    assert sorted(Summary.objects.values_list(*key)) == held
    assert sorted(Position.objects.values_list("pk", "summary", "verdict")) == places


def test_another_indicator_of_the_group_is_judged_again_when_places_are_found():
    """The share of figures with a place is that of all figures counted alike."""
    place = make_place(areas=1)
    area, march = place.areas[0], Month(2022, 3)
    burglary, robbery = IndicatorFactory.create_batch(2, group=place.group)
    touched = steady_then(burglary, area, 40)
    for number in range(24):
        touched.add(observe(burglary, place.unplaced, march.plus(-number), 0))
    lost = {
        observe(robbery, area, march, 10),
        observe(robbery, place.unplaced, march, 50),
    }
    refresh(touched | lost)
    assert summary_of(burglary, area).variation == Summary.Variation.USUAL

    refresh({observe(robbery, place.unplaced, march, 0)})

    assert summary_of(burglary, area).variation == Summary.Variation.CONCERNING


@pytest.mark.parametrize("areas", [3, 14])
def test_refresh_costs_the_same_however_many_areas(django_assert_num_queries, areas):
    place = make_place(areas)
    people = IndicatorFactory(
        kind=Indicator.Kind.POPULATION,
        native_period=Period.Kind.CALENDAR_YEAR,
        group=place.group,
    )
    burglary = IndicatorFactory(group=place.group, denominator=people)
    touched = observe_quarter(burglary, place.unplaced, Q4, [1, 1, 1])
    for area in place.areas:
        observe(people, area, CalendarYear(2021), 1000)
        touched |= observe_quarter(burglary, area, Q4, [5, 5, 5])

    # savepoint and its release; indicators, first day, group members, figures and their
    # periods; periods stored and read; summaries held, keys for the new ones, summaries
    # written, positions written
    with django_assert_num_queries(13):
        refresh(touched)

    assert Summary.objects.count() == areas + 1 + 3
