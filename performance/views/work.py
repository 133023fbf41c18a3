"""Work that goes on behind an upload: how far it is, stopping it, starting it again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from partnerships.access import requires
from performance.ingest.work import NothingToDo, start_again, stop
from performance.models import Upload

LOOK_AGAIN = 5  # seconds


def progress_page(request, progress):
    """The progress of an upload at its own address; it looks again by itself unless it is
    asked to stand still. A header does that, so no script is needed."""
    still = "still" in request.GET
    context = {
        "progress": progress,
        "still": still,
        "look_again": LOOK_AGAIN,
        "section": "uploads",
    }
    response = render(request, "performance/upload_progress.html", context)
    if progress.looks_again and not still:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


@require_POST
@requires("upload figures")
def upload_start_again(request, pk):
    upload = get_object_or_404(Upload.objects.visible_to(request.user), pk=pk)
    try:
        start_again(upload, by=request.user)
    except NothingToDo as nothing:
        messages.info(request, str(nothing))
    return redirect(upload)


@require_POST
@requires("upload figures")
def upload_stop(request, pk):
    upload = get_object_or_404(Upload.objects.visible_to(request.user), pk=pk)
    if stop(upload, by=request.user):
        messages.success(request, "The work is stopped. Nothing was saved.")
    else:
        messages.info(request, "The work had ended already.")
    return redirect(upload)
