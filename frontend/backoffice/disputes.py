"""Payments that a bank calls into question: evidence, deadline, and who bears it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, Rows, desk_of
from frontend.backoffice.dispute_forms import LABELS, EvidenceForm, ShareForm
from frontend.backoffice.narrow import by_age, by_size
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.contest_dispute import (
    concede_dispute,
    gathered_evidence,
    save_evidence,
    send_evidence,
    share_dispute,
)
from payouts.bank_words import reason_in_words
from payouts.selectors.disputes import (
    disputes_for,
    disputes_named,
    disputes_to_do,
    evidence_of,
    parts_in,
    picture_of_statement,
    shares_of,
    statements_of,
)
from payouts.services.dispute_allocation import propose
from payouts.services.refund_preview import RefundPreview, preview_of_cash
from payouts.vocabulary import DisputeState, EvidenceState, RefundBearer
from support.selectors.conversation import messages_of
from vendors.selectors.orders import buyer_name, parts_of_order

if TYPE_CHECKING:
    from payouts.models import Dispute
    from support.models import Message

_PER_PAGE = 20
# What leaves nothing to do here for now: the next dispute is shown.
_ENDS = {"send", "concede", "share"}
_BOTH = (OperatorPermission.FINANCE, OperatorPermission.SUPPORT)


@require_safe
@operators(*_BOTH)
def disputes(request: ViewerRequest) -> HttpResponse:
    """List what waits for us, the most urgent first, then the rest, newest first."""
    sellers = "payment__order__settlements__vendor"
    waiting = disputes_to_do(request.viewer)
    others = disputes_for(request.viewer).exclude(pk__in=waiting.values("pk"))
    desk = _desk(request, waiting)
    rest = desk.narrowed(others.order_by("-opened_at", "-pk"))
    page = Paginator(rest.prefetch_related(sellers), _PER_PAGE)
    context = {
        "desk": desk,
        "todo": desk.rows.prefetch_related(sellers),
        "page": page.get_page(request.GET.get("page")),
    }
    return office_page(request, "disputes", context)


def _desk(request: ViewerRequest, rows: Rows) -> Desk:
    """Return disputes, narrowed as the address says."""
    every = disputes_for(request.viewer).order_by("reason")
    reasons = every.values_list("reason", flat=True).distinct()
    return desk_of(
        request,
        rows,
        Filter(name="q", label=gettext_lazy("Order or seller"), narrow=disputes_named),
        Filter(
            name="state",
            label=gettext_lazy("State"),
            every=gettext_lazy("In any state"),
            choices=DisputeState.choices,
            narrow=lambda rows, state: rows.filter(state=state),
        ),
        Filter(
            name="reason",
            label=gettext_lazy("Why"),
            every=gettext_lazy("For any reason"),
            choices=[(reason, reason_in_words(reason)) for reason in reasons],
            narrow=lambda rows, reason: rows.filter(reason=reason),
        ),
        by_age("opened_at"),
        by_size(F("amount_minor"), every=gettext_lazy("Most urgent first")),
        route="office-disputes",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operators(*_BOTH)
def dispute(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show a dispute with all that is known, and take the answer or the decision."""
    told = _dispute(request, public_id)
    case = _Case(request, told)
    if request.method == "POST":
        if not request.viewer.may(OperatorPermission.FINANCE):
            raise PermissionDenied
        how = request.POST.get("how", "")
        following = case.place.following if case.place and how in _ENDS else None
        if case.act(how):
            shown = following or told
            return redirect(case.desk.address("office-dispute", shown.public_id))
    has_errors = any(form and form.errors for form in (case.evidence, case.sharing))
    return office_page(
        request,
        "dispute",
        {**case.context, "nav": "office-disputes"},
        status=422 if has_errors else 200,
    )


@require_safe
@operators(*_BOTH)
def picture(
    request: ViewerRequest, public_id: str, picture_id: int
) -> HttpResponseBase:
    """Serve a picture that a seller has added."""
    found = picture_of_statement(_dispute(request, public_id), picture_id)
    if found is None:
        raise Http404
    return FileResponse(found.file.open("rb"))


