"""Exits with 0 when the server of this machine is ready: `python deploy/ready.py [PORT]`."""

import sys
import urllib.error
import urllib.request


def main() -> None:
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}/readyz", timeout=4):
            return
    except urllib.error.HTTPError as error:
        sys.exit(error.read().decode())  # the reasons, a line each
    except OSError as error:
        sys.exit(f"no answer: {error}")


if __name__ == "__main__":
    main()
