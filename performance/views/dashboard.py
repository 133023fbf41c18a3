"""The dashboards: a quarter at a glance, the indicators, one indicator."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django_tables2 import RequestConfig

from csa_portal.documents.dates import today
from csa_portal.documents.spreadsheets import csv_response
from performance import dashboard, downloads
from performance.filters import IndicatorFilter
from performance.history import NotKnownThen
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
    """The page as of now, or as at ``?as_at=``; as of now with a sentence where that is
    no moment."""
    wrong = ""
    try:
        reader = looking_back(request, reader, quarter)
    except NotKnownThen as error:
        wrong = str(error)
    page = dashboard.glance(reader, quarter)
    context = {"page": page, "current": current, "wrong_moment": wrong, **SECTION}
    status = 400 if wrong else 200
    return render(request, "performance/glance.html", context, status=status)


def looking_back(request, reader, quarter):
    """The reader at the moment the address asks for; raises NotKnownThen."""
    text = request.GET.get("as_at", "").strip()
    return reader.looking_back(text, quarter) if text else reader


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
    try:
        reader = looking_back(request, reader, quarter)
    except NotKnownThen as error:
        return bad_moment(error)
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
    wrong = ""
    try:
        page = indicator_page(request, slug)
    except NotKnownThen as error:
        wrong = str(error)
        page = dashboard.indicator_page(request.user, slug, asked_quarter(request))
    return render(
        request,
        "performance/indicator.html",
        {"page": page, "wrong_moment": wrong, **SECTION},
        status=400 if wrong else 200,
    )


@login_not_required
def indicator_csv(request, slug):
    try:
        page = indicator_page(request, slug)
    except NotKnownThen as error:
        return bad_moment(error)
    name = f"{slug}-{page.quarter.slug}.csv"
    return csv_response(name, downloads.indicator_rows(page))


@login_not_required
def indicator_chart(request, slug):
    try:
        page = indicator_page(request, slug)
    except NotKnownThen as error:
        return bad_moment(error)
    if page.chart is None:
        raise Http404(slug)
    return attachment(page.wide, "image/svg+xml", f"{slug}-{page.quarter.slug}.svg")


def indicator_page(request, slug):
    """The page of the quarter and moment in the address; raises NotKnownThen."""
    as_at = request.GET.get("as_at", "").strip()
    return dashboard.indicator_page(request.user, slug, asked_quarter(request), as_at)


def asked_quarter(request):
    """The quarter in the address, if any; 404 for what is no quarter."""
    text = request.GET.get("quarter")
    if not text:
        return None
    try:
        return Quarter.from_slug(text)
    except NoSuchPeriod as error:
        raise Http404(text) from error


def bad_moment(error):
    return HttpResponse(f"{error}\n", content_type="text/plain", status=400)


def attachment(content, content_type, name):
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
