"""Everything the desk does over the API: each page and form of the desk has its operations, or a reason why none."""

import re

from newsletter.editors.permissions import ROLES
from newsletter.web.api.app import routes, rule_of
from tests.integration.web.desk_rules import OPEN, RULES

A_PERSON = "it is about a person at a browser: programs have keys, and no sessions"
BY_PEOPLE = "keys are made by people: one that leaked must not make another"
LET_IN = "people are let in by people: a key that leaked must let nobody in who outlives it"
A_PAGE = "it is the page around what operations give"

# Of a desk's page or form: the operations that give or do the same.
SAME: dict[str, str] = {
    "GET /desk": "getThisWeek listRounds",
    "GET /desk/": "getThisWeek listRounds",
    "GET /desk/calendar": "getCalendar",
    "GET /desk/log": "listLog",
    "GET /desk/log.csv": "listLog",
    "GET /desk/sources": "listSources",
    "GET /desk/sources.csv": "listSources",
    "POST /desk/sources": "addSource",
    "GET /desk/sources/{source_id}": "getSource listAnswers listRejections",
    "POST /desk/sources/{source_id}": "patchSource",
    "POST /desk/sources/{source_id}/pause": "patchSource",
    "POST /desk/sources/{source_id}/resume": "patchSource",
    "POST /desk/sources/{source_id}/remove": "deleteSource",
    "POST /desk/sources/try": "tryFeed",
    "POST /desk/sources/{source_id}/try": "trySource",
    "GET /desk/stories": "listStories",
    "GET /desk/stories.csv": "listStories",
    "POST /desk/stories/new": "addStory",
    "GET /desk/stories/{story_id}": "getStory listLog",
    "POST /desk/stories/{story_id}": "patchStory",
    "POST /desk/stories/{story_id}/back": "takeBackCorrections",
    "POST /desk/stories/{story_id}/withdraw": "withdrawStory",
    "POST /desk/stories/{story_id}/restore": "restoreStory",
    "GET /desk/events/doubts": "listDoubts",
    "GET /desk/events/{event_id}": "getEvent",
    "POST /desk/events/{event_id}/apart": "keepEventsApart",
    "POST /desk/events/{event_id}/merge": "mergeEvents",
    "POST /desk/events/{event_id}/move": "moveReports",
    "POST /desk/events/{event_id}/split": "splitEvent",
    "GET /desk/mail": "listMail",
    "GET /desk/mail/{mail_id}": "getMail",
    "POST /desk/mail/{mail_id}/delete": "deleteMail",
    "GET /desk/issues/{code}/{week}": "listIssues",
    "GET /desk/issues/{issue_id}": "getIssue listCandidates explainIssue getReach getIssueLog",
    "GET /desk/issues/{issue_id}/check": "getChecks",
    "POST /desk/issues/{issue_id}/check": "runChecks",
    "GET /desk/issues/{issue_id}/corrections": "listCorrections",
    "POST /desk/issues/{issue_id}/corrections": "correctIssue",
    "GET /desk/issues/{issue_id}/corrections/{correction_id}/letter": "getCorrectionLetter",
    "POST /desk/issues/{issue_id}/corrections/{correction_id}/mail": "mailCorrection",
    "GET /desk/issues/{issue_id}/figures": "getFigures",
    "GET /desk/issues/{issue_id}/figures.csv": "getFiguresCsv",
    "GET /desk/issues/{issue_id}/letter": "getLetter",
    "POST /desk/issues/{issue_id}/approve": "approveIssue",
    "POST /desk/issues/{issue_id}/preview": "mailPreview",
    "POST /desk/issues/{issue_id}/items/{event}/drop": "deleteIssueItem",
    "POST /desk/issues/{issue_id}/items/{event}/facts/{number}": "putIssueFact",
    "POST /desk/issues/{issue_id}/items/{event}/lead": "patchIssueItem",
    "POST /desk/issues/{issue_id}/items/{event}/move": "putIssueOrder",
    "POST /desk/issues/{issue_id}/items/{event}/pin": "patchIssueItem",
    "POST /desk/issues/{issue_id}/items/{event}/words": "patchIssueItem",
    "POST /desk/issues/{issue_id}/items/{event}/shorten": "shortenIssueItem",
    "POST /desk/issues/{issue_id}/order": "putIssueOrder",
    "POST /desk/issues/{issue_id}/take/{event}": "putIssueItem",
    "POST /desk/issues/{issue_id}/words": "patchIssue",
    "POST /desk/issues/{issue_id}/{act}": "undoIssue redoIssue pickIssue holdIssue releaseIssue skipIssue",
    "GET /desk/leaving": "getLeaving",
    "GET /desk/leaving.csv": "getLeaving",
    "GET /desk/regions": "listRegions listSchedules",
    "GET /desk/regions/{code}": "getRegion getRegionComing",
    "POST /desk/regions/{code}": "patchRegion",
    "POST /desk/regions/{code}/off": "deleteRegion",
    "POST /desk/regions/{code}/on": "putRegion",
    "GET /desk/schedules": "listSchedules",
    "POST /desk/schedules": "addSchedule",
    "GET /desk/schedules/{name}": "listSchedules getComing",
    "POST /desk/schedules/{name}": "patchSchedule",
    "POST /desk/schedules/{name}/regions": "patchRegion",
    "POST /desk/schedules/{name}/remove": "deleteSchedule",
    "POST /desk/schedules/{name}/rename": "patchSchedule",
    "GET /desk/regions/{code}/weights": "getWeights tryWeights",
    "GET /desk/regions/{code}/weights.toml": "tryWeights",
    "GET /desk/settings": "listSettings",
    "POST /desk/settings/check": "checkSetting",
    "GET /desk/rounds/{round_id}": "getRound getProgress auditRound listUnknown listRefusals",
    "GET /desk/rounds/{round_id}/figures": "getRoundFigures",
    "GET /desk/rounds/{round_id}/figures.csv": "getRoundFiguresCsv",
    "GET /desk/rounds/{round_id}/stream": "getProgress",
    "POST /desk/rounds/{round_id}/cancel": "cancelRound",
    "POST /desk/rounds/{round_id}/pause": "pauseRound",
    "POST /desk/rounds/{round_id}/resume": "resumeRound",
    "POST /desk/rounds/{round_id}/send-unknown-again": "sendUnknownAgain",
    "GET /desk/relays": "listRelays",
    "POST /desk/relays/{number}/test": "testRelay",
    "GET /desk/people": "listPeople",
    "POST /desk/people/{editor_id}/remove": "removePerson",
    "GET /desk/keys": "listKeys",
    "POST /desk/keys/{key_id}/revoke": "revokeKey",
    "GET /desk/webhooks": "listWebhooks listCalls",
    "POST /desk/webhooks": "addWebhook",
    "POST /desk/webhooks/{webhook_id}/{act}": "patchWebhook deleteWebhook testWebhook replayGivenUp",
    "POST /desk/calls/{call_id}/replay": "replayCall",
    "GET /desk/imports": "listImports",
    "POST /desk/imports": "giveImport",
    "GET /desk/imports/{upload_id}": "getImport",
    "GET /desk/imports/{upload_id}/refused.csv": "getImportRefused",
    "GET /desk/imports/{upload_id}/plan.csv": "getImportPlan",
    "POST /desk/imports/{upload_id}/merge": "mergeImport",
    "POST /desk/readers": "findReader",
    "POST /desk/readers/suppress": "suppressAddress",
}
WHY_NOT: dict[str, str] = {
    "GET /desk/stories/new": A_PAGE,
    "GET /desk/readers": A_PAGE,
    "GET /desk/box": "it is a text for a page of the news site, made from the addresses of the public pages",
    "POST /desk/language": A_PERSON,
    "POST /desk/clock": A_PERSON,
    "GET /desk/sessions": A_PERSON,
    "POST /desk/sessions/{session_id}/end": A_PERSON,
    "POST /desk/sign-out": A_PERSON,
    "POST /desk/passkeys": A_PERSON,
    "POST /desk/passkeys/question": A_PERSON,
    "POST /desk/passkeys/{passkey_id}/remove": A_PERSON,
    "POST /desk/keys": BY_PEOPLE,
    "POST /desk/people": LET_IN,
    "POST /desk/people/{editor_id}": LET_IN,
    "GET /desk/issues/{issue_id}/state": "who else looks at the page: programs are kept apart by If-Match",
} | dict.fromkeys(OPEN, A_PERSON)


def test_each_page_and_form_of_the_desk_has_its_operations_or_a_reason_why_not():
    """A new one stands in one of the two tables, or this fails."""
    assert set(SAME) & set(WHY_NOT) == set()
    assert {*RULES, *OPEN} == {*SAME, *WHY_NOT}


def test_each_operation_that_is_named_exists():
    known = {route.operation_id for route in routes()}
    assert {name for names in SAME.values() for name in names.split()} <= known


def test_what_changes_something_at_the_desk_is_no_mere_look_over_the_api():
    methods = {route.operation_id: next(iter(route.methods)) for route in routes()}
    for form, names in SAME.items():
        if form.startswith("POST"):
            assert {methods[name] for name in names.split()} <= {"POST", "PUT", "PATCH", "DELETE"}, form


def test_a_form_and_its_operations_ask_for_the_same_role():
    rules = {route.operation_id: rule_of(route).role for route in routes()}
    found = {
        (form, name, rules[name])
        for form, names in SAME.items()
        if form in RULES
        for name in names.split()
        if ROLES.index(rules[name]) < ROLES.index(RULES[form].role)
    }
    assert found == set()


def test_no_reason_is_a_word():
    assert all(re.search(r"\w+ \w+ \w+", why) for why in WHY_NOT.values())
