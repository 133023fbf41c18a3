"""Uploads: a file, what was found in it, what it will change, saved, taken back."""

import io
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from csa_portal.documents import frozen
from csa_portal.documents.spreadsheets import csv_response
from partnerships import audit
from partnerships.access import may, requires
from partnerships.models import AuditEvent
from performance import sealing
from performance.forms import CommitForm, UploadForm, WithdrawForm
from performance.ingest import marked
from performance.ingest.changes import MAX_SHOWN, Changes, compare
from performance.ingest.checking import (
    contents_of,
    examine,
    problems_of,
)
from performance.ingest.commit import (
    Blocked,
    MovedOn,
    answer,
    changed_since,
)
from performance.ingest.findings import place
from performance.ingest.readers import Refused
from performance.ingest.work import Busy, now_or_later, take_in
from performance.models import Event, Finding, Upload, Work
from performance.progress import STEPS, progress_of, steps
from performance.tables import UploadTable
from performance.views.seals import notice
from performance.views.work import progress_page

SECTION = {"section": "uploads"}
UPLOADS_A_PAGE = 25


@dataclass
class Page:
    """One upload as its page prints it; ``changes`` only while it waits to be saved,
    ``work`` the last that was done on it by a worker."""

    upload: Upload
    errors: list
    queries: list
    notes: list
    events: list[Event]
    changes: Changes | None = None
    moved: Event | None = None
    work: Work | None = None

    @property
    def told(self):
        """Why the last thing that somebody asked of a worker did not come about."""
        return self.work.said if self.work and self.work.stands else ""

    @property
    def heading(self):
        if self.sealed:
            return "This file is sealed"
        match self.upload.state:
            case Upload.State.STOPPED:
                return "This file is about people, and was not kept"
            case Upload.State.REFUSED:
                return "This file could not be read"
            case Upload.State.COMMITTED:
                return "These figures are saved"
            case Upload.State.WITHDRAWN:
                return "These figures were taken back"
        if self.errors:
            return f"This {self.what} needs mending first"
        if not self.changes.total:
            return "Nothing will change"
        return "What will change if you save this"

    @property
    def sealed(self):
        return self.upload.sealed_at is not None

    @property
    def what(self):
        is_workbook = self.upload.source_kind == Upload.SourceKind.WORKBOOK
        return "workbook" if is_workbook else "file"

    @property
    def is_unknown(self):
        """Whether it is a table that nobody has said the columns of."""
        rules = {finding.rule for finding in self.errors}
        return not rules.isdisjoint({"unknown-file", "unknown-columns"})

    @property
    def may_be_unknown(self):
        """Whether it may have been taken for what it is not."""
        by_hand = Upload.SourceKind.WORKBOOK, Upload.SourceKind.FIGURES_CSV
        return bool(self.errors) and self.upload.source_kind in by_hand

    @property
    def may_be_checked_again(self):
        """Whether what the records know may make a difference."""
        match self.upload.state:
            case Upload.State.REFUSED:
                return self.is_unknown
            case Upload.State.WITHDRAWN:
                return False
        return True

    @property
    def faulty_cells(self):
        return sum(finding.cells for finding in self.errors)

    @property
    def steps(self):
        if self.upload.state in (Upload.State.COMMITTED, Upload.State.WITHDRAWN):
            now = len(STEPS)
        else:
            now = 1 if self.errors else 2
        return steps(now)

    def form(self, data=None):
        return CommitForm(
            data,
            queries=self.queries,
            published=self.changes.published,
            initial={"seen": self.changes.event},
        )


def upload_page(upload):
    findings = list(upload.findings.select_related("answered_by"))
    page = Page(
        upload,
        errors=[each for each in findings if each.level == "error"],
        queries=[each for each in findings if each.level == "query"],
        notes=[each for each in findings if each.level == "note"],
        events=list(upload.events.select_related("by")),
    )
    waiting = upload.state == Upload.State.CHECKED and not page.sealed
    if waiting and not page.errors:
        figures, _ = examine(contents_of(upload), by=upload.by)
        page.changes = compare(figures)
        page.moved = changed_since(upload.previewed_at_event, figures)
    return page


def visible_upload(request, pk):
    uploads = Upload.objects.visible_to(request.user).select_related(
        "by", "columns_version"
    )
    return get_object_or_404(sealing.with_seals(uploads), pk=pk)


def show(request, page, form, status=200):
    context = {
        "page": page,
        "form": form,
        "max_shown": MAX_SHOWN,
        "may_place": may(request.user, "place source codes"),
        **SECTION,
    }
    return render(request, "performance/upload.html", context, status=status)


@require_safe
@requires("upload figures")
def upload_list(request):
    uploads = Upload.objects.visible_to(request.user).select_related("by")
    uploads = sealing.with_seals(uploads).annotate(
        faulty=Exists(Finding.objects.errors().filter(upload=OuterRef("pk"))),
        busy=Exists(Work.objects.unfinished().filter(upload=OuterRef("pk"))),
    )
    table = UploadTable(uploads)
    RequestConfig(request, paginate={"per_page": UPLOADS_A_PAGE}).configure(table)
    return render(request, "performance/upload_list.html", {"table": table, **SECTION})


@requires("upload figures")
def upload_new(request):
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            name, data = form.cleaned_data["file"]
            kind = form.cleaned_data["kind"]
            return redirect(take_in(data, name, by=request.user, kind=kind))
    return render(request, "performance/upload_new.html", {"form": form, **SECTION})


@require_safe
@requires("upload figures")
def upload(request, pk):
    """What was found and what will change; while a worker is at it, how far it is."""
    upload = visible_upload(request, pk)
    work = upload.work.first()
    if progress := progress_of(upload, work):
        return progress_page(request, progress)
    page = upload_page(upload)
    page.work = work
    return show(request, page, page.form() if page.changes else None)


