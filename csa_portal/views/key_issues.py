"""A key issue: what the agreement says of it, with its figures."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

from performance import dashboard
from priorities import document
from priorities.views.priorities import priorities_crumb


@login_not_required
def key_issue(request, slug):
    page = document.key_issue_page(slug)
    if page is None:
        raise Http404(f"No key issue is called {slug}.")
    context = {
        "section": "priorities",
        "crumbs": [priorities_crumb()],
        "page": page,
        "rows": dashboard.indicator_rows_for(page.issue.key_issue, request.user),
    }
    return render(request, "csa_portal/key_issue.html", context)
