"""The delivery framework: who leads each key issue, by what, and who carries it out."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.template.loader import render_to_string

from csa_portal.documents.spreadsheets import csv_response
from priorities import term_chart
from priorities.views.priorities import crumb, records_or_404


@login_not_required
def delivery_framework(request):
    records = records_or_404()
    built = records.framework
    context = {
        "section": "agreement",
        "crumbs": [crumb(records.agreement)],
        "agreement": records.agreement,
        "framework": built,
        "chart": chart_of(built),
        "topics": records.agreement.topics_outside.select_related("board"),
    }
    return render(request, "priorities/delivery_framework.html", context)


def chart_of(built):
    """The chart of terms as components/_figure.html takes it; None without any dates."""
    wide = term_chart.draw(built)
    if wide is None:
        return None
    narrow = term_chart.draw(built, narrow=True)
    return {
        "id": "terms",
        "reading": wide.reading,
        "svg": drawing(wide),
        "narrow": drawing(narrow),
        "note": wide.note,
        "table": wide.table,
    }


def drawing(chart):
    return render_to_string("priorities/_term_chart.svg", {"chart": chart})


@login_not_required
def delivery_framework_csv(request):
    records = records_or_404()
    heads = ["Key issue", "Column", "Entry", "Status", "From", "Until", "Note"]
    rows = [heads]
    for row in records.framework.rows:
        for cell in row.cells:
            rows += [
                [row.issue.title, cell.label, *fields(line)] for line in cell.lines
            ]
            if cell.empty:
                gap = [cell.gap_title, "gap", "", "", cell.gap_text]
                rows.append([row.issue.title, cell.label, *gap])
    filename = f"delivery-framework-{records.agreement.edition}.csv"
    return csv_response(filename, rows)


def fields(line):
    if line.board:
        return [line.name, "", "", "", line.note]
    strategy = line.strategy
    status = strategy.get_status_display()
    return [line.name, status, strategy.starts, strategy.ends, line.note]
