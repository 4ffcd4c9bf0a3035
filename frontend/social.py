"""How allauth's sign-in with somebody else's account behaves here."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.forms import BaseForm
from django.http import Http404, HttpRequest

from frontend.languages import last_read
from marketplace.accounts.addresses import is_address
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows import open_account


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Allauth's rules, and ours for whose account an address opens.

    Only an address that the provider itself has verified, and that the account here has
    confirmed, leads into an account that is there already.
    """

    def authenticate_by_email(
        self, sociallogin: SocialLogin
    ) -> tuple[User, str] | None:
        """Return the account that a verified address opens, if there is one.

        `is True`: some providers write "false", which is true as a string.
        """
        for address in sociallogin.email_addresses:
            if address.verified is not True:
                continue
            known = EmailAddress.objects.filter(
                is_address("email", address.email), verified=True, user__is_active=True
            )
            found = known.select_related("user").first()
            if found is not None:
                return found.user, address.email
        return None

    def save_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        form: BaseForm | None = None,
    ) -> User:
        """Make the account, and greet whoever has just come by it."""
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True
        # The provider's way back has one address for all languages.
        sociallogin.user.language = last_read(request) or settings.LANGUAGE_CODE
        saved: User = super().save_user(request, sociallogin, form)
        if form is None:  # With a form, the account's own adapter has done it.
            open_account.welcome(
                user_id=saved.pk, terms_version=settings.TERMS_VERSION, now=clock.now()
            )
        return saved

    def get_app(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SocialApp:
        """Return a provider's app; of one that is not configured no page is there."""
        try:
            return super().get_app(request, provider, client_id=client_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error

    def get_requests_session(self) -> Any:
        """Return the session that asks the provider; it does not wait for ever."""
        session = super().get_requests_session()
        ask = session.request

        def ask_in_time(*args: Any, **more: Any) -> Any:
            return ask(*args, **{"timeout": settings.SOCIAL_TIMEOUT_SECONDS, **more})

        session.request = ask_in_time
        return session
