"""The public pages of the agreement; every test but those of refusals is anonymous."""

import pytest
from django.utils.text import slugify

from partnerships.models import Legislation, Provision
from priorities.models import (
    AlignmentRow,
    DistrictTheme,
    FrameworkEntry,
    FrameworkGap,
    PlanPriority,
    StrategicAssessment,
    SubPriority,
)
from tests.factories import (
    AgreementFactory,
    AreaFactory,
    BoardFactory,
    PriorityFactory,
    SectionFactory,
    StrategyFactory,
    VersionFactory,
    VersionKeyIssueFactory,
)

# What each page costs the public. "Version" comes with its agreement and owner,
# "issues" with their priority and limbs, "entries" with board and strategy.
QUERIES = {
    # version, sections
    "/agreement/2022-2025/": 2,
    # version, sections, priorities, issues, entries, alignment, programmes,
    # sub-priorities, themes
    "/agreement/2022-2025/sections/all/": 9,
    # version, sections, issues, assessments, steps, profiles, alignment, its themes
    "/agreement/2022-2025/sections/evidence/": 8,
    # version, sections, issues, entries, gaps, topics outside
    "/agreement/2022-2025/sections/framework/": 6,
    # agreements, versions
    "/agreement/versions/": 2,
    # version, priorities, issues, entries, alignment, programmes, themes
    "/priorities/": 7,
    # version, priorities, issues, entries, alignment, programmes
    "/priorities/protect/": 6,
    # issues with their version, entries, gaps, sub-priorities, facts, links,
    # alignment, its themes, themes
    "/alignment/": 3,
    "/alignment/data.csv": 3,
    # version, issues, entries, gaps, topics outside
    "/delivery-framework/": 5,
    # version, issues, entries, gaps
    "/delivery-framework/data.csv": 4,
}
PAGES_OF_AN_AGREEMENT = [
    "/agreement/",
    "/priorities/",
    "/priorities/protect/",
    "/key-issues/first/",
    "/alignment/",
    "/alignment/data.csv",
    "/delivery-framework/",
    "/delivery-framework/data.csv",
]


@pytest.fixture
def agreement(db):
    return AgreementFactory(
        title="Community Safety Agreement", starts_year=2022, ends_year=2025
    )


@pytest.fixture
def version(agreement):
    return VersionFactory(agreement=agreement)


def fill(version, count=1):
    """So many of each: key issues with limbs, a group, a strategy and an alignment row;
    steps and profiles of an assessment, programmes, themes and topics."""
    agreement = version.agreement
    SectionFactory(version=version, slug="context", number=1, title="Context")
    SectionFactory(
        version=version,
        number=2,
        slug="all",
        title="Priorities",
        body="[[priorities]]\n\n[[key-issue-texts]]\n\n## Our approach\n\n"
        "[[programmes]]\n\n## Themes\n\n[[themes]]",
    )
    SectionFactory(
        version=version,
        slug="framework",
        number=3,
        body="[[framework]]\n\n[[topics-outside]]",
    )
    SectionFactory(
        version=version,
        slug="evidence",
        number=4,
        body="[[key-issues]]\n\n[[assessment]]\n\n[[alignment]]",
    )
    assessment = StrategicAssessment.objects.create(
        agreement=agreement, slug="assessment", starts_year=2022, ends_year=2025
    )
    act = Legislation.objects.create(title="Act 1998", slug="act-1998")
    priority = PriorityFactory(agreement=agreement, slug="protect")
    plan_priority = PlanPriority.objects.create(
        plan="Police and Crime Plan", title="Burglary", slug="burglary", order=1
    )
    theme = DistrictTheme.objects.create(title="=Theme", slug="theme")
    for number in range(count):
        issue = VersionKeyIssueFactory(
            version=version,
            priority=priority,
            order=number,
            title=f"Issue {number}",
            key_issue__slug="first" if number == 0 else f"issue-{number}",
        )
        shared = {"agreement": agreement, "key_issue": issue.key_issue, "order": 1}
        FrameworkEntry.objects.create(
            column="strategic_group", board=BoardFactory(), **shared
        )
        FrameworkEntry.objects.create(
            column="strategy", strategy=StrategyFactory(), **shared
        )
        row = AlignmentRow.objects.create(
            agreement=agreement,
            key_issue=issue.key_issue,
            order=number + 1,
            plan_priority=plan_priority,
        )
        row.district_themes.add(theme)
        for each in ("section 6", "section 5"):
            issue.limbs.add(limb(act, f"{each}({number})"))
        FrameworkGap.objects.create(
            column="delivery",
            agreement=agreement,
            key_issue=issue.key_issue,
            explanation="The cell is empty.",
            owner=BoardFactory(),
            recorded_on="2022",
        )
        assessment.steps.create(
            slug=f"step-{number}", order=number, kind="survey", by=BoardFactory()
        )
        assessment.profiles.create(area=AreaFactory())
        priority.programmes.create(
            title=f"Programme {number}", slug=f"programme-{number}", order=number
        )
        agreement.themes.create(slug=f"theme-{number}", order=number)
        agreement.topics_outside.create(
            slug=f"topic-{number}", order=number, board=BoardFactory()
        )
        SubPriority.objects.create(
            key_issue=issue.key_issue,
            title="Cyclists",
            slug=f"cyclists-{number}",
            order=1,
            status="proposed",
            status_as_of="2022-05",
            settled_by=BoardFactory(),
        )
    AlignmentRow.objects.create(
        agreement=agreement, order=99, plan_priority=plan_priority
    ).district_themes.add(theme)


