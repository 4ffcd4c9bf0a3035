"""A batch as banks take it: ISO 20022 customer credit transfer, pain.001.001.03."""

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.money import to_decimal

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
# What every bank of the SEPA area takes in texts.
_STRANGE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_NAME_MOST, _TEXT_MOST, _ID_MOST = 70, 140, 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment: `end_to_end` comes back on the payee's statement."""

    end_to_end: str
    amount_minor: int
    holder: str
    iban: str
    bic: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A file for the bank: who pays from which account, and whom."""

    message_id: str
    currency: str
    payer: str
    payer_iban: str
    payer_bic: str
    made_at: datetime
    payments: Sequence[Payment]


def credit_transfer(order: Order) -> bytes:
    """Return the file; the bank checks the number of payments and their sum."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.Element("Document", xmlns=_NAMESPACE)
    body = ET.SubElement(root, "CstmrCdtTrfInitn")
    head = ET.SubElement(body, "GrpHdr")
    _texts(head, MsgId=order.message_id[:_ID_MOST], CreDtTm=_moment(order.made_at))
    _count(head, order)
    _texts(ET.SubElement(head, "InitgPty"), Nm=_plain(order.payer, _NAME_MOST))
    group = ET.SubElement(body, "PmtInf")
    _texts(group, PmtInfId=order.message_id[:_ID_MOST], PmtMtd="TRF")
    _count(group, order)
    if order.currency == "EUR":
        kind = ET.SubElement(ET.SubElement(group, "PmtTpInf"), "SvcLvl")
        _texts(kind, Cd="SEPA")
    _texts(group, ReqdExctnDt=order.made_at.date().isoformat())
    _texts(ET.SubElement(group, "Dbtr"), Nm=_plain(order.payer, _NAME_MOST))
    _account(group, "DbtrAcct", order.payer_iban)
    _agent(group, "DbtrAgt", order.payer_bic)
    _texts(group, ChrgBr="SLEV")
    for payment in order.payments:
        _payment(group, order, payment)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _payment(group: ET.Element, order: Order, payment: Payment) -> None:
    entry = ET.SubElement(group, "CdtTrfTxInf")
    _texts(ET.SubElement(entry, "PmtId"), EndToEndId=payment.end_to_end[:_ID_MOST])
    amount = ET.SubElement(ET.SubElement(entry, "Amt"), "InstdAmt", Ccy=order.currency)
    amount.text = str(to_decimal(payment.amount_minor, order.currency))
    _agent(entry, "CdtrAgt", payment.bic)
    _texts(ET.SubElement(entry, "Cdtr"), Nm=_plain(payment.holder, _NAME_MOST))
    _account(entry, "CdtrAcct", payment.iban)
    _texts(ET.SubElement(entry, "RmtInf"), Ustrd=_plain(payment.text, _TEXT_MOST))


def _count(parent: ET.Element, order: Order) -> None:
    total = sum(payment.amount_minor for payment in order.payments)
    _texts(
        parent,
        NbOfTxs=str(len(order.payments)),
        CtrlSum=str(to_decimal(total, order.currency)),
    )


def _account(parent: ET.Element, name: str, iban: str) -> None:
    _texts(ET.SubElement(ET.SubElement(parent, name), "Id"), IBAN=iban)


def _agent(parent: ET.Element, name: str, bic: str) -> None:
    bank = ET.SubElement(ET.SubElement(parent, name), "FinInstnId")
    if bic:
        _texts(bank, BIC=bic)
    else:
        _texts(ET.SubElement(bank, "Othr"), Id="NOTPROVIDED")


def _texts(parent: ET.Element, **children: str) -> None:
    for name, text in children.items():
        ET.SubElement(parent, name).text = text


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None, microsecond=0).isoformat()


def _plain(text: str, most: int) -> str:
    """Return a text in the letters that every bank takes."""
    simple = unicodedata.normalize("NFKD", text).replace("ß", "ss").replace("&", "+")
    letters = "".join(each for each in simple if not unicodedata.combining(each))
    return _STRANGE.sub(" ", letters).strip()[:most] or "-"
