"""The demonstration county holds what its source agreement says, slips included.

The first 22 tests are the things easily missed in it, one test each, in the order of the
list they were collected in.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import transaction

from csa_portal.records import FILES, load_records
from partnerships.models import (
    Area,
    AreaGroup,
    Board,
    BoardAlias,
    BoardRelation,
    Capacity,
    Legislation,
    Membership,
    Partner,
    PartnerAlias,
)
from priorities.document import PLACE, TABLES
from priorities.models import (
    Achievement,
    Agreement,
    AlignmentRow,
    AssessmentStep,
    Commitment,
    Decision,
    DistrictTheme,
    ExternalLink,
    FrameworkEntry,
    FrameworkGap,
    KeyIssue,
    LocalProfile,
    PlanPriority,
    Priority,
    Programme,
    QuotedFigure,
    Section,
    Strategy,
    StrategyAim,
    SubPriority,
    Theme,
    TopicOutside,
    Version,
    VersionKeyIssue,
)

FIXTURES = settings.BASE_DIR / "fixtures"
SOURCE = (
    settings.BASE_DIR.parent
    / "shared"
    / "seed"
    / "lancashire-community-safety-agreement-2022-2025.txt"
)
BOARD = "lancashire-community-safety-partnership-board"
COMMISSIONER = "lancashire-police-and-crime-commissioner"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def county(django_db_setup, django_db_blocker):
    """The records of the demonstration county, loaded once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_records(FIXTURES)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def agreement(county):
    return Agreement.objects.get(edition="2022-2025")


def section(number: int) -> Section:
    return Section.objects.get(version__agreement__edition="2022-2025", number=number)


def plain(text: str) -> str:
    """The text on one line, so that a phrase is found wherever its line breaks."""
    return " ".join(text.split())


def cell(key_issue: str, column: str) -> list[str]:
    return list(
        FrameworkEntry.objects.filter(key_issue__slug=key_issue, column=column)
        .order_by("order")
        .values_list("as_published", flat=True)
    )


# --- The 22 things easily missed ----------------------------------------------------


def test_01_anti_social_behaviour_has_no_strategic_group_and_the_gap_is_kept():
    gap = FrameworkGap.objects.get()

    assert cell("anti-social-behaviour", "strategic_group") == []
    assert gap.key_issue.slug == "anti-social-behaviour"
    assert gap.column == "strategic_group"
    assert gap.reason == FrameworkGap.Reason.NOT_STATED
    assert gap.recorded_on == "2022-06-16"
    assert gap.owner is None
    assert gap.look_again_by is None


def test_02_one_alignment_row_has_no_key_issue():
    row = AlignmentRow.objects.get(key_issue=None)

    assert row.order == 7
    assert row.plan_priority.title == "Cracking down on burglary and robbery"
    assert [theme.title for theme in row.district_themes.all()] == ["Burglary"]


def test_03_the_third_priority_has_no_key_issue_and_holds_the_programmes():
    issues = {
        priority.slug: priority.key_issues.count()
        for priority in Priority.objects.all()
    }

    assert issues == {
        "protect-the-vulnerable": 2,
        "protect-from-harm": 4,
        "empower-communities": 0,
    }
    assert {programme.priority.slug for programme in Programme.objects.all()} == {
        "empower-communities"
    }


def test_04_the_county_of_12_and_the_police_area_of_14_are_two_footprints():
    twelve = AreaGroup.objects.get(slug="lancashire-12")
    fourteen = AreaGroup.objects.get(slug="lancashire-14")

    assert (twelve.areas.count(), fourteen.areas.count()) == (12, 14)
    assert (twelve.whole.code, twelve.whole.kind) == ("E10000017", "county")
    assert (fourteen.whole.code, fourteen.whole.kind) == ("E23000003", "police_force")
    assert {area.kind for area in twelve.areas.all()} == {"district"}
    assert set(fourteen.areas.all()) - set(twelve.areas.all()) == set(
        Area.objects.filter(kind="unitary")
    )
    assert fourteen.unplaced.slug == "pan-lancashire-unplaced"
    assert twelve.unplaced is None
    assert "the 12 districts; the profiles are 14" in plain(section(5).body)


def test_05_listed_partners_members_and_attendees_are_three_sets(agreement):
    listed = {each.partner.slug for each in agreement.listed_partners.all()}
    members = set(
        Membership.objects.filter(board__slug=BOARD, role="member").values_list(
            "partner__slug", flat=True
        )
    )
    attending = set(
        Membership.objects.filter(board__slug=BOARD, role="attends").values_list(
            "partner__slug", flat=True
        )
    )

    assert (len(listed), len(members), len(attending)) == (20, 17, 3)
    assert attending == {
        COMMISSIONER,
        "blackpool-council",
        "blackburn-with-darwen-council",
    }
    assert members.isdisjoint(attending)
    assert listed == members | attending
    assert Partner.objects.exclude(slug__in=listed).count() == 14


