"""How allauth behaves here."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as AllauthSetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import EmailAlternative
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.addresses import at_home
from frontend.browsers import browser_words
from frontend.countries import country_name
from frontend.mail import inlined
from frontend.second_factor import has_second_factor, must_set_it_up
from frontend.sessions import address_of, country_of, greet_device
from frontend.storefront import hearts, later
from frontend.views.errors import too_many
from marketplace.accounts.addresses import plain_address
from marketplace.accounts.languages import current_language, languages_of
from marketplace.accounts.links import password_path
from marketplace.accounts.models import User
from marketplace.accounts.selectors import verified_emails_of
from marketplace.accounts.services import forget_password, note_mail
from marketplace.db import clock
from marketplace.flows import open_account

# The account that a session has signed up; allauth forgets it after 15 minutes.
_SIGNED_UP = "signed_up"
_CHOOSE_A_PASSWORD = gettext_lazy(
    "You opened our link in another browser than the one that signed up, so we cannot "
    "know whose the password from there is. Choose your own here; it is the one that "
    "counts from now on."
)
_APP = [Authenticator.Type.TOTP]
_WAYS = {
    "mfa_reauthenticate": gettext_lazy("Use a code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey"),
}
_SIGN_IN_FIRST = gettext_lazy(
    "%(email)s belongs to an account that you are not signed in to. If it is yours, "
    "sign in, and confirm the address then. If not, do nothing."
)


class PlainForm(forms.Form):
    """Calls a field the same at every door; a label needs no words in its field."""

    words: ClassVar[dict[str, Any]] = {
        "login": gettext_lazy("E-mail"),
        "email": gettext_lazy("E-mail"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class NewPasswordForm(PlainForm):
    """Asks for the password that is, if there is one, and twice for the one to be."""

    words: ClassVar[dict[str, Any]] = {
        "oldpassword": gettext_lazy("Your password now"),
        "password1": gettext_lazy("New password"),
        "password2": gettext_lazy("New password again"),
    }


class LoginForm(PlainForm, AllauthLoginForm):
    """Sign-in that stays, unless somebody says that the device is not theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        remember = self.fields["remember"]
        remember.label = _("Stay signed in on this device")
        remember.initial = True


class ResetPasswordForm(PlainForm, AllauthResetPasswordForm):
    """Asks for the address as the other doors do."""


class AddEmailForm(PlainForm, AllauthAddEmailForm):
    """Asks for another address as the doors do."""


class ChangePasswordForm(NewPasswordForm, AllauthChangePasswordForm):
    """Asks for the password that is, and twice for the one to be."""


class SetPasswordForm(NewPasswordForm, AllauthSetPasswordForm):
    """Asks twice for a first password."""


class ResetPasswordKeyForm(NewPasswordForm, AllauthResetPasswordKeyForm):
    """Asks twice for a new password, by the link of a mail."""


