import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { issueToken } from '../../src/access/api-tokens.service.js';
import type { Role } from '../../src/access/actor.js';
import { buildApp, connect } from '../../src/app.js';
import { readEnv, type Env } from '../../src/config/env.js';
import { Database } from '../../src/platform/database/database.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { createCompany, createStaff, OPERATOR } from '../../src/users/companies.js';
import { Client } from './client.js';
import { createDatabase } from './database.js';

export interface Member {
  id: number;
  email: string;
  token: string;
}

/** A company with one person of each role. */
export interface TestCompany {
  id: number;
  subdomain: string;
  admin: Member;
  agent: Member;
  collaborator: Member;
  customer: Member;
}

/** A running desk on a database of its own, with two companies. */
export interface TestDesk {
  url: string;
  env: Env;
  db: Database;
  app: NestExpressApplication;
  /** The company of most tests. */
  acme: TestCompany;
  /** The one that must never be seen from acme. */
  globex: TestCompany;
  /** A client that shows this person's token; without one it shows none. Every answer is checked against the OpenAPI document. */
  as(member?: Member): Client;
  /** Another process's worth of the same desk: an app of its own on the same database. */
  second(settings?: Partial<Env>): Promise<OtherApp>;
  stop(): Promise<void>;
}

export interface OtherApp {
  url: string;
  app: NestExpressApplication;
  as(member?: Member): Client;
  stop(): Promise<void>;
}

export async function startDesk(settings: Record<string, string> = {}): Promise<TestDesk> {
  const { url: databaseUrl, drop } = await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'polydesk-desk-'));
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    APP_SECRET: 'a secret that only these tests know and use',
    BOOTSTRAP_COMPANY: 'acme',
    PUBLIC_URL: 'http://{company}.desk.test',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    ROLES: 'api',
    RATE_LIMITS: 'off',
    ...settings,
  });
  const logger = buildLogger(env.LOG_LEVEL);
  const dataSource = await connect(env, logger, 10);
  const db = new Database(dataSource);
  const acme = await populate(db, 'acme');
  const globex = await populate(db, 'globex');
  const { url, app } = await serve(env, logger, dataSource);
  const others: OtherApp[] = [];
  const second = async (changed: Partial<Env> = {}) => {
    const other = await serve({ ...env, ...changed }, logger, await connect(env, logger, 10));
    others.push(other);
    return other;
  };
  const stop = async () => {
    await Promise.all(others.map((other) => other.stop()));
    await app.close();
    await drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url, env, db, app, acme, globex, as: (member) => new Client(url, member?.token ?? null), second, stop };
}

async function serve(env: Env, logger: Logger, dataSource: DataSource): Promise<OtherApp> {
  const app = await buildApp(env, logger, dataSource);
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return { url, app, as: (member) => new Client(url, member?.token ?? null), stop: () => app.close() };
}

async function populate(db: Database, subdomain: string): Promise<TestCompany> {
  return db.tx(async (em) => {
    const id = await createCompany(em, { subdomain, name: subdomain });
    const member = async (role: Role): Promise<Member> => {
      const email = `${role}@${subdomain}.test`;
      const userId = await createStaff(em, id, `http://${subdomain}.desk.test`, { email, name: `${role} ${subdomain}`, role });
      const { token } = await issueToken(em, id, OPERATOR, { userId, name: 'test' });
      return { id: userId, email, token };
    };
    const [admin, agent] = [await member('admin'), await member('agent')];
    return { id, subdomain, admin, agent, collaborator: await member('collaborator'), customer: await member('customer') };
  });
}
