"""The quarterly rounds: what is expected, what came, what is late."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from csa_portal.documents.dates import today
from partnerships.access import may, requires
from performance import rounds
from performance.forms import DueDateForm, NotComingForm
from performance.models import Indicator

SECTION = {"section": "uploads"}


def own_rounds(request, quarters):
    indicators = Indicator.objects.uploadable_by(request.user)
    return rounds.rounds(indicators, quarters, today())


def round_of(request, quarter):
    """The quarter's round; one that is not over yet is no round."""
    if quarter.end >= today():
        raise Http404("the quarter is not over")
    return own_rounds(request, [quarter])[0]


def show(request, held, due=None, given_up=None):
    context = {"round": held, **SECTION}
    if may(request.user, "upload every figure"):
        context["due_form"] = due or DueDateForm(initial={"due": held.due})
        context["not_coming_form"] = given_up or (
            NotComingForm(held) if held.open else None
        )
        context["form"] = next((f for f in (due, given_up) if f), None)
    return render(request, "performance/round.html", context)


@require_safe
@requires("upload figures")
def round_list(request):
    held = [
        each for each in own_rounds(request, rounds.recent(today())) if each.returns
    ]
    return render(request, "performance/round_list.html", {"rounds": held, **SECTION})


@require_safe
@requires("upload figures")
def round_page(request, quarter):
    return show(request, round_of(request, quarter))


@require_POST
@requires("upload every figure")
def round_due(request, quarter):
    held = round_of(request, quarter)
    form = DueDateForm(request.POST)
    if form.is_valid():
        try:
            rounds.change_due(
                quarter,
                form.cleaned_data["due"],
                by=request.user,
                reason=form.cleaned_data["reason"],
            )
        except rounds.NotTaken as refusal:
            form.add_error("due", str(refusal))
        else:
            messages.success(request, f"{quarter.label} has another due date.")
            return redirect("performance:round", quarter)
    return show(request, held, due=form)


@require_POST
@requires("upload every figure")
def round_not_coming(request, quarter):
    held = round_of(request, quarter)
    form = NotComingForm(held, request.POST)
    if form.is_valid():
        rounds.give_up(
            quarter,
            form.cleaned_data["indicators"],
            by=request.user,
            reason=form.cleaned_data["why_not_coming"],
        )
        messages.success(
            request,
            "Recorded. These returns are no longer called late; each stays a gap.",
        )
        return redirect("performance:round", quarter)
    return show(request, held, given_up=form)


@require_POST
@requires("upload every figure")
def round_expect(request, quarter, slug):
    indicator = get_object_or_404(Indicator, slug=slug)
    rounds.expect_again(quarter, indicator, by=request.user)
    messages.success(request, f"{indicator} is expected for {quarter.label}.")
    return redirect("performance:round", quarter)
