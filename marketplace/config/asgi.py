"""The site for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

from marketplace.config.safety import require_safe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
application = get_asgi_application()

require_safe_settings()
