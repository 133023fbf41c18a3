from partnerships.models.area import Area, AreaCode, AreaGroup, AreaGroupMember
from partnerships.models.audit import AuditEvent
from partnerships.models.board import (
    Board,
    BoardAlias,
    BoardRelation,
    Membership,
)
from partnerships.models.legislation import Legislation, Provision
from partnerships.models.partner import (
    Capacity,
    Partner,
    PartnerAlias,
    PartnerSuccession,
)
from partnerships.models.user import RoleAssignment, User

__all__ = [
    "Area",
    "AreaCode",
    "AreaGroup",
    "AreaGroupMember",
    "AuditEvent",
    "Board",
    "BoardAlias",
    "BoardRelation",
    "Capacity",
    "Legislation",
    "Membership",
    "Partner",
    "PartnerAlias",
    "PartnerSuccession",
    "Provision",
    "RoleAssignment",
    "User",
]
