from support.models.conversation import (
    LONGEST_NAME,
    Conversation,
    Message,
    MessageFile,
    Side,
)
from support.models.listings import ListingReport
from support.models.problems import (
    Problem,
    ProblemAnswer,
    ProblemLine,
    ProblemPhoto,
    Proposal,
)

__all__ = [
    "LONGEST_NAME",
    "Conversation",
    "ListingReport",
    "Message",
    "MessageFile",
    "Problem",
    "ProblemAnswer",
    "ProblemLine",
    "ProblemPhoto",
    "Proposal",
    "Side",
]
