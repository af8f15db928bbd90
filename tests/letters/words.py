"""Invented headlines and summaries in each of our languages; nothing in them has happened."""

# Language to (region, source, headlines, summary).
WORDS: dict[str, tuple[str, str, list[str], str]] = {
    "en": (
        "KE",
        "The Lakeside Courier",
        [
            "Ferries return to the northern shore after two winters",
            "Tea growers agree on one price for the season",
            "The old observatory opens its dome to schools",
            "A bridge of bamboo carries its first lorries",
        ],
        "The first boat left at seven with ninety passengers and a choir. The harbour office expects four crossings a "
        "day; from June on there will be six. Fishermen had asked for a later start.",
    ),
    "es": (
        "MX",
        "Correo del Istmo",
        [
            "El tranvía de la costa vuelve a circular tras once años",
            "Las cooperativas de café acuerdan un precio común",
            "Un pueblo de alfareros abre su propio museo",
            "La lluvia llena por fin las presas del norte",
        ],
        "El primer convoy salió a las seis de la mañana con los vagones llenos. El municipio calcula dos mil viajeros "
        "al día y promete una segunda línea antes del verano próximo.",
    ),
    "pt": (
        "BR",
        "Folha do Cais",
        [
            "Barcos elétricos substituem as balsas da lagoa",
            "Produtores de cacau fecham acordo com as escolas",
            "Biblioteca itinerante chega às ilhas do sul",
            "Cidade planta dez mil árvores em uma só manhã",
        ],
        "As três primeiras embarcações levam cem passageiros cada uma. A prefeitura espera reduzir o ruído pela metade "
        "e devolver aos pescadores o cais antigo até o fim do ano.",
    ),
    "fr": (
        "SN",
        "Le Phare du Sud",
        [
            "Le train de la côte reprend ses voyages de nuit",
            "Les tisserandes obtiennent leur propre label",
            "Une école flottante ouvre sur le fleuve",
            "La récolte d’arachide dépasse toutes les prévisions",
        ],
        "Le premier convoi est parti à vingt heures avec deux cents voyageurs. La compagnie promet trois départs par "
        "semaine ; les villages demandent un arrêt de plus avant la saison des pluies.",
    ),
    "ar": (
        "EG",
        "جريدة الميناء",
        [
            "عودة العبّارات إلى الضفة الشمالية بعد عامين من التوقف",
            "مزارعو القطن يتفقون على سعر واحد للموسم",
            "افتتاح مكتبة عائمة على النيل",
            "المدينة القديمة تضيء شوارعها بالطاقة الشمسية",
        ],
        "غادرت أول عبّارة في السابعة صباحًا وعلى متنها تسعون راكبًا. وتتوقع هيئة الميناء أربع رحلات يوميًا، على أن تصبح "
        "ستًا ابتداءً من يونيو المقبل.",
    ),
    "he": (
        "IL",
        "עיתון הנמל",
        [
            "המעבורות חוזרות לחוף הצפוני אחרי שנתיים",
            "מגדלי התמרים מסכימים על מחיר אחד לעונה",
            "ספרייה צפה נפתחה באגם",
            "העיר העתיקה מאירה את רחובותיה בשמש",
        ],
        "הסירה הראשונה יצאה בשבע בבוקר ובה תשעים נוסעים. הנהלת הנמל מצפה לארבע הפלגות ביום, ומיוני ואילך לשש.",
    ),
}
