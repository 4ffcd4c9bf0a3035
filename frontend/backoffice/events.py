"""The audit trail in words: who did what to which thing, with a way there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.backoffice.changes import Change, changes_of
from marketplace.accounts.selectors import names_by_public_ids
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.dates import written_day
from marketplace.db.models import AuditEvent
from support.selectors.problems import orders_of_problems
from vendors.selectors.shops import handles_of

# What follows the name of whoever did it; {} is the thing.
DEEDS: dict[str, Promise] = {
    "account.erased": gettext_lazy("erased an account"),
    "account.erasure_asked": gettext_lazy("asked to be forgotten"),
    "account.erasure_cancelled": gettext_lazy("kept the account after all"),
    "account.export_asked": gettext_lazy("asked for their data"),
    "adjustment.booked": gettext_lazy("booked an adjustment of {}"),
    "adjustment.refused": gettext_lazy("refused an adjustment of {}"),
    "adjustment.requested": gettext_lazy("asked for an adjustment of {}"),
    "announcement.deleted": gettext_lazy("took back what sellers were told: {}"),
    "announcement.saved": gettext_lazy("told all sellers: {}"),
    "application.submitted": gettext_lazy("applied to sell as {}"),
    "application.reopened": gettext_lazy("took the decision about {} back"),
    "application.approved": gettext_lazy("admitted {}"),
    "application.more_wanted": gettext_lazy("asked {} for more"),
    "application.paper_accepted": gettext_lazy("accepted a paper of {}"),
    "application.paper_refused": gettext_lazy("refused a paper of {}"),
    "application.paper_waiting": gettext_lazy("put a paper of {} back to decide"),
    "application.papers_added": gettext_lazy("added papers to the application of {}"),
    "application.papers_removed": gettext_lazy(
        "took papers away from the application of {}"
    ),
    "application.refused": gettext_lazy("refused the application of {}"),
    "office_answer.removed": gettext_lazy("took the ready message {} away"),
    "office_answer.saved": gettext_lazy("saved the ready message {}"),
    "attribute.added": gettext_lazy("asks sellers for {}"),
    "attribute.changed": gettext_lazy("changed what is asked as {}"),
    "attribute.removed": gettext_lazy("asks no more for {}"),
    "attribute.said": gettext_lazy("said {} in other languages"),
    "bank.line_matched": gettext_lazy("matched the bank’s line {}"),
    "bank.line_reopened": gettext_lazy("opened the bank’s line {} again"),
    "bank.line_set_aside": gettext_lazy("set the bank’s line {} aside"),
    "bank.statement_taken": gettext_lazy("took a statement that begins with {}"),
    "batch.cancelled": gettext_lazy("gave up the bank payments of {}"),
    "batch.confirmed": gettext_lazy("confirmed the bank payments of {}"),
    "batch.left_out": gettext_lazy("left suspended shops out of {}"),
    "batch.prepared": gettext_lazy("prepared the bank payments of {}"),
    "carrier_claim.given_up": gettext_lazy("gave up the carrier claim {}"),
    "carrier_claim.named": gettext_lazy("named the carrier claim {}"),
    "carrier_claim.opened": gettext_lazy("claimed money from a carrier: {}"),
    "carrier_claim.paid": gettext_lazy("recorded what a carrier paid: {}"),
    "carrier_claim.reopened": gettext_lazy("opened the carrier claim {} again"),
    "carrier_claim.refused": gettext_lazy("recorded that a carrier refused {}"),
    "carrier.saved": gettext_lazy("saved the carrier {}"),
    "category.added": gettext_lazy("added the category {}"),
    "category.guided": gettext_lazy("wrote at the foot of the category {}"),
    "category.hidden": gettext_lazy("hid the category {}"),
    "category.renamed": gettext_lazy("renamed the category {}"),
    "category.shown": gettext_lazy("showed the category {}"),
    "command.set_aside": gettext_lazy("set the refused command {} aside"),
    "command.retried": gettext_lazy("sent the command {} again"),
    "commission.draft_changed": gettext_lazy("changed the commission plans’ {}"),
    "commission.draft_dropped": gettext_lazy("dropped the commission plans’ {}"),
    "commission.draft_opened": gettext_lazy("began the commission plans’ {}"),
    "commission.draft_scheduled": gettext_lazy(
        "gave a day to the commission plans’ {}"
    ),
    "commission.plan_added": gettext_lazy("added the commission plan {}"),
    "commission.plan_changed": gettext_lazy("changed the commission plan {}"),
    "commission.plan_removed": gettext_lazy("deleted the commission plan {}"),
    "commission.plans_reordered": gettext_lazy("put the commission plans in order"),
    "commission.publication_asked": gettext_lazy(
        "asked a second person to publish the commission plans’ {}"
    ),
    "commission.published": gettext_lazy("published the commission plans’ {}"),
    "commission.replay_asked": gettext_lazy("replayed the commission plans’ {}"),
    "commission.sent_back": gettext_lazy("sent the commission plans’ {} back"),
    "hold.ended": gettext_lazy("ended the hold of the money of order {}"),
    "import.approved": gettext_lazy("published the products of the import {}"),
    "import.started": gettext_lazy("started the import {}"),
    "import.stopped": gettext_lazy("gave up the import {}, by a fault of ours"),
    "import.applied": gettext_lazy("said yes to the plan of the import {}"),
    "import.cancelled": gettext_lazy("stopped the import {}"),
    "import.undone": gettext_lazy("undid the import {}"),
    "kind.added": gettext_lazy("added the kind of product {}"),
    "match.requested": gettext_lazy("asked for the {}"),
    "message.retried": gettext_lazy("sent {} again"),
    "operator.role_given": gettext_lazy("gave {} a role"),
    "operator.role_taken": gettext_lazy("took a role from {}"),
    "operator.made": gettext_lazy("made {} an operator"),
    "order.accepted": gettext_lazy("accepted order {}"),
    "order.called_off": gettext_lazy("kept back pieces of order {}, refunded"),
    "order.cancelled": gettext_lazy("cancelled order {}"),
    "order.expired": gettext_lazy("let order {} go, which was not paid"),
    "order.joined": gettext_lazy("took order {} into their account"),
    "order.links_revoked": gettext_lazy("revoked the links to order {}"),
    "order.paid": gettext_lazy("took the payment for order {}"),
    "order.received": gettext_lazy("counted order {} as received"),
    "order.released": gettext_lazy("released the money of order {}"),
    "parcel.sent": gettext_lazy("sent the parcel {}"),
    "password.forgotten": gettext_lazy(
        "ended the password of {}: another browser had chosen it"
    ),
    "payout.bank_account": gettext_lazy("set the bank account of {}"),
    "payout.into_the_red": gettext_lazy("let money go to {} below zero"),
    "payout.not_into_the_red": gettext_lazy("holds money back from {} below zero"),
    "perk.days": gettext_lazy("changed after how many days money goes ({})"),
    "listing.report_decided": gettext_lazy("closed the report of {}"),
    "listing.report_reopened": gettext_lazy("took the decision about {} back"),
    "problem.agreed": gettext_lazy("took the seller’s offer about {}"),
    "problem.answered": gettext_lazy("answered the questions about {}"),
    "problem.contested": gettext_lazy("asked for a decision about {}"),
    "problem.declined": gettext_lazy("declined the seller’s offer about {}"),
    "problem.opened": gettext_lazy("reported a problem with {}"),
    "problem.proposed": gettext_lazy("offered to settle the problem with {}"),
    "problem.refunded": gettext_lazy("decided the problem with {} for the buyer"),
    "problem.released": gettext_lazy("decided the problem with {} for the seller"),
    "problem.settled": gettext_lazy("settled the problem with {}: nothing was left"),
    "problem.unproposed": gettext_lazy("took back what was offered about {}"),
    "problem.withdrawn": gettext_lazy("withdrew the problem with {}"),
    "points_rule.asked": gettext_lazy("asked for the rule of points {}"),
    "points_rule.dropped": gettext_lazy("dropped the rule of points {}"),
    "points_rule.published": gettext_lazy("published the rule of points {}"),
    "product.change_approved": gettext_lazy("approved a change of {}"),
    "product.change_proposed": gettext_lazy("wants to change {}"),
    "product.change_refused": gettext_lazy("sent a change of {} back"),
    "product.reopened": gettext_lazy("took the decision about {} back"),
    "product.approved": gettext_lazy("published {}"),
    "product.refused": gettext_lazy("sent {} back"),
    "promotion.accepted": gettext_lazy("agreed to share {}"),
    "promotion.changed": gettext_lazy("changed the terms of {}"),
    "promotion.declined": gettext_lazy("does not share {}"),
    "promotion.made": gettext_lazy("made {}, which takes something off"),
    "promotion.stopped": gettext_lazy("stopped {}"),
    "dispute.answered": gettext_lazy("answered the bank about {}"),
    "dispute.conceded": gettext_lazy("let the bank have {}"),
    "dispute.shared": gettext_lazy("said who bears {}"),
    "refund.allocated": gettext_lazy("said who bears {}"),
    "refund.goodwill": gettext_lazy("gave money back for {} out of goodwill"),
    "refund.repaid": gettext_lazy("paid {} another way"),
    "refund.requested": gettext_lazy("asked for a refund of order {}"),
    "review.hidden": gettext_lazy("hid {}"),
    "review.kept": gettext_lazy("let {} stand"),
    "review.reported": gettext_lazy("reported {}"),
    "review.taken_back": gettext_lazy("took the decision about {} back"),
    "review.looked_again": gettext_lazy("wants {} decided again"),
    "run.approved": gettext_lazy("approved {}"),
    "run.cancelled": gettext_lazy("gave up {}"),
    "run.chosen": gettext_lazy("chose the sellers of {}"),
    "run.executed": gettext_lazy("approved {} as second person and sent it"),
    "run.prepared": gettext_lazy("prepared {}"),
    "reserve.ended": gettext_lazy("ended the reserve of {}"),
    "reserve.set": gettext_lazy("began a reserve of {}"),
    "search.correction": gettext_lazy("said what the search {} means"),
    "search.correction_dropped": gettext_lazy("no longer corrects the search {}"),
    "search.ranking": gettext_lazy("weighed the order of results anew"),
    "search.synonym": gettext_lazy("said what else {} is called"),
    "search.synonym_dropped": gettext_lazy("dropped the synonyms of {}"),
    "shipping.rate_added": gettext_lazy("added a way of delivery of {}"),
    "shipping.rate_changed": gettext_lazy("changed a way of delivery of {}"),
    "shipping.rate_removed": gettext_lazy("took away a way of delivery of {}"),
    "shipping.zone_added": gettext_lazy("added a delivery zone of {}"),
    "shipping.zone_changed": gettext_lazy("changed a delivery zone of {}"),
    "shipping.zone_removed": gettext_lazy("took away a delivery zone of {}"),
    "settlement.transferred": gettext_lazy("paid the seller of order {}"),
    "tax.added": gettext_lazy("added the tax rate {}"),
    "vendor.noted": gettext_lazy("wrote a note about {}"),
    "vendor.reopened": gettext_lazy("took the decision about {} back"),
    "team.invited": gettext_lazy("invited {} to work in a shop"),
    "team.joined": gettext_lazy("joined a shop: {}"),
    "team.role_changed": gettext_lazy("gave somebody of a shop another role: {}"),
    "team.taken_back": gettext_lazy("took an invitation to work in a shop back: {}"),
    "team.taken_out": gettext_lazy("took somebody out of a shop: {}"),
    "webhook.changed": gettext_lazy("changed the webhook {}"),
    "webhook.given_up": gettext_lazy("turned a webhook off that failed for days: {}"),
    "webhook.made": gettext_lazy("made the webhook {}"),
    "webhook.removed": gettext_lazy("removed the webhook {}"),
    "webhook.secret_renewed": gettext_lazy("made a new secret for the webhook {}"),
    "webhook.turned_off": gettext_lazy("turned the webhook {} off"),
    "webhook.turned_on": gettext_lazy("turned the webhook {} on"),
    "vendor.reinstated": gettext_lazy("opened the shop {} again"),
    "vendor.suspended": gettext_lazy("suspended the shop {}"),
}

# What happens all day without anybody deciding: the overview leaves it to the log.
ROUTINE = ("order.paid", "order.received", "parcel.sent", "settlement.transferred")
# Things that people know by no name or number.
_NAMELESS: dict[str, Promise] = {
    "payouts.dispute": gettext_lazy("a disputed payment"),
    "payouts.refundrequest": gettext_lazy("a refund"),
}
_ORDERS = ("order.order", "vendors.vendororder")
_PAGES = {
    "vendors.vendor": "office-seller",
    "support.problem": "office-problem",
    **dict.fromkeys(_ORDERS, "office-order"),
    "payouts.dispute": "office-dispute",
    "payouts.carrierclaim": "office-carrier-claim",
    "catalogue.product": "office-product",
    "payouts.payoutrun": "office-run",
    "payouts.bankbatch": "office-bank-batch",
    "reviews.moderationcase": "office-review",
}
# Whose pages are not for every operator.
_BOTH = (OperatorPermission.SUPPORT, OperatorPermission.FINANCE)
_SEEN_BY: dict[str, tuple[OperatorPermission, ...]] = {
    "support.problem": (OperatorPermission.SUPPORT,),
    "order.order": _BOTH,
    "vendors.vendororder": _BOTH,
    "payouts.dispute": _BOTH,
    **dict.fromkeys(
        ("payouts.payoutrun", "payouts.bankbatch", "payouts.carrierclaim"),
        (OperatorPermission.FINANCE,),
    ),
    "catalogue.product": (OperatorPermission.MODERATE,),
}
# Within it the day of the week is enough.
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An event as pages tell it; `deed` is HTML with the thing marked in it."""

    at: datetime
    day: date
    when: str
    who: str
    deed: str
    reason: str
    changes: list[Change]
    # How many events of the same thing it stands for, besides itself.
    more: int = 0


