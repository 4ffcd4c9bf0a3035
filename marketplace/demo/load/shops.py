"""The sellers: shop and legal person, team, ways of delivery, account at Stripe."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings

from marketplace.demo import pictures
from marketplace.demo.content import Market, SellerSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.content.reading import read
from marketplace.demo.load.people import People, owner_email
from marketplace.demo.load.pictures import store
from marketplace.shop.partner.models import Partner
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.models import Carrier, Rate, Zone
from payouts.services.accounts import AccountRequest, open_now, request_account
from vendors.models import Application, Member, Standing, Vendor
from vendors.services.likeness import keep_likeness

Shops = dict[str, Vendor]


def load_shops(market: Market, people: People, *, now: datetime) -> Shops:
    """Write every shop, open since some time between two years and four months ago."""
    partners = [_partner(spec, local_day(now)) for spec in market.sellers]
    Partner.objects.bulk_create(partners)
    vendors = [
        _vendor(spec, partner, now)
        for spec, partner in zip(market.sellers, partners, strict=True)
    ]
    Vendor.objects.bulk_create(vendors)
    shops = {vendor.handle: vendor for vendor in vendors}
    Standing.objects.bulk_create(Standing(vendor=vendor) for vendor in vendors)
    keep_likeness(vendors)
    Application.objects.bulk_create(
        Application(
            vendor=vendor,
            state=Application.State.APPROVED,
            sells=vendor.tagline,
            submitted_at=vendor.created_at,
            decided_at=vendor.opened_at,
            decided_by=people.operator,
            reason="All papers are there, the imprint is complete.",
        )
        for vendor in vendors
    )
    _write_team(shops, people)
    _write_delivery(market.sellers, shops)
    return shops


def open_account(vendor: Vendor, *, now: datetime) -> None:
    """Open a shop's account at Stripe, by the gateway in force."""
    ask_for_account(vendor, now=now)
    open_now(vendor_id=vendor.pk, now=now)


def ask_for_account(vendor: Vendor, *, now: datetime) -> None:
    """Ask for a shop's account at Stripe; a worker opens it."""
    request_account(
        request=AccountRequest(
            vendor_id=vendor.pk,
            name=vendor.name,
            email=vendor.contact_email,
            country=vendor.country,
            is_company=True,
        ),
        now=now,
    )


def _partner(spec: SellerSpec, today: date) -> Partner:
    first, until = spec.away or (None, None)
    return Partner(
        code=spec.handle,
        name=spec.name,
        is_selling=True,
        dispatch_country=spec.country,
        city=spec.city,
        mark=store(f"marks/{spec.handle}.svg", pictures.mark(spec.mark_seed)),
        away_from=None if first is None else today + timedelta(days=first),
        away_until=None if until is None else today + timedelta(days=until),
    )


def _vendor(spec: SellerSpec, partner: Partner, now: datetime) -> Vendor:
    opened_at = now - timedelta(days=chance_of("opened", spec.handle).randint(120, 720))
    return Vendor(
        partner=partner,
        handle=spec.handle,
        name=spec.name,
        state=Vendor.State.OPEN,
        legal_name=spec.legal_name,
        legal_form=spec.legal_form,
        registration_number=spec.register,
        vat_number=spec.vat_number,
        street=spec.street,
        postcode=spec.postcode,
        city=spec.city,
        country=spec.country,
        contact_name=spec.contact,
        contact_email=spec.email,
        contact_phone=spec.phone,
        tagline=spec.tagline,
        about=spec.about,
        returns_policy=spec.returns,
        returns_days=spec.returns_days,
        founded_year=spec.founded,
        banner=store(
            f"banners/{spec.handle}.svg",
            pictures.banner(spec.banner_group, spec.handle),
        ),
        opened_at=opened_at,
        created_at=opened_at - timedelta(days=3),
    )


def _write_team(shops: Shops, people: People) -> None:
    members = [
        Member(
            user=people.by_email[owner_email(handle)],
            vendor=vendor,
            role=Member.Role.OWNER,
            since=vendor.created_at,
        )
        for handle, vendor in shops.items()
    ]
    members += [
        Member(
            user=people.by_email[person["email"]],
            vendor=shops[person["shop"]],
            role=person["role"],
            since=shops[person["shop"]].created_at,
        )
        for person in read("people")["staff"]
    ]
    Member.objects.bulk_create(members)


def _write_delivery(sellers: Iterable[SellerSpec], shops: Shops) -> None:
    carriers = {carrier.name: carrier for carrier in Carrier.objects.all()}
    zones = {
        (spec.handle, place): Zone(
            partner=shops[spec.handle].partner,
            name=zone.name,
            countries=list(zone.countries),
            position=place,
        )
        for spec in sellers
        for place, zone in enumerate(spec.zones)
    }
    Zone.objects.bulk_create(zones.values())
    Rate.objects.bulk_create(
        Rate(
            zone=zones[spec.handle, place],
            code=rate.code,
            name=rate.name,
            carrier=carriers[rate.carrier],
            currency=settings.CURRENCY,
            first_item_minor=rate.first_item_minor,
            next_item_minor=rate.next_item_minor,
            free_from_minor=rate.free_from_minor,
            days_min=rate.days_min,
            days_max=rate.days_max,
            position=position,
        )
        for spec in sellers
        for place, zone in enumerate(spec.zones)
        for position, rate in enumerate(zone.rates)
    )
