"""The pre-flight report of an issue, for people and programs: what can be said at once, and what other servers say."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.issues.models import Issue
from newsletter.issues.withdrawing import withdrawn_in
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.preflight import Check, Verdict, by_verdict, links_of, preflight
from newsletter.sending.previewing import SAMPLE_READER, Preview
from newsletter.sending.spam_score import spam_check
from newsletter.stories.visiting import visit
from newsletter.web.parts import Parts


def quick_checks(web: Parts, session: Session, issue: Issue, now: datetime) -> tuple[Preview, list[Check]]:
    """Needs a writing session: what is rendered is kept. Raises NotAllowedError for an issue without items."""
    service = web.service
    base_url = service.settings.base_url
    preview = Preview.of(service.rendering, session, issue, issue.language, base_url=base_url, now=now)
    readers = web.memory.reach(session, issue).readers
    letter = service.rendering.letter(session, [issue], issue.language, now)  # its own subject, not the preview's
    found = preflight(issue, letter, readers, service.settings, is_outbox=service.relays.is_outbox)
    return preview, by_verdict([*(Check(Verdict.BAD, said) for said in withdrawn_in(session, issue).values()), *found])


def with_slow_checks(
    service: Service, issue: Issue, preview: Preview, checks: list[Check], now: datetime
) -> list[Check]:
    """The same and what takes a while: whether the pages are there, and the spam score. No transaction is open."""
    visits = visit(service.fetcher, links_of(issue), now)
    found = [Check(Verdict.BAD if v.is_gone else Verdict.LOOK, f"{v.url}: {v.trouble}") for v in visits if v.trouble]
    if not found:
        found = [Check(Verdict.GOOD, f"All {len(visits)} pages that it leads to are there.")]
    return by_verdict([*checks, *found, spam_check(_message(service, issue, preview, now))])


def _message(service: Service, issue: Issue, preview: Preview, now: datetime) -> bytes:
    sender = Sender.of(service.settings)
    pattern = letter_pattern(preview.composed, sender, issue.week, service.signer)
    return pattern.fill(preview.personal(SAMPLE_READER, f"<check@{sender.domain}>", now))
