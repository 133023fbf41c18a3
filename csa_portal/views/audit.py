"""The audit: what people did, and what records were before and after."""

from django.core.paginator import Paginator
from django.shortcuts import render

from csa_portal import audit_trail
from partnerships.access import requires

ENTRIES_A_PAGE = 50


@requires("read the audit")
def audit(request):
    which = request.GET.get("which", "")
    if which not in audit_trail.WHICH:
        which = ""
    entries = audit_trail.entries(which)
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "csa_portal/audit.html",
        {
            "page": page,
            "which": which,
            "choices": audit_trail.WHICH,
            "newer": page.has_previous()
            and {
                "title": "Newer entries",
                "url": f"?which={which}&page={page.previous_page_number()}",
            },
            "older": page.has_next()
            and {
                "title": "Older entries",
                "url": f"?which={which}&page={page.next_page_number()}",
            },
        },
    )
