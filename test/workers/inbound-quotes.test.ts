import { describe, expect, it } from '@jest/globals';
import { readFindings } from '../../src/emails/inbound/authentication-results.js';
import { htmlWithoutQuote } from '../../src/emails/inbound/quoted-html.js';
import { withoutQuote } from '../../src/emails/inbound/quotes.js';
import { readTnef } from '../../src/emails/inbound/tnef.js';
import { sample } from '../support/mail-samples.js';

const LINE = '-- Please write your answer above this line --';

describe('what somebody has added to a text', () => {
  it.each([
    ['above the line of the desk', `Fine.\n\n> ${LINE}\n> Have you tried water?`],
    [
      'above a quote with its writer',
      'Fine.\n\nOn Mon, Mar 2, 2026 at 11:59 AM, Help <help@acme.test> wrote:\n> Have you tried water?',
    ],
    [
      'above one whose writer takes two lines',
      'Fine.\n\nOn Mon, Mar 2, 2026 at 11:59 AM Help\n<help@acme.test> wrote:\n> Have you?\n',
    ],
    ['above a German one', 'Fine.\n\nAm 02.03.26 um 11:59 schrieb Help:\n> Schon Wasser versucht?'],
    ['above a French one', "Fine.\n\nLe lun. 2 mars 2026 à 11:59, Help <help@acme.test> a écrit :\n\n> De l'eau ?"],
    ['above a Spanish one', 'Fine.\n\nEl lun, 2 mar 2026 a las 11:59, Help (<help@acme.test>) escribió:\n\n> ¿Agua?'],
    ['above a Japanese one', 'Fine.\n\n2026年3月2日(月) 11:59 Help <help@acme.test>:\n> 水は?'],
    [
      'above the head of Outlook',
      'Fine.\n\n________________________________\nFrom: Help <help@acme.test>\nSent: Monday\nTo: Jane\n\nWater?',
    ],
    ['above the head of Outlook in words', 'Fine.\n\n-----Original Message-----\nFrom: Help\nSent: Monday\n\nWater?'],
    ['when lines end as on Windows', `Fine.\r\n\r\n> ${LINE}\r\n> Have you tried water?\r\n`],
    ['when there is no quote', 'Fine.'],
  ])('is found %s', (_name, text) => {
    expect(withoutQuote(text, LINE)).toBe('Fine.');
  });

  it.each([
    ['written below the quote', '> Have you tried water?\n\nYes.'],
    ['written between the lines', '> Have you tried water?\nYes.\n> And sand?\nNo.'],
    ['nothing but a quote', 'On Monday, Help wrote:\n> Have you tried water?'],
    ['a text that only speaks of writing', 'He wrote:\nthat it burns.'],
  ])('is the whole when it is %s', (_name, text) => {
    expect(withoutQuote(text, LINE)).toBe(text);
  });

  it.each(['On '.repeat(60_000), 'x\n'.repeat(90_000), '> a\n'.repeat(45_000), '\n'.repeat(190_000), `_${'_'.repeat(190_000)}`])(
    'is looked for also in what is made to take forever (%#)',
    (text) => {
      expect(text.startsWith(withoutQuote(text, LINE).slice(0, 100))).toBe(true);
    },
  );
});

describe('what somebody has added to html', () => {
  it.each([
    [
      'Gmail',
      '<div>Fine.</div><div class="gmail_quote"><div class="gmail_attr">On Monday, Help wrote:</div><blockquote>Water?</blockquote></div>',
    ],
    [
      'Thunderbird',
      '<p>Fine.</p><div class="moz-cite-prefix">On Monday, Help wrote:</div><blockquote type="cite">Water?</blockquote>',
    ],
    [
      'Outlook on the web',
      '<div>Fine.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Help</div><div>Water?</div>',
    ],
    ['Outlook', '<p>Fine.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>From: Help</p></div><p>Water?</p>'],
    [
      'an older Apple Mail',
      '<div>Fine.</div><div>On Monday, Help &lt;help@acme.test&gt; wrote:</div><br><blockquote type="cite">Water?</blockquote>',
    ],
    ['any, above the line of the desk', `<div>Fine.</div><div><p>${LINE}</p><p>Water?</p></div>`],
  ])('is found in that of %s', (_name, html) => {
    const added = htmlWithoutQuote(html, LINE) ?? '';
    expect(added).toContain('Fine.');
    expect(added).not.toMatch(/Water|wrote|From:/);
  });

  it.each([
    ['there is no quote', '<p>Fine.</p>'],
    ['it stands below the quote', '<blockquote type="cite">Water?</blockquote><p>Yes.</p>'],
    [
      'it stands between quotes',
      '<blockquote type="cite">Water?</blockquote><p>Yes.</p><blockquote type="cite">Sand?</blockquote>',
    ],
    ['it is nothing', '<blockquote type="cite">Water?</blockquote>'],
  ])('is the whole when %s', (_name, html) => {
    expect(htmlWithoutQuote(html, LINE)).toBeNull();
  });

  it('may be a picture alone', () => {
    expect(htmlWithoutQuote('<img src="cid:a"><blockquote type="cite">Water?</blockquote>', LINE)).toBe('<img src="cid:a">');
  });
});

describe('a winmail.dat', () => {
  it('that breaks off anywhere gives what came before, and never more', async () => {
    const [, base64 = ''] = /filename="winmail\.dat"\r\n\r\n([\s\S]+?)\r\n--/.exec((await sample('winmail')).toString()) ?? [];
    const whole = Buffer.from(base64, 'base64');
    expect(readTnef(whole)?.files).toHaveLength(1);
    for (let length = 0; length < whole.length; length++) {
      const contents = readTnef(whole.subarray(0, length));
      expect(contents?.files.length ?? 0).toBeLessThanOrEqual(1);
    }
  });
});

describe('the findings of a server', () => {
  it('are those of the server alone, without what stands in comments and quotes', () => {
    const value =
      'mx.acme.test (by "us"; yes); dkim=pass (2048; nested (dmarc=pass)) header.d=a.test; spf=fail smtp.mailfrom="x;y"';
    const findings = readFindings(value, ['MX.acme.test']);
    expect(findings?.map(({ method, result }) => `${method}=${result}`)).toEqual(['dkim=pass', 'spf=fail']);
    expect(findings?.[0]?.properties.get('header.d')).toBe('a.test');
    expect(readFindings(value, ['acme.test'])).toBeNull();
  });
});
