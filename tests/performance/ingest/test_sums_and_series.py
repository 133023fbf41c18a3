"""Figures set against their totals, and against what is held: what does not hang together
is told with its cell. Each with data that could have slipped through."""

import pytest

from partnerships.models import RoleAssignment
from performance import sealing
from performance.ingest import parsing
from performance.ingest.checking import examine, receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Indicator, Observation, Period
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import (
    csv_bytes,
    figures,
    make_county,
    workbook_bytes,
)
from tests.performance.ingest.test_official_sources import (
    BY_PARTNERSHIP,
    home_office,
    indicator,
)

Q4 = "Q4 2021/22"
YEAR = ("Q1 2021/22", "Q2 2021/22", "Q3 2021/22", Q4)
AREAS = {"Preston": 3, "Pendle": 4, "Rossendale": 5}


@pytest.fixture
def county(db, settings):
    settings.TODAY = "2022-06-16"
    return make_county()


def told(data, *rules):
    """What is told by some rules: level, row, column, what the cell says, the sentences."""
    _, problems = examine(parsing.read(data), by=None)
    return [
        (each.level, each.row, each.column, each.text, f"{each.wrong} {each.mend}")
        for each in problems
        if each.rule in rules
    ]


def given(**values):
    return [("burglary", area, Q4, value) for area, value in values.items()]


def save(*rows):
    upload = receive(csv_bytes(*rows), "figures.csv", by=None)
    assert not upload.findings.errors().exists(), list(upload.findings.errors())
    commit_upload(upload, by=None, reason="So it is.")
    return upload


# Parts against totals

TOTALS = ("parts-and-total", "total-checked", "total-not-checked", "other-area")


def test_a_total_that_is_not_the_sum_of_its_areas_is_a_query(county):
    rows = [*given(**AREAS), ("burglary", "All Shire", Q4, 13)]

    assert told(csv_bytes(*rows), *TOTALS) == [
        (
            *("query", 5, 4, "13"),
            "All Shire has 13 in all, and its parts add up to 12. Burglary, Q4 2021/22: is "
            "one of the 3 parts missing or wrong? The total itself is not kept.",
        )
    ]


def test_totals_that_are_the_sum_are_told_once_and_not_kept(county):
    rows = [
        *given(**AREAS),
        ("burglary", "All Shire", Q4, 12),
        *(("robbery", area, Q4, value) for area, value in AREAS.items()),
        ("robbery", "Total", Q4, 12),
    ]

    assert told(csv_bytes(*rows), *TOTALS) == [
        (
            *("note", 5, 4, "12"),
            "A total is what its parts add up to. It is not kept: pages add it up again. ",
        )
    ]
    save(*rows)
    assert not Observation.objects.filter(area=county.whole).exists()
    assert Observation.objects.count() == 6


@pytest.mark.parametrize(
    ("total", "level"), [(12, "note"), (19, "note"), (18, "query")]
)
def test_what_has_no_place_may_be_in_the_total_or_not(county, total, level):
    rows = [
        *given(**AREAS),
        ("burglary", "all-shire-unplaced", Q4, 7),
        ("burglary", "All Shire", Q4, total),
    ]

    ((found, row, *_),) = told(csv_bytes(*rows), *TOTALS)

    assert (found, row) == (level, 6)


def test_areas_that_are_held_and_not_given_count_in_the_sum(county):
    save(*given(Preston=30, Pendle=4, Rossendale=5))
    rows = [*given(Preston=3), ("burglary", "All Shire", Q4, 12)]

    ((level, *_, said),) = told(csv_bytes(*rows), *TOTALS)

    assert (level, said[:34]) == ("note", "A total is what its parts add up t")


def test_a_total_with_a_part_missing_is_told_which(county):
    rows = [*given(Preston=3, Pendle=4), ("burglary", "All Shire", Q4, 12)]

    assert told(csv_bytes(*rows), *TOTALS) == [
        (
            *("note", 4, 4, "12"),
            "A total is not kept, and this one could not be checked. Burglary, Q4 2021/22: "
            "there is no figure for Rossendale, Q4 2021/22.",
        )
    ]


