// Mails a second, out and in, over SMTP on this machine.
//
//   node bench/mail.mjs [--mails 1000] [--redis redis://127.0.0.1:6379]
//
// Out: an API process takes replies to as many tickets while no worker runs; then one worker writes and sends their mails. The
// clock runs from the first mail at the server to the last.
// In: eight connections hand plain mails of as many senders to the SMTP receiver of the API process, while the worker makes
// tickets of them. Taken: from the first mail to the last answer; a mail is answered when its source is on disk. Made into
// tickets: from the first mail to the last ticket.
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { parseArgs } from 'node:util';
import { counter, inParallel, withDesk } from './desk.mjs';

const { values } = parseArgs({ options: { mails: { type: 'string', default: '1000' }, redis: { type: 'string' } } });
const mails = Number(values.mails);
const CONNECTIONS = 8;
const DOMAIN = 'in.bench.test';
const SMTP_PORT = 3978;
const store = values.redis ? 'Redis' : 'Postgres';

const sent = counter();
const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  onData(stream, _session, done) {
    stream.resume();
    stream.on('end', () => {
      sent.came();
      done(null, 'Taken');
    });
  },
});
const { port } = await new Promise((resolve) => {
  const listening = server.listen(0, '127.0.0.1', () => resolve(listening.address()));
});

const settings = {
  ...{ SMTP_URL: `smtp://127.0.0.1:${port}`, INBOUND_MAIL_DOMAIN: DOMAIN, INBOUND_SMTP_PORT: String(SMTP_PORT) },
  ...(values.redis && { REDIS_URL: values.redis }),
};
await withDesk(settings, async (desk) => {
  await desk.start('api,mail');
  await answerCustomers(desk);
  await desk.start('worker');
  await sent.until(mails);
  report(`${mails} mails out`, sent.seconds());
  await bringMails(desk);
});
server.close();

async function answerCustomers(desk) {
  await inParallel(mails, CONNECTIONS, async (n) => {
    const email = `customer.${n}@example.com`;
    const { ticket } = await desk.post('/tickets', { ticket: { requester_email: email, content: { text: 'It burns.' } } });
    await desk.post(`/tickets/${ticket.id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
  });
}

async function bringMails(desk) {
  const { forwarding_address: address } = await desk.post('/emails', {
    forwarding_address: { email: 'help@demo.example', name: 'Help' },
  });
  const transport = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: SMTP_PORT, secure: false, ignoreTLS: true },
    ...{ pool: true, maxConnections: CONNECTIONS, maxMessages: Infinity },
  });
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  await inParallel(mails, CONNECTIONS, (n) => {
    const from = `writer.${n}@example.com`;
    return transport.sendMail({ envelope: { from, to: address.forward_to }, raw: plainMail(n, from) });
  });
  report(`${mails} mails in, taken`, seconds());
  while (Number((await desk.query(`select count(*) from inbound_emails where state = 'new_ticket'`))[0].count) < mails)
    await new Promise((resolve) => setTimeout(resolve, 50));
  report(`${mails} mails in, made into tickets`, seconds());
  transport.close();
}

function plainMail(n, from) {
  const head = [
    `From: Writer ${n} <${from}>`,
    'To: help@demo.example',
    `Subject: Question ${n}`,
    `Message-ID: <${n}@example.com>`,
  ];
  const type = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8'];
  return [...head, ...type, '', `The printer of room ${n} does not print. What can I do?`, ''].join('\r\n');
}

function report(what, seconds) {
  console.log(`${what}, queue in ${store}: ${seconds.toFixed(1)} s, ${Math.round(mails / seconds)} mails/s`);
}
