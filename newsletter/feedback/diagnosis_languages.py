"""The same in other languages than English: what servers and their operators write to people. Pure."""

from newsletter.feedback.diagnosis_words import Words
from newsletter.feedback.reasons import Reason

# Spanish, Portuguese, French, Italian, Catalan; German, Dutch, Swedish, Danish; Polish, Czech, Russian, Ukrainian;
# Turkish, Greek; Japanese, Chinese, Korean; Arabic, Hebrew. Accents as they are, and as some servers lose them.
TELLING: Words = (
    (
        Reason.MAILBOX_FULL,
        r"buz[óo]n.{0,40}(?:llen[oa]|excedid|super)|(?:cuota|espacio|capacidad|almacenamiento).{0,40}(?:exced|"
        r"super|agot|llen|insuficien)|(?:exced|super)\w* (?:la |el |su )?(?:cuota|"
        r"l[íi]mite de (?:almacenamiento|espacio))|sin espacio",
    ),
    (
        Reason.MAILBOX_FULL,
        r"caixa.{0,40}(?:chei[ao]|lotad|exced|sem espa[çc]o)|(?:cota|quota|espa[çc]o|"
        r"armazenamento).{0,40}(?:exced|ultrapass|esgotad|insuficien)",
    ),
    (
        Reason.MAILBOX_FULL,
        r"bo[îi]te.{0,60}(?:pleine|satur|d[ée]pass|quota)|quota.{0,30}(?:d[ée]pass|atteint)|(?:espace|"
        r"capacit[ée]).{0,40}(?:insuffisan|satur|d[ée]pass)",
    ),
    (
        Reason.MAILBOX_FULL,
        r"(?:casella|mailbox).{0,40}(?:pien[ao]|satur|superat|esaurit)|quota.{0,30}(?:superat|esaurit)|"
        r"spazio.{0,30}(?:esaurit|insufficien)",
    ),
    (
        Reason.MAILBOX_FULL,
        r"postfach.{0,60}(?:voll|überschritten|ueberschritten|überfüllt|speicher)|(?:speicherplatz|kontingent|"
        r"quota|speicherlimit).{0,60}(?:überschritten|ueberschritten|erschöpft|voll|ausgeschöpft)|"
        r"benutzer hat (?:das |den |sein).{0,40}(?:überschritten|limit)|mailbox (?:ist )?voll",
    ),
    (
        Reason.MAILBOX_FULL,
        r"(?:postbus|postvak|mailbox).{0,30}(?:is )?vol\b|quotum.{0,30}overschreden|brevl[åa]da.{0,30}full|"
        r"postkass\w*.{0,30}(?:full|fuld)|postilaatikko.{0,20}täynnä",
    ),
    (
        Reason.MAILBOX_FULL,
        r"skrzynk\w*.{0,40}(?:pełn|przepełnion|zapełnion|pelna)|przekroczon\w*.{0,40}(?:limit|quota|pojemno)|"
        r"schránk\w*.{0,30}pln",
    ),
    (
        Reason.MAILBOX_FULL,
        r"ящик.{0,40}(?:переполнен|заполнен|полон)|(?:квот|объ[её]м|лимит|мест)\w*.{0,40}(?:превыш|исчерпан|"
        r"недостаточ|закончил)|недостаточно места|скринька.{0,30}(?:переповнен|заповнен)",
    ),
    (
        Reason.MAILBOX_FULL,
        r"posta kutusu.{0,30}dolu|kota.{0,30}(?:aş|dol)|γραμματοκιβώτιο.{0,40}(?:γεμάτ|πλήρ)|όριο.{0,30}υπερβ",
    ),
    (
        Reason.MAILBOX_FULL,
        r"(?:メールボックス|受信箱|受信ボックス|容量|ディスク).{0,30}(?:一杯|いっぱい|満杯|超え|超過|"
        r"オーバー|不足)|(?:邮箱|郵箱|信箱|邮件箱|收件箱|空间|空間|容量|"
        r"配额).{0,20}(?:已满|已滿|满|滿|超出|超过|超過|不足|用尽)|(?:메일함|편지함|사서함|용량|"
        r"저장\s?공간).{0,20}(?:가득|꽉|초과|부족)",
    ),
    (
        Reason.MAILBOX_FULL,
        r"صندوق.{0,30}(?:ممتلئ|ممتلئة|مليء)|تجاوز.{0,30}(?:الحصة|السعة|المساحة)|תיב\w*.{0,30}(?:מלא|חרג)",
    ),
    (
        Reason.TOO_LARGE,
        r"mensaje.{0,40}demasiado (?:grande|largo)|tama[ñn]o.{0,40}(?:exced|super)|mensagem.{0,40}(?:muito|"
        r"demasiado) grande|tamanho.{0,30}exced|message.{0,30}trop (?:volumineux|gros|grand|lourd)|"
        r"taille.{0,40}d[ée]pass|messaggio.{0,30}troppo grande|nachricht.{0,40}zu (?:groß|gross)|"
        r"bericht.{0,20}te groot|wiadomo[śs][ćc].{0,30}(?:zbyt|za) du[żz]|письмо.{0,30}(?:слишком|велик)|"
        r"размер.{0,30}превыш|(?:サイズ|大きさ).{0,20}(?:超|大き)|(?:邮件|郵件).{0,10}(?:过大|過大|太大)|"
        r"메일.{0,10}(?:크기|"
        r"용량).{0,10}초과.{0,6}크기",
    ),
    (
        Reason.SPAM,
        r"correo (?:basura|no deseado)|no solicitado|courrier ind[ée]sirable|pourriel|posta indesiderata|"
        r"lixo eletr[ôo]nico|unerwünschte (?:werbe|nachricht|mail)|ongewenste|спам|スパム|迷惑メール|"
        r"垃圾邮件|垃圾郵件|스팸",
    ),
    (
        Reason.BLOCKED,
        r"lista negra|liste noire|schwarze liste|lista nera|zwarte lijst|ч[её]рн\w+ спис|ブラックリスト|"
        r"黑名单|黑名單|"
        r"블랙리스트|czarn\w+ li[śs]",
    ),
)