class SignupForm(PlainForm, AllauthSignupForm):
    """Sign-up that takes as long for a taken address as for a new one."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or answer as if, with a mail to who has one already."""
        if self.account_already_exists:
            # Hashing is what takes long, and is what a new account would have done.
            make_password(self.cleaned_data["password1"])
        made: tuple[User | None, HttpResponse | None]
        try:
            made = super().try_save(request)
        except IntegrityError:
            # The other of two clicks at once has just made it.
            self.account_already_exists = True
            made = super().try_save(request)
        return made

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Make the account, whole or not at all."""
        saved: User = super().save(request)
        return saved


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's rules, and what an account brings: a greeting, a guest's orders."""

    def clean_email(self, email: str) -> str:
        """Refuse an address that could be taken for somebody else's."""
        plain_address(email)
        return email

    def is_safe_url(self, url: str) -> bool:
        """Say whether to lead on to an address; what cannot be parsed is none."""
        try:
            is_safe: bool = super().is_safe_url(url)
        except ValueError:
            return False
        return is_safe

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        """Greet whoever has just signed up, who agreed to the terms by it."""
        user.language = current_language()
        saved: User = super().save_user(request, user, form, commit=commit)
        if saved.pk is not None:
            open_account.welcome(
                user_id=saved.pk,
                terms_version=settings.TERMS_VERSION,
                now=clock.now(),
            )
            request.session[_SIGNED_UP] = saved.pk
        return saved

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try to sign in; too many get a page of their own, with 429."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(too_many(request)) from error

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return how somebody shows once more that it is them.

        Who has a second factor shows that: a stolen session whose password is known
        would add one of its own otherwise, and so come by it. The page that takes a
        password leads them on. What they sign in with comes first.
        """
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not has_second_factor(user):
            return found
        ways = [
            {**each, "description": _WAYS[each["id"]]}
            for each in found
            if each["id"] in _WAYS
        ]
        # Without an app the codes are the spare ones, for when the passkey is lost.
        return ways if is_mfa_enabled(user, types=_APP) else ways[::-1]

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Let a verified address bring what was ordered with it.

        Who opens the link owns the mailbox, but maybe not the account: somebody else
        may have made it, or added the address to theirs (docs/decisions/0002).
        """
        user = email_address.user
        is_at_home = _knows_password(request, user)
        if not is_at_home and verified_emails_of(user.pk):
            messages.error(request, _SIGN_IN_FIRST % {"email": email_address.email})
            return False
        with transaction.atomic():
            is_confirmed: bool = super().confirm_email(request, email_address)
            if is_confirmed and not is_at_home:
                forget_password(user=user, now=clock.now())
                # Nor can we know whose account elsewhere has opened this one.
                SocialAccount.objects.filter(user=user).delete()
                # A notice, not a toast: it is the reason for the page that follows.
                messages.warning(request, _CHOOSE_A_PASSWORD)
            if is_confirmed:
                open_account.join_guest_orders(
                    user_id=user.pk, email=email_address.email, now=clock.now()
                )
        return is_confirmed

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Bring on whoever opened the link: to a password, or to the door."""
        user = email_address.user
        if email_address.verified and not user.has_usable_password():
            return password_path(user)
        if not email_address.verified and verified_emails_of(user.pk):
            back = urlencode({"next": self.request.path})
            return f"{reverse('account_login')}?{back}"
        where: str = super().get_email_verification_redirect_url(email_address)
        return where

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Bring what its owner has bought, or kept here, as a guest meanwhile."""
        now = clock.now()
        open_account.join_later_orders(user_id=user.pk, now=now)
        answer: HttpResponse = super().post_login(request, user, **more)
        hearts.carry_over(request, user.pk, answer)
        later.carry_over(request, user.pk, answer)
        if greet_device(request, user, answer):
            open_account.tell_of_new_device(
                user_id=user.pk,
                browser=browser_words(request.headers.get("User-Agent", "")),
                place=country_name(country_of(request)) or address_of(request),
                now=now,
            )
        return self._first_set_up(user, answer)

    def _first_set_up(self, user: User, answer: HttpResponse) -> HttpResponse:
        if not must_set_it_up(user):
            return answer
        way = urlencode({"next": answer.headers.get("Location", "/")})
        answer.headers["Location"] = f"{reverse('account-second-factor')}?{way}"
        return answer

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Return what mails about changes call the browser."""
        return browser_words(request.headers.get("User-Agent", ""))

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send a mail of allauth in the language of its reader.

        Its links lead home, whatever host was asked.
        """
        language = languages_of([email]).get(email.lower(), current_language())
        links = {
            name: at_home(value, language=language)
            for name, value in context.items()
            if name.endswith("_url")
        }
        with translation.override(language):
            super().send_mail(template_prefix, email, context | links)
        kind = template_prefix.rpartition("/")[2]
        note_mail(to=email, kind=kind, now=clock.now())

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Draw a mail of allauth; its HTML carries its styles in the tags."""
        mail: EmailMessage = super().render_mail(
            template_prefix, email, context, headers=headers
        )
        if isinstance(mail, EmailMultiAlternatives):
            mail.alternatives = [
                EmailAlternative(inlined(str(content)), mimetype)
                for content, mimetype in mail.alternatives
            ]
        return mail


def _knows_password(request: HttpRequest, user: User) -> bool:
    """Say whether this browser made the account, or has shown its password."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    begun = {
        request.user.pk,
        request.session.get(_SIGNED_UP),
        stage.login.user.pk if stage and stage.login.user else None,
    }
    return user.pk in begun
