import pytest

from performance import sentences
from performance.periods import Month, Quarter
from performance.sentences import Change, Status
from performance.statistics.polarity import Side
from performance.statistics.process_control import (
    Point,
    Rule,
    Signal,
    Variation,
    Verdict,
)

JAN, FEB, MAR = Quarter(2021, 4).months


def point(rule=None, side=Side.HIGH, value=10):
    return Point(value, (Signal(rule, side),) if rule else ())


def text(phrases):
    return "".join(phrase.text for phrase in phrases)


def strong(phrases):
    return [phrase.text for phrase in phrases if phrase.strong]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (62.4, "+62%"),
        (-43.2, "−43%"),
        (-1.16, "−1.2%"),
        (9.96, "+10%"),
        (0.04, "0.0%"),
    ],
)
def test_per_cents_are_signed_with_a_true_minus(value, words):
    assert sentences.percent(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(1.2899, "1.29"), (9.996, "10.0"), (11.24, "11.2")]
)
def test_rates_have_two_decimals_below_ten(value, words):
    assert sentences.rate(value) == words


@pytest.mark.parametrize(
    ("pounds", "words"),
    [(2_700_000, "£2.7m"), (3_000_000, "£3m"), (380_000, "£380,000"), (0, "£0")],
)
def test_money(pounds, words):
    assert sentences.money(pounds) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Fylde"], "Fylde"),
        (["Fylde", "Wyre"], "Fylde and Wyre"),
        (["Blackpool", "Fylde", "Wyre"], "Blackpool, Fylde and Wyre"),
        (["Shoplifting", "Damage and arson"], "Shoplifting, and Damage and arson"),
    ],
)
def test_names_in_a_row(names, words):
    assert sentences.listed(names) == words


@pytest.mark.parametrize(
    ("title", "words"),
    [("Burglary", "burglary"), ("CSE referrals", "CSE referrals"), ("", "")],
)
def test_a_title_inside_a_sentence(title, words):
    assert sentences.inside(title) == words


def test_a_clear_rise_is_worse_where_lower_is_better():
    change = sentences.change(203, 125, "rise", "lower")

    assert change == Change("up", "78 more", "+62%", "Worse", "worse")
    assert change.than_last_year == "78 more than the same quarter last year (+62%)"
    assert change.words == "78 more (+62%)"


@pytest.mark.parametrize(
    ("verdict", "polarity", "word", "kind"),
    [
        ("fall", "lower", "Better", "better"),
        ("fall", "higher", "Worse", "worse"),
        ("fall", "neutral", "Changed, no judgement", "changed"),
        ("none", "lower", "No clear change", "quiet"),
        ("", "lower", "No clear change", "quiet"),
    ],
)
def test_a_verdict_follows_the_polarity_and_the_arrow_does_not(
    verdict, polarity, word, kind
):
    change = sentences.change(1955, 1978, verdict, polarity)

    assert change == Change("down", "23 fewer", "−1.2%", word, kind)


def test_a_change_from_nothing_has_no_per_cent():
    assert sentences.change(3, 0, "none", "lower").words == "3 more"


def test_the_same_count():
    change = sentences.change(5, 5, "none", "lower")

    assert change.direction == "level"
    assert change.than_last_year == "the same as in the same quarter last year"


@pytest.mark.parametrize(
    ("verdict", "side", "expected"),
    [
        (Verdict.CONCERNING, Side.HIGH, Status("worse", "Concerning: high")),
        (Verdict.IMPROVING, Side.LOW, Status("better", "Improving: low")),
        (Verdict.NEITHER, Side.HIGH, Status("changed", "Higher than usual")),
        (Verdict.NEITHER, Side.LOW, Status("changed", "Lower than usual")),
        (Verdict.USUAL, None, Status("usual", "Within usual range")),
        (Verdict.CANNOT_TELL, None, Status("unknown", "Cannot tell yet")),
    ],
)
def test_the_usual_range_in_words(verdict, side, expected):
    signal = Signal(Rule.OUTSIDE, side) if side else None

    assert sentences.usual_range(Variation(verdict, signal)) == expected


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([point(), point(), point()], "Each month was inside the usual range."),
        (
            [point(), point(), point(Rule.OUTSIDE)],
            "March was above the usual range.",
        ),
        (
            [point(Rule.OUTSIDE, Side.LOW), point(Rule.OUTSIDE, Side.LOW), point()],
            "January and February were below the usual range.",
        ),
        (
            [point(Rule.OUTSIDE), point(), point(Rule.OUTSIDE, Side.LOW)],
            "January was above and March was below the usual range.",
        ),
        (
            [point(Rule.TWO_OF_THREE), point(), point(Rule.TWO_OF_THREE)],
            "Two of three months close to the upper limit.",
        ),
        (
            [point(Rule.RUN, Side.LOW)] * 3,
            "Seven months or more in a row below average.",
        ),
        ([point(Rule.TREND)] * 3, "Seven months or more in a row rose."),
        (
            [point(value=None), point(value=None), point()],
            "March was inside the usual range.",
        ),
        ([point(value=None)] * 3, ""),
    ],
)
def test_what_the_months_of_a_quarter_did(points, words):
    assert sentences.points_against_range((JAN, FEB, MAR), points) == words


