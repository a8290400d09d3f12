import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Role, Scope } from './actor.js';
import type { Actor, Visitor } from './actor.js';
import { ApiFailure } from './failures.js';

export type AccessRule =
  { kind: 'public' } | { kind: 'token-optional'; scope: Scope } | { kind: 'authenticated'; scope: Scope; roles: readonly Role[] };

export const ACCESS_RULE = 'polydesk:access-rule';

const ANY_ROLE: readonly Role[] = ['admin', 'agent', 'collaborator', 'customer'];

/** Only with a token that has this scope, and only for these roles (default: all four). Enforces and documents it. */
export function Authenticated({ scope, roles = ANY_ROLE }: { scope: Scope; roles?: readonly Role[] }): MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCESS_RULE, { kind: 'authenticated', scope, roles } satisfies AccessRule),
    ApiBearerAuth('bearer'),
    ApiSecurity('auth_token'),
    ApiExtension('x-required-scope', scope),
    ApiExtension('x-allowed-roles', [...roles]),
    ApiFailure(401, 403),
  );
}

/** With a token or without; a wrong token is refused all the same. */
export function TokenOptional({ scope }: { scope: Scope }): MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCESS_RULE, { kind: 'token-optional', scope } satisfies AccessRule),
    ApiSecurity({}),
    ApiBearerAuth('bearer'),
    ApiSecurity('auth_token'),
    ApiExtension('x-required-scope', scope),
    ApiFailure(401, 403),
  );
}

/** For anybody; no token is looked at. */
export function Public(): MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS_RULE, { kind: 'public' } satisfies AccessRule), ApiSecurity({}));
}

/** The person of the token, on routes that demand one. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { user } = context.switchToHttp().getRequest<{ user?: Actor | Visitor }>();
  if (!user || user.userId === null) throw new Error('CurrentActor stands on a route without @Authenticated');
  return user;
});

/** The person of the token, or the visitor without one. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Actor | Visitor => {
  const { user } = context.switchToHttp().getRequest<{ user?: Actor | Visitor }>();
  if (!user) throw new Error('Caller stands on a public route');
  return user;
});