OF_READERS: Words = (
    (
        Reason.DISABLED,
        r"(?:cuenta|buz[óo]n|usuario|direcci[óo]n).{0,40}(?:desactivad|deshabilitad|inactiv|suspendid|"
        r"bloquead|cancelad|cerrad)|(?:conta|caixa|usu[áa]rio).{0,40}(?:desativad|desabilitad|inativ|suspens|"
        r"bloquead|cancelad|encerrad)|(?:compte|bo[îi]te).{0,40}(?:d[ée]sactiv|inactif|suspend|ferm[ée]|"
        r"bloqu)|(?:casella|account|utente).{0,40}(?:disattivat|disabilitat|sospes|inattiv|chius)|(?:konto|"
        r"postfach|mailbox|benutzer).{0,40}(?:deaktiviert|gesperrt|geschlossen|stillgelegt|inaktiv|gekündigt)|"
        r"(?:ящик|аккаунт|уч[её]тная запись|пользователь).{0,40}(?:заблокирован|отключ[её]н|неактив|закрыт|"
        r"приостановлен)|(?:konto|skrzynk).{0,30}(?:zablokowan|nieaktywn|zawieszon|wyłączon)|"
        r"hesap.{0,30}(?:devre dışı|askıya)|(?:アカウント|メールボックス).{0,20}(?:無効|停止|利用停止)|"
        r"(?:账号|帐号|帳號|邮箱|"
        r"用户).{0,10}(?:停用|禁用|冻结|被锁定)|(?:계정|메일함).{0,10}(?:정지|휴면|비활성)",
    ),
    (
        Reason.NO_SUCH_DOMAIN,
        r"dominio.{0,40}(?:no (?:existe|encontrado|se encontr)|desconocido|inv[áa]lido|inesistente|"
        r"non (?:esiste|trovato))|dom[íi]nio.{0,40}(?:n[ãa]o (?:existe|encontrado)|inv[áa]lido|desconhecido)|"
        r"domaine.{0,40}(?:introuvable|inconnu|n['’]existe pas|inexistant)|domäne?.{0,40}(?:nicht (?:gefunden|"
        r"existiert)|existiert nicht|unbekannt)|domain (?:existiert nicht|nicht gefunden|unbekannt)|"
        r"домен.{0,40}(?:не (?:найден|существует)|неизвестен)|ドメイン.{0,20}(?:見つかりません|存在しません|"
        r"存在しない|不明)|(?:域名|网域|"
        r"網域).{0,10}(?:不存在|无法|無法|未找到)|도메인.{0,20}(?:찾을 수 없|존재하지)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:usuario|destinatario|buz[óo]n|direcci[óo]n|cuenta|casilla)\b.{0,60}(?:no (?:existe|se encontr|"
        r"se ha encontrado|encontrad|v[áa]lid|se pudo encontrar)|desconocid|inexistente|inv[áa]lid|err[óo]ne|"
        r"rechazad)|no existe (?:el|la|ning[úu]n).{0,20}(?:usuario|destinatario|buz[óo]n|direcci[óo]n|cuenta)|"
        r"no se (?:ha )?(?:encontr|pudo encontrar).{0,30}(?:direcci[óo]n|destinatario|usuario|buz)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:usu[áa]rio|destinat[áa]rio|caixa|endere[çc]o|conta)\b.{0,60}(?:n[ãa]o (?:existe|encontrad|"
        r"foi encontrad|localizad|[ée] v[áa]lid)|desconhecid|inexistente|inv[áa]lid)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:utilisateur|destinataire|adresse|bo[îi]te|compte)\b.{0,60}(?:n['’]existe pas|inconnu|introuvable|"
        r"inexistant|invalide|n['’]a pas (?:[ée]t[ée]|pu)|incorrect)|aucun (?:utilisateur|compte|destinataire)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:utente|destinatario|casella|indirizzo|account)\b.{0,60}(?:non (?:esiste|trovat|valid|conosciut)|"
        r"sconosciut|inesistente|inesatt|errat)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:empfänger|empfaenger|benutzer|postfach|adresse|mailadresse|nutzer|konto|"
        r"teilnehmer)\b.{0,80}(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden|existent|gültig|existiert|"
        r"mehr gültig|verfügbar|erreichbar)|existiert nicht|ungültig|existiert leider)|"
        r"unbekannter? (?:empfänger|benutzer|nutzer)|kein (?:solcher |gültiger )?(?:empfänger|benutzer|"
        r"postfach)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:gebruiker|ontvanger|geadresseerde|postbus|adres)\b.{0,60}(?:onbekend|bestaat niet|niet gevonden|"
        r"ongeldig)|(?:mottagare|användare|adressen|modtager|bruker)\w*.{0,50}(?:okänd|ukendt|ukjent|"
        r"finns inte|hittades inte|findes ikke|finnes ikke|ogiltig)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:użytkownik|uzytkownik|odbiorc|adresat|skrzynk|adres)\w*.{0,60}(?:nie istnieje|nieznan|"
        r"nie znaleziono|nieprawidłow|nie został odnaleziony)|(?:nie ma|brak) (?:takiego |"
        r"takiej )?(?:użytkownika|adresata|skrzynki|konta)|(?:uživatel|příjemce|adresa|"
        r"schránka)\w*.{0,40}(?:neexistuje|neznám|nenalezen)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:пользовател|получател|адресат|ящик|адрес|аккаунт|абонент|учетн)\w*.{0,60}(?:не (?:существует|"
        r"найден|зарегистрирован|обнаружен|действителен)|неизвест|недействител|отсутствует|неверн|удал[её]н)|"
        r"(?:нет такого|не существует|неизвестный) (?:пользовател|адресат|получател|почтового ящик|ящик)|"
        r"(?:користувач|одержувач|отримувач|адрес)\w*.{0,40}(?:не (?:існує|знайдено)|невідом)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:kullanıcı|alıcı|adres|hesap)\w*.{0,50}(?:bulunamadı|mevcut değil|bilinmiyor|geçersiz|yok)|"
        r"(?:χρήστης|παραλήπτης|διεύθυνση)\w*.{0,40}(?:δεν (?:υπάρχει|βρέθηκε)|άγνωστ)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:ユーザ|宛先|受信者|メールアドレス|アドレス|あて先|アカウント).{0,40}(?:見つかりません|"
        r"見つからな|存在しません|存在しない|不明|無効|ありません|間違|登録されていません|"
        r"不正)|(?:用户|用戶|收件人|账号|帐号|帳號|邮箱|郵箱|地址|使用者|信箱).{0,20}(?:不存在|未找到|"
        r"找不到|无效|無效|不正确|错误|不明)|(?:不存在|找不到|无此|無此|"
        r"查无此|查無此).{0,6}(?:用户|用戶|收件人|邮箱|使用者|帳號|人)|(?:사용자|수신자|받는\s?사람|계정|"
        r"주소|수신인).{0,30}(?:찾을 수 없|존재하지|없습니다|없는|"
        r"알 수 없|잘못)|없는 (?:사용자|계정|주소)",
    ),
    (
        Reason.NO_SUCH_USER,
        r"(?:المستخدم|المستلم|العنوان|الحساب|صندوق البريد).{0,40}(?:غير موجود|غير معروف|غير صالح|لا يوجد)|"
        r"(?:משתמש|נמען|כתובת|תיבה)\w*.{0,40}(?:לא (?:קיים|קיימת|נמצא|נמצאה|ידוע|תקין)|אינ[הו]? (?:קיים|קיימת|"
        r"תקינה))",
    ),
)

