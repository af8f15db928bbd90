"""Who may see and do what at the desk, page by page: a new page stands here before it stands there."""

from enum import StrEnum
from typing import NamedTuple

from newsletter.editors.models import Role


class Reach(StrEnum):
    ANY = "any"  # tied to no region, or it shows each editor their own
    OWN = "own"  # of one region: those who work on others are refused
    EVERY = "every"  # of all regions at once: those who are limited to some are refused


class Rule(NamedTuple):
    role: Role
    reach: Reach = Reach.ANY


REPORTER, EDITOR = Rule(Role.REPORTER), Rule(Role.EDITOR)
OWN, PUBLISH = Rule(Role.EDITOR, Reach.OWN), Rule(Role.PUBLISHER, Reach.OWN)
ADMIN_OWN = Rule(Role.ADMIN, Reach.OWN)
SEND, ALL = Rule(Role.PUBLISHER, Reach.EVERY), Rule(Role.ADMIN, Reach.EVERY)

# Without a session, since they make one; each is refused when it comes from another site.
OPEN = {
    "GET /desk/sign-in",
    "POST /desk/sign-in",
    "GET /desk/sign-in/{secret}",
    "POST /desk/sign-in/{secret}",
    "POST /desk/sign-in/passkey/question",
    "POST /desk/sign-in/passkey/answer",
    "POST /desk/sign-in/single/start",
    "GET /desk/sign-in/single/answer",  # bound to the browser by its state, once
}

