"""What flows, jobs and interfaces call; each topic is a module here.

Placing an order (one transaction, in `flows.place_order`)::

    opened = settlement.open_settlements(order=OrderInput(...), now=now)
    attempt = payment.request_payment(request=PaymentRequest(...), now=now)
    # after the commit, outside any transaction; the worker would do it too:
    attempt = payment.start_session(attempt_id=attempt.pk, now=now)
    attempt.status   # "open": redirect to attempt.session_url; "requested": poll
    # if opened.cash_minor == 0, instead of a payment (no Stripe, books at once):
    payment.book_free_order(order_id=order.pk, now=now)

Paid (all safe to repeat; an order of ours is paid only when Stripe says so)::

    payment.sync_payment(attempt_id=..., now=now)     # the page the buyer returns to
    payment.latest_attempt(order_id=...)              # what the polling page shows
    # -> outbox topic "payment.succeeded", key = order id (as text)

Given up::

    payment.request_expiry(attempt_id=..., now=now)   # closes the page at Stripe
    # -> outbox topic "payment.expired" or "payment.failed", key = order id; then the
    # flow frees stock and points and calls
    settlement.cancel_settlements(order_id=...)       # NotCancellableError: was paid
    closing.close_page(attempt_id=..., now=now)       # the same, while the buyer waits
    # a payment that arrives for a dead order refunds itself: "payment.returned"

Timers and release::

    settlement.mark_shipped(vendor_order_id=..., at=now)
    settlement.mark_delivered(vendor_order_id=..., at=now)
    settlement.confirm_receipt(vendor_order_id=..., at=now)
    # for each parcel of a vendor order that leaves in several:
    parcels.note_parcel(vendor_order_id=..., parcel_id=..., quantities={...}, at=now)
    parcels.note_arrival(parcel_id=..., at=now)
    release.release(vendor_order_ids=[...], now=now)  # at once; -> ids really released
    settlement.freeze(vendor_order_id=..., key="claim:17", reason=..., now=now)
    settlement.unfreeze(vendor_order_id=..., key="claim:17", now=now)
    # -> outbox topics "settlement.released", "settlement.transferred", key = vendor
    # order id

Reserves of risky sellers: `reserve.set_policy`, `reserve.end_policy`; the sweep calls
`reserve.release_reserves(now=)` and `reserve.cover_debts(now=)`. Days of ranks:
`perks.set_days`.

Refunds (reserve now; booked when Stripe has answered)::

    refund.request_refund(order_id=..., lines=[RefundLineInput(line_id, gross_minor)],
                          reason=..., token=..., now=now)
    refund.request_refund_of_vendor_order(vendor_order_id=..., reason=..., token=...,
                                          now=now)    # all that is left of it
    refund.price_of_quantity(line_id=..., quantity=2) # gross_minor for those units
    refund.request_goodwill(order_id=..., cash_minor=..., reason=..., token=...,
                            now=now)
    # -> outbox topics "refund.succeeded", "refund.failed", key = refund request id;
    # payload {"order": id, "points_minor": given back in points, "cash_minor": ...,
    #          "vendor_orders": [ids]}

Points: `points.book_earned`, `points.book_clawed_back`, `points.book_expired`, each
with `key`, `amount_minor`, `currency`, `now`.

Refunds made in Stripe's dashboard are taken in by webhook or reconciliation::

    refund_adoption.allocate_refund(refund_id=..., amounts={settlement: cash}, ...)
    refund_repaying.record_repayment(refund_id=..., method=..., reference=..., ...)
    # the second for refunds that their card refused: owed to the buyer until then

Commission plans (`commission` sets a list up at once, for a market's first day)::

    draft = drafts.open_draft(actor_id=..., now=now)
    # or draft_plan, then add_to_draft, change_in_draft, move_in_draft,
    # remove_from_draft, schedule_draft, drop_draft
    replay.request_replay(draft_id=..., seen=revision, actor_id=..., now=now)
    publishing.ask_to_publish(draft_id=..., seen=revision, actor_id=..., now=now)
    publishing.publish(draft_id=..., seen_asked_at=..., actor_id=..., now=now)
    # -> outbox topics "commission.replay" (replay.run_replay), key = replay id, and
    # "commission.published", key = list id

Disputes: the webhook freezes every vendor order of the charge and books what Stripe
withdrew or gave back (`dispute.sync_dispute`)::

    dispute_evidence.save_evidence(dispute_id=..., texts={...}, ...)   # a version
    dispute_evidence.submit_evidence(dispute_id=..., now=now)          # a command
    dispute_evidence.add_statement(dispute_id=..., vendor_id=..., text=..., ...)
    dispute_evidence.concede(dispute_id=..., now=now)
    dispute_allocation.propose(dispute=...)                  # when it is lost
    dispute_allocation.allocate(dispute_id=..., shares=[Share(...)], decision=..., ...)
    # -> outbox topics "dispute.opened", "dispute.won", "dispute.lost",
    # "dispute.allocated", key = dispute id; "dispute.sync", key = Stripe's id

States and kinds for pages stand in `payouts.vocabulary`.

Documents: `documents.want_invoices`, `documents.want_credit_notes` ask for them,
`documents.issue_due` issues; `documents.want_all` finds what was forgotten. Wake topic
"payouts.documents".

Sellers' accounts: `accounts.request_account`, `accounts.onboarding_url`,
`accounts.sync_account`, `accounts.set_payout_interval`; topic "account.changed", key =
vendor id. Payouts: topic "payout.changed", key = payout row id.

Webhooks: `inbox.receive(endpoint="platform"|"connect"|"thin", body=..., signature=...,
now=...)`; BadSignatureError is a 400, otherwise answer 200.

Jobs: `commands.run_due_commands(now=, limit=)`, `inbox.process_inbox(now=, limit=)`,
`release.release_due(now=, limit=)`, `payment.sweep(now=)`,
`reconciliation.reconcile(now=, count_points=)`.
Wake topics: "payouts.commands", "payouts.inbox".

Orders of the past (demo, replay): `settlement.open_many`, `history.record_captures`,
`history.record_releases`, `history.waiting_commands`, `history.record_answers`,
`history.record_accounts`, `history.record_payouts`.
"""
