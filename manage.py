#!/usr/bin/env python
"""Django's command line, speaking to the copy of this checkout's state folder."""

import os
import sys

from django.core.management import execute_from_command_line

from marketplace.config import embedded


def main() -> None:
    """Run a management command with the settings of the copy that `make run` made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
    for name, value in embedded.environment().items():
        os.environ.setdefault(name, value)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
