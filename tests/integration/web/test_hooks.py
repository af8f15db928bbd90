"""Hooks of mail providers: each is off until it is set, believes its provider alone, and does nothing twice."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from pydantic import HttpUrl
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.feedback.hooks.events import ForgedError
from newsletter.feedback.hooks.sns import SnsCertificates, check_address, signed_text
from newsletter.feedback.models import FeedbackEvent, FeedbackKind, InboundMail
from newsletter.feedback.reasons import Reason
from newsletter.subscribers.suppression import suppressed
from newsletter.web.app import create_app
from tests.conftest import KEY
from tests.support.browser import Browser
from tests.support.world import NOW, make_region, make_subscriber

ANN, BEN = "ann@readers.example", "ben@readers.example"
TOPIC = "arn:aws:sns:eu-west-1:000000000000:letters"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())
SNS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECONDS = int(NOW.timestamp())
FIRST = "t1"  # a token of Mailgun

# What is taken in is tried on both databases elsewhere; here it is about who is believed.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def certificate(key: rsa.RSAPrivateKey = SNS_KEY, name: str = "sns.amazonaws.com", days: int = 30) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=days))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
def settings(tmp_path, redis_url) -> Settings:
    public = SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Settings(
        _env_file=None, data_dir=tmp_path, redis_url=redis_url, site_url=HttpUrl("https://news.example"),
        hook_ses_topics=[TOPIC], hook_postmark="postmark:its word", hook_mailgun_key="mailgun-key",
        hook_sendgrid_key=base64.b64encode(public).decode(),
    )  # fmt: skip


@pytest.fixture
def readers(db) -> None:
    with db.writing() as session:
        region = make_region(session)
        for address in (ANN, BEN):
            make_subscriber(session, region, address=address)


@pytest.fixture
def fetched(service: Service) -> list[str]:
    """What certificates were asked for; one is all that there are."""
    urls: list[str] = []

    def fetch(url: str) -> bytes:
        urls.append(url)
        return certificate()

    vars(service)["sns_certificates"] = SnsCertificates(fetch)
    return urls


def events(db) -> list[tuple[str, FeedbackKind, Reason, bool | None, bool]]:
    with db.reading() as session:
        rows = session.scalars(select(FeedbackEvent).order_by(FeedbackEvent.id))
        return [(row.provider, row.kind, row.reason, row.hard, row.subscriber_id is not None) for row in rows]


def is_suppressed(db, address: str) -> bool:
    with db.reading() as session:
        return bool(suppressed(session, [address], [KEY]))


class Calls:
    """A call of each provider: `bounce` says that Ann is not known, `complaint` is Ben's."""

    def __init__(self, client: Browser) -> None:
        self.client = client

    def postmark(self, told: Any, word: str = "postmark:its word") -> Any:
        headers = {"Authorization": "Basic " + base64.b64encode(word.encode()).decode()}
        return self.client.post("/hooks/postmark", content=json.dumps(told), headers=headers)

    def sendgrid(self, told: Any, *, at: int = SECONDS, key: Any = SENDGRID_KEY, sent: bytes | None = None) -> Any:
        body = json.dumps(told).encode()
        signature = key.sign(str(at).encode() + body, ec.ECDSA(SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": str(at),
        }
        return self.client.post("/hooks/sendgrid", content=sent or body, headers=headers)

    def mailgun(self, told: Any, *, at: int = SECONDS, token: str = FIRST, key: str = "mailgun-key") -> Any:
        signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
        signed = {"timestamp": str(at), "token": token, "signature": signature}
        return self.client.post("/hooks/mailgun", json={"signature": signed, "event-data": told})

    def ses(self, told: Any, **changed: Any) -> Any:
        return self.client.post(
            "/hooks/ses", json=sns({"Type": "Notification", "Message": json.dumps(told)}, **changed)
        )


def sns(
    message: dict[str, Any],
    *,
    key: Any = SNS_KEY,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A signed message; `before` is changed in what is signed, `after` when that is done."""
    whole = {
        "MessageId": "m1", "TopicArn": TOPIC, "Timestamp": NOW.isoformat().replace("+00:00", "Z"),
        "SignatureVersion": "2", "SigningCertURL": CERTIFICATE_URL, **message, **(before or {}),
    }  # fmt: skip
    whole["Signature"] = base64.b64encode(key.sign(signed_text(whole), PKCS1v15(), SHA256())).decode()
    return whole | (after or {})


BOUNCE = {
    "postmark": {"RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "Email": ANN, "Details": "5.1.1 User unknown"},
    "sendgrid": [{"event": "bounce", "email": ANN, "sg_event_id": "s1", "timestamp": SECONDS, "status": "5.1.1",
                  "reason": "550 5.1.1 no such user", "type": "bounce"}],
    "mailgun": {"event": "failed", "id": "g1", "timestamp": SECONDS, "recipient": ANN, "severity": "permanent",
                "delivery-status": {"code": 550, "message": "5.1.1 no such user"}},
    "ses": {"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "General",
            "feedbackId": "f1", "timestamp": NOW.isoformat(),
            "bouncedRecipients": [{"emailAddress": ANN, "status": "5.1.1", "diagnosticCode": "550 user unknown"}]}},
}  # fmt: skip
COMPLAINT = {
    "postmark": {"RecordType": "SpamComplaint", "ID": 43, "Type": "SpamComplaint", "Email": BEN},
    "sendgrid": [{"event": "spamreport", "email": BEN, "sg_event_id": "s2", "timestamp": SECONDS}],
    "mailgun": {"event": "complained", "id": "g2", "timestamp": SECONDS, "recipient": BEN},
    "ses": {"notificationType": "Complaint", "complaint": {"feedbackId": "f2", "complaintFeedbackType": "abuse",
            "timestamp": NOW.isoformat(), "complainedRecipients": [{"emailAddress": BEN}]}},
}  # fmt: skip
PROVIDERS = list(BOUNCE)


@pytest.fixture
def calls(client: Browser, fetched) -> Calls:
    return Calls(client)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_tells_is_taken_in_once(db, readers, calls: Calls, provider: str) -> None:
    call = getattr(calls, provider)
    again = {"token": "t2"} if provider == "mailgun" else {}
    assert call(BOUNCE[provider]).json() == {"new": 1}
    assert call(BOUNCE[provider], **again).json() == {"new": 0}
    assert events(db) == [(provider, FeedbackKind.BOUNCE, Reason.NO_SUCH_USER, True, True)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_complaint_suppresses_at_once(db, readers, calls: Calls, provider: str) -> None:
    assert getattr(calls, provider)(COMPLAINT[provider]).status_code == 200
    assert (is_suppressed(db, BEN), is_suppressed(db, ANN)) == (True, False)


FORGED: dict[str, dict[str, Any]] = {
    "postmark": {
        "another word": {"word": "postmark:guess"},
        "no word": {"word": ""},
        "a word in another case": {"word": "postmark:ITS WORD"},
    },
    "sendgrid": {
        "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
        "another body": {"sent": json.dumps(COMPLAINT["sendgrid"] * 2).encode()},
        "of two days ago": {"at": SECONDS - 2 * 86_400},
        "of the day after tomorrow": {"at": SECONDS + 2 * 86_400},
    },
    "mailgun": {
        "another key": {"key": "guess"},
        "no token": {"token": ""},
        "of yesterday": {"at": SECONDS - 86_400},
    },
    "ses": {
        "another key": {"key": OTHER_KEY},
        "another message": {"after": {"Message": json.dumps(COMPLAINT["ses"] | {"x": 1})}},
        "another topic": {"after": {"TopicArn": TOPIC + "x"}},
        "another time": {"after": {"Timestamp": (NOW - timedelta(hours=1)).isoformat()}},
        "a topic of somebody else's, truly signed": {"before": {"TopicArn": TOPIC + "x"}},
        "of last week, truly signed": {"before": {"Timestamp": (NOW - timedelta(days=7)).isoformat()}},
        "no signature": {"after": {"Signature": ""}},
        "a signature that is none": {"after": {"Signature": "***"}},
        "an unknown version": {"after": {"SignatureVersion": "3"}},
        "a certificate elsewhere": {
            "after": {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/1.pem"}
        },
    },
}


@pytest.mark.parametrize(("provider", "how"), [(provider, how) for provider, ways in FORGED.items() for how in ways])
def test_a_forged_hook_changes_nothing(db, readers, calls: Calls, provider: str, how: str) -> None:
    assert getattr(calls, provider)(COMPLAINT[provider], **FORGED[provider][how]).status_code == 403
    assert events(db) == []
    assert not is_suppressed(db, BEN)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hook_without_its_proof_changes_nothing(db, readers, client: Browser, fetched, provider: str) -> None:
    body = json.dumps(COMPLAINT[provider] if provider != "mailgun" else {"event-data": COMPLAINT[provider]})
    assert client.post(f"/hooks/{provider}", content=body).status_code == 403
    assert events(db) == []


def test_a_token_of_mailgun_is_good_once_whatever_is_told_with_it(db, readers, calls: Calls) -> None:
    """Its signature does not cover the event: who has seen one call could tell anything under it."""
    assert calls.mailgun(BOUNCE["mailgun"]).json() == {"new": 1}
    assert calls.mailgun(COMPLAINT["mailgun"]).json() == {"new": 0}
    assert not is_suppressed(db, BEN)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"null", b'{"a": 1}', b"\xff\xfe", b"[[1, null, {}]]"])
def test_nonsense_is_refused_with_a_sentence(client: Browser, fetched, provider: str, body: bytes) -> None:
    answer = client.post(f"/hooks/{provider}", content=body)
    assert answer.status_code in (403, 422)
    assert answer.json()["error"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_body_of_ten_megabytes_is_refused(client: Browser, provider: str) -> None:
    assert client.post(f"/hooks/{provider}", content=b"x" * 10_000_000).status_code == 413


@pytest.fixture
def off(tmp_path, redis_url, db, clock) -> Iterator[Browser]:
    settings = Settings(
        _env_file=None, data_dir=tmp_path, redis_url=redis_url, site_url=HttpUrl("https://news.example")
    )
    app = create_app(Service(settings=settings, clock=clock, db=db, secret_keys=[KEY]))
    with Browser(app, "https://news.example") as browser:
        yield browser


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hook_is_off_until_it_is_set(off: Browser, provider: str) -> None:
    assert off.post(f"/hooks/{provider}", json=COMPLAINT[provider]).status_code == 404


OTHER_EVENTS = {
    "postmark": {"RecordType": "Bounce", "ID": 44, "Type": "AutoResponder", "Email": ANN},
    "sendgrid": [{"event": "delivered", "email": ANN, "sg_event_id": "s3"}, {"event": "open"}, None, "x"],
    "mailgun": {"event": "opened", "id": "g3", "recipient": ANN},
    "ses": {"notificationType": "Delivery", "delivery": {"recipients": [ANN]}},
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_other_events_tell_nothing(db, readers, calls: Calls, provider: str) -> None:
    assert getattr(calls, provider)(OTHER_EVENTS[provider]).json() == {"new": 0}
    assert events(db) == []


@pytest.mark.parametrize(
    ("provider", "told", "reason", "hard"),
    [
        ("postmark", {"ID": 1, "Type": "Blocked", "Email": ANN, "Details": ""}, Reason.BLOCKED, None),
        ("postmark", {"ID": 1, "Type": "SoftBounce", "Email": ANN, "Details": "is full"}, Reason.UNKNOWN, False),
        ("sendgrid", [{"event": "bounce", "email": ANN, "sg_event_id": "x", "type": "blocked", "reason": "",
                       "bounce_classification": "Reputation"}], Reason.REPUTATION, None),
        ("sendgrid", [{"event": "dropped", "email": ANN, "sg_event_id": "x", "reason": "Bounced Address"}],
         Reason.NO_SUCH_USER, True),
        ("mailgun", {"event": "failed", "id": "x", "recipient": ANN, "severity": "temporary",
                     "delivery-status": {"code": 452, "message": "mailbox full"}}, Reason.MAILBOX_FULL, None),
        ("ses", {"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull",
                 "feedbackId": "x", "bouncedRecipients": [{"emailAddress": ANN}]}}, Reason.MAILBOX_FULL, False),
    ],
)  # fmt: skip
def test_a_providers_own_words_are_understood(
    db, readers, calls: Calls, provider: str, told: Any, reason: Reason, hard: bool | None
) -> None:
    assert getattr(calls, provider)(told).json() == {"new": 1}
    assert [(row[2], row[3]) for row in events(db)] == [(reason, hard)]


def test_a_subscription_of_sns_is_kept_for_a_person_and_confirmed_by_nobody_else(
    db, client: Browser, fetched: list[str]
) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"
    message = {"Type": "SubscriptionConfirmation", "Token": "abc", "SubscribeURL": url, "Message": "You have chosen"}
    assert client.post("/hooks/ses", json=sns(message)).status_code == 200
    with db.reading() as session:
        [kept] = session.scalars(select(InboundMail)).all()
    assert url in kept.text
    assert fetched == [CERTIFICATE_URL]


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://evil.example#sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://s3.eu-west-1.amazonaws.com/bucket/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com/../a.pem",
        "https://SNS.eu-west-1.amazonaws.com/a.txt",
        "https://127.0.0.1/a.pem",
        "https://[::1]/a.pem",
        "file:///etc/a.pem",
        "https://sns.eu-west-1.amazonaws.com:x/a.pem",
        "",
    ],
)
def test_no_certificate_is_fetched_from_anywhere_else(db, url: str) -> None:
    with pytest.raises(ForgedError):
        check_address(url)


@pytest.mark.parametrize(
    "pem", [certificate(days=-1), certificate(name="evil.example"), certificate(OTHER_KEY), b"no certificate"]
)
def test_a_certificate_that_is_old_anothers_or_none_proves_nothing(db, service, client: Browser, pem: bytes) -> None:
    vars(service)["sns_certificates"] = SnsCertificates(lambda url: pem)
    assert Calls(client).ses(COMPLAINT["ses"]).status_code == 403


def test_the_clock_of_the_tests_is_the_one_that_signatures_are_made_with(db, clock) -> None:
    assert clock.now() == datetime.fromtimestamp(SECONDS, UTC)
