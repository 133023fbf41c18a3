"""The pages of partners and boards as the demonstration county has them."""

from partnerships.models import Board, Partner


def titles(response):
    return {group.title: group.count for group in response.context["page"].groups}


def test_partner_list_keeps_members_attendees_listed_and_named_apart(
    client, county, db
):
    response = client.get("/partners/")

    assert titles(response) == {
        "Members of the Board": 17,
        "Attend the Board, and are not members": 3,
        "Other bodies the agreement names": 14,
    }
    assert response.context["page"].listed == 20


def test_partner_list_is_filtered_by_name_and_alias_kind_area_and_capacity(
    client, county, db
):
    def names(query):
        page = client.get(f"/partners/?{query}").context["page"]
        return [row.partner.name for group in page.groups for row in group.rows]

    assert names("name=PCC") == ["Lancashire Police and Crime Commissioner"]
    assert names("kind=fire") == ["Lancashire Fire and Rescue Service"]
    assert names("area=burnley") == [
        "Lancashire County Council",
        "Burnley Borough Council",
        "Lancashire Constabulary",
        "Lancashire Fire and Rescue Service",
        "Probation Service",
        "Integrated Care Partnership",
    ]
    assert len(names("capacity=licensing_authority")) == 12
    assert names("capacity=mutual") == ["Lancashire Police and Crime Commissioner"]


def test_partner_shows_what_each_statute_makes_of_it_and_where(client, county, db):
    page = client.get("/partners/lancashire-county-council/").text

    assert "Crime and Disorder Act 1998, section 5(1)" in page
    assert "The 12 districts of Lancashire" in page
    assert "Must work with the other responsible authorities" in page


def test_partner_shows_its_name_in_law_and_that_the_commissioner_is_no_responsible_authority(
    client, county, db
):
    health = client.get("/partners/integrated-care-partnership/").text
    commissioner = client.get(
        "/partners/lancashire-police-and-crime-commissioner/"
    ).text

    assert "Integrated care board" in health
    assert "Duty of mutual co-operation" in commissioner
    assert "Is not a responsible authority" in commissioner
    assert "Attends, not a member" in commissioner


def test_board_list_shows_status_and_other_names(client, county, db):
    page = client.get("/boards/").text

    assert "External Scrutiny Committee" in page
    assert "Lancashire Violence Reduction Unit (former name)" in page
    assert "Planned" in page
    assert "Under review" in page


def test_board_list_is_sorted_and_filtered(client, county, db):
    def names(query):
        table = client.get(f"/boards/?{query}").context["table"]
        return [row.record.name for row in table.rows]

    assert names("")[0] == "Lancashire Community Safety Partnership Board"
    assert names("sort=name")[0] == "Children's Safeguarding Assurance Partnership"
    assert names("status=planned") == [
        "Violence Against Women and Girls strategic group"
    ]
    assert names("name=genga") == ["Genga groups"]
    assert len(names("sort=no-such-column")) == len(names(""))


def test_board_shows_what_it_leads_and_to_whom_it_reports(client, county, db):
    page = client.get("/boards/violence-reduction-network/").text

    assert "reports to" in page
    assert "interval not recorded" in page
    assert 'Strategic group for</dt><dd><a href="/key-issues/violence/"' in page
    assert "Trauma Informed Lancashire</a> links into it" in page
    assert "a former name" in page


def test_board_counts_members_and_attendees_apart(client, county, db):
    page = client.get("/boards/lancashire-community-safety-partnership-board/").text

    assert "17 members" in page
    assert "3 attend, and are not members" in page


def test_reading_changes_nothing(client, county, db):
    before = Partner.history.count(), Board.history.count()

    client.get("/partners/")
    client.get("/boards/genga-groups/")

    assert (Partner.history.count(), Board.history.count()) == before