def test_06_responsible_authority_means_two_things_and_specified_authority_a_third():
    def bodies(role):
        found = Capacity.objects.filter(role=role)
        return {each.provision.legislation.title for each in found}, {
            each.partner.slug for each in found
        }

    under, responsible = bodies(Capacity.Role.RESPONSIBLE_AUTHORITY)
    assert under == {"Crime and Disorder Act 1998"}
    assert len(responsible) == 19  # 13 county and district, 2 unitary, 4 others
    under, licensing = bodies(Capacity.Role.LICENSING_RESPONSIBLE)
    assert under == {"Licensing Act 2003"}
    assert licensing == {
        "lancashire-constabulary",
        "lancashire-fire-and-rescue-service",
        "lancashire-trading-standards",
        "lancashire-director-of-public-health-and-wellbeing",
        "lancashire-safeguarding-childrens-board",
        "district-environmental-health-teams",
    }
    under, authorities = bodies(Capacity.Role.LICENSING_AUTHORITY)
    assert under == {"Licensing Act 2003"}
    assert len(authorities) == 12
    # Of a Bill: described, and nobody's capacity yet.
    bill = Legislation.objects.get(slug="police-crime-sentencing-and-courts-bill")
    assert "specified authorities; not yet law" in bill.provisions.get().says
    assert bodies(Capacity.Role.SPECIFIED) == (set(), set())


def test_07_integrated_care_partnership_is_integrated_care_board_in_law(agreement):
    partner = Partner.objects.get(slug="integrated-care-partnership")

    assert partner.name == "Integrated Care Partnership"
    assert partner.name_in_law == "Integrated care board"
    assert (
        agreement.listed_partners.get(partner=partner).name_as_published
        == "Integrated Care Partnerships"
    )


def test_08_the_summary_has_safer_streets_and_section_7_violence_against_women():
    vawg = Programme.objects.get(title="Violence Against Women and Girls")
    streets = Programme.objects.get(title="Safer Streets")

    assert (vawg.in_approach, vawg.in_summary) == (True, False)
    assert (streets.in_approach, streets.in_summary) == (False, True)
    assert "Safer Streets Fund" in plain(vawg.body)
    named = (
        "the Changing Futures programme, reducing reoffending, Safer Streets, team "
        "around the school, and family hubs"
    )
    assert named in plain(section(1).body)


def test_09_bodies_named_two_ways_are_one_record_with_other_names():
    names = {alias.name: alias.board.name for alias in BoardAlias.objects.all()}

    assert names == {
        "Adult Safeguarding Board": "Lancashire Safeguarding Adults Board",
        "County Strategy Group": "Lancashire Community Safety Partnership Board",
        "District community safety partnerships": "District CSPs",
        "External Scrutiny Committee": "Community, Cultural, and Corporate Services "
        "Scrutiny Committee",
        "Joint operational Group": "LRSP Joint Operations Group",
        "Lancashire Violence Reduction Unit": "Lancashire Violence Reduction Network",
        "Lancashire's Health and Wellbeing Board": "Lancashire Health and Wellbeing "
        "Board",
        "Local DA Partnerships": "Local Domestic Abuse Partnerships",
        "Local community safety partnerships": "District CSPs",
        "Operation Genga": "Genga groups",
        "Pan Lancs Domestic Abuse Steering Group": "Pan Lancashire Domestic Abuse "
        "Steering Group",
        "Violence Reduction Network": "Lancashire Violence Reduction Network",
    }
    assert set(
        PartnerAlias.objects.filter(name__in=["DLUHC", "DHLUC"]).values_list(
            "partner__name", flat=True
        )
    ) == {"Department of Levelling Up, Housing and Communities"}


def test_10_five_topics_are_no_key_issue_and_three_of_them_have_a_group():
    topics = {
        topic.title: topic.board and (topic.board.name, topic.board.status)
        for topic in TopicOutside.objects.all()
    }

    assert topics == {
        "Hate crime": ("Strategic Hate Crime and Cohesion Group", "active"),
        "Counter-terrorism": ("Contest Board", "active"),
        "Violence against women and girls": (
            "Violence Against Women and Girls strategic group",
            "planned",
        ),
        "Drugs": None,
        "Burglary": None,
    }
    assert not KeyIssue.objects.filter(name__in=topics).exists()


