/** First names of many places; what is beyond ASCII is there on purpose. */
export const FIRST_NAMES = [
  ...['Anna', 'James', 'Maria', 'Lukas', 'Sofia', 'David', 'Emma', 'Noah', 'Olivia', 'Liam', 'Zoë', 'Jürgen', 'Björn', 'Søren'],
  ...[
    'Ingrid',
    'Karin',
    'Günther',
    'Käthe',
    'Hannah',
    'Finn',
    'Mia',
    'Paul',
    'Clara',
    'Felix',
    'Léa',
    'Chloé',
    'Hélène',
    'André',
  ],
  ...[
    'François',
    'Jérôme',
    'Camille',
    'Lucie',
    'José',
    'Inés',
    'Lucía',
    'Martín',
    'Begoña',
    'Íñigo',
    'Carlos',
    'Elena',
    'Giulia',
  ],
  ...['Marco', 'Niccolò', 'Chiara', 'Luca', 'João', 'Conceição', 'Rui', 'Beatriz', 'Łukasz', 'Małgorzata', 'Paweł', 'Agnieszka'],
  ...[
    'Zuzana',
    'Jiří',
    'Tomáš',
    'Eszter',
    'Gergő',
    'Ștefan',
    'Ioana',
    'Ayşe',
    'Emre',
    'Çağla',
    'Mehmet',
    'Yuki',
    'Haruto',
    'Aiko',
  ],
  ...['Wei', 'Li', 'Min-jun', 'Seo-yeon', 'Priya', 'Arjun', 'Ananya', 'Rohan', 'Fatima', 'Omar', 'Layla', 'Yusuf', 'Amara'],
  ...['Chidi', 'Ngozi', 'Kwame', 'Thandi', 'Sipho', 'Grace', 'Samuel', 'Ruth', 'Peter', 'Susan', 'Robert', 'Linda', 'Michael'],
  ...['Karen', 'Thomas', 'Nancy', 'Daniel', 'Laura', 'Kevin', 'Megan', 'Brian', 'Rachel', 'Scott', 'Diane', 'Eric', 'Julia'],
  ...['Patrick', 'Siobhán', 'Niamh', 'Seán', 'Eilidh', 'Gareth', 'Rhys', 'Bronwyn', 'Astrid', 'Lars', 'Åsa', 'Øyvind', 'Eero'],
] as const;

export const LAST_NAMES = [
  ...['Smith', 'Müller', 'García', 'Rossi', 'Dubois', 'Jensen', 'Nowak', 'Novák', 'Silva', 'Kowalski', 'Schmidt', 'Schäfer'],
  ...['Weiß', 'Größe', 'Köhler', 'Fischer', 'Weber', 'Wagner', 'Becker', 'Hoffmann', 'Krüger', 'Böhm', 'Lefèvre', 'Moreau'],
  ...['Girard', 'Bézier', 'Fournier', 'Martínez', 'López', 'Hernández', 'Muñoz', 'Ibáñez', 'Ferrari', 'Esposito', 'Bianchi'],
  ...['Santos', 'Conceição', 'Pereira', 'Gonçalves', 'Andersson', 'Johansson', 'Sjöberg', 'Åkesson', 'Nilsen', 'Ødegård'],
  ...['Virtanen', 'Mäkinen', 'Wiśniewski', 'Wójcik', 'Dvořák', 'Černý', 'Horváth', 'Szabó', 'Popescu', 'Ionescu', 'Yılmaz'],
  ...['Demir', 'Öztürk', 'Tanaka', 'Suzuki', 'Watanabe', 'Wang', 'Chen', 'Zhang', 'Kim', 'Park', 'Nguyen', 'Tran', 'Sharma'],
  ...['Patel', 'Iyer', 'Khan', 'Hussain', 'Haddad', 'Okafor', 'Adeyemi', 'Mensah', 'Dlamini', 'Nkosi', 'Johnson', 'Williams'],
  ...['Brown', 'Jones', 'Miller', 'Davis', 'Wilson', 'Anderson', 'Taylor', 'Moore', 'Jackson', 'Martin', 'Lee', 'Thompson'],
  ...['White', 'Harris', 'Clark', 'Lewis', 'Walker', 'Hall', 'Young', 'King', 'Wright', 'Scott', 'Green', 'Baker', 'Adams'],
  ...['Nelson', 'Carter', 'Mitchell', 'Roberts', 'Turner', 'Phillips', 'Campbell', 'Parker', 'Evans', 'Edwards', 'Collins'],
  ...["O'Brien", "O'Connor", 'MacDonald', 'van der Berg', 'de Vries', 'Janssen', 'Peeters', 'Maes', 'Keller', 'Zürcher'],
] as const;

export const COMPANY_FIRST = [
  ...['Northwind', 'Bluebird', 'Silverline', 'Oakfield', 'Brightwater', 'Redstone', 'Summit', 'Harbour', 'Evergreen', 'Granite'],
  ...['Lakeside', 'Falcon', 'Copper', 'Meridian', 'Pioneer', 'Aurora', 'Cobalt', 'Juniper', 'Saffron', 'Walnut', 'Kestrel'],
] as const;

export const COMPANY_LAST = [
  ...['Trading', 'Logistics', 'Foods', 'Systems', 'Clinic', 'Studios', 'Energy', 'Textiles', 'Bakery', 'Robotics', 'Insurance'],
  ...['Travel', 'Hardware', 'Publishing', 'Farms', 'Motors', 'Academy', 'Pharma', 'Optics'],
] as const;

export const TEAM_NAMES = [
  ...['Support', 'Billing', 'Logistics', 'Technical', 'Returns', 'Onboarding', 'Partners', 'Night shift', 'Enterprise'],
  ...['Community', 'Escalations', 'Quality'],
] as const;

export const LABEL_NAMES = [
  ...['billing', 'bug', 'question', 'shipping', 'refund', 'login', 'urgent', 'feature request', 'invoice', 'warranty', 'vip'],
  ...['delivery delay', 'damaged', 'password', 'mobile app', 'api', 'integration', 'onboarding', 'cancellation', 'upgrade'],
  ...['downgrade', 'performance', 'outage', 'security', 'privacy', 'tax', 'discount', 'wholesale', 'press', 'job application'],
  ...['feedback', 'praise', 'complaint', 'duplicate', 'follow up', 'waiting for supplier', 'needs engineering', 'documentation'],
  ...['translation', 'accessibility', 'printing', 'hardware', 'network', 'export', 'import', 'reporting', 'trial', 'renewal'],
] as const;

export const COLORS = [
  '#d73a4a',
  '#0075ca',
  '#cfd3d7',
  '#a2eeef',
  '#7057ff',
  '#008672',
  '#e4e669',
  '#d876e3',
  '#fbca04',
  '#0e8a16',
];

/** Where private people have their mail; all under a top level that mail can never reach. */
export const MAILBOX_DOMAINS = ['mail.example', 'post.example', 'inbox.example', 'courriel.example', 'correo.example'];