VAGUE: Words = (
    (
        Reason.NETWORK,
        r"(?:tiempo de espera|tempo limite|délai|zeitüberschreitung|timeout|時間切れ|タイムアウト|超时|逾時|"
        r"시간 초과|"
        r"время ожидания|превышено время)|no se pudo (?:conectar|establecer)|impossible de (?:se connecter|"
        r"joindre)|verbindung.{0,30}(?:fehlgeschlagen|abgelehnt|unterbrochen|nicht)|(?:接続|连接|連線|"
        r"연결).{0,20}(?:でき|失敗|失败|拒否|拒绝|실패)|не удалось (?:соединиться|подключиться|установить)",
    ),
    (
        Reason.EXPIRED,
        r"(?:tras|durante|después de|pendant|après|seit|nach|dopo|depois de|após|po|в течение|"
        r"after) (?:m[áa]s de |plus de |mehr als )?\d+ ?(?:h\b|horas|heures|stunden|ore|days|d[íi]as|jours|"
        r"tage|giorni|dias|dni|час|дн|суток)",
    ),
    (
        Reason.POLICY,
        r"pol[íi]tica|politique|richtlinie|правил\w+ (?:безопасности|сервера)|ポリシー|策略|정책|no autorizad|"
        r"non autoris|nicht (?:autorisiert|berechtigt|erlaubt)|não autorizad|non autorizzat",
    ),
    (
        Reason.REFUSED,
        r"rechaza|refus[ée]|abgelehnt|abgewiesen|rifiutat|rejeitad|recusad|odrzucon|отклонен|отказано|拒否|拒绝|"
        r"拒絕|退信|거부|geweigerd",
    ),
)