def test_11_strategies_lapse_inside_the_term_are_draft_or_to_be_revised(agreement):
    in_framework = Strategy.objects.filter(framework__isnull=False).distinct()

    assert {s.title for s in in_framework if s.lapses_inside(agreement)} == {
        "Child and Youth Justice Plan 2022-23",
        "Contextual Safeguarding Strategy 2021-24",
    }
    assert {s.title: s.status for s in in_framework if s.status != "not_recorded"} == {
        "Pan Lancs DA Strategy": "to_be_revised",
        "Perpetrator Strategy": "draft",
        "Safe Accommodation Strategy": "draft",
    }
    dated = in_framework.exclude(starts="")
    assert {(s.starts, s.ends, s.dates_from_title) for s in dated} == {
        ("2022", "2023", True),
        ("2021", "2024", True),
        ("2016", "2026", True),
    }
    assert [s.title for s in in_framework if s.unnamed] == ["Other VRN strategies"]


def test_12_the_two_amounts_of_changing_futures_are_one_award():
    rounded = QuotedFigure.objects.get(same_as__isnull=False)

    assert (rounded.amount, rounded.as_published) == (6_500_000, "£6.5m")
    assert (rounded.starts, rounded.ends) == ("2021-09", "2024-03")
    assert (rounded.same_as.amount, rounded.same_as.as_published) == (
        6_499_000,
        "£6.499m",
    )
    assert (rounded.same_as.starts, rounded.same_as.ends) == ("2021", "2024")
    assert (rounded.section_number, rounded.same_as.section_number) == (7, 6)


def test_13_road_safety_sub_priorities_are_proposed_as_of_may_2022():
    found = SubPriority.objects.all()

    assert [each.title for each in found] == [
        "Young Road Users (17-24 years)",
        "Motorcyclists",
        "Cyclists",
        "Careless, Dangerous and Inappropriate Driving",
        "Drink & Drug Driving",
    ]
    assert {
        (each.key_issue.slug, each.status, each.status_as_of, each.settled_by)
        for each in found
    } == {("road-safety", "proposed", "2022-05", None)}


def test_14_statements_since_overtaken_are_dated_or_marked_as_older_names():
    bill = Legislation.objects.get(kind=Legislation.Kind.BILL)
    unit = BoardAlias.objects.get(name="Lancashire Violence Reduction Unit")
    groups = Partner.objects.get(aliases__name="CCGs")

    assert bill.title == "Police, Crime, Sentencing and Courts Bill"
    assert (bill.status, bill.status_as_of) == ("expected", "2022-06")
    assert (bill.made_on, bill.expected) == ("", "Autumn 2022")
    assert unit.former
    assert groups.name == "Clinical Commissioning Groups"
    assert groups.note.startswith("An older name")


def test_15_vague_intervals_stay_empty():
    promised = {
        each.slug: (each.interval, each.as_published)
        for each in Commitment.objects.all()
    }

    assert promised == {
        "review-of-the-agreement": ("annual", "reviewed on an annual basis"),
        "review-of-the-priorities": ("", "frequently reviewed"),
        "progress-reports": ("", "on a regular basis"),
        "quarterly-performance-reports": ("quarterly", "Quarterly Performance Reports"),
        "annual-performance-and-priorities-update": (
            "annual",
            "Annual Performance and Priorities Update",
        ),
        "performance-dashboard": ("", "an up-to-date picture"),
        "strategic-assessment": ("annual", "an annual strategic assessment"),
    }
    reports = BoardRelation.objects.filter(kind="reports_to")
    assert {(each.interval, each.as_published) for each in reports} == {
        ("", "on a regular basis")
    }


def test_16_costs_are_promised_on_the_dashboard():
    dashboard = Commitment.objects.get(slug="performance-dashboard")

    assert "trends, relative position, costs and headline indicators" in dashboard.what
    assert "of costs" in plain(section(9).body)


def test_17_the_dashboard_of_the_source_is_not_public():
    dashboard = Commitment.objects.get(slug="performance-dashboard")

    assert "not public" in dashboard.what
    assert (
        "Multi Agency Data Exchange (MADE) platform. Unlike the agreement, it is not "
        "public."
    ) in plain(section(9).body)


def test_18_the_agreement_names_no_indicator_and_sets_no_target():
    assert "it names no indicator and sets no target" in plain(section(6).body)
    promised = " ".join(Commitment.objects.values_list("what", flat=True))
    assert "target" not in promised


def test_19_the_diagram_without_words_is_said_to_be_one():
    text = plain(section(4).body)

    assert "one diagram, marked as currently under review, and says nothing" in text
    assert BoardRelation.objects.count() == 18


def test_20_genga_groups_lead_and_deliver_and_road_safety_has_two_levels():
    columns = FrameworkEntry.objects.filter(board__slug="genga-groups")
    levels = BoardRelation.objects.filter(
        upper__slug="lancashire-road-safety-partnership"
    )

    assert {each.column for each in columns} == {"strategic_group", "delivery"}
    assert {(each.lower.slug, each.kind) for each in levels} == {
        ("lrsp-executive-board", "part_of"),
        ("lrsp-joint-operations-group", "part_of"),
    }
    assert cell("road-safety", "delivery") == ["LRSP Joint Operations Group"]
    assert "Joint operational Group" in plain(
        VersionKeyIssue.objects.get(key_issue__slug="road-safety").body
    )