def limb(act, reference):
    return Provision.objects.create(
        legislation=act, reference=reference, slug=slugify(reference)
    )


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), QUERIES.items())
def test_page_costs_the_same_however_many_rows(
    client, version, address, queries, count, django_assert_num_queries
):
    fill(version, count)

    with django_assert_num_queries(queries):
        response = client.get(address)

    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), QUERIES.items())
def test_page_costs_twelve_at_most_when_signed_in(
    version, board_client, address, queries, count, django_assert_num_queries
):
    fill(version, count)
    more = 2 if address.endswith(".csv") else 3  # session, user; roles for the menu

    with django_assert_num_queries(queries + more):
        board_client.get(address)

    assert queries + more <= 12


def test_agreement_leads_to_the_one_whose_term_holds_today(client, version):
    VersionFactory(agreement__starts_year=2019)

    assert client.get("/agreement/").url == "/agreement/2022-2025/"


def test_agreement_whose_term_has_ended_says_so(client, version, settings):
    settings.TODAY = "2026-01-01"

    response = client.get("/agreement/", follow=True)

    assert response.context["version"] == version
    assert "The term of this agreement has ended." in response.text


def test_agreement_in_its_term_does_not_say_it_has_ended(client, version, settings):
    settings.TODAY = "2025-12-31"

    assert "has ended" not in client.get("/agreement/2022-2025/").text


@pytest.mark.django_db
def test_without_an_agreement_its_pages_are_404(client):
    for address in PAGES_OF_AN_AGREEMENT:
        assert client.get(address).status_code == 404, address


def test_what_is_not_there_is_404(client, version):
    fill(version)
    AgreementFactory(starts_year=2019)  # by name only

    for address in [
        "/agreement/2019-2022/",
        "/agreement/2019-2022/pdf/",
        "/agreement/2022-2025/sections/nowhere/",
        "/priorities/nothing/",
        "/key-issues/nothing/",
    ]:
        assert client.get(address).status_code == 404, address


def test_section_has_its_neighbours_and_its_contents(client, version):
    fill(version)

    response = client.get("/agreement/2022-2025/sections/all/")

    assert str(response.context["page"]) == "2. Priorities"
    assert response.context["previous"] == {
        "title": "1. Context",
        "url": "/agreement/2022-2025/sections/context/",
    }
    assert response.context["next"]["title"].startswith("3. ")
    assert '<a href="#our-approach">Our approach</a>' in response.text
    assert '<h2 id="our-approach"' in response.text


def test_first_section_has_nothing_before_it(client, version):
    fill(version)

    response = client.get("/agreement/2022-2025/sections/context/")

    assert response.context["previous"] is None


def test_section_text_cannot_bring_in_html(client, version):
    SectionFactory(
        version=version, slug="bad", body="<script>alert(1)</script>", lead="<b>x</b>"
    )

    page = client.get("/agreement/2022-2025/sections/bad/").text

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_versions_know_a_predecessor_by_its_name_only(client, version):
    predecessor = AgreementFactory(starts_year=2019)
    version.agreement.predecessor = predecessor
    version.agreement.save()

    page = client.get("/agreement/versions/").text

    assert "Known by name only" in page
    assert "Follows the agreement for 2019–2022." in page
    assert 'href="/agreement/2019-2022/"' not in page


