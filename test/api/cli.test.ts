import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Client } from '../support/client.js';
import { runCommand, tokenIn, type Outcome } from '../support/command.js';
import { createDatabase } from '../support/database.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { startDeskProcess } from '../support/desk-process.js';

const SECRET = 'a secret that only these tests know and use';

let desk: TestDesk;
let folder: string;

beforeAll(async () => {
  desk = await startDesk();
  folder = await mkdtemp(join(tmpdir(), 'polydesk-cli-'));
});
afterAll(async () => {
  await desk.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A command beside the running desk, on the same database. */
function beside(...args: string[]): Promise<Outcome> {
  const { DATABASE_URL = '', DATA_DIR, BOOTSTRAP_COMPANY, PUBLIC_URL = '' } = desk.env;
  return runCommand('cli', args, { DATABASE_URL, DATA_DIR, APP_SECRET: SECRET, BOOTSTRAP_COMPANY, PUBLIC_URL });
}

const withToken = (token: string) => new Client(desk.url, token);

/** What every failure looks like: one line for the operator, no stack, nothing on standard output. */
const failure = (line: string | RegExp) => ({ code: 1, stdout: '', stderr: expect.stringMatching(line) });

describe('companies', () => {
  it('are made, with an event of the operator, and listed', async () => {
    const made = await beside('company', 'create', 'initech', '--name', 'Initech Ltd');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const [company] = await desk.db.query<{ id: number }>(
      `select id from companies where subdomain = 'initech' and name = 'Initech Ltd'`,
    );
    expect(made.stdout).toContain(`The company initech is made, id ${company?.id}, at http://initech.desk.test`);
    expect(await desk.db.query('select type, actor from events where company_id = $1', [company?.id])).toEqual([
      { type: 'company.created', actor: { id: null, role: 'operator' } },
    ]);
    const { code, stdout } = await beside('company', 'list');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1, 4))).toEqual(
      expect.arrayContaining([
        ['SUBDOMAIN', 'NAME', 'STAFF'],
        ['acme', 'acme', '3'],
        ['initech', 'Initech Ltd', '0'],
      ]),
    );
  });

  it('cannot have a taken or impossible subdomain', async () => {
    const [taken, bad] = await Promise.all([beside('company', 'create', 'globex'), beside('company', 'create', 'Not_A_Label')]);
    expect(taken).toEqual(failure(/^Subdomain has already been taken\n$/));
    expect(bad).toEqual(failure(/^The subdomain Not_A_Label must be a host name label.*\n$/));
    expect(await desk.db.query(`select 1 from companies where subdomain ilike 'not%'`)).toEqual([]);
  });
});

describe('admins', () => {
  it('get a token that is printed once and works at once, in the bootstrap company unless another is named', async () => {
    const [here, there] = await Promise.all([
      beside('admin', 'create', 'ann@acme.test', '--name', 'Ann Lee'),
      beside('admin', 'create', 'ann@acme.test', '--company', 'globex'),
    ]);
    expect([here.code, there.code]).toEqual([0, 0]);
    expect(here.stdout).toContain('(shown this once)');
    expect((await withToken(tokenIn(here)).get('/me')).body.user).toMatchObject({
      email: 'ann@acme.test',
      name: 'Ann Lee',
      role: 'admin',
    });
    const [{ company } = { company: '' }] = await desk.db.query<{ company: string }>(
      `select c.subdomain as company from companies c join api_tokens t on t.company_id = c.id where t.token_hash = sha256($1::bytea)`,
      [Buffer.from(tokenIn(there))],
    );
    expect(company).toBe('globex');
  });

  it('are refused for a taken address, a bad one and an unknown company', async () => {
    const [taken, bad, nowhere] = await Promise.all([
      beside('admin', 'create', desk.acme.customer.email.toUpperCase()),
      beside('admin', 'create', 'nobody'),
      beside('admin', 'create', 'bob@acme.test', '--company', 'nowhere'),
    ]);
    expect(taken).toEqual(failure(/^Email has already been taken\n$/));
    expect(bad).toEqual(failure(/^nobody is not an e-mail address\n$/));
    expect(nowhere).toEqual(failure(/^There is no company nowhere\..*\n$/));
    expect(await desk.db.query(`select 1 from users where email = 'bob@acme.test'`)).toEqual([]);
  });
});

describe('tokens', () => {
  it('do what their scopes say, until they end', async () => {
    const options = ['--name', 'export', '--scopes', 'tickets:read,users:read', '--expires', '2099-01-31T12:00:00Z'];
    const made = await beside('token', 'create', desk.acme.agent.email, ...options);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const agent = withToken(tokenIn(made));
    expect((await agent.get('/tickets')).status).toBe(200);
    expect((await agent.post('/labels', { label: { name: 'mine' } })).status).toBe(403);
    const { body } = await desk.as(desk.acme.admin).get('/api_tokens');
    expect(body.api_tokens).toContainEqual(
      expect.objectContaining({
        user_id: desk.acme.agent.id,
        name: 'export',
        scopes: ['tickets:read', 'users:read'],
        expires_at: '2099-01-31T12:00:00Z',
      }),
    );
  });

  it('are refused for strangers, unknown scopes and times that are over', async () => {
    const { email } = desk.acme.agent;
    const outcomes = await Promise.all([
      beside('token', 'create', desk.globex.agent.email),
      beside('token', 'create', email, '--scopes', 'tickets:read,everything'),
      beside('token', 'create', email, '--expires', '2001-01-01'),
    ]);
    expect(outcomes).toEqual([
      failure(/^Nobody in acme has the address agent@globex\.test\n$/),
      failure(/^There is no scope everything\..*\n$/),
      failure(/^2001-01-01 is over already\n$/),
    ]);
  });
});

