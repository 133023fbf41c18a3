"""The workbook of figures to fill in, or a CSV of the same."""

import io

from django.db.models import Count
from django.http import FileResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from csa_portal.documents.spreadsheets import csv_response
from partnerships import audit
from partnerships.access import may, requires
from partnerships.models import AuditEvent, Partner
from performance.forms import TemplateForm
from performance.ingest import template
from performance.models import Indicator, Period


@require_safe
@requires("upload figures")
def upload_template(request):
    """A provider is given their own indicators, an analyst any partner's or all."""
    indicators = (
        Indicator.objects.uploadable_by(request.user)
        .filter(
            source_kind=Indicator.SourceKind.WORKBOOK,
            native_period__in=[Period.Kind.MONTH, Period.Kind.QUARTER],
        )
        .select_related("group__whole", "provider")
        .prefetch_related("group__areas")
    )
    partners = []
    if may(request.user, "upload every figure"):
        partners = list(
            Partner.objects.filter(indicators__in=indicators.order_by()).distinct()
        )
    asks = request.GET.keys() & {"partner", "first", "last", "figures", "kind"}
    form = TemplateForm(request.GET if asks else None, partners=partners)
    if form.is_valid() and indicators:
        if partner := form.cleaned_data.get("partner"):
            indicators = indicators.filter(provider__slug=partner)
        return download(request, form.cleaned_data, list(indicators))
    context = {"form": form, "indicators": indicators, "section": "uploads"}
    return render(request, "performance/upload_template.html", context)


def download(request, choices, indicators):
    """The file; that somebody took small counts is recorded."""
    quarters = choices["quarters"]
    filled = choices["figures"] == "held"
    titles = Indicator.objects.order_by().values("title").annotate(many=Count("pk"))
    asked = template.Asked(
        quarters,
        indicators,
        held=template.held_now(indicators, quarters) if filled else {},
        by_slug=set(titles.filter(many__gt=1).values_list("title", flat=True)),
    )
    name = "-".join(filter(None, ["figures", choices.get("partner"), asked.slug]))
    if filled and any(each.protected for each in indicators):
        audit.record(
            AuditEvent.Act.DOWNLOAD,
            f"Workbook with the figures of {asked.label}",
            by=request.user,
        )
    if choices["kind"] == "csv":
        return csv_response(f"{name}.csv", template.csv_rows(asked))
    return FileResponse(
        io.BytesIO(template.workbook(asked)),
        as_attachment=True,
        filename=f"{name}.xlsx",
    )
