"""The same kept file checked anew, after names, codes or tables have changed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from csa_portal.documents import frozen
from partnerships.access import requires
from performance.ingest.work import take_in
from performance.models import Upload


@require_POST
@requires("upload figures")
def upload_again(request, pk):
    """A new check of its own; the one before, and what was saved of it, stay."""
    uploads = Upload.objects.visible_to(request.user)
    upload = get_object_or_404(uploads, pk=pk)
    try:
        data = frozen.read(upload.sha256)
    except frozen.NotKept as error:
        raise Http404(upload.sha256) from error
    messages.success(
        request, "The file is checked again. The check before it stays as it was."
    )
    kind = upload.source_kind
    return redirect(take_in(data, upload.filename, by=request.user, kind=kind))