describe('migrate', () => {
  it('brings an empty database up to date and tells what ran; --check only looks', async () => {
    const { url, drop } = await createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query('drop schema public cascade; create schema public; drop schema bullmq cascade');
      const migrate = (...args: string[]) => runCommand('cli', ['migrate', ...args], { DATABASE_URL: url, APP_SECRET: SECRET });
      const before = await migrate('--check');
      expect(before).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ Foundation1790000000000\n/) });
      expect((await client.query(`select to_regclass('schema_migrations') as found`)).rows).toEqual([{ found: null }]);
      expect(await migrate()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ Foundation1790000000000\n/) });
      expect(await migrate('--check')).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
      await client.query(`update schema_migrations set name = 'Gone' where name = 'Foundation1790000000000'`);
      const list = await runCommand('cli', ['company', 'list'], { DATABASE_URL: url, APP_SECRET: SECRET });
      expect(list).toEqual(failure(/^The schema of the database lacks Foundation1790000000000\. First run: .*\n$/));
    } finally {
      await client.end();
      await drop();
    }
  }, 60_000);
});

describe('doctor', () => {
  const names = [
    'Node.js',
    'environment',
    'DATA_DIR',
    'disk space',
    'APP_SECRET',
    'database',
    'migrations',
    'queue store',
    'events',
  ];
  const lineOf = ({ stdout }: Outcome, name: string) => stdout.split('\n').find((line) => line.slice(2).startsWith(name));

  it('finds nothing on a healthy desk, and prints no secret', async () => {
    await desk.db.query('delete from event_outbox');
    const outcome = await beside('doctor');
    expect(outcome.stdout).toMatch(/\nAll is well\.\n$/);
    expect(outcome.code).toBe(0);
    for (const name of names) expect(lineOf(outcome, name)).toMatch(/^✓ /);
    expect(outcome.stdout).not.toContain(SECRET);
    expect(outcome.stdout).not.toContain(new URL(desk.env.DATABASE_URL ?? '').password);
  });

  it('tells that nobody passes events on', async () => {
    await desk.db.query(`with old as (update events set created_at = now() - interval '2 minutes' returning company_id, id)
      insert into event_outbox (company_id, event_id) select company_id, id from old on conflict do nothing`);
    const outcome = await beside('doctor');
    await desk.db.query('delete from event_outbox');
    expect(lineOf(outcome, 'events')).toMatch(/^✗ events +one has waited for 12\d s: does a process with the role worker run\?$/);
    expect(outcome.code).toBe(1);
  });

  it('names what is wrong and exits with 1', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const doctor = (settings: Record<string, string>) => runCommand('cli', ['doctor'], { APP_SECRET: SECRET, ...settings });
    const [unreachable, bad, queueless] = await Promise.all([
      doctor({ DATABASE_URL: 'postgres://desk:hush-hush@127.0.0.1:1/desk', DATA_DIR: file }),
      doctor({ PORT: 'abc', APP_SECRET: 'short' }),
      doctor({ DATABASE_URL: desk.env.DATABASE_URL ?? '', DATA_DIR: folder, REDIS_URL: 'redis://:hush-hush@127.0.0.1:1' }),
    ]);
    expect([unreachable.code, bad.code, queueless.code]).toEqual([1, 1, 1]);
    expect(lineOf(unreachable, 'DATA_DIR')).toMatch(/^✗ .*EEXIST|ENOTDIR/);
    expect(lineOf(unreachable, 'database')).toMatch(/^✗ database .*127\.0\.0\.1:1\/desk cannot be used: .*ECONNREFUSED/);
    expect(unreachable.stdout + queueless.stdout).not.toContain('hush-hush');
    expect(lineOf(queueless, 'queue store')).toMatch(/^✗ .*Redis at 127\.0\.0\.1:1 does not answer$/);
    expect(queueless.stdout).toContain('1 of 9 checks failed.');
    expect(lineOf(bad, 'environment')).toMatch(/^✗ .*PORT: .* APP_SECRET: /);
  });
});

describe('without DATABASE_URL', () => {
  it('starts the Postgres of DATA_DIR and stops it; beside a running desk it uses that one', async () => {
    const settings = { DATA_DIR: join(folder, 'data'), BOOTSTRAP_COMPANY: 'acme' };
    const owners = async () => (await readdir(settings.DATA_DIR)).filter((name) => name.startsWith('postgres-desk.'));
    const made = await runCommand('cli', ['company', 'create', 'acme'], settings);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(await owners()).toEqual([]);
    expect(await readdir(join(settings.DATA_DIR, 'postgres'))).not.toContain('postmaster.pid');

    const { url, child, ended } = await startDeskProcess(settings);
    try {
      const admin = await runCommand('cli', ['admin', 'create', 'ann@acme.test'], settings);
      expect((await new Client(url, tokenIn(admin)).get('/me')).body.user).toMatchObject({ email: 'ann@acme.test' });
      expect(await owners()).toHaveLength(1);
    } finally {
      child.kill('SIGTERM');
      await ended();
    }
  }, 60_000);
});

describe('the command line itself', () => {
  it('shows how it is used, and refuses what it does not know', async () => {
    const [help, none, unknown, missing] = await Promise.all([
      runCommand('cli', ['--help'], {}),
      runCommand('cli', [], {}),
      runCommand('cli', ['frobnicate'], {}),
      runCommand('cli', ['admin', 'create'], {}),
    ]);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run desk -- <command>') });
    expect(none.code).toBe(1);
    expect(unknown).toEqual(failure(/unknown command 'frobnicate'/));
    expect(missing).toEqual(failure(/missing required argument 'email'/));
  });
});
