"""The words in which mail servers say why they did not take a mail, most telling first. Pure.

One code stands for many things: 5.7.1 is said of spam, of lists of senders and of people who do not exist. So the words
are asked before the code. Each pattern is searched in text of lower case with single spaces; the first that fits
decides, and what is about us stands before what is about the reader, so that a doubt costs nobody their letter.
"""

import re
from collections.abc import Sequence

from newsletter.feedback.reasons import Reason

Words = Sequence[tuple[Reason, str]]

# What the code cannot overrule: each names its cause by itself.
TELLING: Words = (
    # A group or a person who takes mail from some alone.
    (
        Reason.REFUSED,
        r"resolver\.rst|authenticatedforgroup|only accepts? (?:messages|mail|e-?mail) from (?:people|members)",
    ),
    # Our name or address as the sender's: "Sender address rejected: Domain not found" is not about the reader.
    (
        Reason.POLICY,
        r"sender (?:e-?mail )?(?:address|domain|verif\w+)?\s*(?:was |is |has been )?(?:rejected|denied|"
        r"refused|invalid|blocked)",
    ),
    (
        Reason.POLICY,
        r"(?:sender|mail from|envelope from|from address)\b.{0,60}(?:does not exist|not exist|not resolve|"
        r"domain not found|unknown domain|cannot be verified|verify failed|callout|not accepted)",
    ),
    (
        Reason.POLICY,
        r"(?:sender verify|callback|callout) (?:failed|verification)|could not verify (?:the )?sender|"
        r"cannot find your (?:domain|hostname)",
    ),
    (
        Reason.POLICY,
        r"domain of sender|sender domain (?:must|not)|null sender|helo.{0,30}(?:rejected|invalid|must|denied|"
        r"not resolve)",
    ),
    # Proofs of who we are.
    (
        Reason.AUTHENTICATION,
        r"\bdmarc\b|\bspf\b|\bdkim\b|domainkeys|sender policy framework|unauthenticated (?:e-?mail|sender)|"
        r"not (?:been )?authenticated|unauthenticated mail|authentication (?:checks|results|required|"
        r"is required|failed|failure|failures|information)|must (?:be )?authenticat|"
        r"client was not authenticated|not authorized to (?:send|use).{0,40}(?:on behalf|domain|from|as)|"
        r"isn'?t authorized to send|starttls|tls (?:is )?(?:required|negotiation|encryption)|"
        r"encryption (?:is )?required",
    ),
    # Lists of senders.
    (
        Reason.BLOCKED,
        r"spamhaus|\bzen\.|\bsorbs\b|spamcop|barracudacentral|\bdnsbl|\brbl\b|surbl|\buribl|abuseat|"
        r"uceprotect|invaluement|senderscore|mailspike|\bcbl\b|psbl|spfbl|\bnixspam|ix\.dnsbl|hostkarma",
    ),
    (
        Reason.BLOCKED,
        r"black ?-?list|block ?-?list|deny ?-?list|blocked (?:using|by|for|due|because|at)|listed (?:at|in|on|"
        r"by|as)\b.{0,40}(?:bl|list|reject|org|net|http)",
    ),
    (
        Reason.BLOCKED,
        r"(?:client|your|sending|sender|connecting)(?: [a-z]+)? ?(?:host|ip|server|mta|network|system|"
        r"address)\b.{0,80}(?:blocked|banned|rejected|listed|refused|denied|not allowed|prohibited|"
        r"blacklisted)",
    ),
    (
        Reason.BLOCKED,
        r"\bs31[45]0\b|banned sending ip|part of their network is on our block|\[tss09\]|\[bl2[0-9]\]|\bhvu:b|"
        r"\brly:b|\bcon:b1|\baup#(?:in|out|o)?-?\d|\bbl0{3,}\d|\bbl00\d{4}|ip(?: address)? (?:is |was |"
        r"has been )?(?:blocked|banned|blacklisted)",
    ),
    (
        Reason.BLOCKED,
        r"access denied\W{1,3}(?:traffic not accepted|banned|ip )|traffic not accepted from this ip|"
        r"refused to talk to me: 5\d\d|mail(?:s)? from your (?:ip|server|host|network).{0,60}(?:not|refus|"
        r"reject|block|denied)",
    ),
    (
        Reason.BLOCKED,
        r"no (?:ptr|reverse dns|rdns)|(?:ptr|reverse dns|rdns|reverse-?lookup|reverse ip)\b.{0,60}(?:fail|not|"
        r"missing|required|must|invalid|no |mismatch|generic)|fix reverse dns|does not resolve to|"
        r"unable to resolve (?:your|the client)|dynamic (?:ip|address|host)|cannot resolve your (?:address|ip|"
        r"domain)",
    ),
    (
        Reason.REPUTATION,
        r"reputation|\[tss0[0-9]\]|\[ts0[0-9]\]|user complaints|\bdy-00\d|\bsc-00\d|\bdyn:t|poor (?:score|"
        r"standing)|low(?:er)? (?:sender )?score|suspicious (?:due|activity|sending)|"
        r"unusual(?:ly)? (?:high )?(?:rate|volume|amount|traffic) of unsolicited",
    ),
    # Spam and its kin.
    (Reason.VIRUS, r"\bvirus|malware|infected|trojan|\bclamav|phish"),
    (
        Reason.SPAM,
        r"\bspam|\bjunk\b|unsolicited|looks like (?:spam|bulk|uce)|bulk e?-?mail|\buce\b|\bube\b|bayes|"
        r"content filter|message content (?:rejected|was rejected|is not)|rejected (?:due to|because of|"
        r"for) (?:its |the )?(?:content|message content)|ph01|high probability|detected as (?:unwanted|abus)|"
        r"unwanted|mailwasher|cloudmark|cm-?analysis|\bcsi\.|spamassassin|\bcnfs\b|"
        r"message (?:has been )?blocked (?:by|because)|abusix",
    ),
    # Relaying: the server has nothing to do with the domain, or not for us.
    (
        Reason.RELAYING,
        r"relay(?:ing)?\b.{0,30}(?:denied|prohibited|not (?:permitted|allowed|authorized|enabled)|refused|"
        r"disallowed|rejected|forbidden)|(?:unable|not (?:permitted|allowed|authori[sz]ed)|not a?n? ?open|"
        r"refuse|cannot|can't|won't|no|open) (?:to )?relay|do(?:es)? not relay|not a gateway|"
        r"isn'?t in my list of allowed rcpthosts|not in my list of allowed|no third-?party",
    ),
    # The mailbox is there and takes nothing now.
    (
        Reason.TOO_LARGE,
        r"(?:message|mail|e-?mail|size|attachment|content|data)\b.{0,40}(?:too (?:big|large)|larger than|"
        r"exceed(?:s|ed|ing)?.{0,30}(?:maximum|max|fixed|limit|size limit|permitted|allowed|"
        r"administrative))(?!.{0,30}(?:mailbox|quota|rate|connections|recipients))|(?:too (?:big|"
        r"large)) (?:message|mail|e-?mail|for)|(?:maximum|max\.?|fixed) (?:message|mail|allowed|"
        r"permitted)? ?size|message size|size of (?:the|this|your) (?:message|mail)|body too large|"
        r"exceeds size limit|sizelimit|maximum (?:inbound )?message",
    ),
    (
        Reason.MAILBOX_FULL,
        r"(?:mail ?box|mail ?folder|inbox|mail ?drop|account|user|recipient|storage|disk|maildir|mail store|"
        r"quota).{0,50}(?:is full|are full|full\b|over (?:the )?(?:its |their |his |disk |storage |"
        r"mail )?(?:quota|limit|allocation)|overquota|has exceeded|exceeded|exceeds|out of (?:space|storage|"
        r"quota)|overdrawn|overfull|reached (?:its|the|their) (?:maximum|limit|quota))",
    ),
    (
        Reason.RATE_LIMITED,
        r"receiving mail (?:at a rate|too quickly)|(?:is|been|are|was) rate[- ]?limited|"
        r"too many (?:connections|concurrent)|throttled",
    ),
    (
        Reason.MAILBOX_FULL,
        r"over ?-?quota|quota (?:is |has been |was |would be )?(?:exceed|full|reach|violat|exhaust|error)|"
        r"exceed\w* (?:the |its |their |his |your |allowed |user'?s? |mailbox |mail |disk |storage |"
        r"available )*(?:quota|storage|allocation|space|mailbox)|full mailbox|mailbox[- ]?full|mailfull|"
        r"out of storage|out ?of ?quota|not enough (?:disk |storage |free )?space|space (?:is )?not enough|"
        r"insufficient (?:disk |"
        r"storage |mailbox )?(?:space|storage|quota)|no (?:more |free )?(?:space|room|quota) (?:left )?(?:in|"
        r"for|on)|storage limit|size limit exceeded|mailbox size|disk ?quota|too many messages (?:in|"
        r"on) (?:this|the) (?:mail|folder|inbox)",
    ),
)

