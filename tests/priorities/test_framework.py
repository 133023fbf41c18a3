import pytest

from priorities import framework
from priorities.models import FrameworkEntry, FrameworkGap, Strategy
from tests.factories import (
    AgreementFactory,
    BoardFactory,
    KeyIssueFactory,
    StrategyFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)

Column = FrameworkEntry.Column


@pytest.fixture
def version(db):
    agreement = AgreementFactory(starts_year=2022, ends_year=2025)
    return VersionFactory(agreement=agreement)


@pytest.fixture
def issue(version):
    return VersionKeyIssueFactory(version=version, key_issue=KeyIssueFactory())


def enter(issue, column, record, order=1):
    kind = "strategy" if isinstance(record, Strategy) else "board"
    return FrameworkEntry.objects.create(
        agreement=issue.version.agreement,
        key_issue=issue.key_issue,
        column=column,
        order=order,
        as_published=str(record),
        **{kind: record},
    )


def build(*issues, gaps=()):
    agreement = issues[0].version.agreement
    entries = list(agreement.framework.select_related("board", "strategy"))
    return framework.build(agreement, issues, entries, gaps)


def test_every_cell_is_counted_and_empty_ones_are_gaps(issue):
    other = VersionKeyIssueFactory(version=issue.version)
    enter(issue, Column.STRATEGIC_GROUP, BoardFactory())
    enter(issue, Column.STRATEGY, StrategyFactory())
    enter(issue, Column.DELIVERY, BoardFactory())
    enter(other, Column.STRATEGY, StrategyFactory())

    built = build(issue, other)

    assert built.cells == 6
    assert built.gaps.number == 2  # no group and no delivery of the other
    assert [row.issue for row in built.gaps.rows] == [other]


def test_recorded_gap_says_why_who_and_when(issue):
    gap = FrameworkGap(
        agreement=issue.version.agreement,
        key_issue=issue.key_issue,
        column=Column.STRATEGIC_GROUP,
        explanation="The cell is empty.",
        recorded_on="2022-07-01",
    )

    cell = build(issue, gaps=[gap]).rows[0].cells[0]

    assert cell.gap_title == "No strategic group recorded"
    assert cell.gap_text == "The cell is empty."
    assert cell.gap_facts == [
        ("Why", "not stated"),
        ("Owner", "not named"),
        ("Recorded", "1 July 2022"),
        ("Look again by", "no date set"),
    ]


def test_gap_nobody_recorded_is_still_shown(issue):
    cell = build(issue).rows[0].cells[2]

    assert cell.empty
    assert cell.gap_title == "No delivery body recorded"
    assert cell.gap_text == "Nobody has recorded why yet."
    assert cell.gap_facts == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "draft"}, ["Draft"]),
        ({"status": "to_be_revised"}, ["To be revised"]),
        ({"status": "planned"}, ["Planned"]),
        ({"status": "in_force"}, ["In force"]),
        ({"ends": "2024"}, ["Ends inside the term"]),
        ({"ends": "2025"}, ["In force to 2025"]),
        ({"ends": "2026", "status": "in_force"}, ["In force to 2026"]),
        ({"status": "draft", "ends": "2023"}, ["Draft", "Ends inside the term"]),
        ({}, ["No status or dates recorded"]),
        ({"unnamed": True}, []),
    ],
)
def test_states_of_a_strategy(version, fields, words):
    strategy = StrategyFactory.build(**fields)

    states = framework.states(strategy, version.agreement)

    assert [state.word for state in states] == words


def test_dates_read_from_a_title_say_so(version):
    strategy = StrategyFactory.build(ends="2026", dates_from_title=True)

    (state,) = framework.states(strategy, version.agreement)

    assert state.note == "dates from its title"


def test_counts_take_a_strategy_once_and_name_all_its_rows(issue):
    other = VersionKeyIssueFactory(version=issue.version)
    shared = StrategyFactory(starts="2022", ends="2023")
    for row in (issue, other):
        enter(row, Column.STRATEGY, shared)
    enter(issue, Column.STRATEGY, StrategyFactory(status="draft"), order=2)
    enter(issue, Column.STRATEGY, StrategyFactory(), order=3)
    enter(issue, Column.STRATEGY, StrategyFactory(unnamed=True), order=4)

    built = build(issue, other)

    assert built.lapsing == framework.Count(1, built.rows)
    assert built.unsettled == framework.Count(1, built.rows[:1])
    assert built.unknown == framework.Count(1, built.rows[:1])


def test_same_body_in_both_columns_is_said(issue):
    board = BoardFactory()
    enter(issue, Column.STRATEGIC_GROUP, board)
    enter(issue, Column.DELIVERY, board)
    enter(issue, Column.DELIVERY, BoardFactory(), order=2)

    groups, _, delivery = build(issue).rows[0].cells

    assert groups.lines[0].note == ""
    assert [line.note for line in delivery.lines] == [
        "The same body leads and delivers",
        "",
    ]


def test_entry_of_an_issue_the_version_has_not_is_left_out(issue):
    stranger = VersionKeyIssueFactory.build(
        version=issue.version, key_issue=KeyIssueFactory()
    )
    enter(stranger, Column.STRATEGY, StrategyFactory(status="draft"))

    built = build(issue)

    assert built.strategies == ()
    assert built.unsettled.number == 0
