"""The site for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from marketplace.config.safety import require_safe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
application = get_wsgi_application()

require_safe_settings()
