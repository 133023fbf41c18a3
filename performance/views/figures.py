"""One figure: its values through time, and where each came from."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from csa_portal.documents.spreadsheets import csv_response
from partnerships.access import may
from partnerships.models import Area
from performance import dashboard, downloads
from performance.history import history
from performance.models import Indicator
from performance.sealing import with_their_seals

SECTION = {"section": "performance"}


def figure_page(request, slug, area, period):
    """The figure's history and its reader; 404 for what the reader may not see, and for
    what never had a figure."""
    indicators = Indicator.objects.visible_to(request.user)
    indicator = get_object_or_404(indicators.select_related("group__whole"), slug=slug)
    reader = dashboard.reader_for(request.user, indicator)
    if not reader.may_see(period):
        raise Http404(str(period))
    told = Indicator.objects.with_true_values_for(request.user).filter(pk=indicator.pk)
    found = history(
        indicator,
        get_object_or_404(Area, slug=area),
        period,
        true=not indicator.protected or told.exists(),
    )
    if not found.entries:
        raise Http404(str(period))
    return found, reader


@login_not_required
def figure(request, slug, area, period):
    found, reader = figure_page(request, slug, area, period)
    with_their_seals([each.observation for each in found.entries if each.observation])
    context = {
        "history": found,
        "reader": reader,
        "may_seal": may(request.user, "seal files and figures"),
        **SECTION,
    }
    return render(request, "performance/figure.html", context)


@login_not_required
def figure_csv(request, slug, area, period):
    found, reader = figure_page(request, slug, area, period)
    name = f"history-{slug}-{area}.csv"
    return csv_response(name, downloads.history_rows(found, named=reader.sees_all))
