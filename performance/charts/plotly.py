"""The same descriptions as Plotly figures, which replace the SVG where script runs.

Only traces of Plotly's basic bundle are used, without its default template, which is
most of a figure's JSON.
"""

import textwrap
from typing import Any

import plotly.graph_objects as go

from performance.charts import svg
from performance.charts.describe import Axis, Band, IntervalPlot, Mark, ProcessChart
from performance.statistics.position import Place

MARK_SYMBOLS = {
    Mark.WORSE: "diamond",
    Mark.BETTER: "circle",
    Mark.CHANGED: "square",
    Mark.ORDINARY: "circle-open",
}
MARK_SIGNS = {Mark.WORSE: "!", Mark.BETTER: "✓", Mark.CHANGED: "=", Mark.ORDINARY: ""}
PLACE_SYMBOLS = {
    Place.HIGHER: "triangle-up",
    Place.LOWER: "triangle-down",
    Place.SIMILAR: "circle-open",
}
LETTERS_UP_THE_SIDE = 36  # of an axis title, as many as the drawing is high
FONT = {"family": svg.FONT, "size": 14, "color": svg.QUIET}


def process_chart(chart: ProcessChart) -> dict[str, Any]:
    """A figure ready for JSON; x is the point's index, its label in the hover text."""
    shown = [
        (i, point) for i, point in enumerate(chart.points) if point.value is not None
    ]
    figure = go.Figure(layout=_layout(svg.WIDE.right))
    for band in chart.bands:
        for value, dash, fill in _band_lines(band):
            figure.add_scatter(
                x=[band.start - 0.5, band.stop - 0.5],
                y=[value, value],
                mode="lines",
                line={"color": svg.QUIET, "width": 1.5, "dash": dash},
                fill=fill,
                fillcolor=svg.BAND,
                hoverinfo="skip",
                showlegend=False,
            )
    xs, ys = _line(chart)
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": svg.INK, "width": 2},
        connectgaps=False,
        hoverinfo="skip",
        showlegend=False,
    )
    for mark, words in chart.legend:
        marked = [(i, point) for i, point in shown if point.mark is mark]
        figure.add_scatter(
            name=words,
            x=[i for i, _ in marked],
            y=[point.value for _, point in marked],
            mode="markers+text",
            text=MARK_SIGNS[mark],
            textfont={"color": "#ffffff", "size": 11},
            marker={
                "symbol": MARK_SYMBOLS[mark],
                "size": 8 if mark is Mark.ORDINARY else 14,
                "color": svg.MARK_COLOURS[mark],
            },
            hovertext=[
                ", ".join(filter(None, [f"{p.period.label}: {p.label}", p.words]))
                for _, p in marked
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_xaxes(
        showgrid=False,
        zeroline=False,
        range=[-0.5, len(chart.points) - 0.5],
        tickvals=[tick.index for tick in chart.ticks],
        ticktext=[
            f"{tick.label}<br>{tick.year}" if tick.year else tick.label
            for tick in chart.ticks
        ],
    )
    _value_axis(figure.layout.yaxis, chart.axis)
    note = "<br>".join(textwrap.wrap(svg.plain(chart.axis_note), LETTERS_UP_THE_SIDE))
    figure.update_yaxes(title={"text": note, "standoff": 8}, automargin=True)
    for gap in chart.gaps:
        figure.add_vrect(
            x0=gap.start - 0.5,
            x1=gap.stop - 0.5,
            fillcolor=svg.GRID,
            line_width=0,
            label={"text": svg.plain(gap.reason.capitalize()), "textangle": -90},
        )
    for event in chart.events:
        figure.add_vline(
            x=event.at - 0.5,
            line={"color": svg.INK, "width": 1.75, "dash": "dot"},
            annotation_text=str(event.number),
            annotation_position="top",
        )
    if span := chart.highlight:
        figure.add_vrect(
            x0=span.start - 0.5,
            x1=span.stop - 0.5,
            line={"color": svg.INK, "width": 1.75},
            annotation_text=span.label,
            annotation_position="top right",
        )
        for index, point in enumerate(chart.points[span.start : span.stop], span.start):
            if point.value is not None:
                figure.add_annotation(
                    x=index, y=point.value, text=point.label, yshift=16, showarrow=False
                )
    for value, words in svg.limit_names(chart):
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            y=value,
            text=words,
            showarrow=False,
        )
    return figure.to_plotly_json()


def interval_plot(plot: IntervalPlot) -> dict[str, Any]:
    """A figure ready for JSON: a trace for each place and judgement, areas from the top."""
    figure = go.Figure(layout=_layout(20))
    drawn = [row for row in plot.rows if row.value is not None]
    kinds = dict.fromkeys((row.place, row.judgement, row.words) for row in drawn)
    for place, judgement, words in kinds:
        rows = [
            row for row in drawn if (row.place, row.judgement) == (place, judgement)
        ]
        colour = svg.JUDGEMENT_COLOURS[judgement]
        figure.add_scatter(
            name=words,
            x=[row.value for row in rows],
            y=[svg.plain(row.name) for row in rows],
            mode="markers",
            marker={
                "symbol": PLACE_SYMBOLS.get(place, "circle-open"),
                "size": 12,
                "color": colour,
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [row.high - row.value for row in rows],
                "arrayminus": [row.value - row.low for row in rows],
                "color": colour,
            },
            text=[svg.plain(row.reading) for row in rows],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[svg.plain(row.name) for row in plot.rows],
        range=[len(plot.rows) - 0.5, -0.5],
        automargin=True,
    )
    _value_axis(figure.layout.xaxis, plot.axis)
    figure.update_xaxes(title_text=svg.plain(plot.unit))
    if plot.benchmark is not None:
        figure.add_vline(
            x=plot.benchmark,
            line={"color": svg.INK, "width": 2},
            annotation_text=svg.plain(plot.benchmark_label),
            annotation_position="top",
        )
    return figure.to_plotly_json()


def _layout(right: int) -> dict[str, Any]:
    return {
        "template": "none",
        "font": FONT,
        "margin": {"l": 70, "r": right, "t": 40, "b": 100},
        "legend": {"orientation": "h", "y": -0.25},
        "hovermode": "closest",
    }


def _value_axis(axis: go.layout.XAxis | go.layout.YAxis, described: Axis) -> None:
    axis.update(
        range=[described.low, described.high],
        tickvals=list(described.ticks),
        ticktext=[described.label(tick) for tick in described.ticks],
        gridcolor=svg.GRID,
        zeroline=False,
    )


def _band_lines(band: Band) -> list[tuple[float, str, str | None]]:
    """The band's lines from the lowest; the highest fills down to the lowest."""
    return [
        (band.low, "dash", None),
        (band.high, "dash", "tonexty"),
        (band.average, "solid", None),
    ]


def _line(chart: ProcessChart) -> tuple[list[float], list[float | None]]:
    """The line's points; None where it is cut, at a gap or a new segment."""
    starts = {band.start for band in chart.bands} - {0}
    xs: list[float] = []
    ys: list[float | None] = []
    for index, point in enumerate(chart.points):
        if index in starts:
            xs.append(index - 0.5)
            ys.append(None)
        xs.append(index)
        ys.append(point.value)
    return xs, ys
