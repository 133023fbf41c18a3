"""The agreement: its overview, its sections, its versions, its PDF."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from csa_portal.documents.dates import today
from priorities import document, pdf
from priorities.models import Agreement, Version
from priorities.views.priorities import crumb, records_or_404


def version_or_404(edition):
    try:
        return document.version_of(edition)
    except Version.DoesNotExist as error:
        raise Http404(str(error)) from error


def page_of(version, **context):
    agreement = version.agreement
    return {
        "section": "agreement",
        "crumbs": [],
        "version": version,
        "agreement": agreement,
        "ended": agreement.ends_year < today().year,
        "pdf_size": pdf.kept_size(version),
        "linked": True,
        **context,
    }


@login_not_required
def current_agreement(request):
    return redirect(records_or_404().agreement)


@login_not_required
def agreement(request, edition):
    version = version_or_404(edition)
    read = document.read(document.Records(version), only="")
    return render(request, "priorities/agreement.html", page_of(version, document=read))


@login_not_required
def section(request, edition, slug):
    version = version_or_404(edition)
    read = document.read(document.Records(version), only=slug)
    place = read.place(slug)
    before, after = read.sections[:place], read.sections[place + 1 :]
    context = page_of(
        version,
        crumbs=[crumb(version.agreement)],
        document=read,
        page=read.sections[place],
        previous=neighbour(edition, before[-1]) if before else None,
        next=neighbour(edition, after[0]) if after else None,
    )
    return render(request, "priorities/section.html", context)


def neighbour(edition, section):
    return {"title": str(section), "url": section.address(edition)}


@login_not_required
def agreement_pdf(request, edition):
    version = version_or_404(edition)
    filename = f"community-safety-agreement-{edition}-v{version.number}.pdf"
    return HttpResponse(
        pdf.agreement_pdf(version),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


@login_not_required
def versions(request):
    agreements = Agreement.objects.select_related("predecessor").prefetch_related(
        "versions"
    )
    return render(
        request,
        "priorities/versions.html",
        {"section": "agreement", "crumbs": [], "agreements": agreements},
    )
