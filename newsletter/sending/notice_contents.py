"""What each kind of notice says, looked up when its turn comes: a notice that waited tells how things are then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.config import Settings
from newsletter.editors.models import Editor
from newsletter.editors.signing_in import LINK_FOR, make_link
from newsletter.errors import NotFoundError
from newsletter.issues.drafting import reconsider
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.service import active_regions
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.sending.dkim import Signer
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern, notice_pattern
from newsletter.sending.message import Personal
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import UNDETERMINED
from newsletter.sending.previewing import Preview
from newsletter.subscribers.links import DATA_DAYS, Links
from newsletter.subscribers.mail_addresses import MailAddresses
from newsletter.subscribers.models import AddressChange, Subscriber, SubscriberState


class NoLongerWantedError(NotFoundError):
    message = "There is nothing left to say."


WRITING = frozenset({NoticeKind.PREVIEW, NoticeKind.SIGN_IN})  # kinds whose making writes rows


@dataclass(frozen=True)
class NoticeContents:
    rendering: Rendering
    links: Links
    settings: Settings
    signer: Signer | None = None
    mail_addresses: MailAddresses | None = None  # where mail of readers comes to us

    def message(self, session: Session, notice: Notice, message_id: str, now: datetime) -> bytes:
        """The bytes of a notice. Those in WRITING need a writing session.

        Raises NoLongerWantedError where the person has acted meanwhile, and any other NewsletterError where it cannot
        be made.
        """
        sender = Sender.of(self.settings)
        if notice.kind is NoticeKind.PREVIEW:
            preview = self._preview(session, notice, now)
            pattern = letter_pattern(preview.composed, sender, _issue(session, notice).week, self.signer)
            return pattern.fill(preview.personal(notice.address, message_id, now))
        if notice.kind is NoticeKind.SIGN_IN:
            composed = self._sign_in(session, notice, now)
        else:
            composed = _COMPOSERS[notice.kind](self, session, notice)
        own = self.links.base_url
        pattern = notice_pattern(composed, self._answered_to(session, notice, sender, now), self.signer)
        return pattern.fill(Personal(notice.address, message_id, now, own, own))

    def _answered_to(self, session: Session, notice: Notice, sender: Sender, now: datetime) -> Sender:
        """Where mail comes to us, an answer to these kinds does what they ask for."""
        if self.mail_addresses is None:
            return sender
        if notice.kind in (NoticeKind.CONFIRM, NoticeKind.REMINDER):
            key = _subscriber(session, notice).key
            return replace(sender, reply_to=self.mail_addresses.confirm(key, now.date()))
        is_question = notice.kind is NoticeKind.RECEIVED and notice.arguments["joins"]
        return replace(sender, reply_to=self.mail_addresses.subscribe()) if is_question else sender

    def _preview(self, session: Session, notice: Notice, now: datetime) -> Preview:
        issue = _issue(session, notice)
        base_url = self.links.base_url
        return Preview.of(self.rendering, session, issue, notice.language, base_url=base_url, now=now)

    def _sign_in(self, session: Session, notice: Notice, now: datetime) -> Composed:
        """The link is made here, with its mail: nothing but its hash is ever kept."""
        editor = session.get(Editor, notice.arguments["editor"])
        is_theirs = editor is not None and editor.active and editor.address == notice.address
        if editor is None or not is_theirs or now - notice.queued_at > LINK_FOR:
            raise NoLongerWantedError("They may not sign in any more, have another address, or asked too long ago.")
        secret = make_link(session, editor, now, browser=notice.arguments["browser"])
        return self._mail(notice, url=f"{self.links.base_url}/desk/sign-in/{secret}")

    def _confirm(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        waiting = [s.region.code for s in subscriber.subscriptions if s.confirmed_at is None]
        if subscriber.state is SubscriberState.LEFT or not waiting:
            raise NoLongerWantedError("They have confirmed or left meanwhile.")
        return self._mail(
            notice, regions=waiting, confirm_url=self.links.confirm(subscriber.key), days=self.settings.confirm_days
        )

    def _reminder(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        if subscriber.state is not SubscriberState.PENDING:
            raise NoLongerWantedError("They have confirmed or left meanwhile.")
        waiting = [s.region.code for s in subscriber.subscriptions]
        return self._mail(
            notice, regions=waiting, confirm_url=self.links.confirm(subscriber.key), days=self.settings.confirm_days
        )

    def _welcome(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        if subscriber.state is not SubscriberState.CONFIRMED:
            raise NoLongerWantedError("They have left meanwhile.")
        return self._mail(
            notice,
            regions=[s.region.code for s in subscriber.subscriptions if s.confirmed_at is not None],
            preferences_url=self.links.preferences(subscriber.key),
            unsubscribe_url=self.links.unsubscribe(subscriber.key),
        )

    def _goodbye(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        if subscriber.state is not SubscriberState.LEFT:
            raise NoLongerWantedError("They have come back meanwhile.")
        return self._mail(notice, undo_url=self.links.unsubscribe(subscriber.key))

    def _address_change(self, session: Session, notice: Notice) -> Composed:
        change = session.get(AddressChange, notice.arguments["change"])
        if change is None or change.address != notice.address:
            raise NoLongerWantedError("It was confirmed, or something else was asked for meanwhile.")
        return self._mail(notice, confirm_url=self.links.address(change.key), days=self.settings.confirm_days)

    def _address_changed(self, session: Session, notice: Notice) -> Composed:
        _subscriber(session, notice)
        return self._mail(notice)

    def _export_ready(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        return self._mail(notice, data_url=self.links.data(subscriber.key), days=DATA_DAYS)

    def _preferences(self, session: Session, notice: Notice) -> Composed:
        subscriber = _subscriber(session, notice)
        if subscriber.state not in (SubscriberState.CONFIRMED, SubscriberState.SUSPENDED):
            raise NoLongerWantedError("They have left meanwhile.")
        return self._mail(
            notice,
            preferences_url=self.links.preferences(subscriber.key),
            unsubscribe_url=self.links.unsubscribe(subscriber.key),
            days=self.settings.preferences_days,
        )

    def _received(self, session: Session, notice: Notice) -> Composed:
        """To one who wrote to us: their mail is read by a person, or how to ask for the letter of a region."""
        codes = [region.code for region in active_regions(session)] if notice.arguments["joins"] else []
        return self._mail(notice, codes=codes, joins=bool(codes), url=f"{self.links.base_url}/subscribe")

    def _drafted(self, session: Session, notice: Notice) -> Composed:
        issue = _issue(session, notice)
        if issue.state is IssueState.SKIPPED:
            raise NoLongerWantedError("The issue was skipped meanwhile.")
        headlines = [item.headline for item in issue.items]
        return self._about(notice, issue, number=issue.number, headlines=headlines)

    def _thin(self, session: Session, notice: Notice) -> Composed:
        issue = _issue(session, notice)
        if issue.state is not IssueState.SKIPPED:
            raise NoLongerWantedError("There is an issue now.")
        found = len(reconsider(session, issue).chosen)
        return self._about(notice, issue, found=found, minimum=issue.region.minimum_items)

    def _missed(self, session: Session, notice: Notice) -> Composed:
        issue = _issue(session, notice)
        if issue.state is not IssueState.DRAFT:
            raise NoLongerWantedError("The issue is no draft any more.")
        return self._about(notice, issue, readers=notice.arguments["readers"])

    def _held(self, session: Session, notice: Notice) -> Composed:
        """Of an issue that is held, or of waves."""
        if "issue" not in notice.arguments:
            return self._of_round(session, notice)
        issue = _issue(session, notice)
        if issue.state is not IssueState.HELD:
            raise NoLongerWantedError("The issue is not held any more.")
        return self._mail(notice, week=issue.week, reason=issue.note or "", url=self._desk_url(issue))

    def _of_round(self, _session: Session, notice: Notice) -> Composed:
        """The arguments say it all."""
        week, reason, path = (str(notice.arguments[name]) for name in ("week", "reason", "path"))
        return self._mail(notice, week=week, reason=reason, url=self.links.base_url + path)

    def _about(self, notice: Notice, issue: Issue, **context: object) -> Composed:
        return self._mail(notice, region=issue.region.code, week=issue.week, url=self._desk_url(issue), **context)

    def _mail(self, notice: Notice, **context: object) -> Composed:
        language = self.settings.language if notice.language == UNDETERMINED else notice.language
        return self.rendering.mail(notice.kind, language, **context)

    def _desk_url(self, issue: Issue) -> str:
        return f"{self.links.base_url}/desk/issues/{issue.region.code}/{issue.week}"


_COMPOSERS: Mapping[NoticeKind, Callable[[NoticeContents, Session, Notice], Composed]] = {
    NoticeKind.CONFIRM: NoticeContents._confirm,
    NoticeKind.PREFERENCES: NoticeContents._preferences,
    NoticeKind.WELCOME: NoticeContents._welcome,
    NoticeKind.GOODBYE: NoticeContents._goodbye,
    NoticeKind.RECEIVED: NoticeContents._received,
    NoticeKind.REMINDER: NoticeContents._reminder,
    NoticeKind.ADDRESS_CHANGE: NoticeContents._address_change,
    NoticeKind.ADDRESS_CHANGED: NoticeContents._address_changed,
    NoticeKind.EXPORT_READY: NoticeContents._export_ready,
    NoticeKind.DRAFTED: NoticeContents._drafted,
    NoticeKind.THIN: NoticeContents._thin,
    NoticeKind.MISSED: NoticeContents._missed,
    NoticeKind.HELD: NoticeContents._held,
    NoticeKind.PAUSED: NoticeContents._of_round,
    NoticeKind.ALARM: NoticeContents._of_round,
}


def _issue(session: Session, notice: Notice) -> Issue:
    issue = session.get(Issue, notice.arguments["issue"])
    if issue is None:
        raise NoLongerWantedError("The issue is gone.")
    return issue


def _subscriber(session: Session, notice: Notice) -> Subscriber:
    subscriber = session.get(Subscriber, notice.arguments["subscriber"])
    if subscriber is None:
        raise NoLongerWantedError("They have had their data erased.")
    return subscriber
