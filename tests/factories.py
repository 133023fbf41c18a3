"""Records for tests: sequences and sub-factories only; a test states what it asserts on."""

import datetime

import factory
from factory.django import DjangoModelFactory

from partnerships.models import (
    Area,
    AreaGroup,
    AreaGroupMember,
    Board,
    Membership,
    Partner,
    RoleAssignment,
    User,
)
from performance.models import Indicator, Observation, Period, Upload
from priorities.models import (
    Agreement,
    KeyIssue,
    Priority,
    Section,
    Strategy,
    Version,
    VersionKeyIssue,
)


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area

    name = factory.Sequence(lambda n: f"Area {n}")
    slug = factory.Sequence(lambda n: f"area-{n}")
    code = factory.Sequence(lambda n: f"E0799{n:04}")
    kind = Area.Kind.DISTRICT


class AreaGroupFactory(DjangoModelFactory):
    class Meta:
        model = AreaGroup

    name = factory.Sequence(lambda n: f"Group {n}")
    slug = factory.Sequence(lambda n: f"group-{n}")
    whole = factory.SubFactory(AreaFactory, kind=Area.Kind.POLICE_FORCE, code="")


class AreaGroupMemberFactory(DjangoModelFactory):
    class Meta:
        model = AreaGroupMember

    group = factory.SubFactory(AreaGroupFactory)
    area = factory.SubFactory(AreaFactory)


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    slug = factory.Sequence(lambda n: f"partner-{n}")
    kind = Partner.Kind.DISTRICT_COUNCIL


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Board

    name = factory.Sequence(lambda n: f"Board {n}")
    slug = factory.Sequence(lambda n: f"board-{n}")
    kind = Board.Kind.STRATEGIC


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    board = factory.SubFactory(BoardFactory)
    partner = factory.SubFactory(PartnerFactory)
    role = Membership.Role.MEMBER


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user-{n}")


class RoleAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = RoleAssignment.Role.ANALYST


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = Agreement

    title = "Community Safety Agreement"
    starts_year = factory.Sequence(lambda n: 2022 + 3 * n)
    ends_year = factory.LazyAttribute(lambda agreement: agreement.starts_year + 3)
    edition = factory.LazyAttribute(lambda a: f"{a.starts_year}-{a.ends_year}")
    owner = factory.SubFactory(BoardFactory, kind=Board.Kind.COUNTY_STRATEGY_GROUP)


class VersionFactory(DjangoModelFactory):
    class Meta:
        model = Version

    agreement = factory.SubFactory(AgreementFactory)
    number = "1.0"
    dated = "2022-06"
    what_changed = "First version."


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    version = factory.SubFactory(VersionFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Section {n}")
    slug = factory.Sequence(lambda n: f"section-{n}")
    body = "Text."


class PriorityFactory(DjangoModelFactory):
    class Meta:
        model = Priority

    agreement = factory.SubFactory(AgreementFactory)
    title = factory.Sequence(lambda n: f"Priority {n}")
    slug = factory.Sequence(lambda n: f"priority-{n}")
    order = factory.Sequence(lambda n: n)


class KeyIssueFactory(DjangoModelFactory):
    class Meta:
        model = KeyIssue

    name = factory.Sequence(lambda n: f"Key issue {n}")
    slug = factory.Sequence(lambda n: f"key-issue-{n}")


class VersionKeyIssueFactory(DjangoModelFactory):
    class Meta:
        model = VersionKeyIssue

    version = factory.SubFactory(VersionFactory)
    key_issue = factory.SubFactory(KeyIssueFactory)
    priority = factory.SubFactory(PriorityFactory)
    title = factory.Sequence(lambda n: f"Key issue {n}")
    order = factory.Sequence(lambda n: n)
    body = "Text."


class StrategyFactory(DjangoModelFactory):
    class Meta:
        model = Strategy

    title = factory.Sequence(lambda n: f"Strategy {n}")
    slug = factory.Sequence(lambda n: f"strategy-{n}")


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = Period

    kind = Period.Kind.MONTH
    start = datetime.date(2022, 1, 1)
    end = datetime.date(2022, 1, 31)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    title = factory.Sequence(lambda n: f"Indicator {n}")
    slug = factory.Sequence(lambda n: f"indicator-{n}")
    unit = "recorded crimes"
    polarity = Indicator.Polarity.LOWER
    native_period = Period.Kind.MONTH
    source_kind = Indicator.SourceKind.WORKBOOK
    numerator = "Crimes recorded by the police."
    group = factory.SubFactory(AreaGroupFactory)
    source = "A source"
    owner = "Partnership Analyst"
    status_label = Indicator.StatusLabel.OFFICIAL
    why_it_matters = "It matters."
    what_would_mislead = "A caveat."


class UploadFactory(DjangoModelFactory):
    class Meta:
        model = Upload

    filename = factory.Sequence(lambda n: f"figures-{n}.csv")
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size = 100
    state = Upload.State.CHECKED
    source_kind = Upload.SourceKind.WORKBOOK


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    indicator = factory.SubFactory(IndicatorFactory)
    area = factory.SubFactory(AreaFactory)
    period = factory.SubFactory(PeriodFactory)
    upload = factory.SubFactory(UploadFactory)
    value = 10