RULES = {
    "GET /desk": REPORTER,
    "GET /desk/": REPORTER,
    "GET /desk/box": REPORTER,
    "GET /desk/calendar": REPORTER,
    "POST /desk/language": REPORTER,
    "POST /desk/clock": REPORTER,
    "GET /desk/log": REPORTER,
    "GET /desk/log.csv": REPORTER,
    "GET /desk/sessions": REPORTER,
    "POST /desk/sessions/{session_id}/end": REPORTER,
    "POST /desk/sign-out": REPORTER,
    "POST /desk/passkeys": REPORTER,
    "POST /desk/passkeys/question": REPORTER,
    "POST /desk/passkeys/{passkey_id}/remove": REPORTER,
    "GET /desk/people": ALL,
    "POST /desk/people": ALL,
    "POST /desk/people/{editor_id}": ALL,
    "POST /desk/people/{editor_id}/remove": ALL,
    "GET /desk/sources": REPORTER,
    "POST /desk/sources": ALL,
    "POST /desk/sources/{source_id}": ALL,
    "POST /desk/sources/{source_id}/pause": ALL,
    "POST /desk/sources/{source_id}/resume": ALL,
    "POST /desk/sources/{source_id}/remove": ALL,
    "GET /desk/sources/{source_id}": REPORTER,
    "GET /desk/sources.csv": REPORTER,
    "GET /desk/stories.csv": REPORTER,
    "GET /desk/stories": REPORTER,
    "GET /desk/stories/new": REPORTER,
    "POST /desk/stories/new": REPORTER,
    "GET /desk/stories/{story_id}": REPORTER,
    "POST /desk/stories/{story_id}": REPORTER,  # all four: unless an issue of another region tells it
    "POST /desk/stories/{story_id}/back": REPORTER,
    "POST /desk/stories/{story_id}/withdraw": REPORTER,
    "POST /desk/stories/{story_id}/restore": REPORTER,
    "GET /desk/events/doubts": EDITOR,
    "GET /desk/events/{event_id}": EDITOR,
    "POST /desk/events/{event_id}/apart": EDITOR,
    "POST /desk/events/{event_id}/merge": EDITOR,
    "POST /desk/events/{event_id}/move": EDITOR,
    "POST /desk/events/{event_id}/split": EDITOR,
    "GET /desk/mail": EDITOR,
    "GET /desk/mail/{mail_id}": EDITOR,
    "POST /desk/mail/{mail_id}/delete": EDITOR,
    "GET /desk/issues/{code}/{week}": EDITOR,  # leads to the issue, which asks
    "GET /desk/issues/{issue_id}": OWN,
    "GET /desk/issues/{issue_id}/check": OWN,
    "POST /desk/issues/{issue_id}/check": OWN,
    "GET /desk/issues/{issue_id}/corrections": OWN,
    "POST /desk/issues/{issue_id}/corrections": OWN,
    "GET /desk/issues/{issue_id}/corrections/{correction_id}/letter": OWN,
    "POST /desk/issues/{issue_id}/corrections/{correction_id}/mail": PUBLISH,
    "GET /desk/issues/{issue_id}/figures": OWN,
    "GET /desk/issues/{issue_id}/figures.csv": OWN,
    "GET /desk/issues/{issue_id}/letter": OWN,
    "GET /desk/issues/{issue_id}/state": OWN,
    "POST /desk/issues/{issue_id}/approve": PUBLISH,
    "POST /desk/issues/{issue_id}/preview": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/drop": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/facts/{number}": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/lead": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/move": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/pin": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/shorten": OWN,
    "POST /desk/issues/{issue_id}/items/{event}/words": OWN,
    "POST /desk/issues/{issue_id}/order": OWN,
    "POST /desk/issues/{issue_id}/take/{event}": OWN,
    "POST /desk/issues/{issue_id}/words": OWN,
    "POST /desk/issues/{issue_id}/{act}": OWN,
    "GET /desk/regions": REPORTER,
    "GET /desk/regions/{code}": Rule(Role.REPORTER, Reach.OWN),
    "POST /desk/regions/{code}": ADMIN_OWN,
    "POST /desk/regions/{code}/off": ADMIN_OWN,
    "POST /desk/regions/{code}/on": ALL,
    "GET /desk/schedules": REPORTER,
    "POST /desk/schedules": ALL,
    "GET /desk/schedules/{name}": REPORTER,
    "POST /desk/schedules/{name}": ALL,
    "POST /desk/schedules/{name}/regions": ALL,
    "POST /desk/schedules/{name}/remove": ALL,
    "POST /desk/schedules/{name}/rename": ALL,
    "GET /desk/settings": ALL,
    "POST /desk/settings/check": ALL,
    "POST /desk/sources/try": Rule(Role.ADMIN),
    "POST /desk/sources/{source_id}/try": EDITOR,
    "GET /desk/regions/{code}/weights": OWN,
    "GET /desk/regions/{code}/weights.toml": OWN,
    "GET /desk/rounds/{round_id}": EDITOR,
    "GET /desk/rounds/{round_id}/figures": EDITOR,
    "GET /desk/rounds/{round_id}/figures.csv": EDITOR,
    "GET /desk/rounds/{round_id}/stream": EDITOR,
    "POST /desk/rounds/{round_id}/cancel": SEND,
    "POST /desk/rounds/{round_id}/pause": SEND,
    "POST /desk/rounds/{round_id}/resume": SEND,
    "POST /desk/rounds/{round_id}/send-unknown-again": SEND,
    "GET /desk/relays": ALL,
    "POST /desk/relays/{number}/test": ALL,
    "GET /desk/keys": ALL,
    "POST /desk/keys": ALL,
    "POST /desk/keys/{key_id}/revoke": ALL,
    "GET /desk/webhooks": ALL,
    "POST /desk/webhooks": ALL,
    "POST /desk/webhooks/{webhook_id}/{act}": ALL,
    "POST /desk/calls/{call_id}/replay": ALL,
    "GET /desk/imports": SEND,
    "POST /desk/imports": SEND,
    "GET /desk/imports/{upload_id}": SEND,
    "GET /desk/imports/{upload_id}/refused.csv": SEND,
    "GET /desk/imports/{upload_id}/plan.csv": SEND,
    "POST /desk/imports/{upload_id}/merge": SEND,
    "GET /desk/leaving": SEND,
    "GET /desk/leaving.csv": SEND,
    "GET /desk/readers": SEND,
    "POST /desk/readers": SEND,
    "POST /desk/readers/suppress": ALL,
}
