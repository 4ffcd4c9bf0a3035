"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage, EmailMultiAlternatives

from frontend.mail import inlined


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's rules, unchanged but for names: we have no user names."""

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
                (inlined(str(content)), mimetype)
                for content, mimetype in mail.alternatives
            ]
        return mail
