"""Sellers and things that are there when a journey begins in the middle."""

from datetime import timedelta

from marketplace.db import clock
from payouts.models import VendorPayoutAccount
from payouts.services import accounts
from payouts.services.accounts import AccountRequest
from tests.journeys.books import settle
from tests.journeys.waiting import eventually
from tests.servers import Sandbox
from vendors.models import Vendor


def is_payable(handle: str) -> bool:
    """Tell whether Stripe can pay a shop."""
    return VendorPayoutAccount.objects.filter(
        vendor__handle=handle, recipient_status="active"
    ).exists()


def opens_account(vendor: Vendor, sandbox: Sandbox) -> None:
    """Let Stripe know a seller, without the pages of its onboarding."""
    request = AccountRequest(
        vendor_id=vendor.pk,
        name=vendor.name,
        email=vendor.contact_email or f"{vendor.handle}@example.org",
        country="BE",
        is_company=True,
    )
    accounts.request_account(request=request, now=clock.now())
    accounts.open_now(vendor_id=vendor.pk, now=clock.now())
    # A worker may have been faster.
    opened = VendorPayoutAccount.objects.filter(
        vendor=vendor, stripe_account_id__isnull=False
    )
    eventually(opened.exists)
    name = opened.get().stripe_account_id
    sandbox.post(f"onboarding/{name}", status="active")
    accounts.sync_account(stripe_account_id=name, now=clock.now())
    # It may just write what it was told before.
    eventually(lambda: is_payable(vendor.handle))


def moves_clock(sandbox: Sandbox, *, seconds: int) -> None:
    """Let time pass, at Stripe and so in the shop, and what falls due on the way."""
    before = clock.now()
    sandbox.post("clock", advance=seconds)
    eventually(lambda: clock.now() >= before + timedelta(seconds=seconds))
    settle(sandbox)
