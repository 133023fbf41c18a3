"""Seals: files and figures that two people agree must not be read any more."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partnerships.access import requires, roles_of
from performance import sealing
from performance.forms import SealForm
from performance.models import Observation, Seal, Upload

MAX_FILES_FOUND = 25
SEALS_SHOWN = 100


def show(request, name, **context):
    return render(request, f"performance/{name}.html", {"section": "seals", **context})


def notice(upload):
    """What is given out in the place of a sealed file's bytes."""
    day = timezone.localdate(upload.sealed_at)
    lines = [
        f"Sealed on {day.day} {day:%B %Y}.",
        "",
        f"Why: {upload.sealed_because}",
        f"File: {upload.filename}, {upload.size:,} bytes",
        f"SHA-256: {upload.sha256}",
        "",
        "An officer and an administrator agreed that this file must not be read any more. "
        "Its bytes were deleted. That it came, and what was done with it, stays on record.",
    ]
    return HttpResponse(
        "\n".join(lines) + "\n",
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="sealed-{upload.pk}.txt"'
        },
    )


@require_safe
@requires("seal files and figures")
def seal_list(request):
    """What waits, what is sealed, and a way to find the file that is to be."""
    asked = request.GET.get("file", "").strip()
    files = Upload.objects.none()
    if asked:
        files = sealing.with_seals(Upload.objects.select_related("by")).filter(
            Q(filename__icontains=asked) | Q(sha256__startswith=asked.lower())
        )
    seals = Seal.objects.with_what()
    return show(
        request,
        "seal_list",
        waiting=seals.waiting(),
        decided=seals.exclude(decision="")[:SEALS_SHOWN],
        asked=asked,
        files=files[:MAX_FILES_FOUND],
        max_files=MAX_FILES_FOUND,
    )


@requires("seal files and figures")
def seal_upload(request, pk):
    upload = get_object_or_404(
        sealing.with_seals(Upload.objects.select_related("by")), pk=pk
    )
    same = Upload.objects.filter(sha256=upload.sha256).exclude(pk=pk)
    return ask(request, "seal_upload", upload, upload=upload, same=same)


@requires("seal files and figures")
def seal_figure(request, pk):
    observation = get_object_or_404(
        Observation.objects.select_related("indicator", "area", "period", "upload"),
        pk=pk,
    )
    return ask(request, "seal_figure", observation, observation=observation)


def ask(request, name, what, **context):
    form = SealForm()
    if request.method == "POST":
        form = SealForm(request.POST)
        if form.is_valid():
            try:
                seal = sealing.ask(
                    what, by=request.user, reason=form.cleaned_data["reason"]
                )
            except sealing.NotSealed as refusal:
                form.add_error(None, str(refusal))
            else:
                role = seal.other_role.label.lower()
                messages.success(request, f"Asked. An {role} has to agree to it.")
                return redirect(seal)
    return show(request, name, form=form, **context)


@require_safe
@requires("seal files and figures")
def seal(request, pk):
    seal = get_object_or_404(Seal.objects.with_what(), pk=pk)
    may_agree = (
        not seal.decision
        and seal.asked_by != request.user
        and seal.other_role in roles_of(request.user)
    )
    same = Upload.objects.none()
    if seal.upload:
        same = Upload.objects.filter(sha256=seal.upload.sha256).exclude(
            pk=seal.upload_id
        )
    return show(request, "seal", seal=seal, may_agree=may_agree, same=same)


@require_POST
@requires("seal files and figures")
def seal_agree(request, pk):
    return decide(request, pk, sealing.agree, "It is sealed.")


@require_POST
@requires("seal files and figures")
def seal_decline(request, pk):
    return decide(request, pk, sealing.decline, "It is left as it was.")


def decide(request, pk, act, done):
    seal = get_object_or_404(Seal, pk=pk)
    try:
        act(seal, by=request.user)
    except sealing.NotSealed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(seal)
