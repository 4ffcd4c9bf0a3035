"""Set up what a scenario gives: plans, sellers with accounts, the buyer, money."""

from loyalty import services as loyalty
from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.flows.send_payouts import pay_at_the_bank
from marketplace.scenarios.given import LineGiven, Percent, PlanGiven, SellerGiven
from marketplace.scenarios.promoting import open_promotions
from marketplace.scenarios.world import UnknownNameError, World
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductCategory,
    ProductClass,
)
from marketplace.shop.partner.models import Partner
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxClass
from payouts.plans import ANY_CURRENCY, PriceBand
from payouts.selectors.commission import newest_list, plans_of
from payouts.services import accounts, commission, reserve
from payouts.services import points as books
from payouts.services.commission import PlanInput
from payouts.terms import Terms
from vendors.models import Standing, Vendor

CARRIER = "post"
_THING = "Thing"
# An account that banks print in their examples.
EXAMPLE_IBAN = "BE68 5390 0754 7034"
_ADDRESS = {"street": "Oude Graanmarkt 5", "postcode": "1000", "city": "Brussel"}
_EVERYTHING_ELSE = PlanGiven(name="Everything else", percent=Percent(1200))


def open_market(world: World) -> None:
    """Write everything that is there before the first step."""
    _open_reference(world)
    for name in ("first", "second"):
        world.operators[name] = User.objects.create_user(email=f"{name}@example.org")
    for name, parent in world.given.categories.items():
        _open_category(world, name, parent)
    for seller in world.given.sellers:
        _open_seller(world, seller)
    for order in world.given.orders:
        for line in order.lines:
            open_product(world, line)
    write_plans(world, world.given.plans)
    open_promotions(world)
    _open_buyer(world)
    _open_stripe(world)


def _open_stripe(world: World) -> None:
    for exchange in world.given.exchange:
        world.stripe.control(
            "fx", rate=str(exchange.rate), to=exchange.to, **{"from": exchange.from_}
        )
    if world.given.own_funds:
        world.top_up(world.given.own_funds)
        world.reconcile()
    if world.given.refunds_need_balance:
        world.stripe.control("refund_policy", needs_balance=True)


def _open_reference(world: World) -> None:
    Carrier.objects.create(
        code=CARRIER,
        name="Post",
        tracking_url="https://track.example/{number}",
        tracking_pattern=r"\d+",
        tracking_hint="Digits alone.",
    )
    PointsRule.objects.create(
        currency=world.given.currency, valid_from=world.now, earn_bps=0
    )


def _open_category(world: World, name: str, parent: str) -> None:
    slug = name.lower().replace(" ", "-")
    fields = {"name": name, "slug": slug, "full_slug": slug}
    if parent:
        above = Category.objects.get(pk=world.category(parent).pk)
        fields["full_slug"] = f"{above.full_slug}/{slug}"
        shelf = Category.objects.add_child(above, instance=Category(**fields))
    else:
        shelf = Category.objects.add_root(instance=Category(**fields))
    world.categories[name] = shelf


def _open_seller(world: World, given: SellerGiven) -> None:
    handle = given.name.lower().replace(" ", "-")
    partner = Partner.objects.create(
        code=handle, name=given.name, is_selling=True, dispatch_country="BE"
    )
    vendor = Vendor.objects.create(
        partner=partner,
        handle=handle,
        name=given.name,
        legal_name=given.name,
        state=Vendor.State.OPEN,
        country=given.country,
        vat_number=given.vat_number,
        contact_email=f"{handle}@example.org",
        created_at=world.now,
        **(_ADDRESS if given.address else {}),
    )
    Standing.objects.create(vendor=vendor)
    world.sellers[given.name] = vendor
    if given.paid_at == "bank":
        open_bank_account(world, given.name)
    else:
        _open_account(world, vendor, given)


def open_bank_account(world: World, seller: str, iban: str = EXAMPLE_IBAN) -> None:
    """Let a seller be paid at the bank from now on."""
    vendor = world.seller(seller)
    pay_at_the_bank(
        vendor=vendor,
        holder=vendor.name,
        iban=iban,
        bic="",
        operator_id=world.operator_id,
        now=world.now,
    )


