import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.charts.describe import (
    Gap,
    Highlight,
    Mark,
    axis,
    figure,
    interval_plot,
    process_chart,
    sparkline,
)
from performance.periods import Month, Quarter
from performance.statistics.intervals import Interval, rate_interval
from performance.statistics.position import Place, compare
from performance.statistics.process_control import process_control

# Monthly burglaries, pan-Lancashire, December 2019 to March 2022; three have no file.
BURGLARY = [857, 944, 875, 957, 715, 752, None, 780, None, None, 810, 782, 754, 705]
BURGLARY += [592, 681, 599, 594, 571, 635, 667, 683, 865, 826, 721, 712, 591, 652]
Q4 = Quarter(2021, 4)


def months_to_march_2022(count):
    return [Month(2022, 3).plus(index - count + 1) for index in range(count)]


def described(values=BURGLARY, **more):
    periods = months_to_march_2022(len(values))
    rebased_at = more.pop("rebased_at", ())
    return process_chart(
        **{
            "id": "burglary",
            "subject": "Burglary",
            "unit": "Burglaries a month",
            "periods": periods,
            "chart": process_control(values, rebased_at=rebased_at),
            "polarity": "lower",
            "quarter": Q4,
            "gap_reasons": dict.fromkeys(periods, "no file"),
        }
        | more
    )


def test_points_carry_their_judgement():
    chart = described()

    marks = "".join(
        {"worse": "W", "better": "B", "changed": "C", "ordinary": "."}[point.mark]
        for point in chart.points
    )
    # as drawn in the county's own example: high to March 2020, low January to September 2021
    assert marks == "WWWW.........BBBBBBBBB......"
    assert chart.points[1].words == "above the usual range"
    assert chart.points[13].words == "one of seven or more in a row below average"
    assert chart.legend == (
        (Mark.WORSE, "unusually high"),
        (Mark.BETTER, "unusually low"),
        (Mark.ORDINARY, "ordinary variation"),
    )


def test_neutral_polarity_is_never_better_or_worse():
    chart = described(polarity="neutral")

    assert {point.mark for point in chart.points} == {Mark.CHANGED, Mark.ORDINARY}


def test_reading_says_what_the_quarter_did_and_what_came_before():
    assert described().reading == (
        "Burglary ran below average from January to September 2021 and stayed within "
        "the usual range in January to March 2022."
    )


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        ([10, 12] * 6, "stayed within the usual range from April 2021 to March 2022."),
        ([10, 12] * 7 + [20], "went above the usual range in March 2022."),
        ([10, 12] * 7 + [None] * 3, "had no figure for January to March 2022."),
        (
            [10, 12, 10, 12],
            "stayed within the usual range from December 2021 to March 2022 (trial limits).",
        ),
    ],
)
def test_reading_of_quiet_loud_missing_and_short_series(values, reading):
    assert described(values).reading == f"Burglary {reading}"


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        ([None, None], "Burglary: no figures yet."),
        ([3, None, 4], "Burglary: too few figures in a row for a usual range."),
        ([3, 3, 3], "Burglary: no variation to measure."),
    ],
)
def test_reading_without_limits(values, reading):
    chart = described(values)

    assert chart.reading == reading
    assert chart.bands == ()
    assert chart.limits_note.startswith("No limits: ")


def test_gaps_have_their_reason_and_are_named():
    chart = described()

    assert chart.gaps == (Gap(6, 7, "no file"), Gap(8, 10, "no file"))
    assert chart.gaps_note == "No file: Jun, Aug, Sep 2020"
    assert chart.points[6].label == "no file"
    assert chart.points[6].value is None


def test_gaps_for_different_reasons_part():
    chart = described(
        [None, None, *[10, 12] * 6],
        gap_reasons={Month(2021, 2): "not held"},
    )

    assert chart.gaps_note == "Not held: Feb 2021; No figure: Mar 2021"


def test_limits_note_says_how_they_were_made():
    assert described().limits_note == (
        "Average 733 ± 2.66 × the mean moving range of 25 months; "
        "1 very large movement left out; no range taken across a gap."
    )
    assert described([10, 12] * 12, rebased_at=[12]).limits_note == (
        "Average 11 ± 2.66 × the mean moving range of 12 months from April 2021."
    )


def test_lower_limit_of_counts_is_drawn_at_0_not_below():
    low, high = [0, 4] * 6, described([0, 4] * 6, of_counts=False)

    assert described(low).bands[0].low == 0
    assert high.bands[0].low == pytest.approx(2 - 2.66 * 4)


def test_events_are_numbered_by_date_and_placed_by_day():
    chart = described(
        events=[
            (datetime.date(2021, 1, 6), "third national lockdown begins"),
            (datetime.date(2020, 3, 23), "first national lockdown begins"),
            (datetime.date(2019, 1, 1), "before the series"),
        ]
    )

    assert [(event.number, event.text) for event in chart.events] == [
        (1, "first national lockdown begins"),
        (2, "third national lockdown begins"),
    ]
    assert chart.events[0].at == pytest.approx(3 + 22 / 31)  # March 2020 is point 3