def test_21_six_links_keep_their_text_and_say_whether_they_were_checked():
    links = {link.text: link.url for link in ExternalLink.objects.all()}

    assert links == {
        "Strategic assessments and partnership plans - Lancashire County Council": (
            "https://lancashire.gov.uk/lancashire-insight/community-safety/"
            "strategic-assessments-and-partnership-plans"
        ),
        "The Police And Crime Plan - Lancashire Police Crime Commissioner "
        "(lancashire-pcc.gov.uk)": "https://lancashire-pcc.gov.uk",
        "Tackle Violence Together | Lancashire Violence Reduction Network "
        "(lancsvrn.co.uk)": "https://lancsvrn.co.uk",
        "Lancashire Road Safety Partnership – Making Lancashire's Roads Safer "
        "(lancsroadsafety.co.uk)": "https://lancsroadsafety.co.uk",
        "Trauma Support & Awareness | Trauma Informed Lancashire": "",
        "Changing Futures | Blackburn with Darwen Borough Council": "",
    }
    assert {(each.checked_on, each.works) for each in ExternalLink.objects.all()} == {
        (None, None)
    }


def test_22_the_board_and_the_commissioner_commissioned_the_review():
    review = Decision.objects.get(slug="governance-review-commissioned")

    assert (review.when, review.board.slug) == ("2020-09", BOARD)
    assert [body.slug for body in review.with_bodies.all()] == [COMMISSIONER]
    assert [(each.when, each.options) for each in Decision.objects.all()] == [
        ("2020-09", ""),
        ("2021-03", "Thematic, or geographic clustering; both were found workable."),
        ("2021-07", "Thematic, or geographic clustering."),
    ]


# --- Whole lists --------------------------------------------------------------------


def test_partners_are_listed_in_the_printed_order_and_under_the_printed_names(
    agreement,
):
    assert [each.name_as_published for each in agreement.listed_partners.all()] == [
        "Blackburn with Darwen Council",
        "Blackpool Council",
        "Burnley Borough Council",
        "Chorley Borough Council",
        "Integrated Care Partnerships",
        "Fylde Borough Council",
        "Hyndburn Borough Council",
        "Lancashire Constabulary",
        "Lancashire County Council",
        "Lancashire Fire and Rescue Service",
        "Lancashire Police & Crime Commissioner",
        "Lancaster City Council",
        "Pendle Borough Council",
        "Preston City Council",
        "Probation Service",
        "Ribble Valley Borough Council",
        "Rossendale Borough Council",
        "South Ribble Borough Council",
        "West Lancashire Borough Council",
        "Wyre Borough Council",
    ]


def test_seventeen_bodies_are_responsible_authorities_in_the_districts():
    districts = AreaGroup.objects.get(slug="lancashire-12").areas.all()
    capacities = Capacity.objects.responsible_authorities().filter(area__in=districts)

    bodies = set(capacities.values_list("partner__slug", flat=True))
    members = set(
        Membership.objects.filter(role="member").values_list("partner__slug", flat=True)
    )
    assert len(bodies) == 17
    assert bodies == members


def test_responsible_authorities_are_recorded_area_by_area():
    def areas(partner):
        return set(
            Capacity.objects.responsible_authorities()
            .filter(partner__slug=partner)
            .values_list("area__slug", flat=True)
        )

    twelve = {a.slug for a in AreaGroup.objects.get(slug="lancashire-12").areas.all()}
    fourteen = {a.slug for a in AreaGroup.objects.get(slug="lancashire-14").areas.all()}
    assert areas("lancashire-county-council") == twelve
    assert areas("burnley-borough-council") == {"burnley"}
    assert areas("blackpool-council") == {"blackpool"}
    assert areas("lancashire-constabulary") == fourteen
    assert areas("lancashire-fire-and-rescue-service") == fourteen
    assert areas("probation-service") == fourteen
    assert areas("integrated-care-partnership") == fourteen
    assert areas(COMMISSIONER) == set()
    assert [c.role for c in Capacity.objects.filter(partner__slug=COMMISSIONER)] == [
        Capacity.Role.MUTUAL
    ]


def test_no_key_issue_has_a_statutory_limb_until_an_officer_settles_it():
    act = Legislation.objects.get(slug="crime-and-disorder-act-1998")

    assert [
        each.reference
        for each in act.provisions.filter(reference__startswith="section 6")
    ] == ["section 6(1)(a)", "section 6(1)(b)", "section 6(1)(c)", "section 6(1)(d)"]
    assert [issue.limbs.count() for issue in VersionKeyIssue.objects.all()] == [0] * 6