def test_a_whole_without_any_area_is_still_an_error(county):
    ((level, *_, said),) = told(csv_bytes(("burglary", "All Shire", Q4, 12)), *TOTALS)

    assert level == "error"
    assert said.startswith("Burglary for All Shire is added up from its areas.")


def test_a_row_of_totals_in_the_workbook_is_checked_by_column(county):
    data = workbook_bytes(
        ("Preston", 3, 1), ("Pendle", 4, 1), ("Rossendale", 5, 1), ("Total", 12, 4)
    )

    found = told(data, *TOTALS)

    assert [(level, row, column, text) for level, row, column, text, _ in found] == [
        ("query", 9, 3, "4"),
        ("note", 9, 2, "12"),
    ]


# Quarters against years


def quarters(*values, area="Preston"):
    return [
        ("burglary", area, quarter, value)
        for quarter, value in zip(YEAR, values, strict=False)
    ]


def test_a_year_that_is_not_the_sum_of_its_quarters_is_a_query(county):
    rows = [*quarters(1, 2, 3, 4), ("burglary", "Preston", "2021/22", 11)]

    ((level, row, column, text, said),) = told(csv_bytes(*rows), *TOTALS)

    assert (level, row, column, text) == ("query", 6, 4, "11")
    assert said.startswith(
        "Preston has 11 in all, and its parts add up to 10. Burglary,"
    )


def test_a_year_is_set_against_quarters_that_are_held(county):
    save(*quarters(1, 2, 3))
    rows = [
        ("burglary", "Preston", Q4, 4),
        ("burglary", "Preston", "Year ending March 2022", 10),
    ]

    ((level, *_, said),) = told(csv_bytes(*rows), *TOTALS)

    assert (level, said[:7]) == ("note", "A total")
    save(*rows)
    assert Observation.objects.filter(area=county.preston).count() == 4


def test_a_quarter_of_months_and_a_year_of_a_whole_are_checked_too(county):
    months = [
        ("disorder", area, month, 2)
        for area in ("Preston", "Pendle", "Rossendale")
        for month in ("2022-01", "2022-02", "2022-03")
    ]
    rows = [
        *months,
        ("disorder", "Preston", Q4, 6),
        ("disorder", "All Shire", Q4, 18),
        ("disorder", "Pendle", Q4, 7),
    ]

    found = told(csv_bytes(*rows), *TOTALS)

    assert [(level, row) for level, row, *_ in found] == [("query", 13), ("note", 11)]


def test_a_year_without_a_quarter_of_it_is_still_an_error(county):
    found = told(csv_bytes(("burglary", "Preston", "2021/22", 12)), "unknown-period")

    assert [(level, text) for level, _, _, text, _ in found] == [("error", "2021/22")]


# Coverage


def test_a_period_left_out_between_others_is_a_note(county):
    rows = [
        ("burglary", area, quarter, 5)
        for area in AREAS
        for quarter in (YEAR[0], YEAR[3])
    ]

    assert told(csv_bytes(*rows), "missing-period") == [
        (
            *("note", 0, 0, ""),
            "No figure for Q2 2021/22 and Q3 2021/22, between those that are given or "
            "held. Burglary. Charts leave a gap there, and sums over it are incomplete.",
        )
    ]


def test_a_period_left_out_since_the_last_held_is_a_note(county):
    save(*quarters(5, 5))

    ((*_, said),) = told(figures(Preston=5), "missing-period")
    assert said.startswith("No figure for Q3 2021/22,")
    save(("burglary", "Preston", YEAR[2], 5))
    assert told(figures(Preston=5), "missing-period") == []


# Unlike the history


