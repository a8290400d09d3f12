export const ROLES = ['admin', 'agent', 'collaborator', 'customer'] as const;
export type Role = (typeof ROLES)[number];

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
}

/** Nobody in particular, but at the desk of a certain company. */
export interface Visitor extends InCompany {
  userId: null;
  role: 'anonymous';
  scopes: string[];
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
export function eventActor(actor: Actor | Visitor): { id: number | null; role: string } {
  return { id: actor.userId, role: actor.role };
}