def test_area_codes_are_those_of_the_office_for_national_statistics():
    assert dict(Area.objects.exclude(code="").values_list("code", "name")) == {
        "E06000008": "Blackburn with Darwen",
        "E06000009": "Blackpool",
        "E07000117": "Burnley",
        "E07000118": "Chorley",
        "E07000119": "Fylde",
        "E07000120": "Hyndburn",
        "E07000121": "Lancaster",
        "E07000122": "Pendle",
        "E07000123": "Preston",
        "E07000124": "Ribble Valley",
        "E07000125": "Rossendale",
        "E07000126": "South Ribble",
        "E07000127": "West Lancashire",
        "E07000128": "Wyre",
        "E10000017": "Lancashire",
        "E12000002": "North West",
        "E23000003": "Pan-Lancashire",
        "E92000001": "England",
    }


def test_alignment_rows_stand_as_published(agreement):
    rows = [
        (
            row.key_issue and row.key_issue.name,
            row.plan_priority.title,
            {theme.title for theme in row.district_themes.all()},
        )
        for row in agreement.alignment.all()
    ]

    organised = "Disrupting and dismantling organised crime"
    assert rows == [
        (
            "Domestic abuse",
            "Tackling domestic abuse and sexual violence",
            {"Domestic Abuse"},
        ),
        (
            "Violence",
            organised,
            {"Assault with injury / wounding", "Rape and sexual assault", "Robbery"},
        ),
        ("Exploitation", organised, {"Rape and sexual assault"}),
        (
            "Serious organised crime",
            organised,
            {"Serious Organised Crime", "Drugs / Substance Misuse"},
        ),
        (
            "Road safety",
            "Targeting dangerous drivers",
            {"Road safety", "Vehicle crime"},
        ),
        (
            "Anti-social behaviour",
            "Getting tough on anti-social behaviour",
            {"Anti-Social behaviour"},
        ),
        (None, "Cracking down on burglary and robbery", {"Burglary"}),
    ]
    assert DistrictTheme.objects.count() == 10
    assert PlanPriority.objects.count() == 5


FRAMEWORK = {
    "domestic-abuse": (
        [
            "Lancashire Domestic Abuse Partnership Board",
            "Pan Lancs Domestic Abuse Steering Group",
        ],
        [
            "Pan Lancs DA Strategy – to be revised",
            "Perpetrator Strategy (draft)",
            "Safe Accommodation Strategy (draft)",
        ],
        ["District CSPs", "Local DA Partnerships", "MARAC / MARRAC"],
    ),
    "violence": (
        ["Violence Reduction Network", "Reducing Reoffending Board"],
        [
            "Lancashire Serious Violence Strategy",
            "Other VRN strategies",
            "Trauma Informed",
            "Child and Youth Justice Plan 2022-23",
        ],
        ["VRN", "District CSPs"],
    ),
    "exploitation": (
        [
            "Children's Safeguarding Assurance Partnership",
            "Adult Safeguarding Board",
            "Pan Lancashire Anti Slavery Partnership",
        ],
        ["Contextual Safeguarding Strategy 2021-24"],
        ["District CSPs", "Local safeguarding arrangements"],
    ),
    "serious-organised-crime": (["Genga groups"], ["SOC strategy"], ["Genga groups"]),
    "road-safety": (
        [
            "Lancashire Road Safety Partnership Executive Board",
            "Strategic Roads Policing Board",
        ],
        ["Towards Zero Lancashire: Road Safety Strategy for Lancashire 2016-2026"],
        ["LRSP Joint Operations Group"],
    ),
    "anti-social-behaviour": (
        [],
        ["District Community Safety Plans", "Child and Youth Justice Plan 2022-23"],
        ["District CSPs"],
    ),
}


def test_the_framework_has_18_cells_of_which_one_is_a_gap():
    columns = ("strategic_group", "strategy", "delivery")

    cells = {
        issue: tuple(cell(issue, column) for column in columns) for issue in FRAMEWORK
    }

    assert cells == FRAMEWORK
    assert sum(not lines for row in cells.values() for lines in row) == 1
    assert sum(len(row) for row in cells.values()) == 18


def test_stray_commas_of_the_source_make_no_entries():
    published = FrameworkEntry.objects.values_list("as_published", flat=True)

    assert len(published) == 32
    assert not [name for name in published if name != name.strip(" ,") or not name]


