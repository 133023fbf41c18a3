from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django_tables2 import RequestConfig

from csa_portal.documents.dates import today
from partnerships import directory
from partnerships.filters import BoardFilter, PartnerFilter
from partnerships.models import Board, Partner
from partnerships.tables import BoardTable


@login_not_required
def partner_list(request):
    chosen = PartnerFilter(request.GET, Partner.objects.on(today()))
    page = directory.partner_list(chosen.qs, today())
    return render(
        request,
        "partnerships/partner_list.html",
        {
            "section": "partners",
            "page": page,
            "form": chosen.form,
            "filtered": any(request.GET.get(name) for name in chosen.filters),
        },
    )


@login_not_required
def partner(request, slug):
    partners = Partner.objects.select_related("area").prefetch_related(
        "aliases", "succeeded_by__successor", "succeeded__predecessor"
    )
    page = directory.partner_page(get_object_or_404(partners, slug=slug), today())
    return render(
        request, "partnerships/partner.html", {"section": "partners", "page": page}
    )


@login_not_required
def board_list(request):
    kinds = [When(kind=kind, then=Value(n)) for n, kind in enumerate(Board.Kind)]
    boards = (
        Board.objects.select_related("area")
        .prefetch_related("aliases")
        .annotate(kind_order=Case(*kinds, output_field=IntegerField()))
    )
    chosen = BoardFilter(request.GET, boards)
    table = BoardTable(chosen.qs)
    RequestConfig(request, paginate=False).configure(table)
    return render(
        request,
        "partnerships/board_list.html",
        {"section": "partners", "table": table, "form": chosen.form},
    )


@login_not_required
def board(request, slug):
    try:
        page = directory.board_page(slug, today())
    except Board.DoesNotExist as missing:
        raise Http404 from missing
    return render(
        request, "partnerships/board.html", {"section": "partners", "page": page}
    )
