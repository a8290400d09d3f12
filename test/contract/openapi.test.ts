import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { ROLES, SCOPES } from '../../src/access/actor.js';
import { Public } from '../../src/access/access.decorators.js';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { connect } from '../../src/app.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { send } from '../support/send.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { contract, legacyRoutes, METHODS, refOf, routes, type Schema } from '../support/document.js';

const FILE = new URL('../../openapi/openapi.json', import.meta.url);

/** Routes that serve the document itself, and the page for operators. */
const DOCUMENT_ROUTES = /^\/(docs(\/.*|-yaml)?|openapi\.json|queues(\/.*|\{\/\*path\})?)$/;

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
  // Whether articles are shown without a token is for the company to say.
  await desk.as(desk.acme.admin).put('/settings', { settings: { articles_public: true } });
});
afterAll(() => desk.stop());

describe('the routes', () => {
  const served = (): string[] => {
    const { router } = desk.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
    return router.stack
      .flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => ({ method, path: route.path })) : []))
      .filter(({ path }) => !DOCUMENT_ROUTES.test(path))
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
  };

  it('are those of the document, each served once', () => {
    expect(served().sort()).toEqual([...routes, ...legacyRoutes].map(({ title }) => title).sort());
  });

  it('are all of a kind that the suites know', () => {
    const methods = Object.values(contract.paths).flatMap((path) => Object.keys(path));
    expect(methods.filter((method) => !METHODS.some((known) => known === method))).toEqual([]);
  });
});

describe.each(routes)('$title', (route) => {
  const answers = Object.keys(route.responses);

  it('says what it does', () => {
    expect(route.summary).toMatch(/\S{2}/);
    expect(route.description).toMatch(/\S{2}/);
  });

  it('stands under tags that are explained', () => {
    expect(route.tags?.length).toBeGreaterThan(0);
    expect(contract.tags.filter(({ description }) => description !== '').map(({ name }) => name)).toEqual(
      expect.arrayContaining(route.tags ?? []),
    );
  });

  it('has a name of its own', () => {
    expect(routes.filter(({ operationId }) => operationId === route.operationId)).toHaveLength(1);
  });

  it('says who may call it', () => {
    expect(route.security).toBeInstanceOf(Array);
    const schemes = (route.security ?? []).flatMap((scheme) => Object.keys(scheme));
    expect(Object.keys(contract.components.securitySchemes)).toEqual(expect.arrayContaining(schemes));
    // Public routes are public by an empty list; wherever a token is taken, every way of giving it is.
    expect(schemes.sort()).toEqual(route.token === 'none' ? [] : ['auth_token', 'bearer']);
    if (route.token !== 'none') expect(SCOPES).toContain(route['x-required-scope']);
    if (route.token === 'needed') expect(ROLES).toEqual(expect.arrayContaining(route['x-allowed-roles'] ?? ['nobody']));
  });

  it('tells its answers', () => {
    expect(answers.some((status) => /^2\d\d$/.test(status))).toBe(true);
    expect(answers).toEqual(expect.arrayContaining(['400', '500']));
    if (route.token !== 'none') expect(answers).toEqual(expect.arrayContaining(['401', '403']));
    if (route.names.length > 0) expect(answers).toContain('404');
    if (route.body ?? route.takesFiles) expect(answers).toContain('413');
    Object.values(route.responses).forEach(({ description }) => expect(description).toMatch(/\S{2}/));
  });

  it('answers errors as `{"error": text}`', () => {
    const failures = answers.filter((status) => Number(status) >= 400 && status !== '503');
    const schemas = failures.map((status) => refOf(route.responses[status]?.content?.['application/json']?.schema ?? {}));
    schemas.forEach((name) => expect(contract.components.schemas[name ?? '']?.properties).toHaveProperty('error'));
  });

  it('explains its parameters, with examples', () => {
    const parameters = route.parameters ?? [];
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(route.names);
    parameters.forEach(({ description }) => expect(description).toMatch(/\S{2}/));
    parameters.forEach(({ example, schema }) => expect(example ?? schema.example).toBeDefined());
  });

  it('demands the token that it says it demands', async () => {
    const path = route.path.replace(/\{\w+\}/g, '1');
    const { status } = await desk.as().call(route.method as 'get', path, {});
    if (route.token === 'needed') expect(status).toBe(403);
    else expect([401, 403]).not.toContain(status);
  });
});

const properties = Object.entries(contract.components.schemas).flatMap(([name, { properties: fields }]) =>
  Object.entries(fields ?? {}).map(([field, schema]) => ({ field: `${name}.${field}`, schema })),
);

describe('the fields', () => {
  const isInner = (schema: Schema) => refOf(schema) !== undefined || (schema.items && refOf(schema.items) !== undefined);
  const leaves = properties.filter(({ schema }) => !isInner(schema));

  it('are known', () => {
    expect(properties.length).toBeGreaterThan(100);
  });

  it('of inputs are explained', () => {
    const inputs = properties.filter(({ field }) => /^\w+Dto\./.test(field));
    expect(inputs.length).toBeGreaterThan(20);
    expect(inputs.filter(({ schema }) => !/\S{2}/.test(schema.description ?? '')).map(({ field }) => field)).toEqual([]);
  });

  it('all have an example', () => {
    expect(leaves.filter(({ schema }) => !('example' in schema)).map(({ field }) => field)).toEqual([]);
  });

  it('have examples that fit their own rules', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const broken = leaves.filter(({ schema }) => !ajv.validate(schema, schema.example));
    expect(broken.map(({ field }) => field)).toEqual([]);
  });
});

describe('the document', () => {
  it('is served as it was committed, byte for byte but the white space', async () => {
    const answer = await fetch(`${desk.url}/openapi.json`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(JSON.stringify(JSON.parse(readFileSync(FILE, 'utf8'))));
  });

  it('is OpenAPI 3.1', () => {
    expect(contract).toMatchObject({ openapi: '3.1.1' });
  });

  it('can be read by people at /docs', async () => {
    const answer = await fetch(`${desk.url}/docs`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain('id="swagger-ui"');
    const script = await fetch(`${desk.url}/docs/swagger-ui-init.js`);
    expect(await script.text()).toContain('/tickets/{ticket_id}');
  });
});

/** What a developer in a hurry might write. */
@Controller('probe')
class ProbeController {
  @Get('forgotten')
  forgotten(): object {
    return { secret: 'spilled' };
  }

  @Get('public')
  @Public()
  public(): object {
    return { fine: true };
  }
}

describe('a route that says nothing about access', () => {
  let app: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    const logger = buildLogger('silent');
    const dataSource = await connect(desk.env, logger, 2);
    @Module({ imports: [AppModule.register({ env: desk.env, logger, dataSource })], controllers: [ProbeController] })
    class ProbeModule {}
    app = await NestFactory.create<NestExpressApplication>(ProbeModule, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    setUpApp(app, desk.env, logger);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it.each([
    ['without a token', () => ({})],
    ['even to an admin', () => ({ authorization: `Bearer ${desk.acme.admin.token}` })],
  ])('is closed %s', async (_, headers) => {
    const { status, body, text } = await send(url, { path: '/probe/forgotten', headers: headers() });
    expect(status).toBe(403);
    expect(body).toEqual({ error: 'This route is closed' });
    expect(text).not.toContain('spilled');
  });

  it('would be open if it said so', async () => {
    const { status, body } = await send(url, { path: '/probe/public' });
    expect(status).toBe(200);
    expect(body).toEqual({ fine: true });
  });
});
