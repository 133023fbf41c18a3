from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render

from csa_portal.documents.dates import today
from priorities import governance as topic
from priorities import governance_map
from priorities.forms import AsAtForm


@login_not_required
def governance(request):
    form = AsAtForm(request.GET)
    day = form.cleaned_data["on"] if form.is_valid() else None
    page = topic.as_at(day or today())
    return render(
        request,
        "priorities/governance.html",
        {
            "section": "partners",
            "form": form,
            "page": page,
            "map": governance_map.draw(page) if page.owner else None,
        },
    )


@login_not_required
def map_svg(request):
    """The map as a file of its own; its links lead back here."""
    form = AsAtForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such day.")
    page = topic.as_at(form.cleaned_data["on"] or today())
    if not page.owner:
        raise Http404("No board owned an agreement on that day.")
    base = request.build_absolute_uri("/").removesuffix("/")
    return HttpResponse(
        governance_map.draw(page, base),
        content_type="image/svg+xml",
        headers={
            "Content-Disposition": f'attachment; filename="governance-{page.day}.svg"'
        },
    )
