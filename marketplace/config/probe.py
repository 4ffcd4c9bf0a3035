"""`python -m marketplace.config.probe PORT`: tell whether this machine's site serves.

For a container's health check. It asks as the front server does: with the site's own
name and scheme, without which the site refuses or redirects.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

OK = 200
SECONDS = 8


def main(arguments: list[str]) -> int:
    """Return 0 when /health/ answers 200."""
    if len(arguments) != 1 or not arguments[0].isdigit():
        sys.stderr.write("usage: python -m marketplace.config.probe PORT\n")
        return 2
    public = urlsplit(os.environ.get("PUBLIC_URL", "http://127.0.0.1"))
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
    connection = HTTPConnection("127.0.0.1", int(arguments[0]), timeout=SECONDS)
    try:
        connection.request("GET", "/health/", headers=headers)
        answer = connection.getresponse()
        sys.stdout.write(answer.read().decode() + "\n")
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == OK else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
