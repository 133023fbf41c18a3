import datetime

import pytest

from partnerships.models import (
    Board,
    BoardAlias,
    BoardRelation,
    Capacity,
    PartnerAlias,
    PartnerSuccession,
)
from tests.factories import (
    AreaFactory,
    BoardFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.partnerships.test_directory import provision

HOSTILE = '<script>alert("x")</script>'


def titles(response):
    return {group.title: group.count for group in response.context["page"].groups}


# The list of partners


@pytest.mark.parametrize("count", [1, 3])
def test_partner_list_costs_the_same_however_many_partners(
    client, db, count, django_assert_num_queries
):
    board = BoardFactory(kind=Board.Kind.COUNTY_STRATEGY_GROUP)
    section = provision()
    for partner in PartnerFactory.create_batch(count, area=AreaFactory()):
        MembershipFactory(board=board, partner=partner)
        PartnerAlias.objects.create(partner=partner, name=f"Also {partner.name}")
        Capacity.objects.create(
            partner=partner,
            provision=section,
            role=Capacity.Role.CO_OPERATING,
            area=partner.area,
        )

    # partners, aliases, listings, places, capacities; the choices of the area filter
    with django_assert_num_queries(6):
        response = client.get("/partners/")

    assert titles(response) == {"Members of the Board": count}


def test_a_place_on_another_board_is_no_place_on_the_board(client, db):
    MembershipFactory(board__kind=Board.Kind.STRATEGIC)

    assert titles(client.get("/partners/")) == {"Other bodies the agreement names": 1}


@pytest.mark.parametrize("query", ["kind=zz", "area=%00", "name=%00", "capacity='"])
def test_a_choice_that_does_not_exist_is_told_and_nothing_is_hidden(client, db, query):
    partner = PartnerFactory()

    response = client.get(f"/partners/?{query}")

    assert response.context["form"].errors
    assert partner.name in response.text


# One partner


@pytest.mark.parametrize("count", [1, 3])
def test_partner_costs_the_same_however_many_records(
    client, db, count, django_assert_num_queries
):
    partner, section = PartnerFactory(), provision()
    MembershipFactory.create_batch(count, partner=partner)
    for area in AreaFactory.create_batch(count):
        Capacity.objects.create(
            partner=partner,
            provision=section,
            role=Capacity.Role.RESPONSIBLE_AUTHORITY,
            area=area,
        )

    # partner, aliases, successors, predecessors; memberships, capacities, groups, hosts
    with django_assert_num_queries(8):
        response = client.get(partner.get_absolute_url())

    assert len(response.context["page"].places) == count


def test_partner_shows_whom_it_took_over_from_and_who_took_over(client, db):
    old, new = PartnerFactory(name="Old Council"), PartnerFactory(name="New Council")
    PartnerSuccession.objects.create(
        predecessor=old, successor=new, on="2028-04", note="Merged"
    )

    of_old = client.get(old.get_absolute_url()).text
    of_new = client.get(new.get_absolute_url()).text

    assert "Succeeded by" in of_old
    assert "New Council</a>, April 2028. Merged" in of_old
    assert "Old Council</a>, April 2028. Merged" in of_new


def test_a_partner_that_has_ended_leaves_the_list_and_keeps_its_page(client, db):
    ended = PartnerFactory(valid_until=datetime.date(2022, 6, 16))

    assert ended.name not in client.get("/partners/").text
    assert "until 16 June 2022" in client.get(ended.get_absolute_url()).text


# Boards


@pytest.mark.parametrize("count", [1, 3])
def test_board_list_costs_the_same_however_many_boards(
    client, db, count, django_assert_num_queries
):
    for board in BoardFactory.create_batch(count, area=AreaFactory()):
        BoardAlias.objects.create(board=board, name=f"Also {board.name}")

    with django_assert_num_queries(2):  # boards, aliases
        response = client.get("/boards/")

    assert len(response.context["table"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_board_costs_the_same_however_many_records(
    client, db, count, django_assert_num_queries
):
    board = BoardFactory()
    MembershipFactory.create_batch(count, board=board)
    for lower in BoardFactory.create_batch(count):
        BoardRelation.objects.create(lower=lower, upper=board, kind="reports_to")

    # board; aliases, predecessors, framework, programmes, strategies, topics;
    # memberships, lines up, lines down
    with django_assert_num_queries(10):
        response = client.get(board.get_absolute_url())

    assert len(response.context["page"].below) == count


@pytest.mark.parametrize(
    "address", ["/partners/none/", "/boards/none/", "/partners/a%00b/", "/boards/é/"]
)
def test_an_unknown_partner_or_board_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


def test_names_are_printed_as_text_never_as_markup(client, db):
    partner = PartnerFactory(name=HOSTILE, note=HOSTILE, name_in_law=HOSTILE)
    board = BoardFactory(name=f"B {HOSTILE}", purpose=HOSTILE)
    BoardAlias.objects.create(board=board, name=HOSTILE, where=HOSTILE)

    for address in [
        "/partners/",
        "/boards/",
        partner.get_absolute_url(),
        board.get_absolute_url(),
        f"/partners/?name={HOSTILE}",
    ]:
        page = client.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
