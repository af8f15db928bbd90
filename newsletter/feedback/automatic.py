"""Mail that no person wrote: answers of machines and mail of lists. Nobody answers it, and it is no bounce. Pure."""

import re

from newsletter.feedback.mime import Mail

# Subjects of absence and of receipt, in the words of the usual mail programs. Folded to lower case.
_ABSENCE = re.compile(
    r"""
    out\ of\ (?:the\ )?office | auto(?:matic|mated|matisch\w*)?[ -]?(?:reply|response|responder|answer) | autoreply
    | on\ vacation | vacation\ (?:reply|message|notice) | away\ from\ (?:my|the|his|her)\ (?:mail|desk|office) | \booo\b
    | abwesen(?:d|heit) | automatische?\ (?:antwort|e-?mail) | nicht\ im\ (?:büro|haus) | eingangsbestätigung
    | respuesta\ autom[áa]tica | fuera\ de\ (?:la\ )?oficina | contestador\ autom | ausente\ de\ la\ oficina
    | r[ée]ponse\ automatique | absen(?:ce|t|te)\ du\ bureau | absence\ prolong | message\ d['’]absence
    | resposta\ autom[áa]tica | fora\ do\ escrit[óo]rio | aus[êe]ncia\ tempor
    | risposta\ automatica | fuori\ (?:sede|ufficio) | assente\ dall
    | automatisch\ antwoord | afwezig | niet\ op\ kantoor
    | autosvar | automatiskt?\ svar | frånvaro | fravær | poissa | automaattinen\ vastaus
    | automatyczna\ odpowied[źz] | poza\ biurem | nieobecno[śs][ćc]
    | автоответ | автоматический\ ответ | вне\ офиса | автоматична\ відповідь
    | otomatik\ (?:yan[ıi]t|cevap) | ofis\ d[ıi]ş[ıi]nda
    | 自動(?:応答|返信|回覆) | 不在(?:の|通知) | 自动(?:回复|答复) | 外出 | 자동\ ?(?:회신|응답|답장) | 부재\ ?중
    | رد\ تلقائي | خارج\ المكتب | תשובה\ אוטומטית | מענה\ אוטומטי | αυτόματη\ απάντηση
    """,
    re.VERBOSE,
)
_CHALLENGE = re.compile(
    r"challenge[- ]response|verif(?:y|ication).{0,30}(?:sender|your (?:e-?mail )?(?:address|message))"
    r"|your (?:e-?mail|message).{0,30}(?:requires|awaits|needs).{0,15}(?:verification|confirmation|approval)"
)
_REPLY_HEADERS = (
    "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply",
    "X-Vacation", "Auto-Response", "X-Boxtrapper", "X-FC-MachineGenerated", "X-POST-MessageClass",
)  # fmt: skip
_LIST_HEADERS = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help", "X-Mailing-List", "Mailing-List", "X-Loop")
_MACHINES = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-|majordomo)|-request$|-owner$|-bounces$"
)
_SILENT = re.compile(r"\b(?:bulk|list|junk|auto[_-]?reply)\b")


def says_auto_reply(mail: Mail) -> bool:
    """By a header that only such answers have."""
    return any(mail.header(name) for name in _REPLY_HEADERS) or "auto_reply" in mail.header("Precedence").lower()


def is_auto_reply(mail: Mail) -> bool:
    """An answer that a machine gave to a mail. To be asked of what is no report of a delivery."""
    if says_auto_reply(mail):
        return True
    if mail.report_type == "disposition-notification" or "message/disposition-notification" in mail.types:
        return True  # "was read", "was deleted unread": RFC 8098
    if mail.header("Auto-Submitted").lower().startswith(("auto-replied", "auto-notified")):
        return True
    subject = mail.header("Subject").lower()
    return bool(_ABSENCE.search(subject) or _CHALLENGE.search(subject))


def has_words_of_absence(mail: Mail) -> bool:
    return bool(_ABSENCE.search(mail.header("Subject").lower()))


def is_list_mail(mail: Mail) -> bool:
    """Sent to many: by a mailing list, or a newsletter like ours."""
    return any(mail.header(name) for name in _LIST_HEADERS) or mail.header("Precedence").lower() in ("list", "bulk")


def must_not_be_answered(mail: Mail, sender: str) -> bool:
    """Whether an answer could meet a machine that answers it (RFC 3834, section 2). `sender`: of the envelope."""
    if sender.strip("<> ") == "":
        return True
    submitted = mail.header("Auto-Submitted").lower()
    local = sender.rpartition("@")[0].lower()
    return (
        submitted not in ("", "no")
        or bool(_SILENT.search(mail.header("Precedence").lower()))
        or is_list_mail(mail)
        or is_auto_reply(mail)
        or bool(
            re.search(
                r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|owner-|majordomo)|-request$|-owner$|-bounces$",
                local,
            )
        )
        or mail.header("X-Auto-Response-Suppress").lower() in ("all", "autoreply")
    )
