"""Bounces that follow no standard: the address by flufl.bounce, else by the words around it. Pure."""

import re

from flufl.bounce import all_failures

from newsletter.feedback.delivery_reports import address_in, addresses_in
from newsletter.feedback.mime import Mail, header_of

# Where the copy of our own mail begins: what stands after it is ours and says nothing.
_COPY = re.compile(
    r"(?im)^[>\s*#=-]*(?:"
    r"-+ ?(?:this is a copy|below this line|original message|message header follows|mensaje original|"
    r"message d'origine"
    r"|urspr[üu]ngliche nachricht|messaggio originale|mensagem original|message text follows|begin message)"
    r"|(?:the )?(?:headers? of the )?original message (?:was|follows|headers?|is)|message headers? follows?"
    r"|received: from |return-path: <|dkim-signature:|mime-version: 1"
    r"|(?:a )?copy of (?:the|your) (?:original )?message|included is a copy|unsent message follows"
    r"|исходное (?:письмо|сообщение)|元のメッセージ|原始邮件|원본 메시지"
    r").*$"
)
_DAEMONS = re.compile(
    r"mailer-daemon|mail-daemon|maildaemon|postmaster|mail delivery (?:sub)?system|mail administrator|mailerdaemon|"
    r"microsoftexchange|administrator@|no-?reply.*bounce|system administrator|mail delivery service|bounce-notif"
)
_FAILURE_SUBJECTS = re.compile(
    r"undeliver|failure notice|returned (?:e-?)?mail|return(?:ed)? to sender|returning message|"
    r"delivery.{0,25}(?:fail|status|problem|error|report|delay|has failed|unsuccess|suspend)"
    r"|mail(?:er)? (?:delivery )?(?:error|failure|failed|problem|warning)|(?:message|mail) (?:could not|"
    r"cannot|not) be delivered|could(?: not|n't) (?:be )?deliver|non[- ]?delivery|"
    r"nondeliver|rejected mail|message (?:undeliver|status - undeliver|delayed|bounced)|bounced? (?:mail|"
    r"message|e-?mail)|error sending|user unknown|mail system error|warning: (?:could not send|message)|"
    r"delayed mail|ndn:|unable to deliver|"
    r"no entregad|no se (?:ha )?(?:podido|pudo) entregar|devuelt|error de (?:entrega|env[ií]o)|"
    r"fallo (?:de|en la) entrega|correo rechazado|imposible entregar|"
    r"n[ãa]o (?:foi )?entreg|falha (?:na|de|no) (?:entrega|envio)|devolvid|"
    r"non remis|non d[ée]livr|[ée]chec (?:de|d'|lors).{0,15}(?:remise|envoi|distribution|livraison)|"
    r"retour (?:de|à) |impossible de remettre|"
    r"unzustellbar|nicht zugestellt|zustell(?:ung|fehler|problem)|nachricht konnte nicht|r[üu]ckl[äa]ufer|"
    r"fehlgeschlagen|"
    r"non recapitat|mancat[ao] (?:consegna|recapito)|impossibile (?:consegnare|recapitare)|"
    r"onbestelbaar|niet (?:worden )?(?:afgeleverd|bezorgd)|kunde inte levereras|olevererbart|"
    r"kan ikke leveres|uleverbar|ej levererat|"
    r"nie (?:można|udało się) (?:dostarczyć|doręczyć)|niedostarczon|zwrot|niedoręczon|nedoručiteln|"
    r"не (?:доставлен|удалось доставить|может быть доставлен)|недоставлен|ошибка (?:доставки|"
    r"при доставке)|не доставлено|возврат|не вдалося доставити|"
    r"teslim edilem|iletilem|αποτυχία παράδοσης|μη παραδοτ|"
    r"配信(?:不能|できません|失敗|エラー|状況)|送信(?:できません|エラー|失敗)|届けられません|"
    r"エラーメール|未配信|未送達|"
    r"退信|退件|无法(?:投递|送达|发送)|無法(?:投遞|傳遞|送達|傳送)|投递失败|发送失败|传递失败|傳遞失敗|"
    r"未送达|未傳遞|系统退信|"
    r"(?:전송|배달|발송|전달)(?:되지| ?실패| ?불가)|반송|배달할 수 없|"
    r"تعذر (?:التسليم|تسليم)|فشل (?:التسليم|تسليم|في تسليم)|لم يتم تسليم|לא נמסר|כשל במסירה|לא ניתן למסור"
)
_DELAYS = re.compile(
    r"delay|warning: (?:could not send|message .{0,40}still)|still (?:be )?(?:being )?(?:tried|retrying|"
    r"in queue|undelivered)|(?:will|attempts will) (?:be retried|keep trying|retry|continue)|"
    r"not been delivered yet|"
    r"do not need to resend|no action is required|retrasad|demorad|retard|verz[öo]ger|ritardo|atras|"
    r"vertra|opóźnion|задерж|отложен|gecik|遅延|遅れ|延迟|延遲|지연"
)
_GIVEN_UP = re.compile(
    r"giv(?:en|ing) up|could not be delivered|permanent|have failed|undeliverable|failed permanently|"
    r"has been returned|rejected"
)


def looks_like_one(mail: Mail) -> bool:
    """By whom it is from and what it is called. A person may write "delivery failed" as well; a daemon is no person."""
    subject = mail.header("Subject").lower()
    if mail.header("X-Failed-Recipients") or "rejected" in mail.header("Auto-Submitted").lower():
        return True
    if mail.report_type == "disposition-notification":
        return False
    if mail.report_type == "delivery-status":
        return True
    sender = " ".join((mail.header("From"), mail.header("Sender"))).lower()
    is_daemon = bool(_DAEMONS.search(sender)) or mail.header("Return-Path").replace(" ", "") == "<>"
    return not is_reply(subject) and (is_daemon or bool(_FAILURE_SUBJECTS.search(subject)))


def is_reply(subject: str) -> bool:
    return bool(re.match(r"(?:re|aw|sv|rv|fw|fwd|wg|tr|odp|ynt|antw?|回复|答复|返信)\s*[:：]", subject))


def is_delay(mail: Mail) -> bool:
    """A warning: the server goes on trying."""
    told = (mail.header("Subject") + " " + words_of(mail)[:1500]).lower()
    return bool(_DELAYS.search(told)) and not _GIVEN_UP.search(told)


def words_of(mail: Mail) -> str:
    """What the server says, up to the copy of our own mail."""
    found = _COPY.search(mail.text)
    words = mail.text[: found.start()] if found and found.start() > 40 else mail.text
    return words[:8000]


def addresses_by_flufl(mail: Mail) -> list[str]:
    """Those that flufl.bounce finds, whether they failed for now or for good, sorted."""
    try:
        temporary, permanent = all_failures(mail.message)
    except (AttributeError, LookupError, TypeError, UnicodeError, ValueError):
        return []  # its detectors expect headers and charsets that are what they say
    found = permanent or temporary
    return sorted(address.decode("utf-8", "replace") if isinstance(address, bytes) else address for address in found)


def address_of(mail: Mail) -> str:
    """Who did not get the mail; "" where nothing says so."""
    if failed := address_in(mail.header("X-Failed-Recipients")):
        return failed
    if found := [address for address in addresses_by_flufl(mail) if "@" in address]:
        return found[0].strip("<>")
    own = {address_in(mail.header(name)).lower() for name in ("To", "From", "Return-Path", "Delivered-To")}
    for address in addresses_in(words_of(mail)):
        if address.lower() not in own and not _DAEMONS.search(address.lower()):
            return address
    return address_in(header_of(mail.original, "To"))
