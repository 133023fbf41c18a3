import pytest
from django.http import Http404

from priorities import document
from priorities.models import SubPriority
from tests.factories import (
    AgreementFactory,
    BoardFactory,
    KeyIssueFactory,
    PriorityFactory,
    SectionFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)


@pytest.fixture
def version(db):
    return VersionFactory()


def read(version, only=None):
    return document.read(document.Records(version), only)


def test_text_becomes_parts_at_each_heading(version):
    SectionFactory(
        version=version,
        body="Before.\n\n## One\n\nFirst.\n\n### Deeper\n\n## Two\n\nSecond.",
    )

    (section,) = read(version).sections

    assert [part.title for part in section.parts] == ["", "One", "Two"]
    assert [part.anchor for part in section.parts] == ["", "one", "two"]
    assert "<h3>Deeper</h3>" in section.parts[1].blocks[0].html
    assert [part.title for part in section.headings] == ["One", "Two"]


def test_anchors_are_unique_through_the_document(version):
    for number in (1, 2):
        SectionFactory(version=version, number=number, body="## Themes\n\nText.")
    SectionFactory(version=version, number=3, slug="aims", body="## Aims\n\nText.")

    anchors = [part.anchor for each in read(version).sections for part in each.parts]

    assert anchors == ["themes", "themes-2", "aims-2"]


def test_tables_are_numbered_through_the_document(version):
    SectionFactory(version=version, number=1, body="[[links]]\n\n[[themes]]")
    SectionFactory(version=version, number=2, body="Text\n\n[[figures]]\n\nText")

    read_ = read(version)

    assert [(table.name, table.number) for table in read_.tables] == [
        ("links", 1),
        ("themes", None),  # a list, not a table
        ("figures", 2),
    ]
    assert read_.tables[2].title == "Table 2. Figures quoted in this agreement"


def test_number_is_the_same_when_only_one_section_is_fetched(version):
    SectionFactory(version=version, number=1, body="[[links]]")
    SectionFactory(version=version, number=2, slug="two", body="[[figures]]")

    read_ = read(version, only="two")

    assert read_.tables[1].title == "Table 2. Figures quoted in this agreement"


def test_table_name_inside_a_sentence_is_text(version):
    SectionFactory(version=version, body="Write [[links]] to place a table.")

    assert read(version).tables == ()


def test_unknown_table_prints_as_written_and_fails_the_check(version):
    section = SectionFactory(version=version, body="Text\n\n[[nonsense]]\n\nText")

    html = "".join(block.html for block in read(version).sections[0].parts[0].blocks)

    assert "<p>[[nonsense]]</p>" in html
    with pytest.raises(document.UnknownTable, match=f"{section}.*nonsense"):
        document.check(version)


def test_key_issue_texts_make_a_part_for_each_priority_that_has_some(version):
    priority = PriorityFactory(agreement=version.agreement, title="Protect")
    PriorityFactory(agreement=version.agreement, title="Empower")
    issue = VersionKeyIssueFactory(version=version, priority=priority)
    SectionFactory(version=version, body="[[key-issue-texts]]\n\n## After\n\nText.")

    (section,) = read(version).sections

    assert [part.title for part in section.parts] == ["Protect", "After"]
    (row,) = section.parts[0].blocks[0].rows
    assert row.issue == issue
    assert row.groups.empty


def test_framework_has_a_wide_page_to_itself(version):
    SectionFactory(
        version=version,
        body="Before.\n\n## Framework\n\nWhy.\n\n[[framework]]\n\nAfter.",
    )

    parts = read(version).sections[0].parts

    assert [(part.title, part.wide) for part in parts] == [
        ("", False),
        ("Framework", True),
        ("", False),
    ]


def test_sub_priorities_are_told_apart_by_where_they_stand():
    board = BoardFactory.build()
    proposed = {"status": SubPriority.Status.PROPOSED, "status_as_of": "2022-05"}
    agreed = {"status": SubPriority.Status.AGREED, "status_as_of": "2022"}

    groups = document.by_standing(
        [
            SubPriority(title="Cyclists", settled_by=board, **proposed),
            SubPriority(title="Motorcyclists", settled_by=board, **proposed),
            SubPriority(title="Speed", **agreed),
        ]
    )

    assert groups == (
        document.SubPriorities(
            "Proposed, May 2022", False, board, ("Cyclists", "Motorcyclists")
        ),
        document.SubPriorities("Agreed, 2022", True, None, ("Speed",)),
    )


def test_newest_version_goes_by_its_numbers(version):
    VersionFactory(agreement=version.agreement, number="1.9")
    VersionFactory(agreement=version.agreement, number="1.10")

    edition = version.agreement.edition

    assert document.version_of(edition).number == "1.10"
    assert document.version_of(edition, "1.9").number == "1.9"


def test_agreement_is_that_of_todays_term_else_the_latest(settings, db):
    settings.TODAY = "2023-06-16"
    older = VersionFactory(agreement=AgreementFactory(starts_year=2019)).agreement
    now = VersionFactory(agreement=AgreementFactory(starts_year=2022)).agreement
    AgreementFactory(starts_year=2023)  # known by name only

    assert document.current_version().agreement == now

    settings.TODAY = "2031-06-16"
    assert document.current_version().agreement == now
    assert older.ends_year < now.ends_year


def test_section_that_is_not_there_is_404(version):
    with pytest.raises(Http404):
        read(version).place("nowhere")


@pytest.mark.parametrize("count", [1, 3])
def test_document_costs_the_same_however_many_rows(
    db, count, django_assert_num_queries
):
    version = VersionFactory()
    priority = PriorityFactory(agreement=version.agreement)
    VersionKeyIssueFactory.create_batch(count, version=version, priority=priority)
    for name in document.TABLES:
        SectionFactory(version=version, body=f"[[{name}]]")
    version = document.version_of(version.agreement.edition)

    # sections, key issues, listed partners, memberships, legislation, decisions,
    # assessments, alignment, achievements, priorities, entries, programmes,
    # sub-priorities, themes, gaps, topics, commitments, figures, links
    with django_assert_num_queries(19):
        read_ = read(version)

    assert len(read_.sections) == len(document.TABLES)


def test_key_issue_page_takes_the_newest_version(db):
    key_issue = KeyIssueFactory()
    old = VersionFactory(number="1.9")
    new = VersionFactory(agreement=old.agreement, number="1.10")
    for version, title in ((old, "Old"), (new, "New")):
        VersionKeyIssueFactory(version=version, key_issue=key_issue, title=title)

    assert document.key_issue_page(key_issue.slug).issue.title == "New"
    assert document.key_issue_page("nothing") is None
