"""The demonstration's figures, as files and as what the portal works out from them."""

import csv
import importlib.util
from collections import defaultdict
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction

from csa_portal.records import load_records
from partnerships.models import Area
from performance import periods
from performance.models import (
    Current,
    Indicator,
    IndicatorKeyIssue,
    Observation,
    Period,
    Position,
    Summary,
)
from performance.summaries import refresh
from tests.factories import UploadFactory

FIXTURES = settings.BASE_DIR / "fixtures"
FILES = ["population.csv", "street-2019-12-to-2022-03.csv", "illustrative.csv"]
LARGEST_IN_ALL = 300_000  # bytes
PUBLISHED = settings.BASE_DIR.parent / "shared" / "data"

Q4 = periods.Quarter(2021, 4)


def rows_of(name):
    with (FIXTURES / "figures" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load(name):
    """Make a file's figures current without the upload's checks; returns their keys."""
    indicators = {indicator.slug: indicator for indicator in Indicator.objects.all()}
    areas = {area.slug: area for area in Area.objects.all()}
    upload, stored, observations = UploadFactory(filename=name), {}, []
    for row in rows_of(name):
        indicator = indicators[row["indicator"]]
        when = (row["period"], indicator.native_period)
        if when not in stored:
            stored[when] = Period.objects.of(periods.parse(*when))
        observations.append(
            Observation(
                indicator=indicator,
                area=areas[row["area"]],
                period=stored[when],
                upload=upload,
                value=row["value"],
            )
        )
    keys = set()
    current = []
    for each in Observation.objects.bulk_create(observations):
        key = (each.indicator_id, each.area_id, each.period_id)
        keys.add(key)
        current.append(
            Current(
                indicator_id=key[0], area_id=key[1], period_id=key[2], observation=each
            )
        )
    Current.objects.bulk_create(current)
    return keys


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    """The demonstration county with all its figures, taken back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_records(FIXTURES)
        refresh(set().union(*map(load, FILES)))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(county, db):
    pass


def summary_of(indicator, area="pan-lancashire", quarter=Q4):
    return Summary.objects.get(
        indicator__slug=indicator,
        area__slug=area,
        period__kind=quarter.kind,
        period__start=quarter.start,
    )


def position_of(indicator, area):
    return Position.objects.get(summary=summary_of(indicator, area))


# The files


def test_street_figures_are_all_types_in_all_areas_and_months_held():
    rows = rows_of("street-2019-12-to-2022-03.csv")
    months = {row["period"] for row in rows}
    keys = {(row["indicator"], row["area"], row["period"]) for row in rows}

    # December 2019 to March 2022 are 28 months, of which three are not held
    assert len(months) == 25
    assert not months & {"2020-06", "2020-08", "2020-09"}
    # 14 types x (14 areas + no place) x 25 months
    assert len(rows) == len(keys) == 14 * 15 * 25


def test_street_figures_add_up_to_the_published_rows_less_those_elsewhere():
    totals = defaultdict(int)
    for row in rows_of("street-2019-12-to-2022-03.csv"):
        totals[row["area"]] += int(row["value"])

    # 445,574 rows less 1,105 in districts outside Lancashire
    assert sum(totals.values()) == 444_469
    assert totals["pan-lancashire-unplaced"] == 31_430


def test_populations_are_of_20_mid_years_and_the_whole_is_left_to_its_parts():
    rows = rows_of("population.csv")

    assert {row["period"] for row in rows} == {str(year) for year in range(2001, 2021)}
    # 14 areas, the county and England
    assert len(rows) == 16 * 20
    assert "pan-lancashire" not in {row["area"] for row in rows}


def test_the_files_are_small_and_begin_with_the_header():
    files = [FIXTURES / "figures" / name for name in FILES]

    assert sum(file.stat().st_size for file in files) < LARGEST_IN_ALL
    for file in files:
        assert file.read_text(encoding="utf-8").startswith(
            "indicator,area,period,value,denominator,status\n"
        )


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="The published files are not beside the repository."
)
def test_the_files_are_what_the_script_makes_of_the_published_files(
    tmp_path, monkeypatch
):
    spec = importlib.util.spec_from_file_location("made", FIXTURES / "make_figures.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "FIGURES", tmp_path)

    script.main(PUBLISHED)

    for name in FILES:
        made, held = tmp_path / name, FIXTURES / "figures" / name
        assert made.read_bytes() == held.read_bytes(), name


# The definitions


def test_every_indicator_is_defined_and_belongs_somewhere(loaded):
    for indicator in Indicator.objects.exclude(slug="population"):
        assert indicator.owner == "Partnership Analyst"
        assert indicator.caveats
        assert bool(indicator.heading) != indicator.key_issues.exists(), indicator


def test_the_agreement_names_no_indicator_and_no_link_says_it_does(loaded):
    links = IndicatorKeyIssue.objects.all()

    assert len(links) == 10
    assert {link.source for link in links} == {"alignment", "officer"}
    assert not links.exclude(lead=None)


def test_invented_indicators_are_the_only_ones_labelled_so(loaded):
    invented = Indicator.objects.filter(illustrative=True)

    assert {indicator.slug for indicator in invented} == {
        row["indicator"] for row in rows_of("illustrative.csv")
    }
    assert {i.status_label for i in invented} == {"illustrative"}
    assert not any(i.licence or i.unit_cost for i in invented)


def test_only_robbery_has_a_cost_and_the_others_say_why_not(loaded):
    counted = Indicator.objects.filter(unit_cost=None).exclude(slug="population")

    assert Indicator.objects.get(unit_cost__pounds=11320).slug == "robbery"
    assert all(indicator.no_cost_because for indicator in counted)


# What is worked out


def test_burglary_is_1955_of_which_1821_lie_in_the_areas(loaded):
    summary = summary_of("burglary")

    assert (summary.value, summary.in_areas, summary.unplaced) == (1955, 1821, 134)
    # 1,955 of 1,515,487 residents is 1.2900 in 1,000
    assert (summary.population, summary.population_year) == (1_515_487, 2020)
    assert summary.rate == Decimal("1.290014")


def test_burglary_has_not_clearly_changed(loaded):
    summary = summary_of("burglary")

    # 1,955 less 1,978 is -23: -1.2%
    assert summary.last_year == 1978
    assert summary.change == Summary.Change.NO_CLEAR_CHANGE
    assert summary.variation == Summary.Variation.USUAL
    # October to December 2021: 865 + 826 + 721
    assert summary.previous == 2412
    assert summary.twelve_months == 8116
    assert summary.twelve_months_last_year is None  # three months are not held


def test_areas_are_compared_with_the_areas_together(loaded):
    preston = position_of("burglary", "preston")

    # 1,821 of 1,515,487 is 1.2016 in 1,000, not the whole's 1.2900
    assert preston.benchmark == Decimal("1.201594")
    assert (preston.rank, preston.of, preston.quartile) == (1, 14, 4)
    # Preston: 307 of 144,147; West Lancashire: 84 of 114,496; Fylde: 59 of 81,211
    assert preston.highest == Decimal("2.129770")
    assert preston.lowest == Decimal("0.726503")
    assert position_of("burglary", "fylde").rank == 14


@pytest.mark.parametrize(
    ("indicator", "value", "more", "change", "higher", "lower"),
    [
        ("violence-and-sexual-offences", 17037, 2930, "rise", 5, 9),
        ("robbery", 238, 36, "none", 2, 6),
        ("possession-of-weapons", 333, 75, "rise", 2, 4),
        ("drugs", 683, -158, "fall", 3, 7),
        ("vehicle-crime", 1849, 300, "rise", 3, 7),
        ("anti-social-behaviour", 13533, -10129, "fall", 4, 8),
        ("burglary", 1955, -23, "none", 3, 5),
        ("shoplifting", 1956, 465, "rise", 4, 8),
        ("criminal-damage-and-arson", 4222, 680, "rise", 4, 7),
    ],
)
def test_headline_figures_of_the_last_quarter(
    loaded, indicator, value, more, change, higher, lower
):
    summary = summary_of(indicator)
    verdicts = [
        position.verdict
        for position in Position.objects.filter(
            summary__indicator__slug=indicator, summary__period=summary.period
        )
    ]

    assert (summary.value, summary.value - summary.last_year) == (value, more)
    assert summary.change == change
    assert (verdicts.count("higher"), verdicts.count("lower")) == (higher, lower)
    assert len(verdicts) == 14


def test_robbery_is_estimated_to_cost_2_7_million_pounds(loaded):
    # 238 x 11,320 = 2,694,160, of which two figures are kept
    assert summary_of("robbery").cost == 2_700_000
    assert summary_of("burglary").cost is None


def test_anti_social_behaviour_improves_and_weapons_change_without_judgement(loaded):
    improving = summary_of("anti-social-behaviour")
    assert improving.variation == Summary.Variation.IMPROVING
    changed = summary_of("possession-of-weapons")
    assert changed.variation == Summary.Variation.CHANGED


@pytest.mark.parametrize(
    ("quarter", "held"),
    [
        (periods.Quarter(2019, 3), 1),  # December 2019 alone
        (periods.Quarter(2020, 1), 2),  # no June 2020
        (periods.Quarter(2020, 2), 1),  # July 2020 alone
    ],
)
def test_quarters_with_a_month_missing_are_incomplete(loaded, quarter, held):
    summary = summary_of("burglary", quarter=quarter)

    assert (summary.state, summary.value) == (Summary.State.INCOMPLETE, None)
    assert (summary.parts_held, summary.parts_expected) == (held, 3)


def test_nothing_invented_is_judged_ranked_or_costed(loaded):
    invented = Summary.objects.filter(indicator__illustrative=True)

    assert {summary.change for summary in invented} == {"not_compared"}
    assert {summary.variation for summary in invented} == {"cannot_tell"}
    assert {summary.cost for summary in invented} == {None}
    places = Position.objects.filter(summary__in=invented)
    assert {(place.rank, place.verdict) for place in places} == {(None, "not_compared")}