def test_every_lead_of_the_framework_reports_to_the_board_and_nobody_else_does():
    leads = set(
        FrameworkEntry.objects.filter(column="strategic_group").values_list(
            "board__slug", flat=True
        )
    )
    reporting = set(
        BoardRelation.objects.filter(kind="reports_to", upper__slug=BOARD).values_list(
            "lower__slug", flat=True
        )
    )

    assert leads == reporting
    assert len(leads) == 10


def test_the_board_answers_to_the_scrutiny_committee():
    answers = BoardRelation.objects.get(kind="accountable_to")

    assert (answers.lower.slug, answers.upper.slug) == (BOARD, "scrutiny-committee")
    assert answers.lower.established == "2019"
    assert answers.lower.kind == Board.Kind.COUNTY_STRATEGY_GROUP


def test_the_predecessor_is_known_by_name_only(agreement):
    assert agreement.predecessor.edition == "2019-2022"
    assert not agreement.predecessor.versions.exists()
    assert list(Version.objects.values_list("number", "dated")) == [("1.0", "2022-06")]


def test_nine_sections_in_their_order():
    assert list(Section.objects.values_list("number", "title", "slug")) == [
        (1, "Executive Summary", "executive-summary"),
        (2, "Introduction", "introduction"),
        (3, "Context", "context"),
        (
            4,
            "Governance and Partnership Structure",
            "governance-and-partnership-structure",
        ),
        (
            5,
            "Evidence from the Lancashire Strategic Assessment",
            "evidence-from-the-strategic-assessment",
        ),
        (6, "Key Achievements", "key-achievements"),
        (7, "Priorities and Key issues", "priorities-and-key-issues"),
        (8, "Our Activity – Partnership Delivery", "our-activity"),
        (9, "Monitoring and Evaluation", "monitoring-and-evaluation"),
    ]


def test_sections_ask_only_for_tables_there_are_and_between_them_for_all():
    asked = {
        name for each in Section.objects.all() for name in PLACE.findall(each.body)
    }

    assert asked == set(TABLES)


@pytest.mark.parametrize(
    ("number", "heading"),
    [
        (3, "Changes to legislation"),
        (3, "Wider context"),
        (4, "Governance review"),
        (5, "Links to other plans"),
        (7, "Our approach"),
        (7, "Cross-cutting themes"),
        (8, "Delivery framework"),
    ],
)
def test_sections_keep_the_sub_headings_of_the_source(number, heading):
    assert f"## {heading}" in section(number).body.splitlines()


def test_key_issues_and_priorities_stand_in_their_order():
    assert list(
        VersionKeyIssue.objects.values_list("title", "priority__title").order_by(
            "priority__order", "order"
        )
    ) == [
        ("Domestic abuse", "Working together to protect the vulnerable"),
        (
            "Exploitation (criminal and sexual)",
            "Working together to protect the vulnerable",
        ),
        ("Violence", "Working together to protect our communities from harm"),
        (
            "Serious organised crime",
            "Working together to protect our communities from harm",
        ),
        ("Road safety", "Working together to protect our communities from harm"),
        (
            "Anti-social behaviour",
            "Working together to protect our communities from harm",
        ),
    ]


def test_eight_programmes_of_section_7_and_six_themes():
    assert [each.title for each in Programme.objects.filter(in_approach=True)] == [
        "Trauma Informed Lancashire",
        "Changing Futures",
        "Strength Based Approach",
        "Public Health Approach",
        "Reducing Reoffending",
        "Violence Against Women and Girls",
        "Team Around the School",
        "Family Hubs",
    ]
    assert [each.title for each in Theme.objects.all()] == [
        "Reducing vulnerability and building resilience",
        "Improving mental health",
        "Tackling drug and alcohol abuse",
        "Data, information sharing and community feedback",
        "Prevention and early intervention",
        "Drawing on community and lived experience to plan and develop our services",
    ]


def test_eleven_achievements_with_their_figures():
    figures = {
        each.title: [figure.as_published for figure in each.figures.all()]
        for each in Achievement.objects.all()
    }

    assert figures == {
        "Lancashire Violence Reduction Network": [],
        "Town centre CCTV": [],
        "Safer Streets": ["4", "over £1.7m"],
        "Grants to community groups": ["£300,000"],
        "Support for victims": ["21,223", "10,204"],
        "Freshers Week plans": [],
        "Lancashire Domestic Abuse Partnership Board": [],
        "Diversionary activities": [],
        "Safer Roads Fund": ["£7.8 million"],
        "White Ribbon accreditation": [],
        "Changing Futures": ["£6.499m"],
    }


