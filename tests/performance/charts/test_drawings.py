"""The two drawings of one description: static SVG and Plotly."""

import datetime
import json
import re
from xml.etree import ElementTree

import pytest

from performance.charts import plotly, svg
from performance.charts.describe import Mark, sparkline
from performance.statistics.process_control import process_control
from tests.performance.charts.test_describe import (
    BURGLARY,
    areas,
    described,
    months_to_march_2022,
)

SIZES = [svg.WIDE, svg.MEDIUM, svg.NARROW]
SVG = "{http://www.w3.org/2000/svg}"
EVENTS = [
    (datetime.date(2020, 3, 23), "first national lockdown begins"),
    (datetime.date(2021, 1, 6), "third national lockdown begins"),
]


def read(drawing):
    return ElementTree.fromstring(drawing)


def drawn_points(drawing):
    """(x, value, mark) of each mark, its value read off the drawn axis."""
    root = read(drawing)
    labels = [
        (float(text.get("y")), float(text.text.replace(",", "")))
        for text in root.iter(f"{SVG}text")
        if text.get("class") == "tick-value"
    ]
    (y0, v0), (y1, v1) = labels[0], labels[-1]
    shift = float(root.find(f".//{SVG}text[@class='tick-value']").get("font-size"))
    points = []
    for mark in root.iter(f"{SVG}g"):
        x, y = map(
            float, re.findall(r"translate\((\S+) (\S+)\)", mark.get("transform"))[0]
        )
        value = v0 + (y + shift * 0.35 - y0) / (y1 - y0) * (v1 - v0)
        points.append((x, value, mark.get("class").split("--")[1]))
    return points


@pytest.mark.parametrize("size", SIZES)
def test_svg_and_plotly_plot_the_same_points(size):
    chart = described(events=EVENTS)
    figure = plotly.process_chart(chart)
    names = {words: mark for mark, words in chart.legend}
    from_plotly = sorted(
        (x, y, names[trace["name"]].value)
        for trace in figure["data"]
        if "name" in trace
        for x, y in zip(trace["x"], trace["y"], strict=True)
    )

    from_svg = drawn_points(svg.process_chart(chart, size))

    assert [mark for _, _, mark in from_svg] == [mark for _, _, mark in from_plotly]
    assert [value for _, value, _ in from_svg] == pytest.approx(
        [value for _, value, _ in from_plotly], abs=0.1
    )
    assert [y for _, y, _ in from_plotly] == [v for v in BURGLARY if v is not None]
    # and evenly along: the first and last points' places give all the others
    (first, *_), (last, *_) = from_svg[0], from_svg[-1]
    indexes = [27 * (x - first) / (last - first) for x, _, _ in from_svg]
    assert indexes == pytest.approx([x for x, _, _ in from_plotly], abs=0.01)


def test_the_line_is_cut_at_gaps_and_segments():
    chart = described([1, 2, None, 3, None, 4, 5, 6, 7], rebased_at=[7])

    paths = read(svg.process_chart(chart)).findall(f".//{SVG}path[@class='line']")
    line = next(t for t in plotly.process_chart(chart)["data"] if "connectgaps" in t)

    # months 0-1, 5-6 and 7-8; month 3 stands alone, and its mark is its dot
    assert [path.get("d").count("L") for path in paths] == [1, 1, 1]
    assert list(line["y"]) == [1, 2, None, 3, None, 4, 5, None, 6, 7]


@pytest.mark.parametrize("size", SIZES)
def test_process_chart_says_what_it_shows(size):
    chart = described(events=EVENTS)
    drawing = svg.process_chart(chart, size)

    root = read(drawing)
    words = [text.text for text in root.iter(f"{SVG}text")]

    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == f"{chart.reading} {chart.axis_note}."
    assert "Upper limit 900" in words
    assert "Lower limit 565" in words
    assert {"1", "2", "652"} <= set(words)
    assert len(root.findall(f".//{SVG}rect[@class='gap']")) == 2
    assert len(root.findall(f".//{SVG}rect[@class='now']")) == 1
    assert ("712" in words) is (size is svg.WIDE)  # elsewhere only the last has room


def test_trial_limits_are_labelled_so():
    drawing = svg.process_chart(described([10, 12] * 4))

    assert "Trial upper limit" in drawing
    assert ">Upper limit" not in drawing


def drawings():
    chart = described(events=EVENTS)
    plot = areas()
    yield from (svg.process_chart(chart, size) for size in SIZES)
    yield svg.interval_plot(plot)
    yield svg.interval_head(plot)
    yield svg.area_strip(plot)
    yield from (svg.interval_row(row, plot) for row in plot.rows)


