import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Env } from './config/env.js';
import { UnexpectedFailureView } from './access/failures.js';

const DESCRIPTION = `A helpdesk over REST: tickets, replies, comments, users, customer groups and attachments.

Press **Authorize** and give an API token, as bearer or as \`auth_token\`. Every path also answers with the suffix \`.json\`, bodies may be JSON or
forms, wrapped in the name of their object or not; unknown fields are ignored. Errors are \`{"error": "…"}\`. Every answer carries \`X-Request-Id\`
and an \`ETag\` that \`If-None-Match\` understands.`;

/** The document of every route that the app has. */
export function buildDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Polydesk')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This desk')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token in the Authorization header.' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'query', name: 'auth_token', description: 'An API token as parameter; also taken inside a body.' }, 'auth_token')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [UnexpectedFailureView],
    operationIdFactory: (controller, method) => `${method}${controller.replace(/Controller$/, '')}`,
  });
  return document;
}

/** Serves the document at /openapi.json and Swagger UI at /docs. */
export function publishDocument(app: NestExpressApplication, _env: Env): void {
  SwaggerModule.setup('docs', app, () => buildDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
    customSiteTitle: 'Polydesk API',
  });
}