def open_product(world: World, line: LineGiven) -> None:
    """Write the product of a line that is not there yet."""
    if line.kind == "shipping":
        return
    title = line.product or _THING
    if title not in world.products:
        kind, _is_new = ProductClass.objects.get_or_create(name=_THING)
        product = Product.objects.create(
            title=title,
            product_class=kind,
            is_public=True,
            brand=line.brand,
            # A line says its tax itself; a basket would ask for a rate.
            tax_class=TaxClass.ZERO,
        )
        if line.category:
            shelf = world.category(line.category)
            ProductCategory.objects.create(product=product, category=shelf)
        world.products[title] = product


def _open_account(world: World, vendor: Vendor, given: SellerGiven) -> None:
    accounts.request_account(
        request=accounts.AccountRequest(
            vendor_id=vendor.pk,
            name=given.name,
            email=vendor.contact_email,
            country="BE",
            is_company=True,
        ),
        now=world.now,
    )
    accounts.open_now(vendor_id=vendor.pk, now=world.now)
    accounts.set_payout_interval(vendor_id=vendor.pk, interval=given.payouts)
    if given.reserve.bps:
        reserve.set_policy(
            vendor_id=vendor.pk,
            terms=reserve.ReserveTerms(
                bps=given.reserve.bps, days=given.reserve_days, reason="New here."
            ),
            actor_id=world.operator_id,
            now=world.now,
        )
    if given.onboarded:
        onboard(world, given.name, "active")


def onboard(world: World, seller: str, status: str) -> None:
    """Let Stripe decide about a seller's account; the market asks at once."""
    account_id = world.account_of(seller)
    world.stripe.control(f"onboarding/{account_id}", status=status)
    accounts.sync_account(stripe_account_id=account_id, now=world.now)


def _open_buyer(world: World) -> None:
    points = world.given.buyer.points
    world.buyer = User.objects.create_user(email="anna@example.org")
    if points:
        amount = loyalty.Amount(
            points=points, value_minor=points, currency=world.given.currency
        )
        entry = loyalty.grant(
            user_id=world.buyer.pk,
            key="scenario",
            amount=amount,
            reason="Given",
            now=world.now,
        )
        books.book_earned(
            key=entry.key,
            amount_minor=points,
            currency=world.given.currency,
            now=world.now,
        )


def write_plans(world: World, given: tuple[PlanGiven, ...]) -> None:
    """Write the list of plans; the last one is for everything else."""
    *named, rest = given or (_EVERYTHING_ELSE,)
    for plan in named:
        commission.add_plan(plan=plan_input(world, plan), actor_id=None, now=world.now)
    change_plan(world, rest, is_rest=True)


def change_plan(world: World, given: PlanGiven, *, is_rest: bool = False) -> None:
    """Write a plan anew.

    Raises UnknownNameError if there is no plan of that name.
    """
    plans = {each.name: each for each in plans_of(newest_list())}
    if is_rest:
        plan = next(each for each in plans.values() if each.is_catch_all)
    elif given.name in plans:
        plan = plans[given.name]
    else:
        raise UnknownNameError(f'There is no plan "{given.name}".')
    commission.change_plan(
        plan_id=plan.id,
        plan=plan_input(world, given),
        seen_version=plan.version,
        actor_id=None,
        now=world.now,
    )


def _band(world: World, given: PlanGiven) -> dict[str, PriceBand]:
    if given.price_from is None and given.price_below is None:
        return {}
    band = PriceBand(from_minor=given.price_from or 0, below_minor=given.price_below)
    return {world.given.currency: band}


def plan_input(world: World, given: PlanGiven) -> PlanInput:
    """Return a plan as an operator would write it."""
    terms = Terms(
        bps=given.percent.bps,
        fixed_minor=given.fixed,
        min_minor=given.min,
        max_minor=given.max,
    )
    return PlanInput(
        name=given.name,
        # A fee in minor units is one of a currency; others pay the percentage alone.
        terms={
            ANY_CURRENCY: Terms(bps=given.percent.bps),
            world.given.currency: terms,
        },
        vendors=[world.seller(name).pk for name in given.sellers],
        categories=[world.category(name).pk for name in given.categories],
        products=[world.product(name).pk for name in given.products],
        brands=given.brands,
        ranks=given.ranks,
        countries=given.countries,
        prices=_band(world, given),
        is_enabled=given.enabled,
        excludes_tax=given.base == "excl_tax",
        include_shipping=given.shipping,
        charge_vat=given.vat,
    )