# What is about the reader.
OF_READERS: Words = (
    (
        Reason.MOVED,
        r"has moved to|(?:has|have) (?:been )?(?:moved|changed|migrated) (?:to|e-?mail|(?:his|her|their|"
        r"my) (?:e-?mail )?address)|new (?:e-?mail )?address is|address (?:has|was) changed|no longer (?:uses|"
        r"using) this|user not local; please try|please (?:use|update).{0,40}new (?:e-?mail )?address",
    ),
    (
        Reason.DISABLED,
        r"(?:account|mail ?box|user|address|recipient|subscriber|customer|e-?mail)\b.{0,50}(?:disabled|"
        r"deactivated|de-activated|suspended|inactive|in-active|not active|no longer active|locked|closed|"
        r"expired|terminated|discontinued|cancell?ed|on hold|administratively (?:disabled|denied)|abandoned|"
        r"not been (?:used|active|accessed)|dormant|frozen|unpaid|has been blocked)",
    ),
    (
        Reason.DISABLED,
        r"(?:disabled|inactive|deactivated|suspended|expired|closed|locked|blocked|unused) (?:user|account|"
        r"mail ?box|recipient|address|due to)|not (?:currently )?(?:accepting|receiving) (?:any )?"
        r"(?:mail|messages|e-?mail)(?! from)|has not (?:logged|been logged)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:unknown|invalid|bad|no such|no|nonexistent|non-existent|undefined|incorrect|unrecogni[sz]ed|"
        r"illegal|undeliverable|wrong) (?:or (?:unknown|invalid|illegal|inactive) |local |e-?mail |mail |"
        r"destination |alias or )?(?:user|recipient|mail ?box|mail drop|account|address|addressee|alias|"
        r"local[- ]?part|person|userid|username|final delivery userid|rcpt|receiver|customer|subscriber|"
        r"forward path)(?! ?name server)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:user|recipient|mail ?box|account|address|addressee|alias|local[- ]?part|person|username|"
        r"e-?mail account|login|receiver|rcpt)\b.{0,80}(?:unknown|does ?n[o']t ?exist|does not exist|"
        r"doesn't have|do not exist|not exist|not ?found|couldn'?t be found|could not be found|wasn'?t found|"
        r"was not found|not (?:a )?(?:known|valid|listed|recogni[sz]ed|registered|defined|our customer|here|"
        r"present|local)|isn'?t (?:valid|known|listed)|is (?:invalid|unknown|not valid|not known)|"
        r"no longer (?:valid|available|exists|exist|in use|here|with|employed|works)|never existed|"
        r"has been (?:deleted|removed)|was (?:deleted|removed)|undeliverable|cannot be delivered to|"
        r"not available|unavailable)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:does not|doesn't|do not|did not) have (?:a|an|any) [\w.!-]{0,40} ?(?:account|mailbox)|"
        r"there is no (?:such )?(?:user|account|mailbox|one|person)|no (?:mailbox|account|user|"
        r"one)\b.{0,30}(?:by|with|of|under|at) (?:that|this|the) (?:name|address)|we (?:don't|do not) (?:have|"
        r"handle|know)|not our customer|no one here|nobody (?:here )?by|recipnotfound|recipientnotfound|"
        r"adr\.recip|resolver\.adr|rejected: (?:user|unknown|undeliverable)|"
        r"recipient (?:address )?rejected: access denied|user.{0,12}lookup failed|unrout(?:e)?able address|"
        r"cannot find (?:the |this |that )?(?:user|recipient|mailbox|account)|can'?t (?:find|create|"
        r"open) (?:output|user|mailbox)|no valid recipients?|not a valid (?:user|mailbox|recipient|address)|"
        r"no matches to nameserver query|user ?unknown|unknown ?user|unknown:|no ?such ?user|"
        r"verify (?:the )?(?:recipient|address)|check the (?:recipient|address|spelling)|mistyped|misspelled|"
        r"(?:address|recipient) (?:was )?(?:not|n't) (?:found|recogni[sz]ed)",
    ),
    (
        Reason.NO_SUCH_DOMAIN,
        r"(?:host|domain|hostname|system|server|site|destination|"
        r"name)(?: or domain)?(?: name)?\b.{0,50}(?:not found|unknown|does ?n[o']t exist|does not exist|"
        r"not exist|invalid|cannot be (?:found|resolved)|couldn'?t be (?:found|resolved)|"
        r"could not be (?:found|resolved)|not resolve|no longer (?:exists|valid)|isn'?t valid|is not valid|"
        r"has no mail|no valid)",
    ),
    (
        Reason.NO_SUCH_DOMAIN,
        r"(?:unknown|no such|invalid|illegal|bad|nonexistent|non-existent|unrout(?:e)?able)(?: mail| host/|"
        r" e-?mail)? (?:host|domain|hostname|destination host)|nxdomain|null ?mx|no mx\b|"
        r"no (?:valid )?mx (?:record|host)|mx records? (?:point|lookup)|no (?:usable |"
        r"valid )?(?:mail )?(?:exchanger|servers? (?:found|for))|couldn'?t find any host|name service error|"
        r"name or service not known|dns error|dns (?:lookup|resolution|query|failure)|non-?existent hosts|"
        r"does not (?:accept|receive) (?:any )?e?-?mail|no (?:a|aaaa|dns) record",
    ),
)

