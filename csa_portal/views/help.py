"""Pages of words: how figures are made, what words mean, the statements."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def methods(request):
    return render(request, "csa_portal/methods.html")


@login_not_required
def glossary(request):
    return render(request, "csa_portal/glossary.html")


@login_not_required
def demonstration(request):
    return render(request, "csa_portal/demonstration.html")


@login_not_required
def accessibility(request):
    return render(request, "csa_portal/accessibility.html")


@login_not_required
def privacy(request):
    return render(request, "csa_portal/privacy.html")


@login_not_required
def contact(request):
    return render(request, "csa_portal/contact.html")