def test_priority_without_key_issues_says_so(client, version):
    PriorityFactory(agreement=version.agreement, slug="empower", title="Empower")

    assert "No key issue of its own." in client.get("/priorities/").text
    assert "no key issue of its own" in client.get("/priorities/empower/").text


def test_programmes_of_the_approach_alone_are_counted_in_words(client, version):
    fill(version, 3)
    empower = PriorityFactory(agreement=version.agreement, slug="empower")
    planned = BoardFactory(status="planned")
    for number, fields in enumerate(
        [{}, {"lead": planned, "lead_note": "Planned group"}, {"in_approach": False}]
    ):
        empower.programmes.create(
            title=f"Aim {number}", slug=f"aim-{number}", order=number, **fields
        )

    section = client.get("/agreement/2022-2025/sections/all/").text

    assert "No key issue of its own. Two programmes carry it." in section
    for address in ["/agreement/2022-2025/sections/all/", "/priorities/empower/"]:
        page = client.get(address).text
        assert "Planned group" in page
        assert "Aim 2" not in page
    assert "Aim 2" not in client.get("/priorities/").text


def test_key_issue_says_who_leads_and_what_is_open(client, version):
    fill(version)
    group = FrameworkEntry.objects.get(column="strategic_group").board

    response = client.get("/key-issues/first/")

    assert group.name in response.text
    assert "No delivery body recorded" in response.text
    assert "Proposed, May 2022" in response.text


def test_key_issue_without_limbs_says_who_settles_them(client, version):
    VersionKeyIssueFactory(version=version, key_issue__slug="first")

    page = client.get("/key-issues/first/").text

    assert "is for an officer to settle" in page


def test_limbs_a_key_issue_serves_are_named_once_each(client, version):
    fill(version, 2)

    for address in ["/key-issues/first/", "/agreement/2022-2025/sections/all/"]:
        page = client.get(address).text
        assert page.count("Act 1998, section 5(0)") == 1, address
        assert page.count("Act 1998, section 6(0)") == 1, address


def test_groups_of_a_key_issue_lead_jointly(client, version):
    fill(version)
    entry = FrameworkEntry.objects.get(column="strategic_group")
    FrameworkEntry.objects.create(
        agreement=entry.agreement,
        key_issue=entry.key_issue,
        column=entry.column,
        order=2,
        board=BoardFactory(),
    )

    assert "Lead jointly" in client.get("/key-issues/first/").text


def test_row_without_a_key_issue_is_in_the_alignment_and_its_file(client, version):
    fill(version)

    page = client.get("/alignment/")
    rows = client.get("/alignment/data.csv").content.decode("utf-8-sig").splitlines()

    assert "No county key issue" in page.text
    assert rows[-1] == ",Police and Crime Plan,Burglary,'=Theme"


def test_framework_links_each_count_to_its_rows(client, version):
    fill(version)

    response = client.get("/delivery-framework/")

    assert response.context["framework"].gaps.number == 1
    assert '<a href="#framework-first">' in response.text
    assert 'id="framework-first"' in response.text
    assert response.context["chart"] is None  # no dates


def test_framework_chart_is_drawn_with_its_table(client, version):
    fill(version)
    strategy = FrameworkEntry.objects.get(column="strategy").strategy
    strategy.starts, strategy.ends, strategy.title = "2022", "2023", "Plan & <plan>"
    strategy.save()

    page = client.get("/delivery-framework/").text

    assert page.count("<svg xmlns") == 2  # wide and narrow
    assert "Plan &amp; &lt;plan&gt;" in page
    assert "Ends in 2023" in page


def test_framework_file_has_entries_and_gaps_and_no_formula(client, version):
    fill(version)
    strategy = FrameworkEntry.objects.get(column="strategy").strategy
    strategy.title = "=HYPERLINK()"
    strategy.save()

    response = client.get("/delivery-framework/data.csv")

    rows = response.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Key issue,Column,Entry,Status,From,Until,Note"
    assert "Issue 0,Strategies and plans,'=HYPERLINK(),No status recorded,,," in rows
    assert rows[-1] == (
        "Issue 0,Delivered by,No delivery body recorded,gap,,,The cell is empty."
    )
    assert response["Content-Disposition"] == (
        'attachment; filename="delivery-framework-2022-2025.csv"'
    )
