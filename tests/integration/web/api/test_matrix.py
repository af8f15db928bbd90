"""Who may do what over the API: every operation by role and region. One without a line in this table fails."""

from typing import Any

import pytest

from newsletter.editors.models import Role
from newsletter.editors.permissions import ROLES
from newsletter.editors.service import add_editor
from newsletter.web.api.app import routes
from tests.integration.web.api.world import READER, make_place

REGION, ALL, SHARED = "of one region", "of all regions", "shared"
OPEN_ISSUE = "shared, but for what an open issue of another region tells"
REPORTER, EDITOR, PUBLISHER, ADMIN = Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.ADMIN

# Operation: the least role, whose it is, and a body that is good; "report" and its like are the place's own.
TABLE: dict[str, tuple[Role, str, Any]] = {
    "getThisWeek": (REPORTER, SHARED, None),
    "getCalendar": (REPORTER, SHARED, None),
    "listRegions": (REPORTER, SHARED, None),
    "getRegionComing": (REPORTER, REGION, None),
    "getWeights": (EDITOR, REGION, None),
    "tryWeights": (EDITOR, REGION, {"weights": {"severity": 1.0}, "weeks": 1}),
    "getRegion": (REPORTER, REGION, None),
    "putRegion": (ADMIN, REGION, {"item_count": 12}),
    "patchRegion": (ADMIN, REGION, {"item_count": 12}),
    "deleteRegion": (ADMIN, REGION, None),
    "listSchedules": (REPORTER, SHARED, None),
    "addSchedule": (ADMIN, ALL, {"name": "weekend"}),
    "getComing": (REPORTER, SHARED, None),
    "patchSchedule": (ADMIN, ALL, {"hour": 8}),
    "deleteSchedule": (ADMIN, ALL, None),
    "listSources": (REPORTER, SHARED, None),
    "getSource": (REPORTER, SHARED, None),
    "listRejections": (REPORTER, SHARED, None),
    "listAnswers": (REPORTER, SHARED, None),
    "tryFeed": (ADMIN, ALL, {"url": "https://feeds.example/new.xml"}),
    "trySource": (EDITOR, SHARED, None),
    "addSource": (ADMIN, ALL, {"url": "https://feeds.example/new.xml"}),
    "patchSource": (ADMIN, ALL, {"is_on": False}),
    "deleteSource": (ADMIN, ALL, None),
    "listStories": (REPORTER, SHARED, None),
    "getStory": (REPORTER, SHARED, None),
    "addStory": (REPORTER, SHARED, {"title": "One", "url": "https://news.example/one"}),
    "patchStory": (REPORTER, OPEN_ISSUE, {"title": "Two"}),
    "takeBackCorrections": (REPORTER, OPEN_ISSUE, {"fields": ["title"]}),
    "withdrawStory": (REPORTER, OPEN_ISSUE, {"why": "It is a hoax."}),
    "restoreStory": (REPORTER, OPEN_ISSUE, None),
    "listEvents": (EDITOR, SHARED, None),
    "listDoubts": (EDITOR, SHARED, None),
    "getEvent": (EDITOR, SHARED, None),
    "splitEvent": (EDITOR, SHARED, {"reports": ["another report"]}),
    "mergeEvents": (EDITOR, SHARED, {"event": "other event"}),
    "moveReports": (EDITOR, SHARED, {"event": "other event", "reports": ["report"]}),
    "keepEventsApart": (EDITOR, SHARED, {"event": "other event"}),
    "listIssues": (EDITOR, SHARED, None),
    "draftIssue": (EDITOR, REGION, {"region": "region"}),
    "getIssue": (EDITOR, REGION, None),
    "getIssueLog": (EDITOR, REGION, None),
    "listCandidates": (EDITOR, REGION, None),
    "explainIssue": (EDITOR, REGION, None),
    "getReach": (EDITOR, REGION, None),
    "getLetter": (EDITOR, REGION, None),
    "getChecks": (EDITOR, REGION, None),
    "runChecks": (EDITOR, REGION, None),
    "mailPreview": (EDITOR, REGION, {"to": ["ada@newsroom.example"]}),
    "patchIssue": (EDITOR, REGION, {"subject": "A week"}),
    "putIssueOrder": (EDITOR, REGION, {"events": []}),
    "patchIssueItem": (EDITOR, REGION, {"pinned": True}),
    "putIssueItem": (EDITOR, REGION, {}),
    "shortenIssueItem": (EDITOR, REGION, None),
    "deleteIssueItem": (EDITOR, REGION, None),
    "putIssuePicture": (
        EDITOR, REGION, {"url": "https://pictures.example/1.jpg", "alt": "A harbour", "width": 12, "height": 9}
    ),
    "deleteIssuePicture": (EDITOR, REGION, None),
    "putIssueFact": (EDITOR, REGION, {"shown": True}),
    "undoIssue": (EDITOR, REGION, None),
    "redoIssue": (EDITOR, REGION, None),
    "pickIssue": (EDITOR, REGION, None),
    "approveIssue": (PUBLISHER, REGION, {"content_hash": "0" * 64}),
    "holdIssue": (EDITOR, REGION, {"reason": "A call is awaited."}),
    "releaseIssue": (EDITOR, REGION, None),
    "skipIssue": (EDITOR, REGION, {"reason": "Nothing happened."}),
    "listCorrections": (EDITOR, REGION, None),
    "correctIssue": (EDITOR, REGION, {"text": "A name was wrong."}),
    "mailCorrection": (PUBLISHER, REGION, {"readers": 1}),
    "getCorrectionLetter": (EDITOR, REGION, None),
    "getFigures": (EDITOR, REGION, None),
    "getFiguresCsv": (EDITOR, REGION, None),
    "getRoundFigures": (EDITOR, SHARED, None),
    "getRoundFiguresCsv": (EDITOR, SHARED, None),
    "listRounds": (EDITOR, SHARED, None),
    "getRound": (EDITOR, SHARED, None),
    "getProgress": (EDITOR, SHARED, None),
    "auditRound": (EDITOR, SHARED, None),
    "listUnknown": (EDITOR, SHARED, None),
    "listRefusals": (EDITOR, SHARED, None),
    "pauseRound": (PUBLISHER, ALL, {}),
    "resumeRound": (PUBLISHER, ALL, None),
    "cancelRound": (PUBLISHER, ALL, {}),
    "releaseRound": (PUBLISHER, ALL, None),
    "sendUnknownAgain": (PUBLISHER, ALL, {"letters": 0}),
    "askReader": (PUBLISHER, ALL, {"address": "new@readers.example", "regions": ["region"]}),
    "findReader": (PUBLISHER, ALL, {"address": READER}),
    "takeReaderOff": (PUBLISHER, ALL, {"address": READER}),
    "eraseReader": (ADMIN, ALL, {"address": READER}),
    "suppressAddress": (ADMIN, ALL, {"address": READER, "reason": "asked by letter"}),
    "getLeaving": (PUBLISHER, ALL, None),
    "listImports": (PUBLISHER, ALL, None),
    "giveImport": (PUBLISHER, ALL, "address\nana@readers.example\n"),
    "getImport": (PUBLISHER, ALL, None),
    "getImportRefused": (PUBLISHER, ALL, None),
    "getImportPlan": (PUBLISHER, ALL, None),
    "mergeImport": (PUBLISHER, ALL, None),
    "listMail": (EDITOR, SHARED, None),
    "getMail": (EDITOR, SHARED, None),
    "deleteMail": (EDITOR, SHARED, None),
    "listRelays": (ADMIN, ALL, None),
    "testRelay": (ADMIN, ALL, {"to": "ada@newsroom.example"}),
    "listSettings": (ADMIN, ALL, None),
    "checkSetting": (ADMIN, ALL, {"field": "site_name", "value": "The Herald"}),
    "listWebhooks": (ADMIN, ALL, None),
    "addWebhook": (ADMIN, ALL, {"url": "https://crm.example/hook"}),
    "getWebhook": (ADMIN, ALL, None),
    "patchWebhook": (ADMIN, ALL, {"is_on": True}),
    "deleteWebhook": (ADMIN, ALL, None),
    "testWebhook": (ADMIN, ALL, None),
    "replayGivenUp": (ADMIN, ALL, None),
    "listCalls": (ADMIN, ALL, None),
    "replayCall": (ADMIN, ALL, None),
    "listPeople": (ADMIN, ALL, None),
    "removePerson": (ADMIN, ALL, None),
    "listKeys": (ADMIN, ALL, None),
    "revokeKey": (ADMIN, ALL, None),
    "listLog": (ADMIN, ALL, None),
}  # fmt: skip
LET_IN = {200, 201, 202, 204, 409}  # role and region were right; what the state says to it is told elsewhere
LAST = (
    "deleteMail",
    "removePerson",
    "deleteIssueItem",
    "deleteWebhook",
    "eraseReader",
    "deleteSource",
    "revokeKey",
    "deleteRegion",
)  # nothing that another needs goes before it