def told(events: Iterable[AuditEvent], viewer: Viewer, *, now: datetime) -> list[Line]:
    """Return events in words, each thing with its page where the viewer may open it.

    Expects the actor to be selected too. Three queries more, however many events.
    """
    events = list(events)
    things = _Things(events, viewer)
    return [
        Line(
            at=event.at,
            day=timezone.localdate(event.at),
            when=_when(event.at, now),
            who=_who(event),
            deed=format_html(deed_of(event.action), things.of(event)),
            reason=event.reason,
            changes=changes_of(event.details),
        )
        for event in events
    ]


def deed_of(action: str) -> str:
    """Return what an action is called, with {} for its thing."""
    words = action.replace(".", " ").replace("_", " ")
    return str(DEEDS.get(action) or f"{words} {{}}")


def choices(actions: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return actions with short names for a list to choose from, by name."""
    names = {action: deed_of(action).replace("{}", "…") for action in actions}
    return iter(sorted(names.items(), key=lambda pair: pair[1]))


def _when(at: datetime, now: datetime) -> str:
    """Return the time for today, the day before that."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    if at.date() == now.date():
        return written_day(at, "HH:mm")
    return written_day(at, "EEE HH:mm" if now - at < _WEEK else "d MMM y")


def _who(event: AuditEvent) -> str:
    name = event.actor.get_full_name() if event.actor else ""
    return name or event.actor_label or _("System")


class _Things:
    """What events happened to, looked up for all of them at once."""

    def __init__(self, events: list[AuditEvent], viewer: Viewer) -> None:
        self._orders = orders_of_problems(_ids(events, "support.problem"))
        self._handles = handles_of(_ids(events, "vendors.vendor"))
        self._people = names_by_public_ids(_ids(events, "accounts.user"))
        self._viewer = viewer

    def of(self, event: AuditEvent) -> str:
        """Return the thing as HTML: its name, a link if there is a page to open."""
        name = event.subject_label.removeprefix("#")
        if event.subject_type == "support.problem":
            name = self._orders.get(event.subject_id, name)
        name = self._people.get(event.subject_id, name)
        name = str(_NAMELESS.get(event.subject_type, name))
        if href := self._href(event):
            return format_html('<a href="{}">{}</a>', href, name)
        return format_html("<b>{}</b>", name)

    def _href(self, event: AuditEvent) -> str:
        kind, key = event.subject_type, event.subject_id
        if kind not in _PAGES or not self._is_open(kind):
            return ""
        if kind == "vendors.vendor":
            key = self._handles.get(key, "")
        elif kind == "support.problem":
            key = key if key in self._orders else ""
        elif kind in _ORDERS:
            key = event.subject_label.removeprefix("#").partition("-")[0]
        return reverse(_PAGES[kind], args=[key]) if key else ""

    def _is_open(self, kind: str) -> bool:
        needed = _SEEN_BY.get(kind, ())
        return not needed or any(map(self._viewer.may, needed))


def _ids(events: list[AuditEvent], kind: str) -> list[str]:
    return [event.subject_id for event in events if event.subject_type == kind]
