"""Writes about people."""

from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from marketplace.accounts.addresses import fold, is_address
from marketplace.accounts.models import Device, SentMail, TermsAcceptance, User
from marketplace.accounts.selectors import has_verified_email
from marketplace.db import audit

KEEP_MAIL_LOG = timedelta(days=30)


def note_mail(*, to: str, kind: str, now: datetime, subject: str = "") -> None:
    """Write down that a mail has left; call it once the server has taken it."""
    most = SentMail._meta.get_field("subject").max_length
    words = " ".join(subject.split())[:most]
    SentMail.objects.create(to=fold(to), kind=kind, subject=words, sent_at=now)


def forget_mails_to(email: str) -> None:
    """Forget what went to an address whose owner is to be forgotten."""
    SentMail.objects.filter(to=fold(email)).delete()


def forget_old_mails(now: datetime) -> None:
    """Forget what went out more than thirty days ago."""
    SentMail.objects.filter(sent_at__lt=now - KEEP_MAIL_LOG).delete()


@transaction.atomic
def make_operator(*, email: str, now: datetime) -> User:
    """Let the person with `email` administer the market; make the account if needed.

    A new account has no usable password: its owner chooses one by a reset link. So has
    one whose address was never confirmed: whoever made it may be somebody else, and is
    signed out. Whoever runs this vouches for the address.
    """
    user = User.objects.filter(is_address("email", email)).first()
    if user is None:
        user = User.objects.create_user(email=email)
    if not has_verified_email(user):
        user.set_unusable_password()
        EmailAddress.objects.update_or_create(
            user=user,
            email=user.email.lower(),
            defaults={"verified": True, "primary": True},
        )
    user.is_active = user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_active", "is_staff", "is_superuser", "password"])
    group, _ = Group.objects.get_or_create(name="administrator")
    user.groups.add(group)
    audit.record("operator.made", subject=user, now=now)
    return user


def speak(*, user_id: int, language: str) -> None:
    """Write to somebody in a language from now on."""
    User.objects.filter(pk=user_id).update(language=language)


@transaction.atomic
def forget_password(*, user: User, now: datetime) -> None:
    """Make a password useless, and end every session that it began."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit.record("password.forgotten", subject=user, now=now)


def accept_terms(
    *, user_id: int | None, email: str, version: str, now: datetime
) -> None:
    """Note which version of the terms somebody accepted, with an account or without."""
    TermsAcceptance.objects.create(
        user_id=user_id,
        email="" if user_id else email,
        document="terms",
        version=version,
        accepted_at=now,
    )


def meet_device(*, user_id: int, key: str, now: datetime) -> bool:
    """Remember a browser by the key in its cookie, and say whether it is a new one.

    The first one of an account counts as known: there is nothing to compare it with.
    """
    devices = Device.objects.filter(user_id=user_id)
    is_first = not devices.exists()
    _device, is_new = Device.objects.update_or_create(
        user_id=user_id,
        key_hash=sha256(key.encode()).hexdigest(),
        defaults={"last_seen_at": now},
        create_defaults={"first_seen_at": now, "last_seen_at": now},
    )
    return is_new and not is_first


def make_neutral(user: User) -> None:
    """Leave of a person the number that the books point to.

    Nobody signs in with it any more; the domain is one that no mail reaches (RFC 2606).
    """
    user.email = f"{user.public_id}@erased.invalid"
    user.first_name = user.last_name = ""
    user.set_unusable_password()
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.save()
