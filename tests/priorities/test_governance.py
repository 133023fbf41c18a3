import datetime

import pytest

from partnerships.models import BoardAlias, BoardRelation
from priorities import governance, governance_map
from priorities.models import FrameworkEntry, FrameworkGap
from tests.factories import (
    AgreementFactory,
    BoardFactory,
    MembershipFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)

DAY = datetime.date(2022, 6, 16)


@pytest.fixture
def agreement(db):
    """The agreement of 2022 to 2025 with one version and no key issue."""
    version = VersionFactory(
        agreement=AgreementFactory(starts_year=2022, ends_year=2025)
    )
    return version.agreement


def issue(agreement, **titles):
    return VersionKeyIssueFactory(version=agreement.versions.get(), **titles)


def lead(issue, board, column="strategic_group"):
    return FrameworkEntry.objects.create(
        agreement=issue.version.agreement,
        key_issue=issue.key_issue,
        column=column,
        order=FrameworkEntry.objects.count(),
        board=board,
        as_published=board.name,
    )


def relate(lower, upper, kind="reports_to", **dates):
    return BoardRelation.objects.create(lower=lower, upper=upper, kind=kind, **dates)


def boards(bodies):
    return [body.board for body in bodies]


# Where bodies hang


def test_groups_hang_under_their_key_issue_and_others_under_the_board(agreement):
    violence, group, tactical = issue(agreement), BoardFactory(), BoardFactory()
    lead(violence, group)
    relate(group, agreement.owner)
    relate(tactical, agreement.owner, "links_into")

    page = governance.as_at(DAY)

    assert page.owner.board == agreement.owner
    assert boards(page.branches[0].groups) == [group]
    assert page.branches[0].reports
    assert boards(page.direct) == [tactical]
    assert page.direct[0].notes[0] == "Links into the Board"


def test_a_key_issue_without_a_group_is_a_numbered_gap_with_no_line(agreement):
    issue(agreement)
    asb = issue(agreement)
    gap = FrameworkGap.objects.create(
        agreement=agreement,
        key_issue=asb.key_issue,
        column="strategic_group",
        explanation="Not named.",
        recorded_on="2022-06",
    )

    page = governance.as_at(DAY)

    assert [branch.gap_number for branch in page.branches] == [1, 2]
    assert [branch.gap for branch in page.branches] == [None, gap]
    assert page.gaps == 2
    assert not any(branch.reports for branch in page.branches)


def test_a_body_that_delivers_one_issue_hangs_there_and_one_of_several_is_shared(
    agreement,
):
    violence, roads = issue(agreement), issue(agreement)
    joint, districts, part = BoardFactory.create_batch(3)
    lead(roads, joint, "delivery")
    for each in [violence, roads]:
        lead(each, districts, "delivery")
    relate(part, districts, "part_of")

    page = governance.as_at(DAY)

    assert boards(page.branches[0].deliverers) == []
    assert boards(page.branches[1].deliverers) == [joint]
    assert [shared.body.board for shared in page.shared] == [districts]
    assert page.shared[0].places == (0, 1)
    assert page.shared[0].body.notes[0] == "Delivers 2 of the 2 key issues"
    assert boards(page.shared[0].body.below) == [part]


def test_a_body_that_leads_and_delivers_is_shown_once(agreement):
    crime, genga = issue(agreement), BoardFactory()
    lead(crime, genga)
    lead(crime, genga, "delivery")

    (branch,) = governance.as_at(DAY).branches

    assert boards(branch.groups) == [genga]
    assert branch.groups[0].notes[0] == "Leads and delivers"
    assert branch.deliverers == ()


def test_a_body_that_hangs_nowhere_is_listed_as_such(agreement):
    loose, topic = BoardFactory(), BoardFactory(topic="Hate crime")

    page = governance.as_at(DAY)

    assert boards(page.others) == [loose]
    assert boards(page.outside) == [topic]
    assert page.outside[0].notes == ("Hate crime",)