def _dispute(request: ViewerRequest, public_id: str) -> "Dispute":
    found = disputes_for(request.viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _said(part_id: int) -> list["Message"]:
    """Return what was said about a part; its way alone stands with the parcels."""
    thread = list(messages_of(part_id))
    return thread if any(message.side != "system" for message in thread) else []


class _Case:
    """One dispute on its page, with the forms that fit its state."""

    def __init__(self, request: ViewerRequest, told: "Dispute") -> None:
        self.request, self.told = request, told
        self.parts = list(parts_in(told))
        self.statements = statements_of(told)
        self.versions = evidence_of(told)
        self.may = request.viewer.may(OperatorPermission.FINANCE)
        self.evidence = self._evidence() if told.takes_evidence else None
        self.proposal = propose(dispute=told) if told.waits_for_allocation else None
        self.sharing = self._sharing()
        self.desk = _desk(request, disputes_to_do(request.viewer))
        is_to_do = told.takes_evidence or told.waits_for_allocation
        self.place = self.desk.place_of(told, shown=1) if is_to_do else None

    def act(self, how: str) -> bool:
        """Do what was chosen; False leaves the page with what is wrong."""
        acts: dict[str, Callable[[Any], None]] = {
            "save": self._save,
            "send": self._send,
            "concede": self._concede,
            "share": self._share,
        }
        form = self.sharing if how in {"share", "look"} else self.evidence
        if how in acts and form is None:
            # The page is older than the answer or the decision.
            words = _("It was answered or decided meanwhile: nothing more was done.")
            messages.warning(self.request, words)
            return True
        if how not in acts or form is None or not form.is_valid():
            return False
        try:
            acts[how](form)
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
            return False
        return True

    @property
    def context(self) -> dict[str, Any]:
        """Return what the template shows."""
        order = self.told.payment.order
        mine = parts_of_order(order)
        return {
            "dispute": self.told,
            "order": order,
            "buyer": buyer_name(order),
            "parts": [(part, _said(part.pk)) for part in mine],
            "statements": self.statements,
            "versions": self.versions,
            "labels": LABELS,
            "on_its_way": any(
                version.state == EvidenceState.SENDING for version in self.versions
            ),
            "evidence": self.evidence if self.may else None,
            "sharing": self.sharing if self.may else None,
            "rows": self._rows(),
            "proposal": self.proposal,
            "shares": shares_of(self.told),
            "desk": self.desk,
            "place": self.place,
            "why": words_of(self.request, "why"),
            "is_conceding": self.request.POST.get("how") == "concede",
        }

    def _evidence(self) -> EvidenceForm:
        newest = self.versions[0].texts if self.versions else None
        known = newest or gathered_evidence(self.told, self.statements)
        how = self.request.POST.get("how")
        if how == "gather":
            return EvidenceForm(initial=gathered_evidence(self.told, self.statements))
        sent = self.request.POST if how in {"save", "send", "concede"} else None
        return EvidenceForm(sent, initial=known)

    def _sharing(self) -> ShareForm | None:
        if self.proposal is None:
            return None
        sent = self.request.POST if self.request.method == "POST" else None
        return ShareForm(
            sent, dispute=self.told, parts=self.parts, proposal=self.proposal
        )

    def _rows(self) -> Sequence[tuple[Any, Any, Any, Any, RefundPreview | None, int]]:
        """Return each seller's fields, what the share would move, and their fee."""
        if self.sharing is None or self.proposal is None:
            return []
        shares = self.proposal.shares
        if self.sharing.is_bound and self.sharing.is_valid():
            shares = tuple(self.sharing.shares)
        by_part = {share.settlement_id: share for share in shares}
        rows = []
        for part, *fields in self.sharing.rows:
            share = by_part.get(part.pk)
            moves, fee = None, share.fee_minor if share is not None else 0
            if share is not None and share.bearer == RefundBearer.VENDOR:
                moves = preview_of_cash(settlement=part, cash_minor=share.amount_minor)
            rows.append((part, *fields, moves, fee))
        return rows

    def _save(self, form: EvidenceForm) -> None:
        save_evidence(
            dispute=self.told,
            texts=form.cleaned_data,
            actor_id=self.request.user.pk,
            now=clock.now(),
        )
        messages.success(self.request, _("Kept. Nothing was sent to the bank yet."))

    def _send(self, form: EvidenceForm) -> None:
        send_evidence(
            dispute=self.told,
            texts=form.cleaned_data,
            actor_id=self.request.user.pk,
            now=clock.now(),
        )
        messages.success(self.request, _("The evidence is on its way to the bank."))

    def _concede(self, _form: EvidenceForm) -> None:
        concede_dispute(
            dispute=self.told,
            reason=words_of(self.request, "why"),
            actor_id=self.request.user.pk,
            now=clock.now(),
        )
        messages.success(
            self.request, _("Accepted. When the bank has closed it, say who bears it.")
        )

    def _share(self, form: ShareForm) -> None:
        share_dispute(
            dispute=self.told,
            shares=form.shares,
            decision=form.cleaned_data["decision"],
            actor_id=self.request.user.pk,
            now=clock.now(),
        )
        messages.success(
            self.request, _("Decided and booked. The sellers have a mail.")
        )
