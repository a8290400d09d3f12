/** The words that fill the slots of the phrases, the frequent ones first: they are drawn by rank. */
export const WORDS = {
  thing: [
    ...['order', 'account', 'invoice', 'printer', 'password', 'delivery', 'app', 'payment', 'subscription', 'website', 'parcel'],
    ...['login', 'refund', 'email', 'phone', 'router', 'screen', 'laptop', 'report', 'booking', 'licence', 'charger', 'cable'],
    ...['battery', 'calendar', 'dashboard', 'keyboard', 'monitor', 'export', 'import', 'newsletter', 'voucher', 'contract'],
    ...['camera', 'scanner', 'headset', 'tablet', 'backup', 'firmware', 'sensor', 'thermostat', 'coffee machine', 'door lock'],
    ...['webhook', 'spreadsheet', 'database', 'certificate', 'domain', 'warranty', 'signature', 'cartridge', 'toner', 'speaker'],
    ...['projector', 'dishwasher', 'vacuum cleaner', 'bicycle', 'helmet', 'mattress', 'lamp', 'kettle', 'blender', 'oven'],
    ...['freezer', 'drill', 'ladder', 'greenhouse', 'wheelbarrow', 'trampoline', 'telescope', 'microscope', 'metronome'],
    ...['ukulele', 'accordion', 'bassoon', 'theremin', 'astrolabe', 'sextant', 'gyroscope', 'dehumidifier', 'centrifuge'],
    ...['oscilloscope', 'spectrometer', 'planimeter', 'orrery', 'zoetrope', 'hygrometer', 'anemometer', 'barograph'],
  ],
  happened: [
    ...[
      'does not work',
      'is broken',
      'has not arrived',
      'stopped working',
      'shows an error',
      'was charged twice',
      'is very slow',
    ],
    ...['disappeared', 'is missing', 'arrived damaged', 'keeps disconnecting', 'cannot be opened', 'is stuck', 'was cancelled'],
    ...[
      'crashes all the time',
      'was delivered to the wrong address',
      'does not load',
      'freezes',
      'overheats',
      'will not turn on',
    ],
    ...['makes a strange noise', 'was rejected', 'expired', 'is out of date', 'leaks', 'flickers', 'smells of burning plastic'],
    ...['turned green overnight', 'hums in B flat', 'speaks only Portuguese now', 'caught fire, twice'],
  ],
  when: [
    ...['since yesterday', 'since this morning', 'since the last update', 'since Monday', 'for two weeks', 'for three days'],
    ...['after the restart', 'since Friday afternoon', 'from time to time', 'every evening', 'whenever it rains'],
    ...['since we moved offices', 'about once an hour', 'after every full moon', 'since the clocks went back'],
  ],
  place: [
    ...['London', 'Berlin', 'Paris', 'New York', 'Madrid', 'Zürich', 'Vienna', 'Lisbon', 'Toronto', 'Sydney', 'Warsaw', 'Malmö'],
    ...[
      'Köln',
      'Düsseldorf',
      'Łódź',
      'Kraków',
      'Århus',
      'Tromsø',
      'Reykjavík',
      'São Paulo',
      'Bogotá',
      'Québec',
      'Osaka',
      'Hanoi',
    ],
    ...['Nairobi', 'Lagos', 'Pune', 'Llanfairpwllgwyngyll', 'Ittoqqortoormiit'],
  ],
  quality: [
    ...['new', 'old', 'right', 'wrong', 'broken', 'small', 'large', 'annual', 'monthly', 'second', 'spare', 'digital', 'red'],
    ...['blue', 'wireless', 'portable', 'heavy', 'refurbished', 'vintage', 'waterproof', 'left-handed', 'inflatable'],
    ...['hand-painted', 'iridescent', 'vermilion', 'octagonal', 'antediluvian'],
  ],
  department: [
    ...['billing', 'the warehouse', 'engineering', 'the courier', 'our supplier', 'accounting', 'the night shift', 'legal'],
    ...['the repair shop', 'the returns desk', 'quality control', 'the data centre'],
  ],
} as const;

/** Halves of invented product names: together with a number they make the rare words that people search for. */
export const RARE_HEADS = [
  ...['Vel', 'Kor', 'Zan', 'Mir', 'Tol', 'Quo', 'Bry', 'Fen', 'Ost', 'Ul', 'Dax', 'Ryn', 'Gla', 'Pex', 'Jov', 'Hyl', 'Nim'],
  ...['Sarn', 'Wex', 'Ärn', 'Œdi', 'Skö', 'Þor', 'Cro', 'Ebb', 'Ivo'],
] as const;
export const RARE_TAILS = [
  ...['mora', 'dex', 'tronic', 'plus', 'ium', 'aza', 'lite', 'core', 'wave', 'grid', 'pad', 'fix', 'oid', 'ara', 'ent', 'ix'],
  ...['bolt', 'nova', 'quist', 'ström'],
] as const;

export const EMOJI = ['🙂', '👍', '😡', '🙏', '🔥', '😅', '🎉', '🤷‍♀️', '📦', '☕', '👨‍👩‍👧', '🇩🇪'] as const;
