"""The dashboards: a quarter at a glance, the indicators, one indicator."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django_tables2 import RequestConfig

from csa_portal.documents.dates import today
from csa_portal.documents.spreadsheets import csv_response
from performance import dashboard, downloads
from performance.filters import IndicatorFilter
from performance.periods import NoSuchPeriod, Quarter
from performance.tables import IndicatorTable

SECTION = {"section": "performance"}


@login_not_required
def latest(request):
    reader = dashboard.reader_for(request.user)
    if reader.latest is None:
        return render(request, "performance/no_figures.html", SECTION)
    return glance_page(request, reader, reader.latest, current="quarter")


@login_not_required
def glance(request, quarter):
    reader = dashboard.reader_for(request.user)
    if not readable(reader, quarter):
        return no_figures(request, reader, quarter)
    return glance_page(request, reader, quarter)


def glance_page(request, reader, quarter, current=""):
    page = dashboard.glance(reader, quarter)
    context = {"page": page, "current": current, **SECTION}
    return render(request, "performance/glance.html", context)


def readable(reader, quarter):
    """Whether a quarter has figures for the reader."""
    return any(held.quarter == quarter for held in reader.held)


def no_figures(request, reader, quarter):
    """Those signed in are told that a quarter is empty; the public is told nothing."""
    if not reader.sees_all:
        raise Http404(quarter.slug)
    context = {"quarter": quarter, "latest": reader.latest, **SECTION}
    return render(request, "performance/no_figures.html", context)


@login_not_required
def glance_csv(request, quarter):
    reader = dashboard.reader_for(request.user)
    if not readable(reader, quarter):
        raise Http404(quarter.slug)
    page = dashboard.glance(reader, quarter)
    return csv_response(f"figures-{quarter.slug}.csv", downloads.glance_rows(page))


@login_not_required
def indicator_list(request):
    indicators = dashboard.indicators_for(request.user, today())
    chosen = IndicatorFilter(request.GET, queryset=indicators)
    table = IndicatorTable(chosen.qs)
    RequestConfig(request, paginate=False).configure(table)
    return render(
        request,
        "performance/indicator_list.html",
        {"filter": chosen, "table": table, **SECTION},
    )


@login_not_required
def indicator(request, slug):
    page = indicator_page(request, slug)
    return render(request, "performance/indicator.html", {"page": page, **SECTION})


@login_not_required
def indicator_csv(request, slug):
    page = indicator_page(request, slug)
    name = f"{slug}-{page.quarter.slug}.csv"
    return csv_response(name, downloads.indicator_rows(page))


@login_not_required
def indicator_chart(request, slug):
    page = indicator_page(request, slug)
    if page.chart is None:
        raise Http404(slug)
    return attachment(page.wide, "image/svg+xml", f"{slug}-{page.quarter.slug}.svg")


def indicator_page(request, slug):
    """The page of the quarter in the address; 404 for what is no quarter."""
    quarter = None
    if text := request.GET.get("quarter"):
        try:
            quarter = Quarter.from_slug(text)
        except NoSuchPeriod as error:
            raise Http404(text) from error
    return dashboard.indicator_page(request.user, slug, quarter)


def attachment(content, content_type, name):
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
