"""What the columns of other tables are: said once, kept, changed, and how they were."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from csa_portal.documents import frozen
from partnerships.access import may, requires
from partnerships.models import Area
from performance import mappings
from performance.column_forms import ColumnsForm, RemoveForm, TableForm
from performance.ingest import checking
from performance.ingest.columns import fingerprint, proposed
from performance.ingest.known import plain
from performance.ingest.sources.generic import is_ours
from performance.ingest.work import take_in
from performance.models import ColumnMapping, Indicator, Upload
from performance.tables import MappingTable

SECTION = {"section": "uploads"}
UPLOADS_SHOWN = 10


def read_again(request, upload):
    """A new check of the same kept file; the one before stays as it was."""
    data = frozen.read(upload.sha256)
    kind = Upload.SourceKind.GENERIC
    return redirect(take_in(data, upload.filename, by=request.user, kind=kind))


def own_indicators(request):
    return list(Indicator.objects.uploadable_by(request.user))


@requires("upload figures")
def upload_columns(request, pk):
    """Say what the columns of an upload's table are, and have it read so."""
    uploads = Upload.objects.visible_to(request.user)
    upload = get_object_or_404(uploads, pk=pk)
    try:
        contents = checking.first_rows(upload)
    except frozen.NotKept as error:
        raise Http404(upload.sha256) from error
    if contents.unreadable:
        messages.error(request, contents.problems[0].wrong)
        return redirect(upload)
    where = TableForm(contents.tables, request.GET)
    context = {"upload": upload, "where": where, **SECTION}
    if not where.is_valid():
        context["form"] = where
        return render(request, "performance/upload_columns.html", context)
    table = where.cleaned_data["table"]
    context["table"] = table
    if is_ours(table.header, every_name()):
        return render(
            request, "performance/upload_columns.html", context | {"ours": True}
        )
    known = ColumnMapping.objects.filter(fingerprint=fingerprint(table.header)).first()
    if known:
        if request.method == "POST":
            return read_again(request, upload)
        context["known"] = known
        return render(request, "performance/upload_columns.html", context)
    indicators = own_indicators(request)
    about = {
        "header": table.header,
        "table": table,
        "indicators": indicators,
        "areas": area_names(indicators),
    }
    form = ColumnsForm(initial=sure(table, indicators), **about)
    if request.method == "POST":
        form = ColumnsForm(request.POST, **about)
        if form.is_valid():
            try:
                kept = mappings.keep(
                    form.cleaned_data["name"],
                    table.header,
                    form.cleaned_data["roles"],
                    leave_out=form.cleaned_data["leave_out"],
                    area=form.cleaned_data["area"],
                    by=request.user,
                )
            except mappings.AlreadyKept as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    f"The columns are kept as {kept}. The file was read with them.",
                )
                return read_again(request, upload)
    context |= {"form": form, "at": urlencode(where.data)}
    return render(request, "performance/upload_columns.html", context)


def area_names(indicators):
    """The areas that some indicators may have figures for."""
    groups = {each.group_id for each in indicators}
    areas = Area.objects.filter(Q(groups__in=groups) | Q(made_of__in=groups))
    return list(areas.distinct().values_list("name", flat=True))


def sure(table, indicators):
    """What the columns surely are, as the form's first choices."""
    known = checking.known_to(None)
    titles = {plain(text): each.slug for each in indicators for text in names(each)}
    roles = proposed(table.header, table.rows, areas=known.areas, indicators=titles)
    return {f"column_{at}": role for at, role in enumerate(roles)}


def names(indicator):
    return (indicator.slug, indicator.title)


def every_name():
    """The names of all indicators, as they are compared."""
    titles = Indicator.objects.values_list("slug", "title")
    return {plain(text) for pair in titles for text in pair}


@require_safe
@requires("upload figures")
def mapping_list(request):
    table = MappingTable(mappings.listed())
    RequestConfig(request, paginate=False).configure(table)
    context = {"table": table, **SECTION}
    return render(request, "performance/mapping_list.html", context)


@require_safe
@requires("upload figures")
def mapping(request, pk):
    """What was said of a table, in every version; also of one that was removed."""
    states = mappings.states(pk)
    if not states:
        raise Http404("no such table")
    uploads = Upload.objects.visible_to(request.user).filter(columns_version__id=pk)
    context = {
        "pk": pk,
        "now": states[0],
        "states": states,
        "uploads": uploads.select_related("by")[:UPLOADS_SHOWN],
        "may_change": may(request.user, "upload every figure"),
        **SECTION,
    }
    return render(request, "performance/mapping.html", context)


@requires("upload every figure")
def mapping_change(request, pk):
    held = get_object_or_404(ColumnMapping, pk=pk)
    indicators = own_indicators(request)
    about = {
        "header": held.header,
        "indicators": indicators,
        "areas": area_names(indicators),
        "mapping": held,
    }
    initial = {"name": held.name, "leave_out": held.leave_out, "area": held.area}
    initial |= {f"column_{at}": role for at, role in enumerate(held.columns)}
    form = ColumnsForm(initial=initial, **about)
    if request.method == "POST":
        form = ColumnsForm(request.POST, **about)
        if form.is_valid():
            said = form.cleaned_data
            mappings.change(
                held,
                name=said["name"],
                columns=said["roles"],
                leave_out=said["leave_out"],
                area=said["area"],
                by=request.user,
                reason=said["reason"],
            )
            messages.success(
                request,
                f"{held} is changed. Files are read so from now on; those read before "
                "stay as they are.",
            )
            return redirect(held)
    context = {"mapping": held, "form": form, **SECTION}
    return render(request, "performance/mapping_change.html", context)


@requires("upload every figure")
def mapping_remove(request, pk):
    held = get_object_or_404(ColumnMapping, pk=pk)
    form = RemoveForm()
    if request.method == "POST":
        form = RemoveForm(request.POST)
        if form.is_valid():
            mappings.remove(held, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(
                request, f"{held} is removed. What was read with it stays as it is."
            )
            return redirect("performance:mapping_list")
    context = {"mapping": held, "form": form, **SECTION}
    return render(request, "performance/mapping_remove.html", context)
