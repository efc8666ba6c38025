"""Takes edit keys out of what pages get that came by a share.

No text of ours has one. But an object's name, what a person said, or a value that an error quotes
may have a key in it, or a link that does.
"""

import re

HIDDEN = "…"
# As `web.links` finds keys. Ids of requests are alike: frames that have one are not for this.
_KEY = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def without_keys(frame: str) -> str:
    """Return the frame with each edit key in it, of whatever scene, replaced by an ellipsis."""
    return _KEY.sub(HIDDEN, frame)