def test_a_quarter_that_is_one_point_is_named_by_its_months():
    quarter = Quarter(2021, 4)

    words = sentences.points_against_range([quarter], [point(Rule.OUTSIDE)])

    assert words == "January to March 2022 was above the usual range."


@pytest.mark.parametrize(
    ("boards", "deliverers", "words"),
    [
        (["The Network"], [], "Led by The Network."),
        (["A", "B", "C"], ["D"], "Led jointly by A, B and C."),
        (
            [],
            ["District CSPs"],
            "No county strategic group recorded; delivered by District CSPs.",
        ),
        ([], [], "No county strategic group recorded."),
    ],
)
def test_who_leads(boards, deliverers, words):
    assert sentences.leads(boards, deliverers) == words


def test_the_reading_of_a_quarter():
    reading = sentences.glance_reading(
        "pan-Lancashire",
        worse=[("Shoplifting", False), ("Vehicle crime", False)],
        better=[("Anti-social behaviour", True)],
        changed=3,
        no_clear_change=2,
        not_compared=0,
    )

    assert text(reading) == (
        "Across pan-Lancashire, two indicators are worse than a year ago: shoplifting "
        "and vehicle crime. None of the two is outside its usual range. One is better: "
        "anti-social behaviour. It left its usual range. Three changed in a way that is "
        "not judged, and two show no clear change."
    )
    assert strong(reading) == ["worse", "better"]


def test_the_reading_names_those_outside_their_range():
    reading = sentences.glance_reading(
        "Here", [("Robbery", True), ("Arson", False)], [], 0, 0, 1
    )

    assert text(reading) == (
        "Across Here, two indicators are worse than a year ago: robbery and arson. "
        "Outside the usual range: robbery. One is not compared."
    )


def test_the_reading_without_anything_compared():
    assert text(sentences.glance_reading("Here", [], [], 0, 0, 4)) == (
        "Across Here, nothing can be compared with the same quarter last year yet."
    )
    assert text(sentences.glance_reading("Here", [], [], 0, 0, 0)) == (
        "Here has no figures for this quarter."
    )


def test_the_reading_with_no_judgement_starts_with_the_place():
    assert text(sentences.glance_reading("Here", [], [], 1, 1, 0)) == (
        "Across Here, one changed in a way that is not judged, and one shows no clear "
        "change."
    )


def test_the_reading_of_an_indicator():
    change = sentences.change(1955, 1978, "none", "lower")

    reading = sentences.indicator_reading(
        1955,
        "burglaries",
        change,
        "",
        "Each month was inside the usual range.",
        ["Blackpool", "Lancaster", "Preston"],
        14,
    )

    assert text(reading) == (
        "1,955 burglaries: no clear change on the same quarter last year (23 fewer, "
        "−1.2%). Each month was inside the usual range. Blackpool, Lancaster and Preston "
        "have higher rates than the 14 areas together."
    )
    assert strong(reading) == ["1,955 burglaries: ", "no clear change"]


def test_the_reading_of_an_indicator_that_is_not_compared_says_why():
    reading = sentences.indicator_reading(
        4, "crimes", None, "Not published.", "", [], 0
    )

    assert text(reading) == "4 crimes. Not published."


def test_areas_moving_alike_make_one_sentence():
    assert sentences.all_alike(3, [-34.2, -54.4, -40]) == (
        "Falls in all 3 areas run from 34% to 54%."
    )
    assert sentences.all_alike(2, [20, 10]) == (
        "Rises in all 2 areas run from 10% to 20%."
    )


def test_an_incomplete_quarter_says_which_months_it_lacks():
    april, may, june = Quarter(2020, 1).months

    assert sentences.incomplete(Quarter(2020, 1), [june], [april, may]) == (
        "April to June 2020 is incomplete: June has no figures. A quarter's count is made "
        "only when all three months are there; April and May can be drawn and no more."
    )
    assert sentences.incomplete(Quarter(2020, 1), [april, may, june], []) == (
        "April to June 2020 has no monthly figures."
    )


def test_what_has_no_place():
    assert sentences.unplaced(1839, 48_509, "Pan-Lancashire") == (
        "1,839 of the 48,509 records counted here (4%) have no place: they are in "
        "Pan-Lancashire's figures and in no area's."
    )
    assert sentences.reconciled(1821, 134, 1955) == (
        "1,821 in the areas + 134 without a place = 1,955"
    )


def test_months_with_too_few_places():
    shares = {Month(2021, 6): 0.82, Month(2021, 5): 0.774}

    assert sentences.few_placed("recorded crimes", shares, 0.9) == (
        "In May 2021 and June 2021 only 77% to 82% of recorded crimes have a place, and "
        "areas need 90%: their counts are too low there, and are not compared area by "
        "area."
    )


def test_the_line():
    assert sentences.against_the_line(5, 9) == "5 above, 9 below the line"
    assert sentences.against_the_line(0, 0) == "All similar to the line"
    assert sentences.areas_above([], 14) == (
        "No area has a higher rate than the 14 areas together."
    )
    assert sentences.areas_above(["Preston"], 14) == (
        "Preston has a higher rate than the 14 areas together."
    )