def test_quoted_figures_are_typed():
    figures = {
        each.slug: (each.amount, each.unit, each.qualifier, each.section_number)
        for each in QuotedFigure.objects.all()
    }

    assert figures == {
        "cost-of-violent-crime": (346_000_000, "pounds", "exactly", 3),
        "drugs-plan-length": (10, "years", "exactly", 3),
        "heroin-and-crack-users": (300_000, "people", "exactly", 3),
        "acquisitive-crime-by-users": (50, "per_cent", "exactly", 3),
        "homicides-driven-by-drugs": (50, "per_cent", "exactly", 3),
        "prison-for-drug-related-crime": (
            Decimal("33.33"),
            "per_cent",
            "over",
            3,
        ),
        "national-drugs-investment": (3_000_000_000, "pounds", "over", 3),
        "safer-streets-bids": (4, "count", "exactly", 6),
        "safer-streets-funding": (1_700_000, "pounds", "over", 6),
        "community-grants": (300_000, "pounds", "exactly", 6),
        "victims-supported": (21_223, "people", "exactly", 6),
        "victims-with-specialist-support": (10_204, "people", "exactly", 6),
        "safer-roads-funding": (7_800_000, "pounds", "exactly", 6),
        "changing-futures-award": (6_499_000, "pounds", "exactly", 6),
        "changing-futures-award-rounded": (6_500_000, "pounds", "exactly", 7),
        "domestic-abuse-share": (14, "per_cent", "about_or_more", 7),
        "violent-offences-share": (1, "per_cent", "about", 7),
        "original-violence-reduction-units": (18, "count", "exactly", 7),
        "violence-reduction-network-funding": (3, "years", "exactly", 7),
    }


def test_specialist_support_is_part_of_all_support():
    part = QuotedFigure.objects.get(part_of__isnull=False)

    assert (part.amount, part.part_of.amount) == (10_204, 21_223)
    assert (part.starts, part.ends) == ("2019-04", "2022-03")
    assert (part.part_of.starts, part.part_of.ends) == ("2019-04", "2022-03")


def test_the_strategic_assessment_has_14_profiles_and_its_story(agreement):
    assessment = agreement.assessments.get()

    assert assessment.months_of_work == 6
    assert {profile.area for profile in LocalProfile.objects.all()} == set(
        AreaGroup.objects.get(slug="lancashire-14").areas.all()
    )
    assert list(AssessmentStep.objects.values_list("slug", "when", "by__slug")) == [
        ("area-workshops-2021", "2021-06", None),
        ("lancashire-talking", "", None),
        ("young-persons-survey-2020", "2020", None),
        ("endorsed-by-the-board", "2021-11", BOARD),
        ("endorsed-by-scrutiny", "", "scrutiny-committee"),
    ]


def test_the_six_aims_against_serious_organised_crime_stand_in_the_text_too():
    aims = StrategyAim.objects.filter(strategy__slug="soc-strategy")
    text = plain(
        VersionKeyIssue.objects.get(key_issue__slug="serious-organised-crime").body
    )

    assert len(aims) == 6
    for aim in aims:
        assert f"{aim.order}. {aim.text}" in text


def test_legislation_stands_as_it_was_known_in_june_2022():
    dates = dict(Legislation.objects.values_list("title", "made_on"))

    assert dates == {
        "Crime and Disorder Act 1998": "1998",
        "Police and Justice Act 2006": "2006",
        "Police Reform and Social Responsibility Act 2011": "2011",
        "Crime and Disorder (Formulation and Implementation of Strategy) "
        "Regulations 2007": "2007",
        "Anti-social Behaviour, Crime and Policing Act 2014": "2014",
        "Statutory guidance on anti-social behaviour powers": "2017-12",
        "Domestic Abuse Act 2021": "2021-04-29",
        "Care Act 2014": "2014",
        "Counter-Terrorism and Security Act 2015": "2015",
        "Serious Crime Act 2015": "2015",
        "Modern Slavery Act 2015": "2015",
        "Psychoactive Substances Act 2016": "2016",
        "Children and Social Work Act 2017": "2017",
        "Working Together to Safeguard Children 2018": "2018",
        "Police, Crime, Sentencing and Courts Bill": "",
        "Licensing Act 2003": "2003",
        "Serious Violence Strategy": "2018-04",
        "National serious and organised crime strategy 2018": "2018",
        "Beating Crime Plan": "2021",
        "From Harm to Hope": "2021-12",
        "Contest": "",
        "Tackling Violence Against Women and Girls Strategy": "2021-07",
    }
    assert set(Legislation.objects.values_list("status_as_of", flat=True)) == {
        "2022-06"
    }