@pytest.mark.parametrize("drawing", list(drawings()))
def test_drawings_keep_to_the_pages_rules(drawing):
    root = read(drawing)

    assert root.find(f"{SVG}title").text
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag == f"{SVG}style"]
    assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")
    sizes = [float(text.get("font-size")) for text in root.iter(f"{SVG}text")]
    assert all(size >= 12.5 for size in sizes)


def test_narrow_text_is_readable_on_the_smallest_screen():
    # 320 px less two margins of 16 leave 288 for 340
    assert svg.NARROW.text * 288 / svg.NARROW.width >= 12.5


def test_ids_differ_between_the_sizes_of_one_page():
    chart = described()
    ids = [
        element.get("id")
        for size in SIZES
        for element in read(svg.process_chart(chart, size)).iter()
        if element.get("id")
    ]

    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize("draw", [svg.process_chart, plotly.process_chart])
def test_hostile_text_stays_text(draw):
    hostile = "<script>alert('x')</script> & \x00"
    chart = described(unit=hostile, subject=hostile)

    drawing = draw(chart)

    assert "<script>" not in (drawing if isinstance(drawing, str) else str(drawing))
    if isinstance(drawing, str):
        assert read(drawing).find(f"{SVG}title").text.startswith("<script>alert")


def test_judgement_has_a_shape_and_not_only_a_colour():
    shapes = {re.sub(r"#[0-9a-f]{6}", "", svg.icon(mark)) for mark in Mark}

    assert len(shapes) == len(Mark)


def test_interval_marks_are_placed_in_per_cent():
    plot = areas()
    preston = plot.rows[1]

    root = read(svg.interval_row(preston, plot))

    assert root.get("width") == "100%"
    mark = root.find(f"{SVG}svg")
    assert mark.get("x") == f"{round(100 * plot.axis.share(preston.value), 2):g}%"
    ends = [line.get("x1") for line in root.iter(f"{SVG}line")][1:2]
    assert ends == [f"{round(100 * plot.axis.share(preston.low), 2):g}%"]


def test_an_area_without_an_interval_has_only_the_benchmark():
    plot = areas()

    root = read(svg.interval_row(plot.rows[3], plot))

    assert [element.get("class") for element in root][1:] == ["benchmark"]


def test_plotly_intervals_are_those_described():
    plot = areas()

    figure = plotly.interval_plot(plot)

    found = {
        name: (x, x - less, x + more)
        for trace in figure["data"]
        for name, x, less, more in zip(
            trace["y"],
            trace["x"],
            trace["error_x"]["arrayminus"],
            trace["error_x"]["array"],
            strict=True,
        )
    }
    assert found == {
        row.name: pytest.approx((row.value, row.low, row.high))
        for row in plot.rows
        if row.value is not None
    }
    assert [trace["name"] for trace in figure["data"]] == ["Similar", "Higher", "Lower"]


def test_plotly_figures_are_plain_and_small_json():
    for figure in (plotly.process_chart(described()), plotly.interval_plot(areas())):
        text = json.dumps(figure)

        assert len(text) < 10_000
        assert {trace["type"] for trace in figure["data"]} == {"scatter"}
        assert "bdata" not in text


def test_plotly_labels_the_limits():
    texts = {
        note.get("text")
        for note in plotly.process_chart(described())["layout"]["annotations"]
    }

    assert {"Upper limit 900", "Average 733", "Lower limit 565", "652"} <= texts


def test_sparkline_draws_band_line_and_latest_points():
    from_description = svg.sparkline(spark(BURGLARY))

    root = read(from_description)

    assert len(root.findall(f"{SVG}circle[@class='spark-now']")) == 3
    assert len(root.findall(f"{SVG}circle[@class='lone']")) == 1  # July 2020
    assert len(root.findall(f"{SVG}path[@class='line']")) == 2
    assert len(root.findall(f"{SVG}rect")) == 1


@pytest.mark.parametrize("values", [[None], [5], [5, 5, 5], [None, 3, None]])
def test_the_least_of_series_can_be_drawn(values):
    assert read(svg.sparkline(spark(values))).get("role") == "img"
    for size in SIZES:
        assert read(svg.process_chart(described(values), size)).get("role") == "img"
    json.dumps(plotly.process_chart(described(values)))


def test_drawings_are_printed_unescaped_by_templates():
    drawing = svg.icon(Mark.WORSE)

    assert drawing.__html__() == str(drawing)


def spark(values):
    return sparkline(
        id="s",
        subject="Burglary",
        periods=months_to_march_2022(len(values)),
        chart=process_control(values),
    )
