"""Who answers to whom in the demonstration county."""

from partnerships.models import Board


def test_list_and_map_show_the_county_as_the_agreement_has_it(client, county, db):
    response = client.get("/governance/")

    page = response.context["page"]
    assert len(page.members) == 17
    assert len(page.attend) == 3
    assert page.listed == 20
    assert page.elsewhere == ()
    gaps = [branch.name for branch in page.branches if branch.gap_number]
    assert gaps == ["Anti-social behaviour"]
    assert [len(branch.groups) for branch in page.branches] == [2, 2, 3, 1, 2, 0]
    assert [shared.body.board.slug for shared in page.shared] == ["district-csps"]
    assert len(page.shared[0].places) == 4
    assert {body.board.slug for body in page.outside} == {
        "contest-board",
        "lancashire-health-and-wellbeing-board",
        "strategic-hate-crime-and-cohesion-group",
        "vawg-strategic-group",
    }
    drawing = str(response.context["map"])
    for body in Board.objects.exclude(
        slug__in=[
            "community-alcohol-partnerships",  # no line recorded
            "lancashire-road-safety-partnership",  # no line recorded
            "pennine-lancashire-csp",  # in words, in the bar of the districts
            "trauma-informed-lancashire",  # below the network that leads it
        ]
    ):
        assert f'href="{body.get_absolute_url()}' in drawing
    assert "No strategic group" in drawing
    assert "Gap 1 of 1" in drawing
    assert "report to, interval not recorded" in drawing
    assert "Pennine Lancashire Community Safety Partnership is part of it." in drawing
