"""Our bank's statement: take its lines, and find each in the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.db import audit
from payouts.bank_sheet import StatementLine, read_statement
from payouts.models import BankLine, LedgerAccount
from payouts.selectors.matching import BankBooking, bookings_at_bank

# A payout is booked when Stripe makes it, and is at the bank some days later.
_EARLIEST = timedelta(days=-2)
_LATEST = timedelta(days=12)


class NotMatchableError(RefusedError):
    """A line of the bank and a booking that cannot be the same movement."""

    code = "bank.not_matchable"


@dataclass(frozen=True, slots=True)
class Taken:
    """How many lines of a statement were new, and how many were matched at once."""

    new: int
    known: int
    matched: int


@transaction.atomic
def import_statement(
    *, content: bytes, source: str, operator_id: int, now: datetime
) -> Taken:
    """Take a statement's lines and match what can be matched.

    Lines that came before, in this file or another, change nothing: statements may
    overlap. Raises StatementRefusedError, and takes nothing, if a line is unreadable,
    dated after tomorrow, or in a currency that the market has no account in.
    """
    lines = read_statement(
        content,
        currencies=_currencies(),
        # A bank far in the east is a day ahead.
        latest=timezone.localdate(now) + timedelta(days=1),
    )
    known = set(
        BankLine.objects.filter(digest__in=[line.digest for line in lines]).values_list(
            "digest", flat=True
        )
    )
    rows = [_row(line, source, now) for line in lines if line.digest not in known]
    BankLine.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record(
            "bank.statement_taken",
            subject=BankLine.objects.get(digest=rows[0].digest),
            actor_id=operator_id,
            details={"file": source[:255], "lines": len(rows)},
            now=now,
        )
    return Taken(new=len(rows), known=len(lines) - len(rows), matched=match_lines())


def _row(line: StatementLine, source: str, now: datetime) -> BankLine:
    return BankLine(
        booked_on=line.booked_on,
        currency=line.currency,
        amount_minor=line.amount_minor,
        reference=line.reference,
        text=line.text,
        digest=line.digest,
        source=source[:255],
        imported_at=now,
    )


def _currencies() -> list[str]:
    """Return the market's currency, then the others that something was booked in."""
    booked = LedgerAccount.objects.values_list("currency", flat=True).distinct()
    return [settings.CURRENCY, *sorted({*booked} - {settings.CURRENCY})]


@transaction.atomic
def match_lines() -> int:
    """Match open lines to bookings of the same amount; return how many were.

    One that names the booking's source wins, then the one nearest in time. Locks the
    open lines. Saying it twice changes nothing.
    """
    lines = list(
        BankLine.objects.select_for_update(no_key=True)
        .filter(matched_key="", set_aside_for="")
        .order_by("booked_on", "pk")
    )
    open_bookings: dict[tuple[str, int], list[BankBooking]] = defaultdict(list)
    for booking in bookings_at_bank():
        open_bookings[booking.currency, booking.amount_minor].append(booking)
    matched = []
    for line in lines:
        candidates = open_bookings[line.currency, line.amount_minor]
        found = _best(line, candidates)
        if found is not None:
            candidates.remove(found)
            line.matched_key = found.key
            matched.append(line)
    BankLine.objects.bulk_update(matched, ["matched_key"])
    return len(matched)


def _best(line: BankLine, candidates: Iterable[BankBooking]) -> BankBooking | None:
    said = f"{line.reference} {line.text}"
    near = [each for each in candidates if _EARLIEST <= _delay(line, each) <= _LATEST]
    named = [each for each in near if each.source and each.source in said]
    return min(named or near, key=lambda each: abs(_delay(line, each)), default=None)


def _delay(line: BankLine, booking: BankBooking) -> timedelta:
    return line.booked_on - booking.booked_at.date()


@transaction.atomic
def match_by_hand(
    *, line_id: int, key: str, operator_id: int, now: datetime
) -> BankLine:
    """Match an open line to a booking that a person has chosen.

    Locks the line. Raises BankLine.DoesNotExist, and NotMatchableError if the amounts
    differ, or one of the two has been matched meanwhile.
    """
    line = _open_line(line_id)
    booking = next((each for each in bookings_at_bank() if each.key == key), None)
    if booking is None:
        raise NotMatchableError(_("This booking has its line already. Look again."))
    if (booking.currency, booking.amount_minor) != (line.currency, line.amount_minor):
        raise NotMatchableError(
            _("The bank says %(bank)s, the booking %(booking)s: they differ.")
            % {
                "bank": Money(line.amount_minor, line.currency),
                "booking": Money(booking.amount_minor, booking.currency),
            }
        )
    line.matched_key, line.is_matched_by_hand = key, True
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise NotMatchableError(
            _("This booking has its line already. Look again.")
        ) from error
    audit.record(
        "bank.line_matched",
        subject=line,
        actor_id=operator_id,
        details={"key": key},
        now=now,
    )
    return line


@transaction.atomic
def set_aside(
    *, line_id: int, reason: str, operator_id: int, now: datetime
) -> BankLine:
    """Say why a line has no booking: it is none of the market's.

    Locks the line. Raises BankLine.DoesNotExist, NotMatchableError if it has its
    booking meanwhile.
    """
    line = _open_line(line_id)
    line.set_aside_for = reason
    line.save()
    audit.record(
        "bank.line_set_aside",
        subject=line,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    return line


@transaction.atomic
def reopen(*, line_id: int, operator_id: int, now: datetime) -> BankLine:
    """Take a person's word about a line back; the next comparison looks at it anew.

    Locks the line. Raises BankLine.DoesNotExist.
    """
    line = BankLine.objects.select_for_update(no_key=True).get(pk=line_id)
    key, reason = line.matched_key, line.set_aside_for
    if key or reason:
        line.matched_key = line.set_aside_for = ""
        line.is_matched_by_hand = False
        line.save()
        audit.record(
            "bank.line_reopened",
            subject=line,
            actor_id=operator_id,
            details={"key": key, "was": reason},
            now=now,
        )
    return line


def _open_line(line_id: int) -> BankLine:
    line = BankLine.objects.select_for_update(no_key=True).get(pk=line_id)
    if line.matched_key or line.set_aside_for:
        raise NotMatchableError(_("Somebody has seen to this line meanwhile."))
    return line
