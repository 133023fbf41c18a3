"""How codes and crime types become indicators: read by all, kept by analysts."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from partnerships.access import may, requires
from performance import source_codes
from performance.code_forms import NOT_USED, EndForm, PlaceForm
from performance.filters import SourceCodeFilter
from performance.models import Indicator, SourceCode
from performance.source_codes import NotPlaced
from performance.tables import SourceCodeTable

SECTION = {"section": "performance"}
CODES_A_PAGE = 50


def own_indicators(request):
    return list(Indicator.objects.visible_to(request.user))


def visible_codes(request):
    """Those that count in what the reader may see, and those not used."""
    seen = Indicator.objects.visible_to(request.user)
    codes = SourceCode.objects.filter(Q(indicator__isnull=True) | Q(indicator__in=seen))
    return codes.select_related("indicator")


@require_safe
@requires("read all dashboards")
def source_code_list(request):
    chosen = SourceCodeFilter(request.GET, visible_codes(request), user=request.user)
    table = SourceCodeTable(chosen.qs)
    RequestConfig(request, paginate={"per_page": CODES_A_PAGE}).configure(table)
    context = {
        "table": table,
        "filter": chosen,
        "unplaced": source_codes.unplaced(timezone.now()),
        "may_place": may(request.user, "place source codes"),
        **SECTION,
    }
    return render(request, "performance/source_code_list.html", context)


@require_safe
@requires("read all dashboards")
def source_code(request, pk):
    placed = get_object_or_404(visible_codes(request), pk=pk)
    context = {
        "placed": placed,
        "others": visible_codes(request)
        .filter(source_kind=placed.source_kind, code__iexact=placed.code)
        .exclude(pk=pk),
        "records": placed.history.select_related("history_user", "indicator"),
        "may_place": may(request.user, "place source codes"),
        **SECTION,
    }
    return render(request, "performance/source_code.html", context)


@requires("place source codes")
def source_code_new(request):
    indicators = own_indicators(request)
    form = PlaceForm(
        indicators=indicators,
        initial={
            "source_kind": request.GET.get("source", ""),
            "code": request.GET.get("code", "")[:150],
        },
    )
    if request.method == "POST":
        form = PlaceForm(request.POST, indicators=indicators)
        if form.is_valid():
            try:
                placed = source_codes.place(
                    form.cleaned_data["source_kind"],
                    form.cleaned_data["code"],
                    by=request.user,
                    **form.said,
                )
            except NotPlaced as refusal:
                form.add_error("code", str(refusal))
            else:
                messages.success(
                    request,
                    f"{placed.code} is placed. Check the file again from its page to have it counted.",
                )
                return redirect(placed)
    context = {"form": form, **SECTION}
    return render(request, "performance/source_code_new.html", context)


@requires("place source codes")
def source_code_change(request, pk):
    placed = get_object_or_404(visible_codes(request), pk=pk)
    about = {"indicators": own_indicators(request), "placed": placed}
    form = PlaceForm(
        initial={
            "indicator": placed.indicator.slug if placed.indicator else NOT_USED,
            "valid_from": placed.valid_from,
            "valid_until": placed.valid_until,
        },
        **about,
    )
    if request.method == "POST":
        form = PlaceForm(request.POST, **about)
        if form.is_valid():
            try:
                source_codes.change(placed, by=request.user, **form.said)
            except NotPlaced as refusal:
                form.add_error("indicator", str(refusal))
            else:
                messages.success(request, f"{placed.code} is changed.")
                return redirect(placed)
    context = {"placed": placed, "form": form, **SECTION}
    return render(request, "performance/source_code_change.html", context)


@requires("place source codes")
def source_code_end(request, pk):
    placed = get_object_or_404(visible_codes(request), pk=pk)
    indicators = [
        each for each in own_indicators(request) if each.pk != placed.indicator_id
    ]
    form = EndForm(indicators=indicators)
    if request.method == "POST":
        form = EndForm(request.POST, indicators=indicators)
        if form.is_valid():
            try:
                source_codes.end(
                    placed,
                    form.cleaned_data["on"],
                    begins=form.begins,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                )
            except NotPlaced as refusal:
                form.add_error("on", str(refusal))
            else:
                day = form.cleaned_data["on"]
                messages.success(request, f"{placed.code} ends on {day:%-d %B %Y}.")
                return redirect(placed)
    context = {"placed": placed, "form": form, **SECTION}
    return render(request, "performance/source_code_end.html", context)