@pytest.fixture
def places(db):
    with db.writing() as session:
        add_editor(session, "ada@newsroom.example", name="Ada", role=REPORTER)  # who gets mails that try something
        return make_place(session, "MX"), make_place(session, "ES")


def operations():
    """Operation to its method and path, those that take something away last."""
    found = {route.operation_id: (next(iter(route.methods)), route.path) for route in routes()}
    return dict(sorted(found.items(), key=lambda item: LAST.index(item[0]) if item[0] in LAST else -1))


def test_every_operation_is_in_the_table_and_the_table_holds_nothing_else():
    assert set(operations()) == set(TABLE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_operation_asks_for_its_role_and_keeps_to_its_regions(client, program, places):
    own, other = places
    everywhere = {role: program(role, name=f"all {role}") for role in Role}
    limited = {role: program(role, "MX", name=f"mx {role}") for role in Role}
    found = []

    def expect(allowed, who, ask, name, place):
        method, path = operations()[name]
        options = {"headers": {"If-Match": "*"}} | _body(name, place)
        answer = ask(method, path.format(**_in_path(name, place)), **options)
        if answer.status_code not in allowed:
            found.append((name, who, answer.status_code, answer.text[:200]))

    def nobody(method, path, **options):
        return client.request(method, f"/api/v1{path}", **options)

    for name in operations():
        role, whose, _ = TABLE[name]
        expect({401}, "nobody", nobody, name, own)
        for one in ROLES[: ROLES.index(role)][-1:]:
            expect({403}, f"all {one}", everywhere[one], name, own)
        if whose is not SHARED:
            for one in {role, ADMIN}:
                expect({404} if whose is REGION else {403}, f"limited {one}", limited[one], name, other)
        if whose is not ALL:
            expect(LET_IN, f"own {role}", limited[role], name, own)
        expect(LET_IN, f"all {role}", everywhere[role], name, other)
    assert found == [], "\n".join(map(str, found))


def _in_path(name, place):
    of_its_own = {
        "putIssueItem": {"event": place.candidate},
        "testRelay": {"number": 1},
        "removePerson": {"person_id": 1},
    }
    of_its_own |= {one: {"issue_id": place.out} for one in ("mailCorrection", "getCorrectionLetter")}
    return place.in_paths | of_its_own.get(name, {})


def _body(name, place):
    body = TABLE[name][2]
    if isinstance(body, str):  # a file, of which the address says the rest
        return {
            "content": body,
            "params": {"consent": "A form"},
            "headers": {"Content-Type": "application/octet-stream"},
        }
    names = {
        "report": place.reports[0],
        "another report": place.reports[1],
        "other event": place.other_event,
        "region": place.region,
    }

    def filled(value):
        if isinstance(value, list):
            return [names.get(one, one) for one in value]
        return names.get(value, value) if isinstance(value, str) else value

    return {} if body is None else {"json": {key: filled(value) for key, value in body.items()}}