def test_bodies_that_report_to_each_other_end_the_reading(agreement):
    one, two = BoardFactory.create_batch(2)
    relate(one, two)
    relate(two, one)

    page = governance.as_at(DAY)

    assert page.owner.board == agreement.owner
    assert governance_map.draw(page)


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ([""], "report to, interval not recorded"),
        (["every quarter", "every quarter"], "report to, every quarter"),
        (["", "every quarter"], "report to, at different intervals"),
    ],
)
def test_the_line_says_how_often_groups_report(agreement, intervals, words):
    for interval in intervals:
        relate(BoardFactory(), agreement.owner, interval=interval)

    assert governance.as_at(DAY).reporting == words


# As at a day


def test_lines_and_places_are_those_of_the_day(agreement):
    owner, group = agreement.owner, BoardFactory()
    relate(group, owner, valid_from=datetime.date(2022, 1, 1))
    member = MembershipFactory(board=owner, valid_until=datetime.date(2022, 6, 1))
    later = MembershipFactory(board=owner, valid_from=datetime.date(2022, 6, 1))

    before = governance.as_at(datetime.date(2022, 1, 1))
    after = governance.as_at(DAY)

    assert before.members == (member,)
    assert after.members == (later,)
    assert boards(before.direct) == [group]
    relate(group, owner, "accountable_to")
    BoardRelation.objects.filter(kind="reports_to").update(
        valid_until=datetime.date(2022, 2, 1)
    )
    assert governance.as_at(DAY).direct[0].notes[0] == "Answers to the Board"


@pytest.mark.parametrize(
    ("established", "there"),
    [("2022", True), ("2023", False), ("2022-07", False), ("2022-06-16", True)],
)
def test_a_body_is_not_shown_before_it_was_established(agreement, established, there):
    board = BoardFactory(established=established)

    assert (board in boards(governance.as_at(DAY).others)) is there


def test_the_agreement_is_that_of_the_day_or_the_last_before_it(agreement):
    later = VersionFactory(
        agreement=AgreementFactory(starts_year=2025, ends_year=2028)
    ).agreement

    found = {
        year: governance.agreement_on(datetime.date(year, 6, 1))
        for year in [2021, 2024, 2026, 2040]
    }

    assert found == {
        2021: (None, False),
        2024: (agreement, True),
        2026: (later, True),
        2040: (later, False),
    }


# The page


@pytest.mark.parametrize("count", [1, 3])
def test_governance_costs_the_same_however_many_bodies(
    client, agreement, count, django_assert_num_queries
):
    owner = agreement.owner
    for board in BoardFactory.create_batch(count):
        lead(issue(agreement), board)
        relate(board, owner)
        BoardAlias.objects.create(board=board, name=f"Also {board.name}")
        MembershipFactory(board=owner)
        MembershipFactory(board=owner, role="attends")

    # agreement, version, key issues, framework, gaps, topics, listed partners; boards and
    # their other names, lines; places and what the law makes of those who attend
    with django_assert_num_queries(12):
        response = client.get("/governance/")

    assert len(response.context["page"].branches) == count


def test_a_bad_date_is_told_and_today_is_shown(client, agreement):
    for bad in ["2021-02-31", "yesterday", "%00", "<script>"]:
        response = client.get(f"/governance/?on={bad}")
        assert "There is no such day." in response.text
        assert response.context["page"].day == DAY


def test_another_date_is_honoured(client, agreement):
    response = client.get("/governance/?on=2023-01-02")

    assert response.context["page"].day == datetime.date(2023, 1, 2)
    assert "Shown as at 2 January 2023" in response.text


def test_a_day_before_every_agreement_shows_bodies_and_says_so(client, agreement):
    board = BoardFactory()

    response = client.get("/governance/?on=0001-01-01")

    assert "No board that owns an agreement is recorded for this day." in response.text
    assert board.name in response.text
    assert client.get("/governance/map.svg?on=0001-01-01").status_code == 404


def test_an_empty_database_has_a_page(client, db):
    assert client.get("/governance/").status_code == 200


def test_the_map_is_a_file_whose_links_lead_back(client, agreement):
    response = client.get("/governance/map.svg?on=2023-01-02")

    assert response.headers["Content-Type"] == "image/svg+xml"
    assert (
        'filename="governance-2023-01-02.svg"'
        in response.headers["Content-Disposition"]
    )
    address = agreement.owner.get_absolute_url()
    assert f'href="http://testserver{address}"' in response.text
    assert client.get("/governance/map.svg?on=never").status_code == 404