@pytest.mark.parametrize(
    ("number", "facts"),
    [
        (1, ["six months", "14 local district profiles", "Partnership Analyst"]),
        (2, ["established in 2019", "substance misuse", "20 key partners"]),
        (
            3,
            [
                "Community Trigger",
                "29 April 2021",
                "amended in 2019",
                "Autumn 2022",
                "homicide reviews",
                "£346 million in 2017-2018",
                "Statement of Licensing Policy",
                "March 2020",
                "copper, lead and stone",
                "300,000 people",
                "50% of homicides",
                "Over a third",
                "Over £3 billion",
                "Recovery Grant",
                "Prevent, Pursue, Protect and Prepare",
            ],
        ),
        (4, ["September 2020", "March 2021", "July 2021", "thematic, or geographic"]),
        (
            5,
            [
                "November 2021",
                "Three area workshops",
                "December 2021",
                "sexual orientation",
            ],
        ),
        (6, ["established in 2019", "Eleven examples"]),
        (
            8,
            [
                "Lancashire Violence Reduction Strategy",
                "keep the agreement overarching",
            ],
        ),
        (9, ["relative position", "frequently reviewed", "every year"]),
    ],
)
def test_sections_carry_the_facts_of_the_source(number, facts):
    text = plain(section(number).body)

    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("key_issue", "facts"),
    [
        ("domestic-abuse", ["14% of all crime", "Part 4", "wider remit"]),
        (
            "violence",
            ["original 18", "five-year plan", "Lancashire Divert", "April 2022"],
        ),
        ("exploitation", ["2004", "2021-24", "other councils have placed"]),
        ("serious-organised-crime", ["2011", "extending our reach", "six aims"]),
        ("road-safety", ["fourteen districts", "May 2022", "West Yorkshire"]),
        ("anti-social-behaviour", ["2018/19", "2020/21", "CPN/CPW", "PSPO", "CAP"]),
    ],
)
def test_key_issue_texts_carry_the_facts_of_the_source(key_issue, facts):
    text = plain(VersionKeyIssue.objects.get(key_issue__slug=key_issue).body)

    assert [fact for fact in facts if fact not in text] == []


# --- Our own words ------------------------------------------------------------------

LONGEST_COMMON_RUN = 5  # words in a row, names apart
NARRATIVE = {
    *("lead", "body", "summary", "purpose", "note", "duty", "says", "statement"),
    *("why", "options", "outcome", "explanation", "what", "text", "what_changed"),
}
NAMES = {"name", "title", "other_name", "short_name", "as_published"}
NAMED_ONLY_IN_TEXT = [
    "Annual Performance and Priorities Update",
    "Anti-social behaviour",
    "Community Protection Notices and Warnings",
    "Community Protection Warnings and Notices",
    "Crime and Disorder Act 1998",
    "Integrated Offender Management",
    "Lancashire Strategic Assessment",
    "Lancashire Violence Reduction Strategy",
    "Multi Agency Data Exchange",
    "Police and Crime Plan",
    "Prevent, Pursue, Protect and Prepare",
    "Public Space Protection Orders",
    "Quarterly Performance Reports",
    "Supplemental Substance Misuse Treatment and Recovery Grant",
    "Trading Standards Young Persons Survey 2020",
    "Violence Reduction Units",
    "serious violence reduction orders",
    "the prevention of crime and disorder",
    "the prevention of public nuisance",
    "the protection of children from harm",
]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9£%]+", re.sub("['’]", "", text.lower()))


def without_names(phrase: list[str], names: Iterable[tuple[str, ...]]) -> list[str]:
    """The words of a phrase, each name in it replaced by one that occurs nowhere."""
    kept = []
    while phrase:
        found = next((n for n in names if tuple(phrase[: len(n)]) == n), None)
        kept.append("•" if found else phrase[0])
        phrase = phrase[len(found or "x") :]
    return kept


def runs(phrase: list[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(phrase[start:] for start in range(length)), strict=False)


@pytest.mark.skipif(not SOURCE.exists(), reason="the source agreement is not here")
def test_the_narrative_is_in_our_own_words():
    records = [
        (Path(name).stem, record["fields"])
        for name in FILES
        if name != "indicators.yaml"
        for record in yaml.safe_load((FIXTURES / name).read_text("utf-8"))
    ]
    names = {
        tuple(words(str(value)))
        for _, fields in records
        for field, value in fields.items()
        if field in NAMES and value
    } | {tuple(words(name)) for name in NAMED_ONLY_IN_TEXT}
    longest_first = sorted((n for n in names if len(n) > 1), key=len, reverse=True)
    source = re.sub(r"\[bookmark:[^\]]*\]", "", SOURCE.read_text("utf-8"))
    copied = set(runs(words(source), LONGEST_COMMON_RUN + 1))

    found = [
        (file, " ".join(run))
        for file, fields in records
        for field, value in fields.items()
        if field in NARRATIVE and not (field == "text" and "url" in fields)
        for phrase in re.split(r"[.;:]\s|\n\s*\n", str(value))
        for run in runs(
            without_names(words(phrase), longest_first), LONGEST_COMMON_RUN + 1
        )
        if run in copied
    ]

    assert found == []
