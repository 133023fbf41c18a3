from priorities.models.agreement import (
    Agreement,
    ListedPartner,
    Section,
    Version,
)
from priorities.models.alignment import AlignmentRow, DistrictTheme, PlanPriority
from priorities.models.delivery import (
    FrameworkEntry,
    FrameworkGap,
    Strategy,
    StrategyAim,
)
from priorities.models.evidence import (
    Achievement,
    AssessmentStep,
    Commitment,
    Decision,
    ExternalLink,
    LocalProfile,
    QuotedFigure,
    StrategicAssessment,
)
from priorities.models.key_issue import (
    KeyIssue,
    KeyIssueFact,
    Priority,
    Programme,
    SubPriority,
    Theme,
    TopicOutside,
    VersionKeyIssue,
)

__all__ = [
    "Achievement",
    "Agreement",
    "AlignmentRow",
    "AssessmentStep",
    "Commitment",
    "Decision",
    "DistrictTheme",
    "ExternalLink",
    "FrameworkEntry",
    "FrameworkGap",
    "KeyIssue",
    "KeyIssueFact",
    "ListedPartner",
    "LocalProfile",
    "PlanPriority",
    "Priority",
    "Programme",
    "QuotedFigure",
    "Section",
    "StrategicAssessment",
    "Strategy",
    "StrategyAim",
    "SubPriority",
    "Theme",
    "TopicOutside",
    "Version",
    "VersionKeyIssue",
]
