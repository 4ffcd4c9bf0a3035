"""What both sides of a report answer to short questions about it."""

from datetime import datetime

from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.world import PartStory, World
from marketplace.flows.answer_points import answer_points
from support.models import Problem, Side
from support.services.points import Answer, Point, points_for

_SHARE_ANSWERED = 0.7
_CAUSES = (Answer.ON_THE_WAY, Answer.ON_THE_WAY, Answer.PACKING, Answer.UNKNOWN)


def of_buyer(story: PartStory, wanted: str) -> dict[str, str]:
    """Return what a buyer answers; who keeps it for less can use it in part."""
    chance = chance_of("points", "buyer", str(story.plan.number), story.seller.handle)
    return {
        Point.USABLE: Answer.PARTLY if wanted == "less" else Answer.NO,
        Point.CAUSE: chance.choice(_CAUSES),
        Point.BACK: Answer.NO if wanted == "less" else chance.choice(("yes", "no")),
    }


def answer_as_seller(
    world: World, story: PartStory, problem: Problem, moment: datetime
) -> None:
    """Let most sellers answer, as long as the report is open."""
    chance = chance_of("points", "seller", str(story.plan.number), story.seller.handle)
    problem.refresh_from_db()
    is_open = problem.state == Problem.State.OPEN
    if not is_open or chance.random() > _SHARE_ANSWERED:
        return
    said = {
        Point.TOLD: chance.choice((Answer.YES, Answer.YES, Answer.UNKNOWN)),
        Point.CAUSE: chance.choice(_CAUSES),
        Point.USABLE: chance.choice((Answer.NO, Answer.PARTLY)),
        Point.BACK: chance.choice((Answer.NO, Answer.NO, Answer.YES)),
    }
    asked = points_for(problem.kind, Side.SELLER)
    answer_points(
        problem=problem,
        answers={point: word for point, word in said.items() if point in asked},
        actor_id=world.owner_of(story.seller.handle).pk,
        now=moment,
    )
