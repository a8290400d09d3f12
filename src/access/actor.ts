export const ROLES = ['admin', 'agent', 'collaborator', 'customer'] as const;
export type Role = (typeof ROLES)[number];

/** For the routes that only some roles may call. */
export const STAFF: readonly Role[] = ['admin', 'agent', 'collaborator'];
export const AGENTS: readonly Role[] = ['admin', 'agent'];
export const ADMINS: readonly Role[] = ['admin'];

export const SCOPES = [
  '*',
  'tickets:read',
  'tickets:write',
  'users:read',
  'users:write',
  'attachments:read',
  'attachments:write',
  'api_tokens:read',
  'api_tokens:write',
  'events:read',
  'reports:read',
  'reports:write',
  'labels:read',
  'labels:write',
  'teams:read',
  'teams:write',
  'snippets:read',
  'snippets:write',
  'emails:read',
  'emails:write',
  'custom_fields:read',
  'custom_fields:write',
  'categories:read',
  'categories:write',
  'filters:read',
  'filters:write',
  'web_hooks:read',
  'web_hooks:write',
  'automations:read',
  'automations:write',
  'articles:read',
  'articles:write',
  'settings:read',
  'settings:write',
] as const;
export type Scope = (typeof SCOPES)[number];

interface InCompany {
  companyId: number;
  company: { subdomain: string; name: string };
  /** Where this company's desk is reached, without a trailing slash. */
  baseUrl: string;
}

/** A person who has shown a token. */
export interface Actor extends InCompany {
  userId: number;
  role: Role;
  email: string | null;
  scopes: string[];
  tokenId: number;
  /** When the token ends; null: never. */
  tokenExpiresAt: Date | null;
  /** False where the company shows agents and collaborators only the tickets of their teams, of no team, and their own. */
  seesAllTeams: boolean;
}

/** Nobody in particular, but at the desk of a certain company. */
export interface Visitor extends InCompany {
  userId: null;
  role: 'anonymous';
  scopes: string[];
}

/** The desk itself, where it does by itself what its company has told it to. */
export interface SystemActor extends InCompany {
  userId: null;
  role: 'filter' | 'system';
}

/** Who may change a ticket. */
export type Acting = Actor | SystemActor;

/** The desk of the company at which somebody has called, as the one who acts. */
export function systemActor({ companyId, company, baseUrl }: Actor | Visitor, role: SystemActor['role']): SystemActor {
  return { companyId, company, baseUrl, userId: null, role };
}

export function isStaff(actor: { role: string }): boolean {
  return actor.role === 'admin' || actor.role === 'agent' || actor.role === 'collaborator';
}

/** Admins and agents, who write to customers. */
export function isAgent(actor: { role: string }): boolean {
  return actor.role === 'admin' || actor.role === 'agent';
}

/** True when `scopes` hold everything that `wanted` asks for. */
export function mayGrant(scopes: string[], wanted: string[]): boolean {
  return scopes.includes('*') || wanted.every((scope) => scopes.includes(scope));
}

/** Who did it, for the event log. */
export function eventActor(actor: Acting | Visitor): { id: number | null; role: string } {
  return { id: actor.userId, role: actor.role };
}