def test_the_quarter_is_highlighted():
    assert described().highlight == Highlight(25, 28, "Q4 2021/22", "Q4")
    assert described(quarter=Quarter(2030, 1)).highlight is None


def test_axis_starts_where_it_says():
    chart = described()

    assert chart.axis.ticks == (400, 500, 600, 700, 800, 900, 1000)
    assert chart.axis_note == "Burglaries a month; the axis starts at 400"
    assert described([1, 30, 2, 40]).axis_note == "Burglaries a month"


def test_ticks_name_the_year_where_it_begins():
    ticks = described().ticks

    assert [(tick.label, tick.year) for tick in ticks[:5]] == [
        ("Jan", "2020"),
        ("Apr", ""),
        ("Jul", ""),
        ("Oct", ""),
        ("Jan", "2021"),
    ]


def test_quarters_can_be_charted_too():
    quarters = [Q4]
    while len(quarters) < 8:
        quarters.insert(0, quarters[0].previous)

    chart = described([5, 7] * 4, periods=quarters)

    assert chart.highlight == Highlight(7, 8, "Q4 2021/22", "Q4")
    assert [tick.label for tick in chart.ticks] == ["Q1", "Q2", "Q3", "Q4"] * 2
    assert "of 8 quarters" in chart.limits_note


def test_periods_must_go_with_the_points():
    with pytest.raises(ValueError, match="2 periods do not go with 3 points"):
        described([1, 2, 3], periods=months_to_march_2022(2))
    with pytest.raises(ValueError, match="0 periods"):
        described([])


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 3))
def test_axis_covers_its_values_with_even_ticks(low, more, decimals):
    found = axis(low, low + more, decimals=decimals)

    assert found.low <= low
    assert found.high >= low + more - 1e-6
    steps = {
        round(b - a, 6) for a, b in zip(found.ticks, found.ticks[1:], strict=False)
    }
    assert len(steps) == 1
    assert 2 <= len(found.ticks) <= 12
    assert len({found.label(tick) for tick in found.ticks}) == len(found.ticks)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1955, 0, "1,955"),
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (-3, 0, "−3"),
        (-0.001, 1, "0.0"),
    ],
)
def test_figures_as_pages_print_them(value, decimals, text):
    assert figure(value, decimals) == text


def test_sparkline_lets_the_quarter_stand_out():
    periods = months_to_march_2022(28)
    chart = process_control(BURGLARY)

    found = sparkline(
        id="s", subject="Burglary", periods=periods, chart=chart, quarter=Q4
    )

    assert found.values == tuple(BURGLARY)
    assert found.highlighted == (25, 26, 27)
    assert found.bands[0].average == pytest.approx(732.8)
    assert (found.low, found.high) == (pytest.approx(565.473, abs=1e-3), 957)
    assert found.reading == described().reading


def test_sparkline_without_a_quarter_shows_its_last_known_points():
    values = [*[10, 12] * 6, None]

    found = sparkline(
        id="s",
        subject="Burglary",
        periods=months_to_march_2022(13),
        chart=process_control(values),
    )

    assert found.highlighted == (10, 11)


AREAS = {
    "Blackburn with Darwen": (189, 150_030),
    "Preston": (307, 144_147),
    "Fylde": (59, 81_211),
    "Ribble Valley": (None, 62_026),
}


def areas(polarity="lower"):
    rows = []
    for name, parts in AREAS.items():
        interval = rate_interval(*parts)
        rows.append((name, interval, compare(interval, 1.20, polarity)))
    return interval_plot(
        id="areas",
        unit="Rate per 1,000 residents",
        rows=rows,
        benchmark=1.20,
        benchmark_name="all 14 areas",
    )


def test_interval_rows_say_where_they_stand():
    plot = areas()

    assert [(row.name, row.words) for row in plot.rows] == [
        ("Blackburn with Darwen", "Similar"),
        ("Preston", "Higher"),
        ("Fylde", "Lower"),
        ("Ribble Valley", "Not compared"),
    ]
    assert plot.rows[1].reading == (
        "Preston: 2.13, 95% interval 1.90 to 2.38, higher than all 14 areas."
    )
    assert plot.rows[3].reading == (
        "Ribble Valley: not compared, no figure for this area."
    )
    assert plot.rows[3].value is None


def test_interval_plot_reads_in_a_sentence():
    plot = areas()

    assert plot.reading == (
        "Of 3 areas, 1 is higher than all 14 areas, 1 lower and 1 similar; "
        "1 not compared."
    )
    assert plot.benchmark_label == "All 14 areas: 1.20"
    assert [row.name for row in plot.without_interval] == ["Ribble Valley"]


def test_interval_plot_when_all_are_alike():
    interval = Interval(2, 1, 3)
    rows = [(name, interval, compare(interval, 2, "lower")) for name in "ab"]

    plot = interval_plot(
        id="p", unit="Rate", rows=rows, benchmark=2, benchmark_name="both"
    )

    assert plot.reading == "All 2 areas are similar to both."
    assert {row.place for row in plot.rows} == {Place.SIMILAR}


def test_interval_plot_needs_a_row():
    with pytest.raises(ValueError, match="needs a row"):
        interval_plot(id="p", unit="", rows=[], benchmark=1, benchmark_name="")
