"""The demonstration county's agreement, as its fixtures have it."""

from priorities import document
from priorities.models import KeyIssue


def test_county_reads_whole(lancashire):
    document.check(lancashire.version)

    read_ = document.read(lancashire)

    assert [section.number for section in read_.sections] == list(range(1, 10))
    assert {"framework", "alignment", "priorities"} <= {
        table.name for table in read_.tables
    }


def test_county_has_no_heading_that_skips_a_level(lancashire):
    for section in lancashire.version.sections.all():
        levels = [
            len(line) - len(line.lstrip("#"))
            for line in section.body.splitlines()
            if line.startswith("#")
        ]
        assert all(
            after <= before + 1
            for before, after in zip([1, *levels], levels, strict=False)
        ), section


def test_county_gaps_are_listed(lancashire):
    gaps = [gap.what for gap in document.gaps_of(lancashire)]

    assert gaps[0] == "No strategic group recorded"
    assert "Cracking down on burglary and robbery: no county key issue" in gaps
    assert any("no key issue of its own" in gap for gap in gaps)


def test_key_issue_page_tells_one_issue(lancashire):
    page = document.key_issue_page("road-safety")

    assert page.issue.title == "Road safety"
    assert [line.name for line in page.row.groups.lines] == [
        "Lancashire Road Safety Partnership Executive Board",
        "Strategic Roads Policing Board",
    ]
    (group,) = page.sub_priorities
    assert (group.word, group.agreed, len(group.titles)) == (
        "Proposed, May 2022",
        False,
        5,
    )
    assert [row.plan_priority.title for row in page.alignment] == [
        "Targeting dangerous drivers"
    ]


def test_framework_of_the_county(lancashire):
    built = lancashire.framework

    assert built.cells == 18
    assert built.gaps.number == 1
    assert [row.issue.key_issue.slug for row in built.gaps.rows] == [
        "anti-social-behaviour"
    ]
    assert built.rows[-1].cells[0].gap is not None  # and someone recorded it
    assert built.lapsing.number == 2
    assert len(built.lapsing.rows) == 3
    assert built.unsettled.number == 3
    assert built.unknown.number == 4
    assert KeyIssue.objects.count() == len(built.rows)
