"""Verifies messages, a line of JSON each, with the public library."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError


def refused(webhook, body, headers):
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


count = 0
for line in sys.stdin:
    message = json.loads(line)
    webhook, headers, body = Webhook(message["secret"]), message["headers"], message["body"]
    webhook.verify(body, headers)
    assert refused(webhook, body + " ", headers), "the library accepts a changed body"
    count += 1
assert count > 0, "no messages"
print(f"Python: {count} messages verified", file=sys.stderr)