def series(*values):
    """Burglary in Preston, one quarter after another from April 2019."""
    names = [
        f"Q{n} {y}" for y in ("2019/20", "2020/21", "2021/22") for n in range(1, 5)
    ]
    return [
        ("burglary", "Preston", name, value)
        for name, value in zip(names, values, strict=False)
    ]


STEADY = (100, 110, 100, 110, 100, 110, 100, 110, 100, 110, 100)  # to Q3 2021/22


def test_a_jump_larger_than_any_before_it_is_a_note(county):
    """From 100; no move was larger than 10, so 115 is no jump and 116 is one. 116 is
    within the limits of what came before: 105 ± 2.66 × 10, so nothing else tells it."""
    save(*series(*STEADY))

    assert told(figures(Preston=115), "jump", "outside-limits", "unusual") == []
    assert told(figures(Preston=116), "jump", "outside-limits", "unusual") == [
        (
            *("note", 2, 4, "116"),
            "116 is a jump from 100 before it. Burglary in Preston has never moved by more "
            "than 10 from one quarter to the next.",
        )
    ]


def test_a_figure_that_was_told_already_is_not_told_as_a_jump(county):
    save(*series(*STEADY))

    found = told(figures(Preston=400), "jump", "outside-limits", "unusual")

    assert [said[:30] for *_, said in found] == ["400 is far above the usual. Bu"]


def test_a_jump_that_is_held_already_is_not_told_again(county):
    save(*series(*STEADY), ("burglary", "Preston", Q4, 116))

    assert told(figures(Preston=116), "jump") == []


def test_a_short_history_knows_no_jump(county):
    save(*series(*STEADY)[3:])

    assert told(figures(Preston=116), "jump") == []


# An older publication


def test_an_older_publication_over_a_newer_one_is_a_query(county):
    made = indicator(
        county, "home_office", Period.Kind.QUARTER, "30B", title="Burglaries"
    )

    def table(*rows):
        lines = [f"2017/18,{row}" for row in rows]
        return home_office(*lines, head=BY_PARTNERSHIP).encode()

    third = "3,Shire,Preston,,a,b,c,30B,"
    newer = table(f"{third}120", "4,Shire,Preston,,a,b,c,30B,130")
    commit_upload(receive(newer, "n.csv", by=None), by=None, reason="As published.")
    assert Current.objects.filter(indicator=made).count() == 2

    assert told(table(f"{third}120"), "older-publication") == []
    assert told(table(f"{third}119"), "older-publication") == [
        (
            *("query", 0, 0, ""),
            "The file ends with Q3 2017/18, and figures up to Q4 2017/18 are held: it seems "
            "to be an older publication. Burglaries: 1 figure held would be replaced by "
            "what this one says. Is that meant?",
        )
    ]


def test_a_correction_of_one_quarter_in_the_workbook_is_no_older_publication(county):
    save(*quarters(1, 2, 3, 4))

    assert told(csv_bytes(*quarters(9)), "older-publication") == []


# Sealed


def test_a_figure_over_a_sealed_one_is_a_query(county, officer, user_with):
    save(*given(Preston=3, Pendle=4))
    asked = sealing.ask(
        Observation.objects.get(area=county.preston), by=officer, reason="An order."
    )
    sealing.agree(asked, by=user_with(RoleAssignment.Role.ADMINISTRATOR))

    found = told(csv_bytes(*given(Preston=3, Pendle=4)), "sealed-figure")

    assert [(level, row, column) for level, row, column, *_ in found] == [
        ("query", 2, 4)
    ]
    assert told(csv_bytes(*given(Preston="missing")), "sealed-figure") == []


def test_kinds_that_are_no_counts_have_no_totals(county):
    """Shares do not add up."""
    IndicatorFactory(
        title="Satisfied",
        slug="satisfied",
        kind=Indicator.Kind.PUBLISHED_RATE,
        native_period=Period.Kind.QUARTER,
        group=county.group,
    )
    rows = [("satisfied", area, Q4, 50) for area in (*AREAS, "All Shire")]

    assert told(csv_bytes(*rows), *TOTALS) == []
