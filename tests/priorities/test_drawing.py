import re
from xml.etree import ElementTree

import pytest

from priorities.drawing import Bar, Box, Column, Look, Map, draw, text_width, wrap

NS = "{http://www.w3.org/2000/svg}"


def column(name, reports=True):
    return Column(Box(name, look=Look.HEAD), (Box(f"{name} group"),), reports)


def full_map():
    return Map(
        title="Map",
        middle=Box("The Board", ("17 members",), "/boards/board/", Look.BRAND),
        above=(Box("Scrutiny"),),
        answers="answers to",
        attend=Box("Attend, not members", ("A; B",), look=Look.DASHED),
        beside=((Box("Tactical group"), False), (Box("Task group"), True)),
        columns=(column("Violence"), column("Road safety"), column("ASB", False)),
        reporting="report to, interval not recorded",
        bars=(Bar(Box("District CSPs"), (0, 2)),),
        rows=(("Boards outside", (Box("Contest Board"),)),),
    )


def parsed(chart):
    return ElementTree.fromstring(draw(chart))


def texts(root):
    return [text.text for text in root.iter(f"{NS}text")]


def test_every_box_and_every_word_of_the_lines_is_drawn():
    words = texts(parsed(full_map()))

    for expected in [
        "The Board",
        "17 members",
        "Scrutiny",
        "answers to",
        "Attend, not members",
        "Tactical group",
        "Task group",
        "Violence",
        "Violence group",
        "ASB",
        "report to, interval not recorded",
        "District CSPs",
        "Boards outside",
        "Contest Board",
    ]:
        assert expected in words


def test_the_key_says_in_words_what_lines_and_edges_mean():
    words = texts(parsed(Map(title="Map", middle=Box("The Board"))))

    assert words == [
        "The Board",
        "answers to, reports to or links into",
        "attends",
        "delivered by, or delivers for",
        "gap: none recorded",
        "planned, or not a member",
    ]


def test_a_column_that_reports_to_nobody_hangs_from_no_line():
    """The bus ends above the last column that reports, and each such column has a drop."""
    with_line = draw(Map("Map", Box("Board"), columns=(column("A"), column("B"))))
    without = draw(Map("Map", Box("Board"), columns=(column("A"), column("B", False))))

    assert with_line.count("<polyline") - without.count("<polyline") == 1


def test_text_is_at_least_14_px_and_stays_inside_the_drawing():
    root = parsed(full_map())
    width, height = (float(root.get(name)) for name in ["width", "height"])

    assert float(root.get("font-size")) == 14
    assert not [text for text in root.iter(f"{NS}text") if text.get("font-size")]
    for text in root.iter(f"{NS}text"):
        reach = text_width(text.text) / (2 if text.get("text-anchor") else 1)
        assert float(text.get("x")) + reach <= width
        assert 0 < float(text.get("y")) <= height


def test_more_columns_than_fit_make_the_map_wider_not_its_text_smaller():
    few = parsed(Map("Map", Box("Board"), columns=(column("A"),) * 6))
    many = parsed(Map("Map", Box("Board"), columns=(column("A"),) * 9))

    assert few.get("width") == "1100"
    assert many.get("width") == "1640"  # 9 columns of 168 and 8 spaces of 16


def test_no_style_that_the_content_security_policy_forbids():
    drawing = draw(full_map())

    assert "<style" not in drawing
    assert not re.search(r"\sstyle=", drawing)


def test_a_linked_box_has_its_whole_text_as_its_name():
    link = next(parsed(full_map()).iter(f"{NS}a"))

    assert link.get("href") == "/boards/board/"
    assert link.get("aria-label") == "The Board. 17 members"


def test_names_are_text_never_markup():
    drawing = draw(Map("A & B", Box('<script>"x"</script>', (), '"><b>')))

    assert "<script>" not in drawing
    assert ElementTree.fromstring(drawing).find(f"{NS}title").text == "A & B"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one", ["one"]),
        ("one two three", ["one two", "three"]),
        ("incomprehensibilities of it", ["incomprehensibilities", "of it"]),
    ],
)
def test_text_breaks_at_spaces_and_a_long_word_stands_alone(text, lines):
    assert wrap(text, 60) == lines
