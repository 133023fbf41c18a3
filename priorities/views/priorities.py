"""What the agreement promises: priorities, key issues and what they align with."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from csa_portal.documents.spreadsheets import csv_response
from priorities import document
from priorities.models import Priority


def records_or_404(edition=None):
    """The records of an edition's newest version, or of the agreement now in force."""
    if edition is None:
        agreement = document.current_agreement()
        if agreement is None:
            raise Http404("No agreement is written out here yet.")
        edition = agreement.edition
    versions = document.versions_of(edition)
    if not versions:
        raise Http404(f"No version of {edition} is written out here.")
    return document.Records(versions[0])


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
    found = get_object_or_404(Priority.objects.select_related("agreement"), slug=slug)
    records = records_or_404(found.agreement.edition)
    rows = document.priority_rows(records)
    context = {
        "section": "priorities",
        "crumbs": [priorities_crumb()],
        "agreement": records.agreement,
        "row": next(row for row in rows if row.priority.pk == found.pk),
    }
    return render(request, "priorities/priority.html", context)


@login_not_required
def key_issue(request, slug):
    """Without figures: the page that has them is composed above this app."""
    page = document.key_issue_page(slug)
    if page is None:
        raise Http404(f"No key issue is called {slug}.")
    context = {"section": "priorities", "crumbs": [priorities_crumb()], "page": page}
    return render(request, "priorities/key_issue.html", context)


@login_not_required
def alignment(request):
    records = records_or_404()
    rows = records.alignment
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
        for row in records.alignment
        for theme in row.district_themes.all()
    ]
    filename = f"alignment-{records.agreement.edition}.csv"
    return csv_response(filename, [heads, *rows])
