"""Sealing: a file or a figure that must not be read any more, by two people.

One asks, with a reason; another, of the other role, agrees. Then the bytes are deleted,
or the value taken away, and every later reading says when and why instead. What was done,
the hash and the audit stay. Figures of a sealed file stay as they are: they are counts,
and are taken back or sealed on their own.
"""

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from csa_portal.documents import frozen
from partnerships import audit
from partnerships.access import MAY, roles_of
from partnerships.models import AuditEvent, RoleAssignment, User
from performance import summaries
from performance.ingest import remembered
from performance.models import Event, Finding, Observation, Seal, Upload

SEALED_TEXT = "What was found here is sealed with the file."


class NotSealed(Exception):
    """Nothing was asked for, agreed or declined; the message says why."""


class Sealed(Exception):
    """What was asked for is sealed; the message says since when and why."""


@transaction.atomic
def ask(what: Upload | Observation, *, by: User, reason: str) -> Seal:
    """Ask that a file or a figure be sealed; raises NotSealed with what stands against it."""
    if not reason.strip():
        raise NotSealed("Say why this is to be sealed.")
    what = type(what).objects.select_for_update().get(pk=what.pk)
    about = _about(what)
    if (
        seal := Seal.objects.exclude(decision=Seal.Decision.DECLINED)
        .filter(**about)
        .first()
    ):
        raise NotSealed(
            "This is sealed already."
            if seal.decision
            else f"{seal.asked_by} has asked for this already."
        )
    if isinstance(what, Observation) and what.value is None:
        raise NotSealed("There is no value here that could be sealed.")
    if isinstance(what, Upload) and is_sealed(what.sha256):
        raise NotSealed(
            "Another upload of the very same file is sealed, so this is too."
        )
    seal = Seal.objects.create(
        **about, reason=reason.strip(), asked_by=by, asked_as=_role(by)
    )
    audit.record(AuditEvent.Act.SEAL_ASKED, seal, by=by, reason=seal.reason)
    return seal


@transaction.atomic
def agree(seal: Seal, *, by: User) -> Seal:
    """Seal what was asked for; raises NotSealed unless another of the other role agrees.

    The bytes of a file go once the seal is stored, those of every upload of them.
    """
    seal = _waiting(seal)
    if seal.asked_by_id == by.pk:
        raise NotSealed("Whoever asked cannot agree: it takes two people.")
    if seal.other_role not in roles_of(by):
        raise NotSealed(
            f"It takes an {seal.other_role.label.lower()} to agree to this."
        )
    _decide(seal, Seal.Decision.SEALED, by, seal.other_role)
    if seal.upload_id:
        _seal_file(seal.upload.sha256)
    else:
        _seal_figure(seal.observation)
    audit.record(AuditEvent.Act.SEAL, seal, by=by, reason=seal.reason)
    return seal


@transaction.atomic
def decline(seal: Seal, *, by: User) -> Seal:
    """Leave open what was asked for; whoever asked may so take it back."""
    seal = _waiting(seal)
    role = seal.asked_as if seal.asked_by_id == by.pk else _role(by)
    _decide(seal, Seal.Decision.DECLINED, by, role)
    audit.record(AuditEvent.Act.SEAL_DECLINED, seal, by=by, reason=seal.reason)
    return seal


def is_sealed(sha256: str) -> bool:
    """Whether a seal stands for the bytes."""
    return Seal.objects.of_file(sha256).exists()


def check_readable(sha256: str) -> None:
    """Raises Sealed where a seal stands for the bytes."""
    if seal := Seal.objects.of_file(sha256).first():
        raise Sealed(f"This file is sealed. {seal.sentence}")


def with_seals(uploads: QuerySet) -> QuerySet:
    """Uploads, each with ``sealed_at`` and ``sealed_because``, None for one that is not;
    uploads of the same bytes are sealed together. No query of its own."""
    seals = Seal.objects.standing().filter(upload__sha256=OuterRef("sha256"))
    return uploads.annotate(
        sealed_at=Subquery(seals.values("decided_at")[:1]),
        sealed_because=Subquery(seals.values("reason")[:1]),
    )


def with_their_seals(observations: list[Observation]) -> list[Observation]:
    """Observations, each with its ``seal``, or None; one query where any is sealed."""
    sealed = [each for each in observations if each.state == Observation.State.SEALED]
    seals = {}
    if sealed:
        standing = Seal.objects.standing().filter(observation__in=sealed)
        seals = {seal.observation_id: seal for seal in standing}
    for each in observations:
        each.seal = seals.get(each.pk)
    return observations


def _about(what: Upload | Observation) -> dict[str, Upload | Observation]:
    return {"upload" if isinstance(what, Upload) else "observation": what}


def _role(user: User) -> str:
    """As what somebody acts here: an officer where they are one."""
    held = roles_of(user) & MAY["seal files and figures"]
    if not held:
        raise NotSealed("It takes an officer or an administrator.")
    officer = RoleAssignment.Role.OFFICER
    return officer if officer in held else RoleAssignment.Role.ADMINISTRATOR


def _waiting(seal: Seal) -> Seal:
    seal = Seal.objects.select_for_update().get(pk=seal.pk)
    if seal.decision:
        raise NotSealed(f"This was decided: {seal.get_decision_display().lower()}.")
    return seal


def _decide(seal: Seal, decision: str, by: User, role: str) -> None:
    seal.decision, seal.decided_by, seal.decided_as = decision, by, role
    seal.decided_at = timezone.now()
    seal.save()


def _seal_file(sha256: str) -> None:
    """Blank what the pages say of a file's cells; its bytes go with the transaction."""
    uploads = list(Upload.objects.select_for_update().filter(sha256=sha256))
    Finding.objects.filter(upload__in=uploads).update(
        text="", sheet="", wrong=SEALED_TEXT, mend=""
    )

    def let_go():
        remembered.forget(sha256)
        frozen.let_go(sha256)

    transaction.on_commit(let_go)


def _seal_figure(observation: Observation) -> None:
    """Take its value away, and what findings about its indicator may repeat of it.

    Not while somebody saves, who might work out a summary from the value as it was.
    """
    Event.objects.wait_for_writers()
    Observation.objects.filter(pk=observation.pk).seal()
    Finding.objects.filter(
        upload=observation.upload_id, about=observation.indicator.slug
    ).update(text="", wrong=SEALED_TEXT, mend="")
    summaries.refresh(
        {(observation.indicator_id, observation.area_id, observation.period_id)}
    )
