"""Money that goes back: refunds by us and by hand, and what banks take."""

from marketplace.scenarios.steps.after import (
    AllocateRefund,
    DashboardRefund,
    Goodwill,
    Refund,
    Repay,
)
from marketplace.scenarios.steps.disputing import Allocate, BankDecides, Dispute
from marketplace.scenarios.world import World
from payouts.models import Dispute as DisputeRow
from payouts.models import PaymentAttempt, RefundRequest
from payouts.models.dispute import UNDECIDED
from payouts.selectors.books import lines_of
from payouts.services import dispute_evidence
from tests.stories.market import Market
from tests.stories.operation import ANY, HUNDRED, ONE, Operation, one_of

_TEXTS = ("It was delivered.", "winning_evidence", "losing_evidence")


def refund(market: Market, *, which: int, line: int, percent: int) -> None:
    """Refund a share of what is left of a line; 0 refunds the whole part."""
    if (found := market.part(which)) is None:
        return
    order, seller = found
    if not percent:
        market.do(Refund(order=order, seller=seller))
        return

    def share(world: World) -> None:
        lines = lines_of(vendor_order_id=world.part(order, seller).pk)
        chosen = lines[line % len(lines)]
        Refund(
            order=order,
            seller=seller,
            lines=() if chosen.is_shipping else (chosen.title,),
            shipping=chosen.is_shipping,
            amount=max(1, chosen.left_minor * percent // HUNDRED),
        ).play(world)

    market.do(share)


def goodwill(market: Market, *, which: int, amount: int) -> None:
    """Give something away."""
    if found := market.part(which):
        order, seller = found
        market.do(Goodwill(order=order, seller=seller, amount=amount))


def refund_by_hand(market: Market, *, which: int, amount: int) -> None:
    """Refund something in Stripe's dashboard."""
    if found := market.part(which):
        market.do(DashboardRefund(order=found[0], amount=amount))


def call_off_by_hand(market: Market, *, which: int) -> None:
    """Call a refund off in Stripe's dashboard; only one that waits lets itself."""
    refunds = market.world.stripe.all("/v1/refunds")
    waiting = [each["id"] for each in refunds if each["status"] == "pending"]
    if found := one_of(waiting, which):
        market.do(lambda world: world.stripe.post(f"/v1/refunds/{found}/cancel"))


def allocate_refund(market: Market, *, which: int, amount: int) -> None:
    """Let a seller bear a part of a refund by hand."""
    by_hand = RefundRequest.objects.filter(origin="stripe").order_by("pk")
    row = one_of(list(by_hand), which)
    if row is None:
        return
    order = market.name_of(row.order_id)
    part = one_of(list(market.world.parts(order)), which)
    if part is not None:
        seller = market.world.seller_name(part.vendor_id)
        market.do(AllocateRefund(order=order, seller=seller, amount=amount))


def repay(market: Market, *, which: int) -> None:
    """Pay a refund that a card refused from the bank."""
    failed = RefundRequest.objects.filter(state__in=("refund_failed", "refused"))
    row = one_of(list(failed.order_by("pk")), which)
    if row is not None:
        market.do(Repay(order=market.name_of(row.order_id)))


def dispute(
    market: Market, *, which: int, reason: int, inquiry: int, percent: int
) -> None:
    """Let a bank call a payment into question: all of it, or a share."""
    if (found := market.part(which)) is None:
        return
    order = found[0]

    def open_it(world: World) -> None:
        payments = PaymentAttempt.objects.filter(order_id=world.order(order).pk)
        paid = payments.latest("pk").amount_minor if payments else 0
        is_whole = percent >= HUNDRED
        Dispute(
            order=order,
            reason=("fraudulent", "product_not_received", "product_unacceptable")[
                reason
            ],
            inquiry=bool(inquiry),
            amount=None if is_whole else max(1, paid * percent // HUNDRED),
        ).play(world)

    market.do(open_it)


def bank_decides(market: Market, *, which: int, won: int) -> None:
    """Let the bank end a dispute, or its buyer take it back, if there is one."""
    undecided = DisputeRow.objects.filter(state__in=UNDECIDED).order_by("pk")
    row = one_of(list(undecided.select_related("payment")), which)
    if row is not None:
        order = market.name_of(row.payment.order_id)
        market.do(BankDecides(order=order, outcome="won" if won else "lost"))


def answer_dispute(market: Market, *, which: int, text: int) -> None:
    """Send the bank evidence of ours."""
    if (row := _some_dispute(which)) is None:
        return

    def send(world: World) -> None:
        dispute_evidence.save_evidence(
            dispute_id=row.pk,
            texts={"uncategorized_text": _TEXTS[text]},
            author_id=world.operator_id,
            now=world.now,
        )
        dispute_evidence.submit_evidence(dispute_id=row.pk, now=world.now)

    market.do(send)


def concede(market: Market, *, which: int) -> None:
    """Tell the bank that the buyer is right."""
    if (row := _some_dispute(which)) is not None:
        market.do(
            lambda world: dispute_evidence.concede(dispute_id=row.pk, now=world.now)
        )


def _some_dispute(which: int) -> DisputeRow | None:
    return one_of(list(DisputeRow.objects.order_by("pk")), which)


def allocate(market: Market, *, which: int, platform: int, fee: int) -> None:
    """Say who bears a dispute that was lost."""
    lost = DisputeRow.objects.filter(state="lost").order_by("pk")
    row = one_of(list(lost.select_related("payment")), which)
    if row is not None:
        market.do(
            Allocate(
                order=market.name_of(row.payment.order_id),
                bearer="platform" if platform else "seller",
                fee=("as proposed", "seller", "platform")[fee],
            )
        )


OPERATIONS = {
    "refund": Operation(
        refund, 10, {"which": ANY, "line": (0, 3), "percent": (0, 100)}
    ),
    "goodwill": Operation(goodwill, 3, {"which": ANY, "amount": (1, 3000)}),
    "refund_by_hand": Operation(refund_by_hand, 4, {"which": ANY, "amount": (1, 3000)}),
    "call_off_by_hand": Operation(call_off_by_hand, 1, {"which": ANY}),
    "allocate_refund": Operation(
        allocate_refund, 3, {"which": ANY, "amount": (1, 3000)}
    ),
    "repay": Operation(repay, 2, {"which": ANY}),
    "dispute": Operation(
        dispute,
        4,
        {"which": ANY, "reason": (0, 2), "inquiry": ONE, "percent": (1, 200)},
    ),
    "bank_decides": Operation(bank_decides, 3, {"which": ANY, "won": ONE}),
    "answer_dispute": Operation(
        answer_dispute, 3, {"which": ANY, "text": (0, len(_TEXTS) - 1)}
    ),
    "concede": Operation(concede, 1, {"which": ANY}),
    "allocate": Operation(allocate, 3, {"which": ANY, "platform": ONE, "fee": (0, 2)}),
}
