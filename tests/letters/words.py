"""Invented headlines and summaries in each of our languages; nothing in them has happened."""

# Language to (region, source, headlines, a summary of each).
WORDS: dict[str, tuple[str, str, list[str], list[str]]] = {
    "en": (
        "KE",
        "The Lakeside Courier",
        [
            "Ferries return to the northern shore after two winters",
            "Tea growers agree on one price for the season",
            "The old observatory opens its dome to schools",
            "A bridge of bamboo carries its first lorries",
        ],
        [
            "The first boat left at seven with ninety passengers and a choir. The harbour office expects four "
            "crossings a day; from June on there will be six. Fishermen had asked for a later start.",
            "Two hundred families signed in the old packing hall. The price is to be read out on the radio each "
            "Monday.",
            "Forty children saw the rings of Saturn on the first evening. The lens was polished by hand for eleven "
            "months.",
            "It spans thirty metres and holds forty tonnes. Engineers loaded it with wet sand for three days and "
            "nights.",
        ],
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
        [
            "El primer convoy salió a las seis de la mañana con los vagones llenos. El municipio calcula dos mil "
            "viajeros al día y promete una segunda línea antes del verano próximo.",
            "Doscientas familias firmaron en el viejo beneficio. El precio se leerá cada lunes en la radio del valle.",
            "Las piezas más antiguas tienen nueve siglos. La entrada cuesta lo que cada visitante quiera dejar.",
            "Cinco días de lluvia bastaron para que el agua llegara a la marca de 1998. Los canales se abren en mayo.",
        ],
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
        [
            "As três primeiras embarcações levam cem passageiros cada uma. A prefeitura espera reduzir o ruído pela "
            "metade e devolver aos pescadores o cais antigo até o fim do ano.",
            "Duzentas famílias vão entregar a safra na cantina da escola mais próxima. O contrato vale por quatro "
            "anos.",
            "O barco leva seis mil livros e um contador de histórias. A viagem de volta está marcada para novembro.",
            "Cada morador ganhou uma muda e um nome para ela. As espécies são todas da mata que cerca a cidade.",
        ],
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
        [
            "Le premier convoi est parti à vingt heures avec deux cents voyageurs. La compagnie promet trois départs "
            "par semaine ; les villages demandent un arrêt de plus avant la saison des pluies.",
            "Cent quarante ateliers pourront coudre la marque à leurs pagnes. Les contrefaçons seront retirées des "
            "marchés.",
            "Six classes montent à bord chaque matin. Le toit est couvert de panneaux qui donnent la lumière du soir.",
            "Les coopératives ont pesé neuf cent mille tonnes. Le prix au kilo sera fixé jeudi à la chambre de "
            "commerce.",
        ],
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
        [
            "غادرت أول عبّارة في السابعة صباحًا وعلى متنها تسعون راكبًا. وتتوقع هيئة الميناء أربع رحلات في اليوم، "
            "على أن تصبح ستًا من يونيو المقبل.",
            "وقعت مئتا أسرة على الاتفاق في قاعة المحلج القديم. وسيعلن السعر في الإذاعة المحلية كل يوم اثنين.",
            "تحمل المكتبة ستة آلاف كتاب وتزور عشرين قرية في الشهر. ويقرأ الأطفال على سطحها حتى غروب الشمس.",
            "ركبت البلدية ثلاثة آلاف مصباح جديد، وتقول إن فاتورة الكهرباء ستنخفض بنسبة 40% خلال سنتين.",
        ],
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
        [
            "הסירה הראשונה יצאה בשבע בבוקר ובה תשעים נוסעים. הנהלת הנמל מצפה לארבע הפלגות ביום, ומיוני ואילך לשש.",
            "מאתיים משפחות חתמו באולם האריזה הישן. המחיר יוקרא ברדיו המקומי בכל יום שני.",
            "הספרייה נושאת ששת אלפים ספרים ומבקרת בעשרים כפרים בחודש. הילדים קוראים על הסיפון עד השקיעה.",
            "העירייה התקינה שלושת אלפים פנסים חדשים, ולדבריה חשבון החשמל ירד ב-40% בתוך שנתיים.",
        ],
    ),
}
