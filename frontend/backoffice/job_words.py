"""What each job and mail does, in words; a new one is told by its own name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_JOBS: dict[str, Promise] = {
    "account.changed": gettext_lazy("A seller’s account at Stripe changed"),
    "account.export": gettext_lazy("A copy of somebody’s data"),
    "adjustment.booked": gettext_lazy("A credit or fine of a seller"),
    "command.failed": gettext_lazy("A command that Stripe refused"),
    "commission.asked": gettext_lazy("Plans that wait for a second person"),
    "commission.published": gettext_lazy("New plans, told to sellers"),
    "commission.replay": gettext_lazy("A replay of the plans"),
    "dispute.allocated": gettext_lazy("Who bears a disputed payment"),
    "dispute.lost": gettext_lazy("A disputed payment that was lost"),
    "dispute.opened": gettext_lazy("A disputed payment"),
    "dispute.regained": gettext_lazy("A disputed payment that came back"),
    "dispute.sync": gettext_lazy("News of a disputed payment"),
    "dispute.won": gettext_lazy("A disputed payment that was won"),
    "payment.expired": gettext_lazy("A payment that nobody made in time"),
    "payment.failed": gettext_lazy("A payment that failed"),
    "payment.returned": gettext_lazy("A payment that came too late"),
    "payment.succeeded": gettext_lazy("A paid order"),
    "payout.changed": gettext_lazy("A payout"),
    "refund.failed": gettext_lazy("A refund that failed"),
    "refund.succeeded": gettext_lazy("A refund"),
    "sale.taken_back": gettext_lazy("A sale that was taken back"),
    "search.index": gettext_lazy("Things to be found anew"),
    "settlement.released": gettext_lazy("A seller’s money, released"),
    "settlement.transferred": gettext_lazy("A seller’s money, on its way"),
    "mail": gettext_lazy("Mail"),
    "vendors.imports": gettext_lazy("Imports of sellers"),
    "vendors.webhooks": gettext_lazy("What sellers’ webhooks are told"),
}
_NIGHTS: dict[str, Promise] = {
    "nightly.balances": gettext_lazy("Fetch what Stripe says of sellers’ accounts"),
    "nightly.points": gettext_lazy("Take points that were not spent in time"),
    "nightly.reconcile": gettext_lazy("Compare ledger, provider and bank"),
    "nightly.close_months": gettext_lazy("Close and sign sellers’ months"),
    "nightly.tidy": gettext_lazy("Forget what is old"),
    "nightly.find": gettext_lazy("Write the search index anew"),
    "nightly.documents": gettext_lazy("Ask for documents of closed months"),
}
# What Stripe tells us of, by how its types begin; the first that fits counts.
_TOLD: dict[str, Promise] = {
    "charge.dispute": gettext_lazy("News of a disputed payment"),
    "charge.refund": gettext_lazy("A refund"),
    "refund": gettext_lazy("A refund"),
    "charge": gettext_lazy("A payment"),
    "checkout.session": gettext_lazy("A payment"),
    "payment_intent": gettext_lazy("A payment"),
    "payout": gettext_lazy("A payout"),
    "transfer": gettext_lazy("A transfer to a seller"),
    "v2.core.account": gettext_lazy("A seller’s account at Stripe changed"),
}
_MAILS: dict[str, Promise] = {
    "adjustment": gettext_lazy("a credit or fine, to the seller"),
    "alert_confirm": gettext_lazy("“tell me of it”, to be confirmed"),
    "alert_found": gettext_lazy("something is there again"),
    "application_decided": gettext_lazy("an application is decided"),
    "commission_asked": gettext_lazy("plans wait for a second person"),
    "commission_changed": gettext_lazy("new plans, to a seller"),
    "delivered": gettext_lazy("a parcel has arrived"),
    "dispute_lost": gettext_lazy("a disputed payment is lost"),
    "dispute_opened": gettext_lazy("a payment is disputed"),
    "dispute_regained": gettext_lazy("a disputed payment came back"),
    "dispute_shared": gettext_lazy("who bears a disputed payment"),
    "dispute_won": gettext_lazy("a disputed payment is won"),
    "erased": gettext_lazy("an account is erased"),
    "erasure_asked": gettext_lazy("an account is to be erased"),
    "export_ready": gettext_lazy("a copy of somebody’s data is ready"),
    "long_hold": gettext_lazy("money is held for long"),
    "message": gettext_lazy("somebody has written"),
    "new_device": gettext_lazy("somebody signed in on a new device"),
    "new_sale": gettext_lazy("a new sale, to the seller"),
    "order_confirmed": gettext_lazy("an order is confirmed"),
    "parcel_sent": gettext_lazy("a parcel is on its way"),
    "part_cancelled": gettext_lazy("a part of an order is cancelled"),
    "payment_returned": gettext_lazy("a payment came too late"),
    "payout": gettext_lazy("a payout, to the seller"),
    "points_expire": gettext_lazy("points are lost soon"),
    "problem_decided": gettext_lazy("a problem is decided"),
    "problem_opened": gettext_lazy("a problem is reported"),
    "proposal_declined": gettext_lazy("an offer to settle is declined"),
    "proposal_made": gettext_lazy("a seller offers to settle"),
    "product_answered": gettext_lazy("a question about a product is answered"),
    "product_asked": gettext_lazy("a question about a product, to its sellers"),
    "product_decided": gettext_lazy("a proposed product is decided"),
    "promotion_proposed": gettext_lazy("a promotion to take part in"),
    "received": gettext_lazy("a parcel was received"),
    "refund_failed": gettext_lazy("a refund failed"),
    "refunded": gettext_lazy("money is given back"),
    "sale_cancelled": gettext_lazy("a sale is cancelled"),
    "sale_given_back": gettext_lazy("money of a sale is given back"),
    "search_confirm": gettext_lazy("a kept search, to be confirmed"),
    "search_found": gettext_lazy("a kept search found something"),
    "ship_late": gettext_lazy("a parcel is late, to the seller"),
    "shop_reinstated": gettext_lazy("a shop is open again"),
    "shop_suspended": gettext_lazy("a shop is suspended"),
    "team_invited": gettext_lazy("an invitation to work in a shop"),
    "webhook_off": gettext_lazy("a webhook is turned off, to the seller"),
    "welcome": gettext_lazy("welcome to a new account"),
    "words_decided": gettext_lazy("a review is decided"),
    # Of accounts, by the names of their templates.
    "account_already_exists": gettext_lazy("an address that has an account signed up"),
    "account_connected": gettext_lazy("an account elsewhere was connected"),
    "account_disconnected": gettext_lazy("an account elsewhere was taken away"),
    "email_changed": gettext_lazy("the address of an account changed"),
    "email_confirm": gettext_lazy("an address was confirmed"),
    "email_confirmation": gettext_lazy("an address, to be confirmed"),
    "email_confirmation_signup": gettext_lazy("a new account, to be confirmed"),
    "email_deleted": gettext_lazy("an address of an account was taken away"),
    "password_changed": gettext_lazy("a password was changed"),
    "password_reset": gettext_lazy("a password was set anew"),
    "password_reset_key": gettext_lazy("a link to set a password anew"),
    "password_set": gettext_lazy("a first password was set"),
    "recovery_codes_generated": gettext_lazy("new recovery codes were made"),
    "totp_activated": gettext_lazy("an authenticator app was added"),
    "totp_deactivated": gettext_lazy("an authenticator app was taken away"),
    "unknown_account": gettext_lazy("a password asked for where no account is"),
    "webauthn_added": gettext_lazy("a passkey was added"),
    "webauthn_removed": gettext_lazy("a passkey was taken away"),
}


def job_named(topic: str) -> str:
    """Return what a job is about."""
    return str(_JOBS.get(topic) or _told(topic))


def mail_named(kind: str) -> str:
    """Return what a mail says, to follow a colon."""
    return str(_MAILS.get(kind) or _told(kind))


def night_named(job: str) -> str:
    """Return what a job of the night does."""
    return str(_NIGHTS.get(job) or _told(job.removeprefix("nightly.")))


def event_named(kind: str) -> str:
    """Return what a message of Stripe is about."""
    words = next((_TOLD[begins] for begins in _TOLD if kind.startswith(begins)), "")
    return str(words or _told(kind))


def _told(name: str) -> str:
    return name.replace(".", " ").replace("_", " ").capitalize()
