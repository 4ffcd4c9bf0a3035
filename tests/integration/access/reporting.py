"""What stands in the addresses of a report, of its photos and of what is offered."""

from functools import partial

from marketplace.flows.agree_on_problem import propose
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.report_problem import report_problem
from marketplace.flows.send_message import send_message, send_with_files
from marketplace.flows.ship_parcel import ship_parcel
from support.models import Problem, Side
from support.services.problems import Report
from tests.integration.access.office import NOW
from tests.integration.portal.conftest import picture
from tests.integration.sale import Sale
from vendors.services.fulfilment import Dispatch

TRACKING = "3232051288400117"


def of_problem(sale: Sale) -> dict[str, dict[str, object]]:
    """Return the keys of every page of a report of this sale."""
    problem = _reported(sale)
    photo: dict[str, object] = {"public_id": problem.public_id}
    case = {"key": sale.order.number, "n": 1, **photo}
    said = partial(send_message, part=sale.part, side=Side.BUYER, text="See?", now=NOW)
    file: dict[str, object] = {
        "public_id": send_with_files([picture()], said).files.get().public_id
    }
    return {
        "case": case,
        "case-withdraw": case,
        "case-disagree": case,
        **_of_offer(sale, problem, case),
        "case-photo": {**case, "number": 1},
        "order-file": {**case, **file},
        "message-file": file,
        "portal-photo": {"number": sale.part.number, **photo, "place": 1},
        "office-problem": photo,
        "office-problem-say": photo,
        "office-problem-photo": {**photo, "number": 1},
    }


def ship(sale: Sale) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=TRACKING)
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)


def _of_offer(
    sale: Sale, problem: Problem, case: dict[str, object]
) -> dict[str, dict[str, object]]:
    """What the shop offers to settle a report, and what else it can do."""
    offered = propose(
        problem=problem,
        amount_minor=1,
        text="Keep it?",
        actor_id=sale.part.vendor.members.all()[0].user_id,
        author_name="Bindery",
        now=NOW,
    ).public_id
    part: dict[str, object] = {"number": sale.part.number}
    answer: dict[str, object] = {**case, "offer_id": offered}
    return {
        **dict.fromkeys(["case-take", "case-decline"], answer),
        **dict.fromkeys(["portal-give-back", "portal-propose"], part),
        "portal-propose-back": {**part, "public_id": offered},
        "portal-points": {**part, "public_id": problem.public_id},
    }


def _reported(sale: Sale) -> Problem:
    ship(sale)
    deliver_parcel(parcel=sale.part.parcels.get(), delivered_at=NOW, now=NOW)
    [line] = sale.lines
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Torn.",
        quantities={line.pk: 1},
        photos=[picture()],
    )
    return report_problem(part=sale.part, report=about, now=NOW)
