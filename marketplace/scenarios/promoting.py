"""Make the vouchers and campaigns of a scenario, as sellers and operators do."""

from marketplace.flows.keep_promotions import Draft, answer_proposal, make_promotion
from marketplace.scenarios.given import CampaignGiven, PromotionGiven, VoucherGiven
from marketplace.scenarios.world import World
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.services.keeping import terms_mark

_Benefit = Promotion.Benefit


def open_promotions(world: World) -> None:
    """Make all of them; sellers who pay a part have agreed to it."""
    for voucher in world.given.vouchers:
        world.promotions[voucher.code] = _make(world, voucher)
    for campaign in world.given.campaigns:
        world.promotions[campaign.name] = _make(world, campaign)


def _make(world: World, given: VoucherGiven | CampaignGiven) -> Promotion:
    made = make_promotion(
        draft=_draft(world, given), actor_id=world.operator_id, now=world.now
    )
    for name in given.sellers:
        answer_of = made.sellers.get(partner=world.seller(name).partner)
        if answer_of.answer == answer_of.Answer.ASKED:
            answer_proposal(
                promotion=made,
                partner_id=answer_of.partner_id,
                accepts=True,
                seen=terms_mark(made),
                actor_id=world.operator_id,
                now=world.now,
            )
    return made


def _draft(world: World, given: VoucherGiven | CampaignGiven) -> Draft:
    code = given.code if isinstance(given, VoucherGiven) else ""
    owner = world.seller(given.seller) if given.seller else None
    category = world.category(given.category) if given.category else None
    return Draft(
        name=given.code if isinstance(given, VoucherGiven) else given.name,
        code=code,
        owner_id=owner.partner_id if owner else None,
        benefit=_benefit(given),
        bps=given.percent.bps if given.percent else 0,
        amount_minor=given.amount,
        most_minor=given.most,
        currency=world.given.currency,
        min_spend_minor=given.min_spend,
        category_id=category.pk if category else None,
        platform_bps=given.platform_percent.bps,
        seller_ids=tuple(world.seller(name).partner_id for name in given.sellers),
        is_first_order=given.first_order,
        uses_total=given.uses,
        uses_per_buyer=given.uses_per_buyer,
        starts_at=world.now,
    )


def _benefit(given: PromotionGiven) -> str:
    if given.percent is not None:
        return _Benefit.PERCENT
    return _Benefit.FREE_SHIPPING if given.free_delivery else _Benefit.AMOUNT
