import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { UnexpectedFailureView, ValidationFailureView, FailureView } from './access/failures.js';
import { completeDocument } from './platform/http/openapi-document.js';
import { operationId } from './platform/http/operation-ids.js';
import { VERSION } from './platform/version.js';

const DESCRIPTION = `A helpdesk over REST: tickets, replies, comments, users, customer groups and attachments.

Press **Authorize** and give an API token, as bearer or as \`auth_token\`. Every path also answers with the suffix \`.json\`; bodies may be JSON or
forms, wrapped in the name of their object or not; blank fields count as absent and unknown ones are ignored. Errors are \`{"error": "…"}\`.
Every answer carries \`X-Request-Id\` and an \`ETag\` that \`If-None-Match\` understands, and changes of a ticket understand it as \`If-Match\`. A POST may be
sent again safely under the same \`Idempotency-Key\`. How often a token or an address may call is told by \`RateLimit\` and \`RateLimit-Policy\`, as in
draft-ietf-httpapi-ratelimit-headers. Operators see the queues at [/queues](/queues).`;

const TAGS: [name: string, description: string][] = [
  ['Tickets', 'Conversations with customers.'],
  ['Assignments', 'Who has a ticket.'],
  ['Labels', 'Words that sort tickets.'],
  ['Replies', 'What customer and agents write to each other.'],
  ['Comments', 'Internal notes, never shown to customers.'],
  ['Attachments', 'Files of tickets, replies and comments.'],
  ['Users', 'Staff, customers and customer groups.'],
  ['Teams', 'Staff who look after the same tickets.'],
  ['Snippets', 'Saved answers.'],
  ['Forwarding addresses', 'Addresses of the company whose mail becomes tickets.'],
  ['Incoming mail', 'What has come to the desk, and what has become of it.'],
  ['Outgoing mail', 'What the desk sends, what has come of it, and to whom it sends nothing.'],
  ['Custom fields', 'What the company wants to know beside subject and text.'],
  ['Categories', 'Subject areas that customers choose from.'],
  ['Articles', 'The help centre: articles in several languages, and their categories.'],
  ['Settings', 'How the company wants its desk.'],
  ['Pictures', 'Pictures of people and teams who have given none.'],
  ['API tokens', 'What a program shows to be let in.'],
  ['Events', 'Everything that has happened.'],
  ['Webhooks', 'Addresses of your own that are told of what happens.'],
  ['Filters', 'Rules, and what happens to the new tickets that they mean.'],
  ['Automations', 'What is said, sent and shown to customers by itself, and to whom it was.'],
  ['Reports', 'What the days of the company came to, for admins.'],
  [
    'PHP ticket scripts',
    'The ticket scripts of an older desk, which also answer under any folder: `/support/api/tickets_create.php`.',
  ],
  ['RPC', 'One address for all functions of another older desk; openapi/rpc.md lists them.'],
  ['Operation', 'For load balancers and operators.'],
];

/** The document of every route that the app has. */
export function buildDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Polydesk')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This desk')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: 'An API token in the Authorization header.' },
      'bearer',
    )
    .addApiKey(
      { type: 'apiKey', in: 'query', name: 'auth_token', description: 'An API token as parameter; also taken inside a body.' },
      'auth_token',
    );
  TAGS.forEach(([name, description]) => config.addTag(name, description));
  const document = SwaggerModule.createDocument(app, config.build(), {
    extraModels: [UnexpectedFailureView, ValidationFailureView, FailureView],
    operationIdFactory: operationId,
  });
  return completeDocument(document);
}

/** Serves the document at /openapi.json and Swagger UI at /docs. */
export function publishDocument(app: NestExpressApplication): void {
  let built: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (built ??= buildDocument(app)), {
    jsonDocumentUrl: 'openapi.json',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
    customSiteTitle: 'Polydesk API',
  });
}
