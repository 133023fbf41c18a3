import datetime

from partnerships import directory
from partnerships.models import BoardRelation, Capacity, Legislation, Provision
from tests.factories import (
    AreaFactory,
    AreaGroupFactory,
    AreaGroupMemberFactory,
    BoardFactory,
    MembershipFactory,
    PartnerFactory,
)

DAY = datetime.date(2022, 6, 16)


def provision(title="Crime and Disorder Act 1998"):
    legislation = Legislation.objects.create(
        title=title,
        slug=title.lower().replace(" ", "-"),
        kind=Legislation.Kind.ACT,
        status=Legislation.Status.IN_FORCE,
        status_as_of="2022-06",
        subject="Community safety",
    )
    return Provision.objects.create(
        legislation=legislation,
        slug=f"{legislation.slug}-5",
        reference="section 5(1)",
        says="Names them.",
    )


def test_a_capacity_in_all_areas_of_a_group_is_named_once(db):
    group = AreaGroupFactory(name="The 3 districts of Shire")
    areas = [
        member.area for member in AreaGroupMemberFactory.create_batch(3, group=group)
    ]
    police, section = PartnerFactory(), provision()
    for area in areas:
        Capacity.objects.create(
            partner=police,
            provision=section,
            role=Capacity.Role.RESPONSIBLE_AUTHORITY,
            area=area,
        )

    (standing,) = directory.partner_page(police, DAY).standings

    assert standing.where == "The 3 districts of Shire"
    assert len(standing.areas) == 3


def test_a_capacity_in_some_areas_of_a_group_names_them(db):
    group = AreaGroupFactory()
    for name in ["Avon", "Bourne", "Coln"]:
        AreaGroupMemberFactory(group=group, area=AreaFactory(name=name))
    police, section = PartnerFactory(), provision()
    for member in group.members.exclude(area__name="Bourne"):
        Capacity.objects.create(
            partner=police,
            provision=section,
            role=Capacity.Role.SPECIFIED,
            area=member.area,
        )

    (standing,) = directory.partner_page(police, DAY).standings

    assert standing.where == "Avon, Coln"


def test_the_same_words_under_two_statutes_are_two_standings(db):
    fire, area = PartnerFactory(), AreaFactory()
    for role, title in [
        (Capacity.Role.LICENSING_RESPONSIBLE, "Licensing Act 2003"),
        (Capacity.Role.RESPONSIBLE_AUTHORITY, "Crime and Disorder Act 1998"),
    ]:
        Capacity.objects.create(
            partner=fire, provision=provision(title), role=role, area=area
        )

    standings = directory.partner_page(fire, DAY).standings

    assert [each.role for each in standings] == [
        "Responsible authority",
        "Responsible authority in licensing",
    ]
    assert standings[0].meaning != standings[1].meaning


def test_every_capacity_has_a_plain_meaning():
    assert set(directory.MEANINGS) == set(Capacity.Role)


def test_a_capacity_that_has_ended_is_not_a_standing(db):
    Capacity.objects.create(
        partner=(partner := PartnerFactory()),
        provision=provision(),
        role=Capacity.Role.CO_OPERATING,
        area=AreaFactory(),
        valid_until=DAY,
    )

    assert directory.partner_page(partner, DAY).standings == ()
    yesterday = DAY - datetime.timedelta(days=1)
    assert len(directory.partner_page(partner, yesterday).standings) == 1


def test_a_place_that_is_over_is_kept_apart_from_those_of_today(db):
    board = BoardFactory()
    now = MembershipFactory(board=board)
    over = MembershipFactory(board=board, valid_until=DAY)
    to_come = MembershipFactory(board=board, valid_from=DAY + datetime.timedelta(1))
    attends = MembershipFactory(board=board, role="attends")

    page = directory.board_page(board.slug, DAY)

    assert page.members == (now,)
    assert page.attend == (attends,)
    assert set(page.not_now) == {over, to_come}


def test_an_unrecorded_interval_is_said_only_of_reporting(db):
    low, high = BoardFactory(), BoardFactory()
    words = {
        kind: directory.interval_words(
            BoardRelation(lower=low, upper=high, kind=kind, interval=interval)
        )
        for kind, interval in [
            ("reports_to", ""),
            ("accountable_to", "every year"),
            ("part_of", ""),
        ]
    }

    assert words == {
        "reports_to": "interval not recorded",
        "accountable_to": "every year",
        "part_of": "",
    }
