"""Invoices and credit notes: numbered without gaps, and never changed once issued."""

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    COMMISSION_INVOICE = "commission_invoice", _("Commission invoice")
    COMMISSION_CREDIT_NOTE = "commission_credit_note", _("Commission credit note")


# Of a seller to a buyer; the others are the platform's to a seller.
SALE_KINDS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
COMMISSION_KINDS = (
    DocumentKind.COMMISSION_INVOICE,
    DocumentKind.COMMISSION_CREDIT_NOTE,
)


class DocumentSeries(models.Model):
    """The numbers of one issuer, kind and year; its row is the lock for the next one.

    Without a vendor it is the platform's.
    """

    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=22, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    prefix = models.CharField(max_length=60, unique=True)
    last_sequence = models.PositiveIntegerField(default=0)
    last_issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "kind", "year"],
                nulls_distinct=False,
                name="payouts_series_once",
            )
        ]

    def __str__(self) -> str:
        return self.prefix


class Document(models.Model):
    """One issued document; the database refuses every change of it.

    `content` is canonical JSON with all that is printed, `digest` its SHA-256.
    `natural_key` names the cause, so that nothing is issued twice for it. The vendor
    is the seller concerned, whoever issues; amounts of credit notes are positive.
    """

    kind = models.CharField(max_length=22, choices=DocumentKind)
    series = models.ForeignKey(DocumentSeries, models.PROTECT, related_name="documents")
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=72, unique=True)
    natural_key = models.CharField(max_length=120, unique=True)
    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, related_name="documents"
    )
    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="documents"
    )
    refund = models.ForeignKey(
        "payouts.RefundRequest", models.PROTECT, null=True, related_name="documents"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrected_by"
    )
    month = models.CharField(max_length=7, blank=True, default="")
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()
    template_version = models.PositiveSmallIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "sequence"], name="payouts_document_sequence"
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=F("net_minor") + F("tax_minor"), gross_minor__gte=0
                ),
                name="payouts_document_total",
            ),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.INVOICE, settlement__isnull=False)
                | Q(
                    kind=DocumentKind.CREDIT_NOTE,
                    settlement__isnull=False,
                    refund__isnull=False,
                    corrects__isnull=False,
                )
                | (Q(kind__in=COMMISSION_KINDS, settlement=None) & ~Q(month="")),
                name="payouts_document_cause",
            ),
        ]
        indexes = [
            models.Index(
                fields=["vendor", "-issued_at"], name="payouts_document_vendor"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def facts(self) -> dict[str, Any]:
        """Return all that is printed."""
        facts: dict[str, Any] = json.loads(self.content)
        return facts


class PendingDocument(models.Model):
    """A document that has still to be issued; the row goes when it is.

    `lacks` names what of the issuer's or seller's identity is missing: it then waits
    for somebody to fill that in, and nothing tries it meanwhile.
    """

    natural_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=22, choices=DocumentKind)
    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="+")
    settlement = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="+"
    )
    refund = models.ForeignKey(
        "payouts.RefundRequest", models.PROTECT, null=True, related_name="+"
    )
    month = models.CharField(max_length=7, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    wanted_at = models.DateTimeField()
    lacks = ArrayField(models.CharField(max_length=24), default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "id"],
                condition=Q(lacks=[]),
                name="payouts_pending_due",
            ),
            models.Index(
                fields=["vendor"],
                condition=~Q(lacks=[]),
                name="payouts_pending_blocked",
            ),
        ]

    def __str__(self) -> str:
        return self.natural_key
