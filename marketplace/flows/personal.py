"""Every place that names a person: what becomes of it when they are forgotten.

A test compares these tables with the database: a new column that nobody listed here
fails it. `docs/algorithms/erasure.md` tells the same in words.
"""

from enum import StrEnum


class Fate(StrEnum):
    """What an erasure does to the rows that point to somebody."""

    DELETED = "deleted"
    # The row stays, and points to nobody.
    EMPTIED = "emptied"
    # The row stays, and points to what is left of them: a number without a name.
    KEPT = "kept"


# By `app.model.field`.
FATES: dict[str, Fate] = {
    "account.emailaddress.user": Fate.DELETED,
    "accounts.dataexport.user": Fate.DELETED,
    "accounts.device.user": Fate.DELETED,
    "accounts.erasure.user": Fate.KEPT,
    "accounts.termsacceptance.user": Fate.KEPT,
    "accounts.user_groups.user": Fate.DELETED,
    "accounts.user_user_permissions.user": Fate.DELETED,
    "address.useraddress.user": Fate.DELETED,
    "admin.logentry.user": Fate.KEPT,
    "analytics.userproductview.user": Fate.DELETED,
    "analytics.userrecord.user": Fate.DELETED,
    "analytics.usersearch.user": Fate.DELETED,
    "basket.basket.owner": Fate.EMPTIED,
    "communication.email.user": Fate.DELETED,
    "communication.notification.recipient": Fate.DELETED,
    "communication.notification.sender": Fate.DELETED,
    "customer.productalert.user": Fate.DELETED,
    "db.auditevent.actor": Fate.EMPTIED,
    "db.decision.decided_by": Fate.KEPT,
    "loyalty.pointsaccount.user": Fate.KEPT,
    "mfa.authenticator.user": Fate.DELETED,
    "offer.rangeproductfileupload.uploaded_by": Fate.DELETED,
    "order.order.user": Fate.KEPT,
    "order.ordernote.user": Fate.EMPTIED,
    "partner.partner_users.user": Fate.DELETED,
    "payment.bankcard.user": Fate.DELETED,
    "promotions.promotionseller.answered_by": Fate.KEPT,
    "reviews.moderationcase.decided_by": Fate.KEPT,
    "reviews.moderationreport.reporter": Fate.EMPTIED,
    "reviews.productquestion.user": Fate.EMPTIED,
    "reviews.productreview.user": Fate.EMPTIED,
    "reviews.sellernote.user": Fate.EMPTIED,
    "reviews.vote.user": Fate.DELETED,
    "socialaccount.socialaccount.user": Fate.DELETED,
    "support.conversation.buyer": Fate.KEPT,
    "support.listingreport.decided_by": Fate.KEPT,
    "support.listingreport.reporter": Fate.EMPTIED,
    "support.message.author": Fate.EMPTIED,
    "support.problem.decided_by": Fate.KEPT,
    "usersessions.usersession.user": Fate.DELETED,
    "vendors.announcement.author": Fate.KEPT,
    "vendors.apitoken.created_by": Fate.KEPT,
    "vendors.application.decided_by": Fate.KEPT,
    "vendors.applicationfile.decided_by": Fate.KEPT,
    "vendors.importjob.created_by": Fate.KEPT,
    "vendors.importundo.created_by": Fate.KEPT,
    "vendors.invitation.accepted_by": Fate.DELETED,
    "vendors.invitation.invited_by": Fate.KEPT,
    "vendors.member.user": Fate.DELETED,
    "vendors.shopnote.author": Fate.KEPT,
    "vendors.webhook.made_by": Fate.KEPT,
    "voucher.voucherapplication.user": Fate.EMPTIED,
    "wishlists.wishlist.owner": Fate.DELETED,
    # Who moved money, by name of the column: the books are evidence.
    **dict.fromkeys(
        (
            *("loyalty.pointsrule.asked_by", "loyalty.pointsrule.published_by"),
            *("payouts.adjustment.requested_by", "payouts.adjustment.decided_by"),
            *("payouts.bankbatch.prepared_by", "payouts.bankbatch.decided_by"),
            *("payouts.carrierclaim.opened_by", "payouts.carrierclaim.closed_by"),
            *("payouts.commissionlist.created_by", "payouts.commissionlist.asked_by"),
            "payouts.commissionlist.published_by",
            "payouts.commissionlist_editors.user",
            "payouts.commissionreplay.requested_by",
            *("payouts.dispute.decided_by", "payouts.disputeevidence.author"),
            "payouts.disputestatement.author",
            *("payouts.matchrun.requested_by", "payouts.payoutrun.prepared_by"),
            *("payouts.payoutrun.first_by", "payouts.payoutrun.second_by"),
            *("payouts.refundrepayment.repaid_by", "payouts.reservepolicy.created_by"),
        ),
        Fate.KEPT,
    ),
}

# Columns in which somebody's address or name stays, because the law wants it there:
# invoices as they were issued, and what was asked of the payment provider for money
# that moved. Both are frozen by triggers.
KEPT_BY_LAW = frozenset(
    {
        ("payouts_document", "content"),
        ("payouts_moneycommand", "payload"),
        ("payouts_disputeevidence", "texts"),
    }
)