@require_POST
@requires("upload figures")
def upload_commit(request, pk):
    page = upload_page(visible_upload(request, pk))
    if page.changes is None:
        messages.error(request, "Nothing was saved.")
        return redirect(page.upload)
    form = page.form(request.POST)
    if "keep" in request.POST:  # reasons only; they need not be complete
        kept = answer(page.upload, form.given, by=request.user)
        messages.success(request, f"{kept} reason{'' if kept == 1 else 's'} kept.")
        return redirect(page.upload)
    if form.is_valid():
        try:
            event = now_or_later(
                page.upload,
                Work.What.SAVE,
                by=request.user,
                reason=form.cleaned_data.get("reason", ""),
                reasons=form.reasons,
                seen=form.cleaned_data["seen"],
            )
        except MovedOn as refusal:
            messages.error(request, str(refusal))
            return redirect(page.upload)
        except (Blocked, Busy) as refusal:
            form.add_error(None, str(refusal))
        else:
            if event:
                messages.success(
                    request, f"{page.upload} is saved. It can be taken back here."
                )
            return redirect(page.upload)
    return show(request, page, form)


@requires("upload figures")
def upload_withdraw(request, pk):
    upload = visible_upload(request, pk)
    form = WithdrawForm()
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                event = now_or_later(
                    upload, Work.What.WITHDRAW, by=request.user, reason=reason
                )
            except (Blocked, MovedOn, Busy) as refusal:
                form.add_error(None, str(refusal))
            else:
                if event:
                    messages.success(
                        request,
                        f"{upload} is taken back. The figures before it are back.",
                    )
                return redirect(upload)
    context = {"upload": upload, "form": form, **SECTION}
    return render(request, "performance/upload_withdraw.html", context)


@require_POST
@requires("upload figures")
def upload_reinstate(request, pk):
    upload = visible_upload(request, pk)
    try:
        event = now_or_later(upload, Work.What.REINSTATE, by=request.user)
    except (Blocked, MovedOn, Busy) as refusal:
        messages.error(request, str(refusal))
    else:
        if event:
            messages.success(request, f"{upload} is put back.")
    return redirect(upload)


@require_safe
@requires("upload figures")
def upload_file(request, pk):
    """The file as it came; who took it is recorded."""
    upload = visible_upload(request, pk)
    if upload.sealed_at:
        return notice(upload)
    if upload.state == Upload.State.STOPPED:
        raise Http404("the file was not kept")
    try:
        data = frozen.read(upload.sha256)
    except frozen.NotKept as error:
        raise Http404(upload.sha256) from error
    audit.record(AuditEvent.Act.DOWNLOAD, upload, by=request.user)
    return FileResponse(
        io.BytesIO(data),
        as_attachment=True,
        filename=upload.filename,
        content_type="application/octet-stream",
    )


@require_safe
@requires("upload figures")
def upload_marked(request, pk):
    """The file with what was found marked in it; who took it is recorded."""
    upload = visible_upload(request, pk)
    if upload.sealed_at:
        return notice(upload)
    unread = (Upload.State.RECEIVED, Upload.State.REFUSED, Upload.State.STOPPED)
    if upload.state in unread:
        raise Http404("the file was not read")
    try:
        data = frozen.read(upload.sha256)
        book = marked.marked(data, problems_of(upload))
    except (frozen.NotKept, Refused) as error:
        raise Http404(upload.sha256) from error
    audit.record(AuditEvent.Act.DOWNLOAD, upload, by=request.user)
    return FileResponse(
        io.BytesIO(book), as_attachment=True, filename=f"marked-{pk}.xlsx"
    )


@require_safe
@requires("upload figures")
def upload_findings_csv(request, pk):
    """The groups with their reasons, then every cell, however many."""
    upload = visible_upload(request, pk)
    rows = [
        (
            finding.get_level_display(),
            finding.sheet,
            finding.where,
            finding.cells,
            *(finding.text, finding.wrong, finding.mend, finding.about),
            *(finding.reason, finding.answered_by),
        )
        for finding in upload.findings.select_related("answered_by")
    ]
    head = ("level", "sheet", "where", "cells", "the cell says", "what is wrong")
    rows = [(*head, "how to mend it", "indicator", "reason", "given by"), *rows]
    if upload.state == Upload.State.CHECKED and not upload.sealed_at:
        every = [
            (
                Finding.Level(each.level).label,
                each.sheet,
                place(each.row, each.column),
                each.cells,
                *(each.text, each.wrong, each.mend, each.about, "", ""),
            )
            for each in problems_of(upload)
        ]
        rows += [(), ("every cell", *[""] * 9), *every]
    return csv_response(f"findings-{pk}.csv", rows)


@require_safe
@requires("upload figures")
def upload_changes_csv(request, pk):
    upload = visible_upload(request, pk)
    if upload.sealed_at:
        return notice(upload)
    changes = upload_page(upload).changes
    if changes is None:
        raise Http404("no changes are waiting")
    kinds = ("new", "changed", "removed", "unchanged")
    rows = [
        (
            *(kind, change.measure.title, change.area, change.period.label),
            *("" if change.now is None else str(change.now), str(change.will_be)),
            change.difference,
            change.share,
            "yes" if change.published else "no",
        )
        for kind in kinds
        for change in getattr(changes, kind)
    ]
    head = ("change", "indicator", "area", "period", "now", "will be", "difference")
    rows = [(*head, "per cent", "published"), *rows]
    return csv_response(f"changes-{pk}.csv", rows)
