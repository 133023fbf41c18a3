"""What the agreement promises: priorities, key issues and what they align with."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from csa_portal.documents.spreadsheets import csv_response
from priorities import document


def records_or_404():
    """The records of the agreement now in force, else of the latest."""
    version = document.current_version()
    if version is None:
        raise Http404("No agreement is written out here yet.")
    return document.Records(version)


def crumb(agreement):
    return (f"Agreement {agreement.term}", agreement.get_absolute_url())


def priorities_crumb():
    return ("Priorities", reverse("priorities:priority_list"))


@login_not_required
def priority_list(request):
    records = records_or_404()
    context = {
        "section": "priorities",
        "crumbs": [crumb(records.agreement)],
        "agreement": records.agreement,
        "rows": document.priority_rows(records),
        "themes": records.agreement.themes.all(),
    }
    return render(request, "priorities/priority_list.html", context)


@login_not_required
def priority(request, slug):
    version = document.version_with_priority(slug)
    if version is None:
        raise Http404(f"No priority is called {slug}.")
    rows = document.priority_rows(document.Records(version))
    context = {
        "section": "priorities",
        "crumbs": [priorities_crumb()],
        "agreement": version.agreement,
        "row": next(row for row in rows if row.priority.slug == slug),
    }
    return render(request, "priorities/priority.html", context)


@login_not_required
def alignment(request):
    records = records_or_404()
    rows = records.alignment_with_themes
    context = {
        "section": "agreement",
        "crumbs": [crumb(records.agreement)],
        "agreement": records.agreement,
        "table": document.Table(
            "alignment", document.TABLES["alignment"].caption, None, rows
        ),
        "unmatched": [row for row in rows if row.key_issue is None],
        "plans": sorted({row.plan_priority.plan for row in rows}),
    }
    return render(request, "priorities/alignment.html", context)


@login_not_required
def alignment_csv(request):
    records = records_or_404()
    heads = ["Key issue", "Police and crime plan", "Plan priority", "District theme"]
    rows = [
        (row.key_issue or "", row.plan_priority.plan, row.plan_priority.title, theme)
        for row in records.alignment_with_themes
        for theme in row.district_themes.all()
    ]
    filename = f"alignment-{records.agreement.edition}.csv"
    return csv_response(filename, [heads, *rows])
