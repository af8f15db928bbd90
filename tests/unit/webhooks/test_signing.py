"""Signatures of calls: by the specification's own example, and by what a receiver would reckon."""

import base64
import hashlib
import hmac

from newsletter.webhooks.signing import headers_of, secret_of, signature
from tests.support.world import NOW

OLD, NEW = "o" * 40, "n" * 40


def test_the_example_of_the_specification_has_its_signature():
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_finds_the_call_signed_by_the_secret_that_it_was_given():
    body = b'{"type":"test"}'
    secret = base64.b64decode(secret_of("salt", NEW).removeprefix("whsec_"))
    headers = headers_of("msg_1", NOW, body, "salt", [NEW])
    content = f"msg_1.{headers['webhook-timestamp']}.".encode() + body
    reckoned = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{reckoned}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


def test_after_a_new_key_of_the_service_a_call_is_signed_by_both_until_the_old_one_goes():
    before = headers_of("msg_1", NOW, b"{}", "salt", [OLD])["webhook-signature"]
    between = headers_of("msg_1", NOW, b"{}", "salt", [NEW, OLD])["webhook-signature"].split()
    assert len(between) == 2
    assert before in between
    assert before not in headers_of("msg_1", NOW, b"{}", "salt", [NEW])["webhook-signature"]


def test_each_webhook_has_a_secret_of_its_own():
    assert secret_of("one", NEW) != secret_of("other", NEW)
    assert secret_of("one", NEW) != secret_of("one", OLD)