# What says little more than that it did not work.
VAGUE: Words = (
    (
        Reason.RATE_LIMITED,
        r"rate ?-?limit|too many (?:connections|messages|recipients|mails|e-?mails|sessions|concurrent|"
        r"invalid|requests|errors)|throttl|at a rate|too (?:fast|frequent|quickly)|rate (?:that|of|exceed)|"
        r"(?:exceed\w*|maximum).{0,30}(?:rate|connections|recipients|per (?:hour|day|minute|connection))|"
        r"sending (?:limit|quota)|messages? per|connection (?:limit|frequency|rate)|unusual rate|slow down|"
        r"max\w* number of (?:connections|recipients)",
    ),
    (
        Reason.GREYLISTED,
        r"gr[ea]y ?-?list|postgrey|\[gl01\]|try again (?:in|after) \d|(?:come|please|try).{0,20}back later|"
        r"temporarily (?:deferred|rejected).{0,40}(?:first|unknown|new)",
    ),
    (
        Reason.EXPIRED,
        r"(?:delivery|message|mail|queue|retry) ?(?:time|timeout|period|lifetime|"
        r"queue)? ?-?(?:has )?(?:expired|exceeded|timeout exceeded|timed out after)|(?:retry|"
        r"delivery) (?:time|timeout|period|limit)\b.{0,20}(?:exceeded|expired|reached)|"
        r"too long in (?:the )?queue|been in (?:the )?queue|(?:giving|gave) up|not be delivered (?:for|within|"
        r"after|in) (?:the last )?\d|could not (?:be )?deliver\w* (?:for|within|after) \d|(?:for|within|"
        r"after) (?:more than |the last )?\d+(?:\.\d)? (?:hours|days)|too old|time ?out period|undelivered for",
    ),
    (
        Reason.NETWORK,
        r"(?:connection|connect|conversation|session)\b.{0,60}(?:timed out|time ?out|refused|reset|lost|"
        r"dropped|closed|failed|broken|aborted|interrupted|terminated)|timed ?out|time-?out|no route to|"
        r"(?:network|host|server|destination|system)\b.{0,30}(?:unreachable|down|not reachable|not responding|"
        r"did not respond|didn't respond|no response|not available|offline|unavailable)|(?:unable|failed|"
        r"could not|couldn't|cannot|can'?t) (?:to )?(?:connect|contact|reach|establish|open (?:a )?connection|"
        r"make (?:a )?connection|complete the connection)|lost connection|too many hops|hop count|"
        r"mail(?:er)? loop|\bloop(?:ing|s)?\b|loops back|routing loop|no answer from|not answering|"
        r"no response from|deferred: connection|operation timed|i/o error|network (?:error|problem|failure)|"
        r"unreachable",
    ),
    (
        Reason.CONTENT,
        r"attachment|(?:bare|lone) (?:lf|cr|linefeed|newline)|(?:malformed|invalid|illegal|missing|duplicate|"
        r"improper|multiple|bad|non-rfc|not rfc|8[ -]?bit) ?(?:message |mime |from |date |to |"
        r"subject )?(?:header|headers|mime|date|from|message-?id|content|structure|format|characters?)|"
        r"header (?:error|size|line|field|too)|rfc ?(?:2822|5322|822|2821|5321|compliance|compliant)|"
        r"mime (?:error|structure)|line (?:too long|length)|conversion (?:required|not)|smtputf8|"
        r"content (?:rejected|not|refused|type|restriction)|contains? (?:prohibited|forbidden|a (?:url|link|"
        r"restricted))",
    ),
    (
        Reason.PROTOCOL,
        r"syntax error|command (?:not|un)\w*|unrecogni[sz]ed (?:command|parameter)|bad (?:sequence|command|"
        r"arguments)|protocol error|out of sequence|unexpected (?:response|reply)|must issue|need (?:mail|"
        r"rcpt|helo|ehlo)",
    ),
    (
        Reason.SYSTEM,
        r"(?:system|local|internal|configuration|config|server|temporary|software|database|ldap|directory|"
        r"lookup|resources?|i/o|disk|filesystem)\b.{0,20}(?:error|problem|"
        r"failure|fault|failed|crash)|temporar(?:y|ily)|disk full|no space left|out of memory|"
        r"insufficient (?:system )?(?:resources|storage|memory)|not accepting network|can'?t (?:create|open|"
        r"write|lock|chdir)|cannot (?:create|open|write|lock|append)|permission denied|"
        r"service (?:not available|unavailable|shutting|currently|closing|is)|try (?:again )?later|"
        r"mailer exited|command (?:died|failed|output)|unknown mailer|pipe|misconfig|maintenance|overload|"
        r"busy|refused by system",
    ),
    (
        Reason.POLICY,
        r"polic(?:y|ies)|local(?:ly)? (?:policy|rules|configured)|administrat(?:ive|ively|"
        r"or)\b.{0,40}(?:prohibit|denied|reject|refus|block)|(?:not|un)[ -]?(?:authori[sz]ed|permitted|"
        r"allowed)|prohibited|restricted|restriction|delivery not authori[sz]ed|message refused|security|"
        r"5\.7\.[01]\b|transaction failed|blocked|denied by|filter(?:ed|ing)?|\bban(?:ned)?\b|violat",
    ),
    (
        Reason.REFUSED,
        r"access denied|rejected|refused|not accept\w*|denied|does not want|unable to accept|will not accept|"
        r"declined",
    ),
)


def compiled(words: Words) -> list[tuple[Reason, re.Pattern[str]]]:
    return [(reason, re.compile(pattern)) for reason, pattern in words]
