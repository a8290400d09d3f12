/** What people of one language write. `{slot}` is filled from the words; `{code}` and `{rare}` are made up on the spot. */
export interface Phrases {
  hello: readonly string[];
  subjects: readonly string[];
  asks: readonly string[];
  answers: readonly string[];
  bye: readonly string[];
}

const ENGLISH: Phrases = {
  hello: [
    'Hello,',
    'Hi,',
    'Hi {name},',
    'Dear {name},',
    'Good morning,',
    'Hello {name},',
    'Hey there,',
    'To whom it may concern,',
  ],
  subjects: [
    ...['My {thing} {happened}', 'Problem with my {thing}', '{thing} {happened}', 'Question about the {quality} {thing}'],
    ...['Order {code}', 'Where is my {thing}?', 'Help with {thing} {rare}', 'Urgent: {thing} {happened}', '{rare} and {thing}'],
    ...['Refund for order {code}', 'Error {code} on the {thing}', 'Cannot use the {thing} in {place}', 'Re: {thing} {code}'],
  ],
  asks: [
    ...['The {thing} {happened} {when}.', 'My {quality} {thing} {happened} and I do not know what to do.'],
    ...['Could you please look into this as soon as possible?', 'I have already tried to restart it, without success.'],
    ...['I ordered a {quality} {thing} and got a {thing} instead.', 'The order number is {code}.', 'It says "error {code}".'],
    ...['We are in {place} and need the {thing} by the end of the week.', 'Please let me know how to proceed.'],
    ...['I would like to have my money back.', 'Is there a way to change the {thing} to a {quality} one?', 'It is a {rare}.'],
    ...['I have been a customer for years and this has never happened before.', 'The {rare} that you sent me {happened}.'],
    ...['My colleague in {place} has the same problem with the {thing}.', 'Can I get a {quality} {thing} for it?'],
    ...['I attached the {thing} to my last message.', 'It worked fine before, but now the {thing} {happened} {when}.'],
    ...[
      'Nobody answers the phone.',
      'What does it cost to replace the {thing}?',
      'I cannot wait much longer.',
      'Any news about this?',
    ],
    ...[
      'Thank you, that helped, but the {thing} still {happened}.',
      'I tried it with the {quality} {thing} & it is the same < nothing.',
    ],
    ...[
      'The address is 12 Station Road, {place}.',
      'My C:\\Users folder holds the log of the {thing}.',
      'See https://shop.example/{code}',
    ],
  ],
  answers: [
    ...['Thank you for your message.', 'Thanks for getting in touch.', 'I am sorry to hear that the {thing} {happened}.'],
    ...['I have asked {department} and will come back to you.', 'Could you please send us the serial number of the {thing}?'],
    ...['We have refunded the {thing} today; it can take up to five days.', 'Please restart the {thing} and try again.'],
    ...['A {quality} {thing} is on its way to {place}.', 'Your reference is {code}.', 'This is a known problem with the {rare}.'],
    ...['You can change the {thing} under Settings, then "My {thing}".', 'The parcel left {place} this morning.'],
    ...[
      'Our team in {place} is looking into it.',
      'We have sent you a new link for the {thing}.',
      'Does this solve the problem?',
    ],
    ...['I have extended the {thing} by one month.', 'Please let me know if there is anything else that I can do for you.'],
    ...['As agreed, I am closing this request; simply answer to open it again.', 'The update will be out next week.'],
  ],
  bye: [
    'Best regards\n{me}',
    'Thanks\n{me}',
    'Kind regards,\n{me}',
    'Cheers, {me}',
    '{me}',
    'Sent from my phone',
    'Many thanks!\n{me}',
  ],
};

const GERMAN: Phrases = {
  hello: ['Hallo,', 'Guten Tag,', 'Sehr geehrte Damen und Herren,', 'Guten Morgen {name},', 'Hallo {name},'],
  subjects: [
    'Rückfrage zur Bestellung {code}',
    'Lieferung nach {place} fehlt',
    'Gerät {rare} überhitzt',
    'Kündigung',
    'Störung {code}',
  ],
  asks: [
    ...['Meine Bestellung {code} ist noch nicht angekommen.', 'Das Gerät {rare} überhitzt ständig.', 'Bitte prüfen Sie das.'],
    ...['Können Sie mir die Rechnung noch einmal schicken?', 'Seit der letzten Aktualisierung lässt sich nichts mehr öffnen.'],
    ...['Ich möchte meinen Vertrag kündigen.', 'Die Straße heißt Größenweg in {place}.', 'Vielen Dank für Ihre Mühe!'],
  ],
  answers: [
    ...['vielen Dank für Ihre Nachricht.', 'Wir kümmern uns darum und melden uns bis übermorgen.', 'Die Sendung ist unterwegs.'],
    ...['Bitte starten Sie das Gerät {rare} neu.', 'Wir haben den Betrag zurücküberwiesen, Vorgang {code}.'],
  ],
  bye: ['Mit freundlichen Grüßen\n{me}', 'Viele Grüße\n{me}', 'Beste Grüße aus {place}\n{me}'],
};

const FRENCH: Phrases = {
  hello: ['Bonjour,', 'Bonjour {name},', 'Madame, Monsieur,', 'Salut,'],
  subjects: [
    'Commande {code}',
    'Problème avec {rare}',
    'Facture non reçue',
    'Livraison à {place} retardée',
    'Réclamation {code}',
  ],
  asks: [
    ...['Ma commande {code} n’est toujours pas arrivée.', 'L’appareil {rare} ne démarre plus.', 'Où en est la réparation ?'],
    ...['Pouvez-vous m’envoyer la facture, s’il vous plaît ?', 'J’ai été débité deux fois.', 'Le colis a été livré à {place}.'],
  ],
  answers: [
    ...[
      'merci pour votre message.',
      'Nous avons transmis votre demande à l’équipe concernée.',
      'Le remboursement a été effectué.',
    ],
    ...['Veuillez redémarrer l’appareil {rare}.', 'Votre numéro de dossier est le {code}.'],
  ],
  bye: ['Cordialement\n{me}', 'Bien à vous,\n{me}', 'Merci d’avance\n{me}'],
};

const SPANISH: Phrases = {
  hello: ['Hola:', 'Buenos días:', 'Hola {name}:', 'Estimados señores:'],
  subjects: ['Pedido {code}', '¿Dónde está mi paquete?', 'Avería de {rare}', 'Devolución del pedido {code}'],
  asks: [
    ...[
      'Mi pedido {code} aún no ha llegado.',
      '¿Cuándo lo enviarán a {place}?',
      'El aparato {rare} no funciona desde mañana temprano.',
    ],
    ...['Quisiera la devolución del dinero.', 'La contraseña no es válida.'],
  ],
  answers: [
    'gracias por su mensaje.',
    'Lo hemos enviado hoy mismo.',
    'El número de su caso es {code}.',
    'Reinicie {rare}, por favor.',
  ],
  bye: ['Un saludo\n{me}', 'Atentamente\n{me}', '¡Muchas gracias!\n{me}'],
};

const JAPANESE: Phrases = {
  hello: ['お世話になっております。', 'こんにちは。', '{name} 様'],
  subjects: ['注文 {code} について', '{rare} が動きません', '返金のお願い', '請求書の件'],
  asks: [
    '注文番号は {code} です。',
    'まだ商品が届いていません。',
    '{rare} の電源が入りません。',
    '返金をお願いします。',
    'パスワードを忘れました。',
  ],
  answers: [
    'お問い合わせありがとうございます。',
    '確認して折り返しご連絡いたします。',
    '本日発送いたしました。',
    '受付番号は {code} です。',
  ],
  bye: ['よろしくお願いいたします。\n{me}', '{me}'],
};

const CHINESE: Phrases = {
  hello: ['您好，', '{name}，您好：'],
  subjects: ['订单 {code} 的问题', '{rare} 无法启动', '申请退款'],
  asks: ['我的订单 {code} 还没有到。', '设备 {rare} 无法启动。', '请尽快回复。', '我想申请退款。'],
  answers: ['感谢您的来信。', '我们已经为您办理退款。', '您的编号是 {code}。', '请重新启动 {rare}。'],
  bye: ['谢谢！\n{me}', '此致\n{me}'],
};

/** Most desks have one main language and a few others; the second number is how many of a hundred tickets are written in it. */
export const LANGUAGES: readonly (readonly [Phrases, number])[] = [
  ...([[ENGLISH, 86]] as const),
  ...([[GERMAN, 6]] as const),
  ...([[FRENCH, 3]] as const),
  ...([[SPANISH, 3]] as const),
  ...([[JAPANESE, 1]] as const),
  ...([[CHINESE, 1]] as const),
];

/** Colleagues among themselves, always in the language of the house. */
export const NOTES: readonly string[] = [
  ...[
    'Called {department} about the {thing}, no answer yet.',
    'Customer called again, order {code}.',
    'Same as last week with {rare}.',
  ],
  ...['Checked the log: error {code}.', 'Please be quick with this one, they are a large customer.', 'Waiting for {department}.'],
  ...[
    'I would refund the {thing}, what do you think?',
    'The {thing} in {place} {happened}, see the wiki.',
    'Not our fault, but let us help.',
  ],
];
